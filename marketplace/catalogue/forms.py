"""What a cooperative types about a product."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.fields import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.catalogue import rules
from marketplace.catalogue.actions import Pack, ProductDetails
from marketplace.catalogue.models import Product
from marketplace.catalogue.rules import SUBGROUPS as GROUPED
from marketplace.catalogue.rules import content_of, usual_gross, usual_vat
from marketplace.catalogue.states import StorageClass, VatCode
from marketplace.catalogue.words import GROUPS, MEASURE_IS_FIXED, STORAGE, SUBGROUPS, VAT
from marketplace.foundation import clock, money, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web.fields import (
    LineField,
    ParagraphField,
    Parsed,
    WholeNumberField,
    chosen,
    optional,
    required,
)
from marketplace.gs1.identifiers import BadIdentifier, RestrictedNumber, WrongCheckDigit, gtin14

PACK_ROWS = 3
MOST_PACKS = 12
HIGHEST_PRICE = 500_000_000
LONGEST_ID = 19  # digits; whatever is longer is no row of ours


class ContentField(Parsed):
    """What is in a pack: "500 g", "1,5 lít", "1 cái"; the data is (how much, in which base unit)."""

    wrong = _("Type what is in the pack, such as 500 g, 1,5 kg, 500 ml or 1 cái.")

    def parse(self, text: str) -> tuple[int, BaseUnit]:
        content = content_of(text)
        if content is None:
            raise ValueError(text)
        return content

    def show(self, value: tuple[int, BaseUnit]) -> str:
        return quantities.format_quantity(value[0], value[1], piece_word="cái")


class PriceField(Parsed):
    """A price in đồng, as people type it."""

    failures = money.BadAmount
    wrong = _("Type an amount in đồng such as 45.000 or 45k.")

    def parse(self, text: str) -> int:
        return money.parse_dong(text)

    def show(self, value: int) -> str:
        return f"{value:,}".replace(",", ".")

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if self.data is not None and not 0 < self.data <= HIGHEST_PRICE:
            raise ValidationError(_("Type a price from 1 ₫ to 500.000.000 ₫."))


class GtinField(Parsed):
    """The number under a GS1 bar code, as 14 digits; what is wrong with it is said in its own sentence."""

    failures = BadIdentifier

    def parse(self, text: str) -> str:
        try:
            return gtin14(text)
        except RestrictedNumber:
            self.wrong = _(
                "Numbers that begin with 02, 04 or 20 to 29 are used inside single shops only."
                " Type the number that GS1 gave your cooperative, or leave this empty."
            )
            raise
        except WrongCheckDigit:
            self.wrong = _("One digit of this bar code number is wrong. Compare it digit by digit with the pack.")
            raise
        except BadIdentifier:
            self.wrong = _("Type the 8, 12, 13 or 14 digits under the bar code, or leave this empty.")
            raise

    def show(self, value: str) -> str:
        # As it stands under the bar code; the noughts in front are for computers.
        return value[6:] if value.startswith("000000") else value.removeprefix("0")


class PackForm(Form):
    id = HiddenField()
    name = LineField(_("Name of the pack"), limit=60)
    content = ContentField(_("What is in it"), [optional()])
    price = PriceField(_("Price with VAT"), [optional()])
    gross_grams = WholeNumberField(_("Weight with packing, in grams"), [optional()], least=1, most=200_000)
    kilogram = PriceField(_("Price of a kilogram, with VAT"), [optional()])
    tolerance = WholeNumberField(_("At most how many percent more the buyer pays"), [optional()], least=1, most=100)
    gtin = GtinField(_("GS1 bar code number"), [optional()])

    def validate_kilogram(self, field: PriceField) -> None:
        if not field.data:
            return
        if field.data % rules.KILOGRAM_STEP_DONG:
            raise ValidationError(_("Type the price of a kilogram in whole hundreds, such as 145.000."))
        if self.content.data and self.content.data[1] != BaseUnit.GRAM:
            raise ValidationError(_("Only goods measured in g or kg are sold by weight. Type above what one weighs."))
        if self.content.data and self.content.data[0] % rules.ESTIMATE_STEP_GRAMS:
            raise ValidationError(_("Type above what one weighs about, in whole tens of grams, such as 1,6 kg."))

    def validate_tolerance(self, field: WholeNumberField) -> None:
        most = rules.most_tolerance_percent(clock.today())
        if field.data and field.data > most:
            raise ValidationError(_("At most %(most)s percent.", most=most))

    @property
    def price_dong(self) -> int | None:
        """Of goods sold by weight it follows from the price of a kilogram."""
        if self.kilogram.data and self.content.data:
            return rules.price_at(self.kilogram.data, self.content.data[0])
        price: int | None = self.price.data
        return price

    @property
    def known_id(self) -> int | None:
        typed = self.id.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < LONGEST_ID else None

    @property
    def is_empty(self) -> bool:
        return not (
            self.name.data
            or self.content.typed
            or self.price.typed
            or self.content.data
            or self.price.data
            or self.kilogram.typed
        )


class ProductForm(FlaskForm):
    version = HiddenField()
    kept_photos = HiddenField()
    photos = MultipleFileField(_("Photos"))
    name = LineField(_("Name of the product"), [required()], limit=120)
    subgroup = SelectField(_("What is it?"), [chosen()], validate_choice=False)
    packs = FieldList(FormField(PackForm), min_entries=PACK_ROWS, max_entries=MOST_PACKS)
    season = SelectMultipleField(
        _("In season (none ticked: all year)"),
        choices=[SelectChoice(str(month), str(month)) for month in range(1, 13)],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    shelf_life_days = WholeNumberField(_("Shelf life in days"), [required()], least=1, most=36_500)
    storage = RadioField(
        _("How it travels"),
        [chosen()],
        choices=[SelectChoice(k.value, w) for k, w in STORAGE.items()],
        default=StorageClass.AMBIENT.value,
    )
    vat_code = SelectField(_("VAT"), invalid_choice_message=_("Please choose one."))
    summary = LineField(_("In one sentence"), limit=160)
    description = ParagraphField(_("Tell more"), limit=4000)
    ingredients = LineField(_("Ingredients"), limit=400)
    usage = LineField(_("How to use it"), limit=400)
    warnings = LineField(_("Careful"), limit=400)
    storage_note = LineField(_("How to keep it"), limit=200)
    brand = LineField(_("Brand"), limit=80)
    standard = LineField(_("Standard applied"), limit=120)

    def offer(self, *, is_new: bool) -> None:
        """Fill the lists to choose from. Nothing is chosen for a new product, so that no kind is taken by oversight."""
        self.subgroup.choices = [SelectChoice("", _("Choose the kind of goods"))] if is_new else []
        self.subgroup.choices += [
            SelectChoice(code, SUBGROUPS[code], optgroup=str(GROUPS[group]))
            for group, several in GROUPED.items()
            for code in several
        ]
        self.vat_code.choices = [SelectChoice("", _("The usual one for this kind of goods"))] if is_new else []
        self.vat_code.choices += [SelectChoice(code.value, words) for code, words in VAT.items()]

    def offer_one_more_pack(self) -> None:
        if len(self.packs.entries) < MOST_PACKS:
            self.packs.append_entry()

    def refuse_gtin(self) -> None:
        self.packs.errors = [
            _(
                "Another product on this market has this bar code number. Check it with GS1 Vietnam or call the Alliance."
            )
        ]

    def refuse_measure(self, base_unit: str) -> None:
        self.packs.errors = [MEASURE_IS_FIXED[BaseUnit(base_unit)]]

    def validate_subgroup(self, field: SelectField) -> None:
        if field.data not in SUBGROUPS:
            raise ValidationError(_("Please choose one."))

    def validate_packs(self, field: FieldList) -> None:
        rows = [entry.form for entry in field.entries if not entry.form.is_empty]
        if not rows:
            raise ValidationError(_("Fill in at least one pack: what is in it and its price."))
        for row in rows:
            for part in (row.content, row.price):
                is_known = part is row.price and row.kilogram.data
                if part.data is None and not part.errors and not is_known:
                    part.errors = [_("Please fill this in.")]
        known: set[str] = set()
        for row in rows:
            if row.gtin.data and row.gtin.data in known:
                row.gtin.errors = [_("Two packs cannot have the same bar code number.")]
            known.add(row.gtin.data or "")
        parts = ("content", "price", "gross_grams", "kilogram", "tolerance", "gtin")
        if any(row[part].errors for row in rows for part in parts):
            raise ValidationError(_("Look at the marked pack."))
        if len({row.content.data[1] for row in rows}) > 1:
            raise ValidationError(
                _("All packs of one product are measured alike: by weight, by volume or by the piece.")
            )

    @property
    def base_unit(self) -> BaseUnit:
        unit: BaseUnit = next(entry.form.content.data[1] for entry in self.packs.entries if not entry.form.is_empty)
        return unit

    def pack_values(self) -> list[Pack]:
        rows = [entry.form for entry in self.packs.entries if not entry.form.is_empty]
        return [
            Pack(
                id=row.known_id,
                name=row.name.data or ContentField.show(row.content, row.content.data),
                content=row.content.data[0],
                price_dong=row.price_dong,
                gross_grams=row.gross_grams.data or usual_gross(*row.content.data),
                gtin=row.gtin.data or "",
                kilogram_dong=row.kilogram.data,
                tolerance_percent=(row.tolerance.data or rules.USUAL_TOLERANCE_PERCENT) if row.kilogram.data else None,
            )
            for row in rows
        ]

    def details(self) -> ProductDetails:
        return ProductDetails(
            name=self.name.data or "",
            subgroup=self.subgroup.data,
            base_unit=self.base_unit,
            vat_code=VatCode(self.vat_code.data or usual_vat(self.subgroup.data, clock.today())),
            shelf_life_days=self.shelf_life_days.data or 1,
            season_months=sum(1 << (int(month) - 1) for month in self.season.data or []),
            storage=StorageClass(self.storage.data),
            storage_note=self.storage_note.data or "",
            summary=self.summary.data or "",
            description=self.description.data or "",
            brand=self.brand.data or "",
            standard=self.standard.data or "",
            ingredients=self.ingredients.data or "",
            usage=self.usage.data or "",
            warnings=self.warnings.data or "",
        )


def values_of(product: Product) -> dict[str, Any]:
    """What the form shows of a product."""
    same = (
        "name", "subgroup", "shelf_life_days", "storage", "vat_code", "summary", "description", "ingredients", "usage",
        "warnings", "storage_note", "brand", "standard", "version",
    )  # fmt: skip
    packs = [
        {
            "id": variant.id,
            "name": variant.name,
            "content": (variant.content, product.base_unit),
            "price": variant.price_dong,
            "gross_grams": variant.gross_grams,
            "gtin": variant.gtin,
            "kilogram": variant.kilogram_dong,
            "tolerance": variant.tolerance_percent,
        }
        for variant in product.variants
        if variant.is_active
    ]
    return {
        **{name: getattr(product, name) for name in same},
        "season": [str(month) for month in range(1, 13) if product.season_months >> (month - 1) & 1],
        "packs": (packs + [{}] * max(1, PACK_ROWS - len(packs)))[:MOST_PACKS],
    }


class PhotoForm(FlaskForm):
    photos = MultipleFileField(_("More photos"))


class ImportForm(FlaskForm):
    sheet = FileField(_("The filled-in Excel file"))
