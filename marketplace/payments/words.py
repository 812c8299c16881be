"""What people read for the states of a movement on the bank account, and for what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.foundation.money import format_dong
from marketplace.foundation.settings import Settings
from marketplace.payments.rules import mask
from marketplace.payments.states import (
    ApprovalState,
    BankState,
    Deed,
    HoldContext,
    Method,
    WithdrawalKind,
    WithdrawalState,
)

BANK_STATES = {
    BankState.MATCHED: _("Known"),
    BankState.UNMATCHED: _("Purpose unknown"),
    BankState.DUPLICATE: _("Told twice"),
    BankState.DISCARDED: _("Not counted"),
}
BANK_TONES = {
    BankState.MATCHED: "good",
    BankState.UNMATCHED: "bad",
    BankState.DUPLICATE: "plain",
    BankState.DISCARDED: "plain",
}

DEEDS = {
    Deed.REFUND_LINES: _("Give the price of packs back to the buyer"),
    Deed.REFUND_BEGUN: _("Send a refund to the account that the buyer told"),
    Deed.REFUND_SENT: _("A refund was transferred"),
    Deed.MATCH: _("Money of unknown purpose is for this order"),
    Deed.LAY_ASIDE: _("This money is booked already"),
    Deed.CONFIRM: _("The money of this order is on the account"),
    Deed.PROVIDER_PAYOUT: _("This money is what the card provider paid out"),
}
APPROVAL_STATES = {
    ApprovalState.WAITING: _("Waits for a second person"),
    ApprovalState.GRANTED: _("Granted"),
    ApprovalState.REFUSED: _("Refused"),
}
APPROVAL_TONES = {ApprovalState.WAITING: "wait", ApprovalState.GRANTED: "good", ApprovalState.REFUSED: "bad"}

WITHDRAWAL_KINDS = {
    WithdrawalKind.DISPUTE: _("The buyer disputes it at his bank"),
    WithdrawalKind.REFUND: _("Refunded on the card provider's own pages"),
}
WITHDRAWAL_STATES = {
    WithdrawalState.OPEN: _("The bank decides"),
    WithdrawalState.WON: _("The money is back"),
    WithdrawalState.LOST: _("Say who bears it"),
    WithdrawalState.SETTLED: _("Settled"),
}
WITHDRAWAL_TONES = {
    WithdrawalState.OPEN: "wait",
    WithdrawalState.WON: "good",
    WithdrawalState.LOST: "bad",
    WithdrawalState.SETTLED: "plain",
}
# The provider's own words for a dispute's reason; others are shown as they are.
DISPUTE_REASONS = {
    "product_not_received": _("not delivered"),
    "product_unacceptable": _("not as described"),
    "unrecognized": _("he does not know the charge"),
    "fraudulent": _("said to be fraud"),
    "duplicate": _("charged twice"),
    "credit_not_processed": _("refund not received"),
}

CONTEXTS = {
    HoldContext.SHOP: _("In the shop"),
    HoldContext.FAIR: _("At a fair"),
    HoldContext.SURPLUS: _("Goods that weigh more"),
}


@dataclass(frozen=True)
class MethodView:
    """A way to pay: offered, or hidden with the reason; and what staff may know of how it is set up."""

    method: Method
    name: Any
    is_offered: bool
    reason: str
    facts: list[tuple[Any, str]]


def methods_of(settings: Settings) -> list[MethodView]:
    """Secrets are told by their last four signs (payments.md 6)."""
    account = settings.collecting_account
    key = settings.stripe_secret_key
    messengers = ", ".join(sorted(settings.bank_secrets)) or str(_("none: read statements by hand"))
    return [
        MethodView(Method.CASH_ON_DELIVERY, _("Cash on delivery"), True, "", []),
        MethodView(
            Method.VIETQR,
            _("Bank transfer (VietQR)"),
            account is not None,
            "" if account else gettext("No account to transfer to is set (HTX_COLLECTING_ACCOUNT)."),
            [
                (_("Account number"), mask(account.number) if account else ""),
                (_("Who tells of transfers"), messengers if account else ""),
            ],
        ),
        MethodView(
            Method.CARD,
            _("Payment card"),
            bool(key),
            "" if key else gettext("No key of the card provider is set (HTX_STRIPE_KEY)."),
            [
                (_("Key of the provider"), mask(key)),
                (_("Secrets for notices"), ", ".join(map(mask, settings.stripe_webhook_secrets))),
                (
                    _("For orders of"),
                    f"{format_dong(settings.card_min_dong)} – {format_dong(settings.card_max_dong)}" if key else "",
                ),
            ],
        ),
    ]
