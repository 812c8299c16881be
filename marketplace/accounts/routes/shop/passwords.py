"""A forgotten password: a code to the contact, then a new password; the second factor stays asked for."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import actions as accounts
from marketplace.accounts.forms import ForgotPasswordForm, ResetPasswordForm
from marketplace.accounts.routes.shop.blueprint import (
    ASKED,
    pages,
    remember_code,
    remembered_code,
    unreachable,
    wrong_code_words,
)
from marketplace.accounts.states import CodePurpose
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.foundation.web.languages import current_language


@pages.route("/quen-mat-khau", methods=["GET", "POST"])
@access.public
@limits.one_time_codes
def forgot_password() -> str | Response | tuple[str, int]:
    form = ForgotPasswordForm()
    if form.validate_on_submit():
        contact = str(form.contact.data)
        if problem := unreachable(contact):
            form.contact.errors = [problem]
        else:
            with transaction():
                code_id = accounts.ask_for_code(
                    CodePurpose.RESET_PASSWORD, contact=contact, language=current_language()
                )
            remember_code(code_id, CodePurpose.RESET_PASSWORD, contact)
            return redirect(url_for("accounts_shop.reset_password"), 303)
    page = render_template("accounts/shop/forgot_password.html", form=form)
    return (page, 422) if request.method == "POST" else page


@pages.route("/quen-mat-khau/dat-lai", methods=["GET", "POST"])
@access.public
def reset_password() -> str | Response | tuple[str, int]:
    asked = remembered_code(CodePurpose.RESET_PASSWORD)
    if asked is None:
        return redirect(url_for("accounts_shop.forgot_password"))
    form = ResetPasswordForm()
    if form.validate_on_submit():
        password_hash = accounts.hash_password(form.password.data or "")
        with transaction():
            person = accounts.reset_password(asked["id"], str(form.code.data), password_hash)
        if person is not None:
            session.pop(ASKED)
            flash(_("Your password is changed. Sign in with the new one."), "success")
            return redirect(url_for("accounts_shop.sign_in"), 303)
        form.code.errors = [wrong_code_words()]
    page = render_template("accounts/shop/reset_password.html", form=form, contact=asked["contact"])
    return (page, 422) if request.method == "POST" else page
