"""Signing in by contact and password, the second factor of officers, signing out."""

from __future__ import annotations

import logging

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts import actions as accounts
from marketplace.accounts import queries, rules
from marketplace.accounts.errors import PersonSuspended, WrongCode, WrongCredentials
from marketplace.accounts.forms import CodeForm, SignInForm
from marketplace.accounts.models import Person
from marketplace.accounts.routes.shop.blueprint import home_of_account, let_in, pages
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, addresses, limits

log = logging.getLogger(__name__)

PENDING = "pending_person"


def _pending_account() -> str:
    return f"second factor:{session.get(PENDING, {}).get('id')}"


second_factor_tries = limits.limiter.shared_limit(
    "5 per 5 minutes;20 per hour;50 per day",
    scope="second factor",
    key_func=_pending_account,
    methods=["POST"],
    deduct_when=limits.was_refused,
)


@pages.route("/dang-nhap", methods=["GET", "POST"])
@access.public
@limits.sign_in_per_address
@limits.sign_in_per_account
def sign_in() -> str | Response | tuple[str, int]:
    target = addresses.own(request.values.get("next"), home_of_account())
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm(next=target)
    if form.validate_on_submit():
        phone, email = rules.parse_contact(str(form.contact.data))
        try:
            person = accounts.check_credentials(phone=phone, email=email, password=form.password.data or "")
        except WrongCredentials:
            log.info("sign-in refused", extra={"why": "credentials"})
            form.form_errors = [_("The phone number, e-mail address or password is not right.")]
        except PersonSuspended:
            log.info("sign-in refused", extra={"why": "suspended"})
            form.form_errors = [_("This account is suspended. Call us if you think this is a mistake.")]
        else:
            return _ask_second_factor(person, target) if person.needs_second_factor else let_in(person, target)
    page = render_template("accounts/shop/sign_in.html", form=form, target=target)
    return (page, 422) if request.method == "POST" else page


def _ask_second_factor(person: Person, target: str) -> Response:
    with transaction():
        accounts.begin_second_factor(person)
    session.clear()
    session[PENDING] = {"id": person.id, "at": int(clock.now().timestamp()), "next": target}
    return redirect(url_for("accounts_shop.second_factor"), 303)


def _pending_person() -> Person | None:
    """Who has shown the password in this browser a moment ago and must still show the code."""
    pending = session.get(PENDING)
    if pending is None or clock.now().timestamp() - pending["at"] > rules.PENDING_LIFE.total_seconds():
        return None
    person = queries.find_person(pending["id"])
    return person if person is not None and person.is_active and person.totp_secret is not None else None


def _start_again() -> Response:
    flash(_("That took too long. Please sign in again."))
    return redirect(url_for("accounts_shop.sign_in"))


@pages.route("/xac-thuc", methods=["GET", "POST"])
@access.public
@second_factor_tries
def second_factor() -> str | Response | tuple[str, int]:
    person = _pending_person()
    if person is None:
        return _start_again()
    if person.totp_confirmed_at is None:
        return redirect(url_for("accounts_shop.enrol_second_factor"))
    form = CodeForm()
    if form.validate_on_submit() and _is_right(person, form):
        return let_in(person, addresses.own(session[PENDING]["next"], home_of_account()))
    page = render_template("accounts/shop/second_factor.html", form=form)
    return (page, 422) if request.method == "POST" else page


@pages.route("/xac-thuc/cai-dat", methods=["GET", "POST"])
@access.public
@second_factor_tries
def enrol_second_factor() -> str | Response | tuple[str, int]:
    person = _pending_person()
    if person is None:
        return _start_again()
    if person.totp_confirmed_at is not None:
        return redirect(url_for("accounts_shop.second_factor"))
    form = CodeForm()
    if form.validate_on_submit() and _is_right(person, form):
        flash(_("The authenticator app is set up. It will be asked at every sign-in."), "success")
        return let_in(person, addresses.own(session[PENDING]["next"], home_of_account()))
    secret = person.totp_secret or ""
    side, path = rules.qr_drawing(
        rules.authenticator_link(secret, person=person.contacts[0], issuer=_("Cooperative market"))
    )
    page = render_template(
        "accounts/shop/enrol_second_factor.html", form=form, secret=rules.in_groups(secret), side=side, path=path
    )
    return (page, 422) if request.method == "POST" else page


def _is_right(person: Person, form: CodeForm) -> bool:
    try:
        with transaction():
            accounts.check_second_factor(person, str(form.code.data))
    except WrongCode:
        form.code.errors = [_("This code is wrong or was used already. Wait for the next one in the app.")]
        return False
    return True


@pages.post("/dang-xuat")
@access.public
def sign_out() -> Response:
    session.clear()
    flash(_("You are signed out."))
    return redirect("/", 303)
