"""A person's own pages: name and language, contacts, password, the browsers he is signed in with."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts import actions as accounts
from marketplace.accounts import queries, rules
from marketplace.accounts.errors import ContactTaken, WrongCredentials
from marketplace.accounts.forms import ChangeContactForm, ChangePasswordForm, CodeForm, ProfileForm
from marketplace.accounts.models import Person
from marketplace.accounts.routes.shop.blueprint import (
    ASKED,
    not_found_unless,
    pages,
    remember_code,
    remembered_code,
    unreachable,
    wrong_code_words,
)
from marketplace.accounts.states import CodePurpose
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits


def _own_account() -> str:
    return f"account:{current_user.get_id()}" if current_user.is_authenticated else "account:"


# Somebody at a phone left lying open guesses no faster than somebody at the door.
password_tries = limits.limiter.shared_limit(
    "10 per 5 minutes", scope="own password", key_func=_own_account, methods=["POST"], deduct_when=limits.was_refused
)


def _this_session() -> int | None:
    return getattr(session, "row_id", None)


@pages.route("/tai-khoan", methods=["GET", "POST"])
@access.signed_in
def account(person: Person) -> str | Response | tuple[str, int]:
    form = ProfileForm(obj=person)
    if form.validate_on_submit():
        full_name, language = form.full_name.data or "", form.language.data
        with transaction():
            accounts.change_profile(person, full_name=full_name, language=language)
        flash(_("Saved."), "success")
        return redirect(url_for("switch_language", language=language, next=url_for("accounts_shop.account")), 303)
    page = render_template("accounts/shop/account.html", form=form, person=person)
    return (page, 422) if request.method == "POST" else page


@pages.get("/tai-khoan/bao-mat")
@access.signed_in
def security(person: Person) -> str:
    return _show_security(person, ChangePasswordForm())


def _show_security(person: Person, form: ChangePasswordForm) -> str:
    return render_template(
        "accounts/shop/security.html",
        form=form,
        person=person,
        sessions=queries.sessions_of(person.id),
        this_session=_this_session(),
        device_name=rules.device_name,
    )


@pages.post("/tai-khoan/bao-mat")
@access.signed_in
@password_tries
def change_password(person: Person) -> str | Response | tuple[str, int]:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            accounts.check_password_of(person, form.old_password.data or "")
        except WrongCredentials:
            form.old_password.errors = [_("This is not your present password.")]
        else:
            password_hash = accounts.hash_password(form.password.data or "")
            with transaction():
                accounts.set_password(person, password_hash, keep_session=_this_session())
            flash(_("Your password is changed. You are signed out everywhere else."), "success")
            return redirect(url_for("accounts_shop.security"), 303)
    return _show_security(person, form), 422


@pages.post("/tai-khoan/bao-mat/thiet-bi/<int:session_id>")
@access.signed_in
def end_session(person: Person, session_id: int) -> Response:
    with transaction():
        ended = accounts.end_session(session_id, person_id=person.id)
    not_found_unless(ended)
    flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts_shop.security"), 303)


@pages.post("/tai-khoan/bao-mat/thiet-bi")
@access.signed_in
def end_other_sessions(person: Person) -> Response:
    with transaction():
        accounts.end_all_sessions(person.id, but=_this_session())
    flash(_("All other devices are signed out."), "success")
    return redirect(url_for("accounts_shop.security"), 303)


@pages.route("/tai-khoan/lien-he", methods=["GET", "POST"])
@access.signed_in
@password_tries
@limits.one_time_codes
def change_contact(person: Person) -> str | Response | tuple[str, int]:
    form = ChangeContactForm()
    if form.validate_on_submit():
        contact = str(form.contact.data)
        if problem := unreachable(contact):
            form.contact.errors = [problem]
        elif not _knows_password(person, form):
            form.old_password.errors = [_("This is not your present password.")]
        else:
            with transaction():
                code_id = accounts.ask_to_change_contact(person, contact=contact)
            remember_code(code_id, CodePurpose.CHANGE_CONTACT, contact)
            return redirect(url_for("accounts_shop.confirm_contact"), 303)
    page = render_template("accounts/shop/change_contact.html", form=form, person=person)
    return (page, 422) if request.method == "POST" else page


def _knows_password(person: Person, form: ChangeContactForm) -> bool:
    try:
        accounts.check_password_of(person, form.old_password.data or "")
    except WrongCredentials:
        return False
    return True


@pages.route("/tai-khoan/lien-he/xac-nhan", methods=["GET", "POST"])
@access.signed_in
def confirm_contact(person: Person) -> str | Response | tuple[str, int]:
    asked = remembered_code(CodePurpose.CHANGE_CONTACT)
    if asked is None:
        return redirect(url_for("accounts_shop.change_contact"))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                changed = accounts.change_contact(person, asked["id"], str(form.code.data))
        except ContactTaken:
            form.form_errors = [_("Another account signs in with this contact.")]
        else:
            if changed:
                session.pop(ASKED)
                flash(_("Saved."), "success")
                return redirect(url_for("accounts_shop.account"), 303)
            form.code.errors = [wrong_code_words()]
    page = render_template("accounts/shop/confirm_contact.html", form=form, contact=asked["contact"])
    return (page, 422) if request.method == "POST" else page
