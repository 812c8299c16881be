"""What people type about periods, deliveries, sharing and differences."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField

from marketplace.bookkeeping.rules import LONGEST_NAME
from marketplace.foundation import clock
from marketplace.foundation.quantities import BadQuantity
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    MoneyField,
    ParagraphField,
    Parsed,
    QuantityField,
    not_in_future,
    required,
)


class PeriodForm(FlaskForm):
    """Sent in the address, so that a statement can be bookmarked."""

    class Meta:
        csrf = False

    tu = DayField(_("From"))
    den = DayField(_("To"))


class KilogramsField(QuantityField):
    """A bare number is kilograms: that is what a scale at a packing house says."""

    def parse(self, text: str) -> int:
        bare = all(letter.isdigit() or letter in "., " for letter in text)
        grams: int = super().parse(f"{text} kg" if bare else text)
        if grams <= 0:
            raise BadQuantity("nothing was weighed")
        return grams


class DeliveryForm(FlaskForm):
    household = LineField(_("Household"), [required()], limit=LONGEST_NAME)
    weight = KilogramsField(_("Weight"), [required()])
    delivered_on = DayField(_("Delivered on"), [required(), not_in_future(clock.today)])
    token = HiddenField(validators=[required()])


class DeliveriesForm(FlaskForm):
    rows = ParagraphField(_("List: one household in each line, name and kilograms"), limit=60_000)
    table = FileField(_("Or an Excel file: names in the first column, kilograms in the second"))
    delivered_on = DayField(_("Delivered on"), [required(), not_in_future(clock.today)])
    token = HiddenField(validators=[required()])


class PercentField(Parsed):
    """A share in hundredths of a percent, typed as 5 or 7,5."""

    wrong = _("Type a share from 0 to 100, such as 5 or 7,5.")

    def parse(self, text: str) -> int:
        whole, comma, rest = text.replace("%", "").strip().replace(".", ",").partition(",")
        if not whole.isdecimal() or len(rest) > 2 or (comma and not rest.isdecimal()):
            raise ValueError(text)
        points = int(whole) * 100 + int(rest.ljust(2, "0") or "0")
        if points > 10_000:
            raise ValueError(text)
        return points

    def show(self, value: int) -> str:
        return f"{value // 100},{value % 100:02}".rstrip("0").rstrip(",")


class DeductionsForm(FlaskForm):
    fund = PercentField(_("Stays with the cooperative, in percent"), [required()])
    costs = MoneyField(_("Costs to take off"))
    costs_note = LineField(_("What the costs are for"), limit=120)


class CorrectForm(FlaskForm):
    reason = LineField(_("Why is it corrected?"), [required()], limit=200)


class AnswerForm(FlaskForm):
    reason = LineField(_("Reason"), [required()], limit=300)
