"""What people type about lots and labels."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import InputRequired

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    ParagraphField,
    PhoneField,
    QuantityField,
    WholeNumberField,
    chosen,
    not_in_future,
    optional,
    required,
)
from marketplace.geography import queries as geography
from marketplace.traceability.labels import LAYOUTS, SheetLayout
from marketplace.traceability.words import REPORTS, SHEETS, STAGES

LARGEST_RUN = 20_000


class LotForm(FlaskForm):
    """One harvest or batch. `commune_code` is what the typed commune means, once the form has been checked."""

    product = SelectField(_("Product"), [chosen()], coerce=int)
    batch = LineField(_("Lot number"), [required()], limit=30)
    harvested_on = DayField(_("Harvested or made on"), [required(), not_in_future(clock.today)])
    best_before = DayField(_("Best before"), [optional()])
    quantity = QuantityField(_("How much is it in all?"), [InputRequired(_("Please fill this in."))])
    place = LineField(_("Field, garden, pond or workshop"), [required()], limit=160)
    commune = LineField(_("Commune or ward"), [required()], limit=120)

    commune_code = ""

    def __init__(self, products: Collection[Product], cooperative: Cooperative, **kwargs: Any) -> None:
        self._units = {product.id: product.base_unit for product in products}
        self._names = [(product.id, product.name) for product in products]
        self._cooperative = cooperative
        super().__init__(**kwargs)

    def process(self, formdata: Any = None, *arguments: Any, **kwargs: Any) -> None:
        # "2 tạ" of rice are 200 kg and "2 tá" of eggs 24: the product decides before the quantity is read.
        self.product.choices = self._names
        formdata = self.meta.wrap_formdata(self, formdata)
        product_id = formdata.get("product", 0, type=int) if formdata else kwargs.get("product") or 0
        self.quantity.unit = self._units.get(product_id, BaseUnit.GRAM)
        super().process(formdata, *arguments, **kwargs)

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

    pack = SelectField(_("Pack"), [chosen()], coerce=int)
    count = WholeNumberField(_("How many labels?"), [required()], least=1, most=LARGEST_RUN)
    layout = RadioField(_("Sticker sheet (A4)"), [chosen()], default="21")

    def __init__(self, packs: Collection[tuple[int, str]], **kwargs: Any) -> None:
        self._packs = list(packs)
        super().__init__(**kwargs)

    def process(self, *arguments: Any, **kwargs: Any) -> None:
        self.pack.choices = self._packs
        self.layout.choices = [SelectChoice(name, _sheet_words(layout)) for name, layout in LAYOUTS.items()]
        super().process(*arguments, **kwargs)


def _sheet_words(layout: SheetLayout) -> Any:
    return _(
        "%(count)s labels a sheet, each %(width)s × %(height)s mm, %(purpose)s",
        count=layout.count,
        width=f"{layout.width:g}".replace(".", ","),
        height=f"{layout.height:g}".replace(".", ","),
        purpose=SHEETS[layout.name],
    )


class ReportForm(FlaskForm):
    kind = RadioField(
        _("What is wrong?"), [chosen()], choices=[SelectChoice(kind, words) for kind, words in REPORTS.items()]
    )
    place = LineField(_("Where did you see it?"), limit=200)
    note = ParagraphField(_("Tell us more"), limit=1000)
    phone = PhoneField(_("Your phone number, if we may call you"), [optional()])


class PublicityForm(FlaskForm):
    """What origin pages show beyond what Circular 02/2024/TT-BKHCN obliges them to show."""

    quantity = BooleanField(_("How much the lot is in all"))
    operators = BooleanField(_("Names of the people who did the work"))
    notes = BooleanField(_("Notes beside the steps"))
    photos = BooleanField(_("Photos of the steps"))
    coarse_place = BooleanField(_("Where the plot lies, to about 1 km"))
