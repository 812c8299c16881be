"""The blueprint of the account pages, and what several of them share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, redirect, session, url_for
from flask_babel import gettext as _
from flask_login import login_user
from werkzeug.wrappers import Response

from marketplace.accounts import rules
from marketplace.accounts.models import Person
from marketplace.accounts.states import CodePurpose
from marketplace.foundation import messages
from marketplace.foundation.messages import Channel

pages = Blueprint("accounts_shop", __name__)

ASKED = "asked_code"
KEPT_AT_SIGN_IN = ("cart",)
"""What a stranger collected and keeps when he signs in; everything else of the old session goes."""


def let_in(person: Person, target: str) -> Response:
    """Sign in under a new token and go on."""
    kept = {key: session[key] for key in KEPT_AT_SIGN_IN if key in session}
    session.clear()
    session.update(kept)
    login_user(person)
    return redirect(target, 303)


def remember_code(code_id: int, purpose: CodePurpose, contact: str, target: str = "") -> None:
    """Only the browser that asked for a code can use it (ASVS 5.0 6.6.2)."""
    session[ASKED] = {"id": code_id, "purpose": purpose.value, "contact": contact, "next": target}


def remembered_code(purpose: CodePurpose) -> dict[str, Any] | None:
    asked: dict[str, Any] | None = session.get(ASKED)
    return asked if asked is not None and asked["purpose"] == purpose else None


def unreachable(contact: str) -> str:
    """Why no code can be sent to this contact; empty when one can."""
    is_email = rules.is_email(contact)
    channels = [Channel.EMAIL] if is_email else [Channel.ZALO, Channel.SMS]
    if not current_app.config["SETTINGS"].is_production or any(map(messages.is_carried, channels)):
        return ""
    if is_email:
        return str(_("We cannot send e-mail at the moment. Type a phone number."))
    return str(_("We cannot send text messages at the moment. Type an e-mail address."))


def home_of_account() -> str:
    return url_for("accounts_shop.account")


def wrong_code_words() -> str:
    return str(_("This code is wrong or too old. Look at the newest message, or ask for a new code."))


def not_found_unless(found: bool) -> None:
    if not found:
        abort(404)
