"""What buyers and cooperatives type about supply and demand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.catalogue.models import Product, Variant
from marketplace.catalogue.rules import SUBGROUPS as GROUPED
from marketplace.catalogue.words import GROUPS, SUBGROUPS
from marketplace.certificates.schemes import SCHEMES
from marketplace.fairs.models import Fair
from marketplace.foundation import clock, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    MoneyField,
    ParagraphField,
    PhoneField,
    TaxCodeField,
    chosen,
    optional,
    required,
)
from marketplace.geography import queries as geography
from marketplace.geography.fields import CommuneField
from marketplace.payments.states import Method
from marketplace.sourcing.actions import DemandDetails, Terms
from marketplace.sourcing.models import Demand
from marketplace.sourcing.queries import Ground
from marketplace.sourcing.rules import LARGEST_QUANTITY, LONGEST_PERIOD
from marketplace.sourcing.states import Basis, BuyerKind, Frequency, PaperKind
from marketplace.sourcing.words import (
    BASES,
    BUYER_KINDS,
    FREQUENCIES,
    PAPER_KINDS,
    PAYMENTS,
    UNITS,
    amount,
    typed_amount,
)

QUOTED_FOR = timedelta(days=180)  # nobody stands to a price for longer


class AmountField(LineField):
    """So much of something: kilograms, litres or pieces unless a unit is typed; `quantity` is in base units once
    `understand` has read it."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, limit=40, **kwargs)
        self.quantity = 0

    def understand(self, unit: BaseUnit) -> None:
        """Raises ValidationError that says what to type instead."""
        usual = {BaseUnit.GRAM: "kg", BaseUnit.MILLILITRE: "l", BaseUnit.PIECE: ""}[unit]
        typed = str(self.data or "")
        text = typed if re.search(r"[^\W\d_]", typed) else f"{typed} {usual}".strip()
        try:
            self.quantity = quantities.parse_quantity(text, unit)
        except quantities.BadQuantity:
            raise ValidationError(_SAYS_HOW[unit]) from None
        if not 0 < self.quantity <= LARGEST_QUANTITY:
            raise ValidationError(_SAYS_HOW[unit])


_SAYS_HOW = {
    BaseUnit.GRAM: _("Type a weight such as 500 kg, 2 tạ or 1,5 tấn."),
    BaseUnit.MILLILITRE: _("Type a volume such as 200 lít."),
    BaseUnit.PIECE: _("Type a whole number of pieces such as 300."),
}


def day_of(field: DayField) -> date:
    """What a checked form has read."""
    day = field.data
    assert isinstance(day, date), "the form has checked it"
    return day


class DemandForm(FlaskForm):
    buyer_kind = SelectField(
        _("Who are you?"), [chosen()], choices=[SelectChoice(one.value, words) for one, words in BUYER_KINDS.items()]
    )
    buyer_name = LineField(_("Name of the kitchen, shop or company"), [required()], limit=120)
    phone = PhoneField(_("Phone number"), [required()])
    tax_code = TaxCodeField(_("Tax code"), [optional()])
    subgroup = SelectField(_("Kind of goods"), [chosen()], validate_choice=False)
    product = LineField(_("What exactly?"), [required()], limit=120)
    unit = RadioField(
        _("How is it measured?"),
        [chosen()],
        choices=[SelectChoice(one.value, words) for one, words in UNITS.items()],
        default=BaseUnit.GRAM.value,
    )
    quantity = AmountField(_("How much each time?"), [required()])
    frequency = SelectField(
        _("How often?"),
        [chosen()],
        choices=[SelectChoice(one.value, words) for one, words in FREQUENCIES.items()],
        default=Frequency.WEEKLY.value,
    )
    starts_on = DayField(_("First delivery"), [required()])
    ends_on = DayField(_("Last delivery"), [required()])
    specification = ParagraphField(_("Size, grade, packing, time of delivery"), limit=1500)
    required_schemes = SelectMultipleField(
        _("Certificates that the goods must have"),
        choices=[SelectChoice(code, kind.name) for code, kind in SCHEMES.items() if code != "ocop"],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    target = MoneyField(_("Price that you think of, for a kilogram, litre or piece, delivered"), [optional()])
    target_is_public = BooleanField(_("Show this price on the board; else only cooperatives that quote see it"))
    province = SelectField(_("Province or city"), [chosen()], validate_choice=False)
    commune = CommuneField(_("Commune or ward"), [required()], limit=120)
    address_line = LineField(_("House number, street, hamlet"), [required()], limit=160)
    payment = RadioField(_("How will you pay?"), [chosen()], default=Method.VIETQR.value)
    payment_note = LineField(_("More about paying, such as who gets the invoice"), limit=200)
    deadline_on = DayField(_("Quotes until"), [required()])
    fair = SelectField(_("Posted in a fair"), validate_choice=False)

    def offer(self, methods: Sequence[Method], fairs: Sequence[Fair]) -> None:
        """Fill the lists to choose from; of the ways to pay those that this market has."""
        self.subgroup.choices = [
            SelectChoice("", _("Choose the kind of goods")),
            *(
                SelectChoice(code, SUBGROUPS[code], optgroup=str(GROUPS[group]))
                for group, several in GROUPED.items()
                for code in several
            ),
        ]
        self.payment.choices = [SelectChoice(one.value, PAYMENTS[one]) for one in PAYMENTS if one in methods]
        self.province.choices = [SelectChoice("", _("Choose the province"))]
        self.province.choices += [SelectChoice(one.code, one.name) for one in geography.provinces()]
        self.fair.choices = [SelectChoice("", _("no, on the board only"))]
        self.fair.choices += [SelectChoice(str(one.id), one.name) for one in fairs]
        self._fair_ids = {one.id for one in fairs}

    def validate_subgroup(self, field: SelectField) -> None:
        if field.data not in SUBGROUPS:
            raise ValidationError(_("Please choose one."))

    def validate_quantity(self, field: AmountField) -> None:
        if self.unit.data in list(BaseUnit):
            field.understand(BaseUnit(self.unit.data))

    def validate_starts_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is over. The first delivery is today or later."))

    def validate_ends_on(self, field: DayField) -> None:
        if not field.data or not self.starts_on.data:
            return
        if field.data < self.starts_on.data:
            raise ValidationError(_("The last delivery must not be before the first."))
        if field.data - self.starts_on.data > LONGEST_PERIOD:
            raise ValidationError(_("At most one year. Post the next year when it comes."))

    def validate_deadline_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_("Give cooperatives time: choose a day from today on."))
        if field.data and self.ends_on.data and field.data > self.ends_on.data:
            raise ValidationError(_("Quotes must end before the last delivery."))

    def validate_target(self, field: MoneyField) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Type a price, or leave it empty."))

    def validate_province(self, field: SelectField) -> None:
        if geography.find_province(field.data or "") is None:
            raise ValidationError(_("Please choose one."))

    def validate_commune(self, field: CommuneField) -> None:
        if geography.find_province(self.province.data or "") is not None:
            field.understand(self.province.data)

    def details(self) -> DemandDetails:
        fair = self.fair.data or ""
        return DemandDetails(
            buyer_kind=BuyerKind(self.buyer_kind.data),
            buyer_name=self.buyer_name.data or "",
            phone=str(self.phone.data),
            tax_code=self.tax_code.data or "",
            product=self.product.data or "",
            subgroup=self.subgroup.data,
            unit=BaseUnit(self.unit.data),
            quantity=self.quantity.quantity,
            frequency=Frequency(self.frequency.data),
            starts_on=day_of(self.starts_on),
            ends_on=day_of(self.ends_on),
            specification=self.specification.data or "",
            required_schemes=tuple(sorted(self.required_schemes.data or [])),
            target_dong=self.target.data,
            target_is_public=bool(self.target_is_public.data),
            address_line=self.address_line.data or "",
            commune_code=self.commune.code,
            province_code=self.province.data,
            payment_method=Method(self.payment.data),
            payment_note=self.payment_note.data or "",
            deadline_on=day_of(self.deadline_on),
            fair_id=int(fair) if fair.isdecimal() and int(fair) in self._fair_ids else None,
        )


def values_of(demand: Demand) -> dict[str, Any]:
    """What the form shows of a demand."""
    return {
        **{name: getattr(demand, name) for name in DemandDetails.__dataclass_fields__},
        "quantity": typed_amount(demand.quantity, demand.unit),
        "target": demand.target_dong,
        "province": demand.province_code,
        "commune": demand.commune_code,
        "payment": demand.payment_method.value,
        "unit": demand.unit.value,
        "buyer_kind": demand.buyer_kind.value,
        "frequency": demand.frequency.value,
        "fair": str(demand.fair_id or ""),
    }


class ReasonForm(FlaskForm):
    reason = LineField(_("Reason"), [required()], limit=200)


class ForecastForm(FlaskForm):
    """`unit` is that of the product that the forecast rests on."""

    ground = SelectField(_("What does it rest on?"), [chosen()], validate_choice=False)
    quantity = AmountField(_("How much can you promise?"), [required()])
    starts_on = DayField(_("Ready from"), [required()])
    ends_on = DayField(_("Until"), [required()])
    note = LineField(_("Note, such as how much the workshop makes a day"), limit=200)

    def offer(self, grounds: Sequence[Ground]) -> None:
        self._grounds = {one.key: one for one in grounds}
        self.ground.choices = [SelectChoice(one.key, _ground_words(one)) for one in grounds]

    @property
    def chosen_ground(self) -> Ground | None:
        return self._grounds.get(self.ground.data or "")

    def validate_ground(self, field: SelectField) -> None:
        if self.chosen_ground is None:
            raise ValidationError(_("Please choose one."))

    def validate_quantity(self, field: AmountField) -> None:
        if self.chosen_ground is not None:
            field.understand(self.chosen_ground.unit)

    def validate_ends_on(self, field: DayField) -> None:
        _check_period(self.starts_on, field)

    def validate_note(self, field: LineField) -> None:
        ground = self.chosen_ground
        if ground is not None and ground.basis == Basis.WORKSHOP and not field.data:
            raise ValidationError(_("Write how much the workshop makes a day or a week."))


class ForecastChangeForm(FlaskForm):
    quantity = AmountField(_("How much can you promise?"), [required()])
    starts_on = DayField(_("Ready from"), [required()])
    ends_on = DayField(_("Until"), [required()])
    note = LineField(_("Note, such as how much the workshop makes a day"), limit=200)
    unit = BaseUnit.GRAM

    def validate_quantity(self, field: AmountField) -> None:
        field.understand(self.unit)

    def validate_ends_on(self, field: DayField) -> None:
        _check_period(self.starts_on, field)


def _check_period(start: DayField, end: DayField) -> None:
    if not start.data or not end.data:
        return
    if end.data < start.data:
        raise ValidationError(_("The end must not be before the beginning."))
    if end.data < clock.today():
        raise ValidationError(_("This day is over."))
    if end.data - start.data > LONGEST_PERIOD:
        raise ValidationError(_("At most one year."))


def _ground_words(ground: Ground) -> str:
    words = [ground.product_name, ground.season_name or str(BASES[ground.basis])]
    if ground.most is not None:
        words.append(str(_("at most %(most)s", most=amount(ground.most, ground.unit))))
    return " · ".join(words)


class TermsForm(FlaskForm):
    """Quantity of one delivery and a price; `unit` is that of the demand."""

    seen = HiddenField()
    quantity = AmountField(_("How much each time?"), [required()])
    price = MoneyField(_("Price for a kilogram, litre or piece, delivered"), [required()])
    words = ParagraphField(_("Message"), limit=1000)
    unit = BaseUnit.GRAM

    def validate_quantity(self, field: AmountField) -> None:
        field.understand(self.unit)

    def validate_price(self, field: MoneyField) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Type a price such as 25.000."))

    @property
    def terms(self) -> Terms:
        return Terms(self.quantity.quantity, self.price.data or 0)


class QuoteForm(TermsForm):
    product = SelectField(_("Which of your products?"), [chosen()], validate_choice=False)
    sample_on = DayField(_("A sample can be there on"), [optional()])
    valid_until = DayField(_("The quote stands until"), [required()])

    def offer(self, products: Sequence[Product]) -> None:
        self.product.choices = [SelectChoice(str(one.id), one.name) for one in products]
        self._products = {str(one.id): one for one in products}

    @property
    def chosen_product(self) -> Product | None:
        return self._products.get(self.product.data or "")

    def validate_product(self, field: SelectField) -> None:
        if self.chosen_product is None:
            raise ValidationError(_("Please choose one."))

    def validate_valid_until(self, field: DayField) -> None:
        if field.data and not clock.today() <= field.data <= clock.today() + QUOTED_FOR:
            raise ValidationError(_("Choose a day from today on, at most half a year away."))

    def validate_sample_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is over."))


class AnswerForm(FlaskForm):
    """Words, and other terms when both of them are typed."""

    seen = HiddenField()
    words = ParagraphField(_("Message"), limit=1000)
    quantity = AmountField(_("Other quantity each time"))
    price = MoneyField(_("Other price, delivered"), [optional()])
    unit = BaseUnit.GRAM
    standing = Terms(0, 0)

    def validate_words(self, field: ParagraphField) -> None:
        if not field.data and not self.quantity.data and self.price.data is None:
            raise ValidationError(_("Write something, or name another quantity or price."))

    def validate_quantity(self, field: AmountField) -> None:
        if field.data:
            field.understand(self.unit)

    def validate_price(self, field: MoneyField) -> None:
        if field.data is not None and field.data <= 0:
            raise ValidationError(_("Type a price such as 25.000."))

    @property
    def terms(self) -> Terms | None:
        """What stands, with what was named anew; None when nothing was."""
        if not self.quantity.data and self.price.data is None:
            return None
        return Terms(self.quantity.quantity or self.standing.quantity, self.price.data or self.standing.price_dong)


class AcceptForm(FlaskForm):
    seen = HiddenField()
    kind = RadioField(
        _("What do you sign?"),
        [chosen()],
        choices=[SelectChoice(one.value, words) for one, words in PAPER_KINDS.items()],
        default=PaperKind.MEMORANDUM.value,
    )


class SignForm(FlaskForm):
    digest = HiddenField()
    position = LineField(_("Your position, such as head of the kitchen"), [required()], limit=80)
    has_read = BooleanField(_("I have read the whole paper and I am allowed to sign for my side"))

    def validate_has_read(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(_("Tick this to sign."))


class CallOffForm(FlaskForm):
    token = HiddenField()
    quantity = AmountField(_("How much?"), [required()])
    deliver_on = DayField(_("To be delivered on"), [required()])
    note = LineField(_("Note for the driver"), limit=200)
    unit = BaseUnit.GRAM

    def validate_quantity(self, field: AmountField) -> None:
        field.understand(self.unit)


class ConfirmForm(FlaskForm):
    variant = SelectField(_("In which packs?"), [chosen()], validate_choice=False)

    def offer(self, variants: Sequence[Variant], quantity: int) -> None:
        """Packs that come out even, the largest first."""
        fitting = sorted(
            (one for one in variants if one.is_active and quantity % one.content == 0), key=lambda one: -one.content
        )
        self._variants = {str(one.id): one for one in fitting}
        self.variant.choices = [SelectChoice(str(one.id), f"{quantity // one.content} × {one.name}") for one in fitting]

    @property
    def chosen_variant(self) -> Variant | None:
        return self._variants.get(self.variant.data or "")

    def validate_variant(self, field: SelectField) -> None:
        if self.chosen_variant is None:
            raise ValidationError(_("Please choose one."))
