"""What a bank's messenger would do, for show."""

from __future__ import annotations

import json
import urllib.request

from flask import current_app

from marketplace.foundation import clock
from marketplace.foundation.public_address import public_url
from marketplace.foundation.settings import Settings
from marketplace.payments.providers.bank_notices import VIETNAM, sign_for_sepay


def simulate_transfer(*, job_id: int, code: str, amount_dong: int) -> None:
    """Tell the market that a buyer's transfer has come, over HTTP and with a signature, as SePay would."""
    settings: Settings = current_app.config["SETTINGS"]
    assert settings.collecting_account is not None, "the page shows transfers only when there is an account"
    body = json.dumps(
        {
            "id": job_id,
            "gateway": "MAU",
            "transactionDate": f"{clock.now().astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}",
            "accountNumber": settings.collecting_account.number,
            "content": f"NGUOI MUA MAU {code} chuyen tien",
            "transferType": "in",
            "transferAmount": amount_dong,
            "referenceCode": f"MAU{job_id}",
        }
    ).encode()
    signed = sign_for_sepay(body, settings.bank_secrets["sepay"], clock.now())
    # The address is our own, which the settings have checked to be http or https.
    request = urllib.request.Request(  # noqa: S310
        public_url("/webhooks/bank/sepay"), data=body, headers={"Content-Type": "application/json", **signed}
    )
    with urllib.request.urlopen(request, timeout=20):  # noqa: S310
        pass
