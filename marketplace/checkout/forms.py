"""What a buyer types to order, and a cooperative about its delivery."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.catalogue.states import StorageClass
from marketplace.checkout.rules import Rate, Tariff
from marketplace.checkout.states import Step
from marketplace.checkout.words import METHODS, STORAGES, WEEKDAYS
from marketplace.foundation.money import format_dong
from marketplace.foundation.web.fields import (
    LineField,
    MoneyField,
    ParagraphField,
    Parsed,
    PhoneField,
    TaxCodeField,
    WholeNumberField,
    chosen,
    optional,
    required,
)
from marketplace.geography import queries as geography
from marketplace.geography.queries import CommuneMatch
from marketplace.geography.rules import Zone
from marketplace.payments.states import Method

MOST_FEE_DONG = 2_000_000  # a typed zero too many is found before a buyer sees it


class CommuneField(LineField):
    """A commune of the form's province, typed or picked, old names understood; `code` is what it means.

    When the name means several communes, `several` holds them and the page asks which.
    """

    def __init__(self, *arguments: Any, **kwargs: Any) -> None:
        super().__init__(*arguments, **kwargs)
        self.code = ""
        self.several: list[tuple[str, str]] = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The box is sent along with the place that was chosen below it; the choice is what the buyer means."""
        chosen_codes = [code for code in valuelist if geography.find_commune(code)]
        super().process_formdata(chosen_codes[-1:] or valuelist)

    def _value(self) -> str:
        commune = geography.find_commune(self.data or "")
        return commune.name if commune else str(self.data or "")

    def understand(self, province_code: str) -> None:
        """Find the commune; raises ValidationError that says what to do."""
        typed = str(self.data or "")
        known = geography.find_commune(typed)
        if known is not None and known.province_code == province_code:
            self.code = known.code
            return
        matches = geography.search_communes(typed, province_code)
        exact = [match for match in matches if match.name.casefold() == typed.casefold()]
        found = exact if len(exact) == 1 else matches
        if len(found) == 1:
            self.code = found[0].code
        elif found:
            self.several = [(match.code, _called(match)) for match in found[:8]]
            raise ValidationError(_("Several places have this name. Choose the right one below."))
        else:
            raise ValidationError(
                _("We know no such commune or ward in this province. Type its name of today or its old one.")
            )


def _called(match: CommuneMatch) -> str:
    return str(_("%(name)s (formerly %(was)s)", name=match.name, was=match.was)) if match.was else match.name


_FIELDS = {
    Step.ADDRESS: ("phone", "name", "province", "commune", "address_line"),
    Step.DELIVERY: ("note",),
    Step.PAYMENT: ("payment", "email", "wants_invoice", "company", "company_tax_code", "company_address"),
}


def _needed_for_invoice(message: Any = None) -> Callable[[Form, Field], None]:
    """What the law wants on an invoice must be there when one is wanted; stands before `optional`, which ends the
    checks of an empty field."""

    def check(form: Form, field: Field) -> None:
        if form["wants_invoice"].data and not str((field.raw_data or [""])[0]).strip():
            raise StopValidation(message or _("Please fill this in."))

    return check


class CheckoutForm(FlaskForm):
    checkout_token = HiddenField()
    shown_dong = HiddenField()
    phone = PhoneField(_("Phone number"), [required()])
    name = LineField(_("Full name"), [required()], limit=80)
    province = SelectField(_("Province or city"), [chosen()], validate_choice=False)
    commune = CommuneField(_("Commune or ward"), [required()], limit=120)
    address_line = LineField(_("House number, street, hamlet"), [required()], limit=160)
    note = ParagraphField(_("Note for the driver"), limit=300)
    payment = RadioField(
        _("Payment"),
        [chosen()],
        choices=[SelectChoice(method.value, words) for method, words in METHODS.items()],
        default=Method.CASH_ON_DELIVERY.value,
    )
    email = LineField(
        _("E-mail for the confirmation"),
        [
            _needed_for_invoice(_("The invoice is sent to this e-mail address. Please fill it in.")),
            optional(),
            Email(_("This is no e-mail address.")),
        ],
        limit=200,
    )
    wants_invoice = BooleanField(_("I need a VAT invoice for a company"))
    company = LineField(_("Company name"), [_needed_for_invoice()], limit=200)
    company_tax_code = TaxCodeField(_("Tax code of the company"), [_needed_for_invoice(), optional()])
    company_address = LineField(_("Address of the company"), [_needed_for_invoice()], limit=200)

    def take_commune(self, code: str) -> None:
        """As if it had been chosen."""
        self.commune.data = self.commune.code = code

    def fields_of(self, step: Step) -> list[Field]:
        """What is typed in this step."""
        return [self[name] for name in _FIELDS[step]]

    def has_errors(self, step: Step) -> bool:
        return any(field.errors for field in self.fields_of(step))

    def first_wrong(self) -> Step | None:
        """The first step in which something is missing or wrong, once the form is validated."""
        return next((step for step in Step if self.has_errors(step)), None)

    def validate_province(self, field: SelectField) -> None:
        if geography.find_province(field.data or "") is None:
            raise ValidationError(_("Please choose one."))

    def validate_commune(self, field: CommuneField) -> None:
        if geography.find_province(self.province.data or "") is not None:
            field.understand(self.province.data)


class DeliveryForm(FlaskForm):
    has_carrier = BooleanField(_("A parcel service takes our goods"))
    has_own_van = BooleanField(_("We bring goods with our own van within the Red River Delta, also kept cool"))
    has_pickup = BooleanField(_("Buyers may fetch goods at our place"))
    pickup_address = LineField(_("Where and when to fetch"), limit=200)
    coach = MoneyField(_("By coach: what you ask for it"), [optional()])
    free_from = MoneyField(_("Free delivery for orders from"), [optional()])
    has_own_tariff = BooleanField(_("We set the delivery fees ourselves"))
    first_same_province = MoneyField(_("First kilogram"), [optional()])
    half_same_province = MoneyField(_("Each further half kilogram"), [optional()])
    first_same_region = MoneyField(_("First kilogram"), [optional()])
    half_same_region = MoneyField(_("Each further half kilogram"), [optional()])
    first_inter_region = MoneyField(_("First kilogram"), [optional()])
    half_inter_region = MoneyField(_("Each further half kilogram"), [optional()])
    island = MoneyField(_("In addition to islands"), [optional()])

    def __init__(self, *arguments: Any, has_points: bool = False, **kwargs: Any) -> None:
        super().__init__(*arguments, **kwargs)
        self.has_points = has_points

    def rate_fields(self, zone: Zone) -> tuple[MoneyField, MoneyField]:
        return self[f"first_{zone}"], self[f"half_{zone}"]

    @property
    def _tariff_fields(self) -> list[MoneyField]:
        return [*(field for zone in Zone for field in self.rate_fields(zone)), self.island]

    def tariff(self) -> Tariff | None:
        """What is typed so far; None without own fees, or while one is missing or wrong."""
        if not self.has_own_tariff.data:
            return None
        rates: dict[Zone, Rate] = {}
        for zone in Zone:
            first, half = self.rate_fields(zone)
            if first.data is None or half.data is None:
                return None
            rates[zone] = Rate(first.data, half.data)
        return None if self.island.data is None else Tariff(rates, self.island.data)

    def validate_has_carrier(self, field: BooleanField) -> None:
        if not (field.data or self.has_own_van.data or self.has_pickup.data or self.coach.data is not None):
            raise ValidationError(_("Choose at least one way, or buyers cannot order."))

    def validate_pickup_address(self, field: LineField) -> None:
        if self.has_pickup.data and not field.data and not self.has_points:
            raise ValidationError(_("Tell buyers where and when they can fetch their goods."))

    def validate_has_own_tariff(self, field: BooleanField) -> None:
        for amount in self._tariff_fields if field.data else []:
            if amount.data is None and not amount.process_errors:
                raise ValidationError(_("Fill in every fee; type 0 where you ask nothing."))
            if (amount.data or 0) > MOST_FEE_DONG:
                raise ValidationError(_("A fee is too high: at most %(most)s.", most=format_dong(MOST_FEE_DONG)))


class HourField(Parsed):
    """A time of the day in minutes: 7, 7h30, 07:30."""

    wrong = _("Type a time such as 7:30.")

    def parse(self, text: str) -> int:
        found = re.fullmatch(r"([0-9]{1,2})(?:[:hg. ]+([0-9]{2})?)?", text.lower(), re.ASCII)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        if hour > 24 or minute > 59 or hour * 60 + minute > 24 * 60:
            raise ValueError(text)
        return hour * 60 + minute

    def show(self, value: int) -> str:
        return f"{value // 60:02}:{value % 60:02}"


class PickupPointForm(FlaskForm):
    name = LineField(_("Name of the place"), [required()], limit=80)
    address = LineField(_("Address"), [required()], limit=200)
    weekdays = SelectMultipleField(
        _("On which days?"),
        coerce=int,
        choices=[SelectChoice(number, words) for number, words in enumerate(WEEKDAYS)],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    opens = HourField(_("From"), [InputRequired(_("Please fill this in."))])
    closes = HourField(_("To"), [InputRequired(_("Please fill this in."))])
    opens_again = HourField(_("And again from"), [optional()])
    closes_again = HourField(_("To"), [optional()])
    cut_off = WholeNumberField(
        _("Hours you need to get an order ready"), [InputRequired(_("Please fill this in."))], most=72
    )

    def hours(self) -> list[tuple[int, int]]:
        pairs = ((self.opens.data, self.closes.data), (self.opens_again.data, self.closes_again.data))
        return [(opens, closes) for opens, closes in pairs if opens is not None and closes is not None]

    def validate_weekdays(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one day."))

    def validate_closes(self, field: HourField) -> None:
        self._is_after(field, self.opens)

    def validate_opens_again(self, field: HourField) -> None:
        if (field.data is None) != (self.closes_again.data is None):
            raise ValidationError(_("Fill in both times, or none."))
        if field.data is not None and self.closes.data is not None and field.data < self.closes.data:
            raise ValidationError(_("This must be later than the times before."))

    def validate_closes_again(self, field: HourField) -> None:
        self._is_after(field, self.opens_again)

    def _is_after(self, field: HourField, start: HourField) -> None:
        if field.data is not None and start.data is not None and field.data <= start.data:
            raise ValidationError(_("The end must be later than the beginning."))


class HubForm(PickupPointForm):
    """A collecting place is open like a pickup point; the beginning is also when cooperatives must have been there."""

    phone = PhoneField(_("Phone number"), [required()])
    province = SelectField(_("Province or city"), [chosen()])
    storages = SelectMultipleField(
        _("What can it keep?"),
        choices=[SelectChoice(one.value, words) for one, words in STORAGES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def validate_storages(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one kind of goods."))

    def kept(self) -> list[StorageClass]:
        return [StorageClass(one) for one in self.storages.data or []]
