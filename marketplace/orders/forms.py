"""What a buyer types to find an order."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import Regexp

from marketplace.foundation.banks import BANKS
from marketplace.foundation.text import fold
from marketplace.foundation.web.fields import LineField, PhoneField, chosen, required


class FindOrderForm(FlaskForm):
    """The two things a buyer has when he lost the link."""

    code = LineField(_("Order code"), [required()], limit=40)
    phone = PhoneField(_("Phone number you ordered with"), [required()])


def _as_banks_write(text: str | None) -> str:
    return fold(text or "").upper()


def _without_blanks(text: str | None) -> str:
    return "".join((text or "").replace(".", "").split())


class RefundAccountForm(FlaskForm):
    """Where a buyer wants his money."""

    bank = SelectField(_("Your bank"), [chosen()])
    number = LineField(
        _("Account number"),
        [required(), Regexp(r"^[0-9A-Za-z]{4,19}$", message=_("Only digits and letters, 4 to 19 of them."))],
        limit=30,
        filters=[_without_blanks],
    )
    holder = LineField(_("Account holder"), [required()], limit=80, filters=[_as_banks_write])

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bank.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(bank.bin, bank.name) for bank in BANKS.values()),
        ]
