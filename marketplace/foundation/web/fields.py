"""Form fields that understand what people here type: money with dots or "k", dd/mm/yyyy, weights, phone and tax numbers.

Each keeps what was typed when it is wrong, and says what is wrong and what to type instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, Form, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional, StopValidation

from marketplace.foundation import dates, money, phones, quantities, tax_codes
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import clean_line, clean_text


def required() -> DataRequired:
    return DataRequired(_("Please fill this in."))


def chosen() -> InputRequired:
    return InputRequired(_("Please choose one."))


def optional() -> Optional:
    return Optional()


def at_most(length: int) -> Length:
    return Length(max=length, message=_("At most %(max)d characters."))


class Parsed(StringField):
    """A text field whose data is what the text means; the typed text stays in the field when it means nothing."""

    failures: type[Exception] | tuple[type[Exception], ...] = ValueError
    wrong: Any = _("We could not read that.")

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.typed = ""

    def parse(self, text: str) -> Any:
        """What the text means; raises one of `failures`."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        return str(value)

    def _value(self) -> str:
        if self.typed:
            return self.typed
        return "" if self.data is None or self.data == "" else self.show(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.typed = clean_line(valuelist[0], 200) if valuelist else ""
        self.data = None
        if self.typed:
            try:
                self.data = self.parse(self.typed)
            except self.failures:
                raise ValueError(self.wrong) from None

    def pre_validate(self, form: Form) -> None:
        # A text that means nothing must not count as an empty field under an Optional validator.
        if self.process_errors:
            raise StopValidation()


class LineField(StringField):
    """One line: tidied, composed Unicode, no control characters."""

    def __init__(self, label: Any = None, validators: Any = None, *, limit: int = 200, **kwargs: Any) -> None:
        super().__init__(label, [*(validators or []), at_most(limit)], **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_line(valuelist[0], self.limit * 4) if valuelist else ""


class ParagraphField(StringField):
    """Several lines of plain text."""

    def __init__(self, label: Any = None, validators: Any = None, *, limit: int = 4000, **kwargs: Any) -> None:
        super().__init__(label, [*(validators or []), at_most(limit)], **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = clean_text(valuelist[0], self.limit * 4) if valuelist else ""


class MoneyField(Parsed):
    failures = money.BadAmount
    wrong = _("Type an amount in đồng such as 45.000 or 45k.")

    def parse(self, text: str) -> int:
        return money.parse_dong(text)

    def show(self, value: int) -> str:
        return f"{value:,}".replace(",", ".")


class DayField(Parsed):
    failures = dates.BadDay
    wrong = _("Type a day such as 05/11/2026.")

    def parse(self, text: str) -> Any:
        return dates.parse_day(text)

    def show(self, value: Any) -> str:
        return dates.format_day(value)


class MomentField(Parsed):
    """A day with its minute, in Vietnam's time."""

    failures = dates.BadDay
    wrong = _("Type day and time such as 05/11/2026 19:30.")

    def parse(self, text: str) -> Any:
        return dates.parse_moment(text)

    def show(self, value: Any) -> str:
        return dates.format_moment(value)


class PhoneField(Parsed):
    failures = phones.BadPhone
    wrong = _("Type a Vietnamese phone number such as 0912 345 678.")

    def parse(self, text: str) -> str:
        return phones.parse_phone(text)

    def show(self, value: str) -> str:
        return phones.format_phone(value)


class TaxCodeField(Parsed):
    failures = tax_codes.BadTaxCode
    wrong = _(
        "This tax code is not right: it has 10 digits, of which the last checks the others. Compare it with your certificate."
    )

    def parse(self, text: str) -> str:
        return tax_codes.parse_tax_code(text)


class WholeNumberField(Parsed):
    """A count, dots allowed between thousands."""

    wrong = _("Type a whole number such as 120.")

    def __init__(
        self, label: Any = None, validators: Any = None, *, least: int = 0, most: int = 10**9, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def parse(self, text: str) -> int:
        return int(text.replace(".", "").replace(" ", ""))

    def post_validate(self, form: Form, validation_stopped: bool) -> None:
        if self.data is not None and not self.least <= self.data <= self.most:
            raise ValidationError(_("Type a number from %(least)s to %(most)s.", least=self.least, most=self.most))


class QuantityField(Parsed):
    """A quantity in base units of `unit` (grams, millilitres or pieces), typed as people say it: 1,5 kg, 2 tạ, 500."""

    failures = quantities.BadQuantity
    wrong = _("Type a quantity such as 500 g, 1,5 kg or 2 tạ.")

    def __init__(
        self, label: Any = None, validators: Any = None, *, unit: BaseUnit = BaseUnit.GRAM, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.unit = unit

    def parse(self, text: str) -> int:
        return quantities.parse_quantity(text, self.unit)

    def show(self, value: int) -> str:
        return quantities.format_quantity(value, self.unit, piece_word="").strip()


def not_in_future(today: Callable[[], Any]) -> Callable[[Form, Field], None]:
    def check(form: Form, field: Field) -> None:
        if field.data is not None and field.data > today():
            raise ValidationError(_("This day has not come yet."))

    return check
