"""What people type to register, to sign in and about their accounts."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.accounts import rules
from marketplace.accounts.states import AllianceRole
from marketplace.accounts.words import LANGUAGES, ROLES
from marketplace.foundation import phones
from marketplace.foundation.web.fields import LineField, ParagraphField, Parsed, chosen, required


class ContactField(Parsed):
    """One box for a phone number or an e-mail address; the data is the stored form of either."""

    failures = phones.BadPhone
    wrong = _("Type a phone number such as 0912 345 678, or an e-mail address.")

    def parse(self, text: str) -> str:
        return rules.one_contact(*rules.parse_contact(text))

    def show(self, value: str) -> str:
        return value if rules.is_email(value) else phones.format_phone(value)


class CodeField(Parsed):
    """Six digits, with or without blanks."""

    wrong = _("The code has six digits.")

    def parse(self, text: str) -> str:
        digits = re.sub(r"\s", "", text)
        if not re.fullmatch(r"\d{6}", digits, re.ASCII):
            raise ValueError
        return digits


class NewPasswordField(PasswordField):
    """Long enough and not among the first that anyone tries; nothing else is asked of it."""

    def pre_validate(self, form: Any) -> None:
        password = rules.composed(self.data or "")
        if len(password) < rules.SHORTEST_PASSWORD:
            raise ValidationError(_("At least %(count)d characters.", count=rules.SHORTEST_PASSWORD))
        if len(password) > rules.LONGEST_PASSWORD:
            raise ValidationError(_("At most %(max)d characters.", max=rules.LONGEST_PASSWORD))
        if rules.is_common(password):
            raise ValidationError(_("Many people use this password, so it is tried first. Choose another."))


class RegisterForm(FlaskForm):
    full_name = LineField(_("Full name"), [required()], limit=120)
    contact = ContactField(_("Phone number or e-mail address"), [required()])
    password = NewPasswordField(_("Password"), [required()])
    agrees = BooleanField(_("I agree to the terms of use and to how my data is used"), [required()])
    next = HiddenField()


class SignInForm(FlaskForm):
    contact = ContactField(_("Phone number or e-mail address"), [required()])
    password = PasswordField(_("Password"), [required()])
    next = HiddenField()


class CodeForm(FlaskForm):
    code = CodeField(_("Code of six digits"), [required()])


class ForgotPasswordForm(FlaskForm):
    contact = ContactField(_("Phone number or e-mail address"), [required()])


class ResetPasswordForm(FlaskForm):
    code = CodeField(_("Code of six digits"), [required()])
    password = NewPasswordField(_("New password"), [required()])


class ProfileForm(FlaskForm):
    full_name = LineField(_("Full name"), [required()], limit=120)
    language = RadioField(
        _("Language"), [chosen()], choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )


class ChangePasswordForm(FlaskForm):
    old_password = PasswordField(_("Present password"), [required()])
    password = NewPasswordField(_("New password"), [required()])


class ChangeContactForm(FlaskForm):
    contact = ContactField(_("New phone number or e-mail address"), [required()])
    old_password = PasswordField(_("Your password"), [required()])


class FindPersonForm(FlaskForm):
    contact = ContactField(_("Phone number or e-mail address"), [required()])


class AppointForm(FlaskForm):
    role = RadioField(_("Role"), [chosen()], choices=[SelectChoice(role.value, words) for role, words in ROLES.items()])
    provinces = SelectMultipleField(
        _("Provinces"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=True
    )

    def validate_provinces(self, field: SelectMultipleField) -> None:
        if self.role.data != AllianceRole.ADMIN and not field.data:
            raise ValidationError(_("Choose at least one province."))


class SuspendForm(FlaskForm):
    reason = ParagraphField(_("Reason"), [required()], limit=500)
