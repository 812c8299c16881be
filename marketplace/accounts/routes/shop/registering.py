"""Registering: what is typed first, then the code that proves the contact.

The first step answers the same for contacts known and unknown; only the contact's owner learns which it was.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts import actions as accounts
from marketplace.accounts import rules
from marketplace.accounts.errors import ContactTaken
from marketplace.accounts.forms import CodeForm, RegisterForm
from marketplace.accounts.routes.shop.blueprint import (
    ASKED,
    home_of_account,
    let_in,
    pages,
    remember_code,
    remembered_code,
    unreachable,
    wrong_code_words,
)
from marketplace.accounts.states import CodePurpose
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, addresses, limits
from marketplace.foundation.web.languages import current_language


@pages.route("/dang-ky", methods=["GET", "POST"])
@access.public
@limits.one_time_codes
def register() -> str | Response | tuple[str, int]:
    target = addresses.own(request.values.get("next"), home_of_account())
    if current_user.is_authenticated:
        return redirect(target)
    form = RegisterForm(next=target)
    if form.validate_on_submit():
        contact = str(form.contact.data)
        if problem := unreachable(contact):
            form.contact.errors = [problem]
        else:
            password_hash = accounts.hash_password(form.password.data or "")
            with transaction():
                code_id = accounts.begin_registration(
                    full_name=form.full_name.data or "",
                    contact=contact,
                    password_hash=password_hash,
                    language=current_language(),
                    terms_version=rules.TERMS_VERSION,
                )
            remember_code(code_id, CodePurpose.REGISTER, contact, target)
            return redirect(url_for("accounts_shop.confirm_registration"), 303)
    page = render_template("accounts/shop/register.html", form=form, target=target)
    return (page, 422) if request.method == "POST" else page


@pages.route("/dang-ky/xac-nhan", methods=["GET", "POST"])
@access.public
def confirm_registration() -> str | Response | tuple[str, int]:
    asked = remembered_code(CodePurpose.REGISTER)
    if asked is None:
        return redirect(url_for("accounts_shop.register"))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = accounts.finish_registration(asked["id"], str(form.code.data))
        except ContactTaken:
            session.pop(ASKED)
            flash(_("You already have an account. Sign in."))
            return redirect(url_for("accounts_shop.sign_in"), 303)
        if person is not None:
            flash(_("Welcome. Your account is ready."), "success")
            return let_in(person, addresses.own(asked["next"], home_of_account()))
        form.code.errors = [wrong_code_words()]
    page = render_template("accounts/shop/confirm_registration.html", form=form, contact=asked["contact"])
    return (page, 422) if request.method == "POST" else page
