"""The sample market's mailbox: what would have been sent, for testers to read."""

from __future__ import annotations

import pyotp
from flask import Blueprint, render_template

from marketplace.accounts import queries as accounts
from marketplace.foundation import clock, messages
from marketplace.foundation.web import access

pages = Blueprint("notifications_shop", __name__)


@pages.get("/hop-thu-mau")
@access.demo
def outbox() -> str:
    return render_template("notifications/shop/outbox.html", messages=messages.latest(), codes=_app_codes())


def _app_codes() -> list[tuple[str, str]]:
    """(who, the code that his authenticator app shows now) of the demo's own officers; nobody else's secret is read."""
    return [
        (officer.full_name, pyotp.TOTP(officer.totp_secret).at(clock.now()))
        for officer in accounts.officers()
        if officer.is_demo and officer.totp_secret
    ]
