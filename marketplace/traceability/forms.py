"""What people type about lots and labels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    ParagraphField,
    Parsed,
    PhoneField,
    QuantityField,
    WholeNumberField,
    chosen,
    not_in_future,
    optional,
    required,
)
from marketplace.foundation.web.filters import quantity
from marketplace.geography import queries as geography
from marketplace.traceability.labels import LAYOUTS, SheetLayout
from marketplace.traceability.queries import UsableLot
from marketplace.traceability.states import LabelKind
from marketplace.traceability.words import REPORTS, SHEETS, STAGES

LARGEST_RUN = 20_000


# What stands for a lot's origin where no season is chosen by its number.
RUNNING, WORKSHOP, BOUGHT, NOWHERE = "running", "workshop", "bought", "none"


class LotForm(FlaskForm):
    """One harvest or batch. `commune_code` is what the typed commune means, once the form has been checked."""

    product = SelectField(_("Product"), [chosen()], coerce=int)
    season = SelectField(_("Where is it from?"), [optional()], default=RUNNING)
    bought_from = LineField(_("Bought from whom?"), limit=160)
    bought_paper = LineField(_("Number of the receipt or contract"), limit=80)
    batch = LineField(_("Lot number"), [required()], limit=30)
    harvested_on = DayField(_("Harvested or made on"), [required(), not_in_future(clock.today)])
    best_before = DayField(_("Best before"), [optional()])
    quantity = QuantityField(_("How much is it in all?"), [InputRequired(_("Please fill this in."))])
    place = LineField(_("Field, garden, pond or workshop"), [required()], limit=160)
    commune = LineField(_("Commune or ward"), [required()], limit=120)

    commune_code = ""

    def __init__(
        self,
        products: Collection[Product],
        cooperative: Cooperative,
        seasons: Collection[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        self._seasons = list(seasons)
        self._units = {product.id: product.base_unit for product in products}
        self._names = [(product.id, product.name) for product in products]
        self._cooperative = cooperative
        super().__init__(**kwargs)

    def process(self, formdata: Any = None, *arguments: Any, **kwargs: Any) -> None:
        # "2 tạ" of rice are 200 kg and "2 tá" of eggs 24: the product decides before the quantity is read.
        self.product.choices = self._names
        self.season.choices = [
            SelectChoice(RUNNING, _("The season of this product that is running")),
            *(SelectChoice(str(number), words) for number, words in self._seasons),
            SelectChoice(WORKSHOP, _("No season: made in our workshop")),
            SelectChoice(BOUGHT, _("No season: bought in")),
            SelectChoice(NOWHERE, _("No season, and no paper")),
        ]
        formdata = self.meta.wrap_formdata(self, formdata)
        product_id = formdata.get("product", 0, type=int) if formdata else kwargs.get("product") or 0
        self.quantity.unit = self._units.get(product_id, BaseUnit.GRAM)
        super().process(formdata, *arguments, **kwargs)

    @property
    def season_id(self) -> int | None:
        """The season that was chosen by its number."""
        return int(self.season.data) if (self.season.data or "").isdigit() else None

    def validate_bought_from(self, field: LineField) -> None:
        if self.season.data == BOUGHT and not field.data:
            raise ValidationError(_("Type from whom you bought it."))

    def validate_bought_paper(self, field: LineField) -> None:
        if self.season.data == BOUGHT and not field.data:
            raise ValidationError(_("Type the number of the paper. Without one choose “No season, and no paper”."))

    def validate_best_before(self, field: DayField) -> None:
        if field.data and self.harvested_on.data and field.data < self.harvested_on.data:
            raise ValidationError(_("This day lies before the harvest. Check both days."))

    def validate_quantity(self, field: QuantityField) -> None:
        if not field.data:
            raise ValidationError(_("Type how much there is, for example 120 kg."))

    def validate_commune(self, field: LineField) -> None:
        typed = (field.data or "").casefold()
        own = geography.find_commune(self._cooperative.commune_code)
        if own is not None and typed in (own.name.casefold(), own.bare_name.casefold()):
            self.commune_code = own.code
            return
        province = self._cooperative.province_code
        matches = geography.search_communes(typed, province) or geography.search_communes(typed)
        exact = [match for match in matches if match.name.casefold() == typed]
        found = exact if len(exact) == 1 else matches
        if not found:
            raise ValidationError(_("We know no such commune or ward. Type its name of today or its old one."))
        if len(found) > 1:
            names = "; ".join(f"{match.name}, {match.province_name}" for match in found[:5])
            raise ValidationError(_("Several places have this name. Type one of these: %(names)s.", names=names))
        self.commune_code = found[0].code


class StageForm(FlaskForm):
    kind = SelectField(
        _("What was done?"), [chosen()], choices=[SelectChoice(kind.value, words) for kind, words in STAGES.items()]
    )
    name = LineField(_("More exactly"), limit=80)
    started_on = DayField(_("On which day?"), [required(), not_in_future(clock.today)])
    ended_on = DayField(_("Until which day?"), [optional(), not_in_future(clock.today)])
    place = LineField(_("Where?"), [required()], limit=160)
    operator = LineField(_("Who did it?"), limit=80)
    note = ParagraphField(_("Note for the buyers"), limit=600)
    photo = FileField(_("Photo"))

    def validate_ended_on(self, field: DayField) -> None:
        if field.data and self.started_on.data and field.data < self.started_on.data:
            raise ValidationError(_("The last day lies before the first. Check both days."))


class ReasonForm(FlaskForm):
    """Why a lot is held, released or recalled."""

    reason = ParagraphField(_("Why?"), [required()], limit=400)


class LabelForm(FlaskForm):
    """How many labels for which pack on which paper; `packs` are (id of the pack, words)."""

    kind = RadioField(
        _("Which labels?"),
        [chosen()],
        choices=[
            SelectChoice(LabelKind.UNIT.value, _("Each pack its own code")),
            SelectChoice(LabelKind.LOT.value, _("One code for all packs of the lot")),
        ],
        default=LabelKind.UNIT.value,
    )
    pack = SelectField(_("Pack"), [chosen()], coerce=int)
    count = WholeNumberField(_("How many labels?"), [required()], least=1, most=LARGEST_RUN)
    layout = RadioField(_("Sticker paper"), [chosen()], default="21")

    def __init__(self, packs: Collection[tuple[int, str]], **kwargs: Any) -> None:
        self._packs = list(packs)
        super().__init__(**kwargs)

    def process(self, *arguments: Any, **kwargs: Any) -> None:
        self.pack.choices = self._packs
        self.layout.choices = [SelectChoice(name, _sheet_words(layout)) for name, layout in LAYOUTS.items()]
        super().process(*arguments, **kwargs)


def _sheet_words(layout: SheetLayout) -> Any:
    if layout.is_roll:
        return _(
            "Roll of a label printer, %(width)s × %(height)s mm, %(purpose)s",
            width=f"{layout.width:g}".replace(".", ","),
            height=f"{layout.height:g}".replace(".", ","),
            purpose=SHEETS[layout.name],
        )
    return _(
        "%(count)s labels a sheet, each %(width)s × %(height)s mm, %(purpose)s",
        count=layout.count,
        width=f"{layout.width:g}".replace(".", ","),
        height=f"{layout.height:g}".replace(".", ","),
        purpose=SHEETS[layout.name],
    )


class VoidForm(FlaskForm):
    """Spoilt labels: so many of a lot's, or those with these serials, or all of a run that are still in the house."""

    count = WholeNumberField(_("How many labels?"), [optional()], least=1, most=LARGEST_RUN)
    serials = ParagraphField(_("Codes of the labels, one in each line"), limit=20_000)
    rest = BooleanField(_("All labels of this run whose packs are still in the house"))
    reason = LineField(_("Why?"), [required()], limit=200)

    def __init__(self, *, is_of_units: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._is_of_units = is_of_units

    def validate_count(self, field: WholeNumberField) -> None:
        if not self._is_of_units and not field.data:
            raise ValidationError(_("Type how many labels were spoilt."))

    def validate_serials(self, field: ParagraphField) -> None:
        if self._is_of_units and not self.rest.data and not (field.data or "").strip():
            raise ValidationError(_("Type the codes, or tick that all of them are void."))


class SellLabelledForm(FlaskForm):
    """Packs with labels that were sold outside the market. `token` makes the second click a nothing."""

    token = HiddenField()
    packs = WholeNumberField(_("How many packs?"), [required()], least=1, most=LARGEST_RUN)
    note = LineField(_("Where, or to whom?"), [required()], limit=200)


class ReturnForm(FlaskForm):
    """A pack that came back in good order."""

    serial = LineField(_("Code on the pack"), [required()], limit=300)
    note = LineField(_("Note"), [required()], limit=200)


class ReportForm(FlaskForm):
    kind = RadioField(
        _("What is wrong?"), [chosen()], choices=[SelectChoice(kind, words) for kind, words in REPORTS.items()]
    )
    place = LineField(_("Where did you see it?"), limit=200)
    note = ParagraphField(_("Tell us more"), limit=1000)
    phone = PhoneField(
        _("Your phone number, if the Alliance may call you; the cooperative does not see it"), [optional()]
    )


class PublicityForm(FlaskForm):
    """What origin pages show beyond what Circular 02/2024/TT-BKHCN obliges them to show."""

    quantity = BooleanField(_("How much the lot is in all"))
    operators = BooleanField(_("Names of the people who did the work"))
    notes = BooleanField(_("Notes beside the steps"))
    photos = BooleanField(_("Photos of the steps"))
    coarse_place = BooleanField(_("Where the plot lies, to about 1 km"))


class PermilleField(Parsed):
    """A share typed in per cent with at most one decimal, such as 24,5; its data is in per mille."""

    wrong = _("Type per cent such as 24 or 13,5.")

    def parse(self, text: str) -> int:
        share = Decimal(text.removesuffix("%").strip().replace(",", ".")) * 10
        if share != share.to_integral_value() or not 0 <= share < 1000:
            raise ValueError(text)
        return int(share)

    failures = (ValueError, ArithmeticError)

    def show(self, value: int) -> str:
        return f"{value / 10:g}".replace(".", ",")


class InputForm(Form):
    """How much of one lot goes in; empty means nothing."""

    quantity = QuantityField(_("How much of it?"), [optional()])

    def __init__(self, lot: UsableLot, formdata: Any = None, **kwargs: Any) -> None:
        self._lot = lot
        super().__init__(formdata, **kwargs)

    def process(self, *arguments: Any, **kwargs: Any) -> None:
        self.quantity.unit = self._lot.base_unit
        name = str(_("How much of lot %(batch)s went in?", batch=self._lot.batch))
        self.quantity.render_kw = {"data-in": self._lot.base_unit.value, "aria-label": name}
        super().process(*arguments, **kwargs)


class OutputForm(Form):
    """One lot that comes out; a row in which no quantity stands is none."""

    product = SelectField(_("Product"), [optional()], coerce=int)
    quantity = QuantityField(_("How much came out?"), [optional()])
    batch = LineField(_("Lot number"), limit=30)
    best_before = DayField(_("Best before"), [optional()])
    is_byproduct = BooleanField(_("A by-product, such as bran, husk or leavings"))

    def __init__(self, products: Collection[Product], formdata: Any = None, **kwargs: Any) -> None:
        self._products = {product.id: product for product in products}
        self._choices = [(product.id, product.name) for product in products]
        super().__init__(formdata, **kwargs)

    def process(self, formdata: Any = None, *arguments: Any, **kwargs: Any) -> None:
        self.product.choices = self._choices
        wrapped = self.meta.wrap_formdata(self, formdata)
        typed = wrapped.get(f"{self._prefix}product", 0, type=int) if wrapped else kwargs.get("product") or 0
        chosen_product = self._products.get(typed)
        self.quantity.unit = chosen_product.base_unit if chosen_product else BaseUnit.GRAM
        super().process(formdata, *arguments, **kwargs)

    @property
    def is_filled(self) -> bool:
        return bool(self.quantity.data or self.quantity.typed)


class TransformForm(FlaskForm):
    """What is said once of a transformation; its lots stand in `inputs` and `outputs`.

    `token` becomes the first new lot's code, so that the second click finds it there already.
    """

    token = HiddenField()
    on = DayField(_("On which day?"), [required(), not_in_future(clock.today)])
    place = LineField(_("Where?"), [required()], limit=160)
    moisture_before = PermilleField(_("Moisture before, per cent"))
    moisture_after = PermilleField(_("Moisture after, per cent"))
    is_weighed = BooleanField(_("I have weighed it again. It is right."))
    note = ParagraphField(_("Note"), limit=400)

    inputs: dict[int, InputForm]
    outputs: list[OutputForm]

    def validate_everything(self, *, is_dried: bool) -> bool:
        rows: list[Form] = [*self.inputs.values(), *self.outputs]
        is_good = all([self.validate(), *[row.validate() for row in rows]])
        if is_dried and is_good:
            before, after = self.moisture_before.data, self.moisture_after.data
            if before is None or after is None:
                self.moisture_before.errors = [_("Measure how moist the goods were before and are now.")]
                is_good = False
            elif before <= after:
                self.moisture_after.errors = [_("Goods get drier by drying: this must be less than before.")]
                is_good = False
        return is_good


class OutgoForm(FlaskForm):
    """Goods that leave a lot outside of orders. `token` makes the second click a nothing."""

    token = HiddenField()
    quantity = QuantityField(_("How much?"), [InputRequired(_("Please fill this in."))])
    note = LineField(_("Note"), [required()], limit=200)

    def __init__(self, unit: BaseUnit, **kwargs: Any) -> None:
        self._unit = unit
        super().__init__(**kwargs)

    def process(self, *arguments: Any, **kwargs: Any) -> None:
        self.quantity.unit = self._unit
        super().process(*arguments, **kwargs)

    def validate_quantity(self, field: QuantityField) -> None:
        if not field.data:
            raise ValidationError(_("Type how much there is, for example 120 kg."))


class OfferForm(FlaskForm):
    """Goods for another cooperative. `receiver_id` is whom the typed name means, once the form has been checked."""

    token = HiddenField()
    lot = SelectField(_("Lot"), [chosen()])
    quantity = QuantityField(_("How much?"), [InputRequired(_("Please fill this in."))])
    receiver = LineField(_("To which cooperative? Its name or tax code"), [required()], limit=160)
    note = LineField(_("Note for them"), limit=200)

    receiver_id = 0

    def __init__(
        self, lots: Collection[UsableLot], find: Callable[[str], Sequence[Cooperative]], **kwargs: Any
    ) -> None:
        self._lots = {lot.code: lot for lot in lots}
        self._find = find
        super().__init__(**kwargs)

    def process(self, formdata: Any = None, *arguments: Any, **kwargs: Any) -> None:
        self.lot.choices = [
            (
                lot.code,
                _(
                    "%(product)s, lot %(batch)s: %(left)s left",
                    product=lot.product_name,
                    batch=lot.batch,
                    left=quantity(lot.left, lot.base_unit),
                ),
            )
            for lot in self._lots.values()
        ]
        formdata = self.meta.wrap_formdata(self, formdata)
        code = formdata.get("lot", "") if formdata else kwargs.get("lot") or ""
        self.quantity.unit = self._lots[code].base_unit if code in self._lots else BaseUnit.GRAM
        super().process(formdata, *arguments, **kwargs)

    def validate_quantity(self, field: QuantityField) -> None:
        if not field.data:
            raise ValidationError(_("Type how much there is, for example 120 kg."))

    def validate_receiver(self, field: LineField) -> None:
        found = self._find(field.data or "")
        typed = (field.data or "").casefold()
        exact = [one for one in found if typed in (one.short_name.casefold(), one.legal_name.casefold())]
        found = exact if len(exact) == 1 else found
        if not found:
            raise ValidationError(_("We know no such cooperative on this market. Type its tax code."))
        if len(found) > 1:
            names = "; ".join(f"{one.short_name} ({one.tax_code})" for one in found)
            raise ValidationError(_("Several cooperatives have this name: %(names)s. Type the tax code.", names=names))
        self.receiver_id = found[0].id


class AcceptForm(FlaskForm):
    """What becomes of goods that are taken over."""

    product = SelectField(_("As which of your products?"), [chosen()], coerce=int)
    batch = LineField(_("Lot number"), [required()], limit=30)
    best_before = DayField(_("Best before"), [required()])
    place = LineField(_("Where do the goods lie now?"), [required()], limit=160)

    def __init__(self, products: Collection[Product], **kwargs: Any) -> None:
        self._products = list(products)
        super().__init__(**kwargs)

    def process(self, *arguments: Any, **kwargs: Any) -> None:
        self.product.choices = [(product.id, product.name) for product in self._products]
        super().process(*arguments, **kwargs)


class SettleForm(FlaskForm):
    """What a cooperative says about an alarm; an explanation needs its words, a copy may stop the lot."""

    note = ParagraphField(_("What is behind it?"), [optional()], limit=400)
    stop = BooleanField(_("Stop the sale of this lot until it is clear"))


class DecisionForm(FlaskForm):
    """An officer's yes or no, with its reason."""

    reason = ParagraphField(_("Reason"), [required()], limit=400)
