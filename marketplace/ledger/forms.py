"""What a cooperative types about its money."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import Regexp

from marketplace.foundation.banks import BANKS
from marketplace.foundation.web.fields import DayField, LineField, chosen, required


class BooksForm(FlaskForm):
    """Sent in the address."""

    class Meta:
        csrf = False

    ngay = DayField(_("As it stood at the end of"))


class PayoutAccountForm(FlaskForm):
    bank = SelectField(_("Bank"), [chosen()])
    number = LineField(
        _("Account number"),
        [required(), Regexp(r"^[0-9A-Za-z]{4,19}$", message=_("Only digits and letters, 4 to 19 of them."))],
        limit=24,
    )
    holder = LineField(_("Account holder, as the bank writes it"), [required()], limit=80)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bank.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(b.bin, b.name) for b in BANKS.values()),
        ]
