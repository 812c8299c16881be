"""What people type about plots and seasons. The fields of diary entries come from rules.KINDS."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, ValidationError

from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import rules
from marketplace.farming.models import Plot
from marketplace.foundation import clock
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    ParagraphField,
    QuantityField,
    WholeNumberField,
    chosen,
    not_in_future,
    optional,
    required,
)
from marketplace.geography import queries as geography

_POINT = re.compile(r"\s*(-?[0-9]{1,2}[.][0-9]{1,15})\s*[,;\s]\s*(-?[0-9]{1,3}[.][0-9]{1,15})\s*")
# The box around Vietnam's land and islands: catches swapped numbers.
LATITUDES, LONGITUDES = (6.0, 24.0), (101.0, 118.0)
MOST_CORNERS = 60


class PlotForm(FlaskForm):
    """`commune_code`, `point` in hundredths of a degree and `polygon` are what was typed, once it has been checked."""

    name = LineField(_("Name of the plot"), [required()], limit=80)
    area_m2 = WholeNumberField(_("Area (m²)"), [required()], least=1, most=100_000_000)
    crop = LineField(_("What grows or lives there?"), limit=120)
    farmer = LineField(_("Whose plot is it?"), limit=80)
    commune = LineField(_("Commune or ward"), [required()], limit=120)
    growing_area_code = LineField(_("Growing-area code, if it has one"), limit=40)
    place = LineField(_("Point on the map"), limit=80)
    outline = ParagraphField(_("Corners of the plot, one in a line"), limit=4000)

    commune_code = ""
    point: tuple[int, int] | None = None
    polygon: list[list[float]] | None = None

    def __init__(self, cooperative: Cooperative, **kwargs: Any) -> None:
        self._cooperative = cooperative
        super().__init__(**kwargs)

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

    def validate_place(self, field: LineField) -> None:
        if field.data:
            latitude, longitude = _point(field.data)
            coarse = rules.hundredths(latitude), rules.hundredths(longitude)
            if coarse[0] is not None and coarse[1] is not None:
                self.point = coarse[0], coarse[1]

    def validate_outline(self, field: ParagraphField) -> None:
        corners = [_point(line) for line in (field.data or "").splitlines() if line.strip()]
        if corners and not 3 <= len(corners) <= MOST_CORNERS:
            raise ValidationError(_("An outline has from 3 to %(most)s corners.", most=MOST_CORNERS))
        self.polygon = [[float(latitude), float(longitude)] for latitude, longitude in corners] or None


def _point(typed: str) -> tuple[str, str]:
    found = _POINT.fullmatch(typed)
    if found is None:
        raise ValidationError(_("Type latitude and longitude as your map shows them, such as 20.65, 106.05."))
    if not (LATITUDES[0] <= float(found[1]) <= LATITUDES[1] and LONGITUDES[0] <= float(found[2]) <= LONGITUDES[1]):
        raise ValidationError(_("This point is not in Vietnam. Latitude comes first: 20.65, 106.05."))
    return found[1], found[2]


class SeasonForm(FlaskForm):
    """A season; without a typed ceiling it gets the usual one."""

    plot = SelectField(_("Plot"), [chosen()], coerce=int)
    product = SelectField(_("Product"), [chosen()], coerce=int)
    certificate = SelectField(_("Under which certificate?"), coerce=int)
    name = LineField(_("Name of the season"), [required()], limit=80)
    started_on = DayField(_("Began on"), [required(), not_in_future(clock.today)])
    ceiling = QuantityField(_("At most this much can be harvested"), [optional()])
    ceiling_note = LineField(_("How do you know?"), limit=200)

    def __init__(
        self,
        plots: Collection[Plot],
        products: Collection[Product],
        certificates: Collection[tuple[Certificate, str]],
        **kwargs: Any,
    ) -> None:
        self._plots = [(plot.id, plot.name) for plot in plots]
        self._products = [(product.id, product.name) for product in products]
        self._units = {product.id: product.base_unit for product in products}
        self._certificates = [(0, _("None")), *((one.id, f"{words} · {one.number}") for one, words in certificates)]
        super().__init__(**kwargs)

    def process(self, formdata: Any = None, *arguments: Any, **kwargs: Any) -> None:
        self.plot.choices, self.product.choices = self._plots, self._products
        self.certificate.choices = self._certificates
        formdata = self.meta.wrap_formdata(self, formdata)
        product_id = formdata.get("product", 0, type=int) if formdata else kwargs.get("product") or 0
        self.ceiling.unit = self._units.get(product_id, BaseUnit.GRAM)
        super().process(formdata, *arguments, **kwargs)

    def validate_ceiling(self, field: QuantityField) -> None:
        # The usual ceiling is a weight: what is counted in pieces or litres has none.
        if field.data is None and self._units.get(self.product.data) != BaseUnit.GRAM:
            raise ValidationError(_("Type how much this season can give at most; this product is not weighed."))

    def validate_ceiling_note(self, field: LineField) -> None:
        if self.ceiling.data is not None and not field.data:
            raise ValidationError(_("Say where your figure comes from, such as the mean of the last three years."))


class EndSeasonForm(FlaskForm):
    """Nothing but the token."""


class SeenForm(FlaskForm):
    """An officer has looked into a diary."""

    note = ParagraphField(_("What did you find?"), [required()], limit=400)
