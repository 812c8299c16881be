"""The seasons behind the plain lots of data/market.toml: each on its plot, with the few lines of a diary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product
from marketplace.catalogue.rules import RAW
from marketplace.certificates.models import Certificate
from marketplace.demo.scene import at
from marketplace.farming import actions as farming
from marketplace.farming.models import Season
from marketplace.farming.rules import yield_ceiling
from marketplace.farming.states import DiaryKind
from marketplace.foundation.clock import moved_to
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability.rules import CERTIFIES_GROWING

BEGINS = timedelta(days=70)  # before the first harvest
CLOSED_AFTER = timedelta(days=30)  # when nothing more was picked
LEAST_M2 = 500

# (kind of work, days before the harvest, what was written down)
_GROWN = (
    (DiaryKind.WEEDING_PRUNING, 45, {"work": "Làm cỏ, tỉa cành", "worker": "Tổ sản xuất"}),
    (DiaryKind.FERTILIZER, 30, {
        "fertilizer": "Phân chuồng ủ hoai", "fertilizer_type": "huu_co", "dose": "15 tấn/ha", "method": "Bón gốc",
        "worker": "Tổ sản xuất",
    }),
    (DiaryKind.IRRIGATION, 12, {"water_source": "Kênh nội đồng", "watering_method": "Tưới rãnh"}),
)  # fmt: skip
_RAISED = (
    (DiaryKind.FEED, 40, {"feed": "Ngô, thóc của HTX", "feed_quantity": "60 kg/ngày", "worker": "Tổ chăn nuôi"}),
    (DiaryKind.SCOUTING, 15, {"finding": "Khỏe mạnh, không có bệnh", "measure": "Giữ chuồng sạch, theo dõi tiếp"}),
)
_ANIMALS = frozenset({"food_fresh_animal", "food_raw_honey_other"})


def is_grown(product: Product, harvests: Sequence[date]) -> bool:
    """Sold as it grew, or under a certificate of growing: then a season stands behind its lots."""
    return product.subgroup in RAW or _certificate(product, min(harvests)) is not None


def grow(product: Product, *, owner: int, place: str, commune: str, harvests: Sequence[date], quantity: int) -> Season:
    """A season that can give `quantity` in all, with what was done before each harvest."""
    begun_on = min(harvests) - BEGINS
    is_weighed = product.base_unit == BaseUnit.GRAM
    grams_per_m2 = yield_ceiling(product.name, product.subgroup).grams_per_m2
    area = quantity * 5 // 4 // grams_per_m2 // 100 * 100 + LEAST_M2 if is_weighed else 5_000
    with moved_to(at(begun_on, 7)), transaction():
        plot = farming.add_plot(
            product.cooperative_id,
            farming.PlotFacts(name=f"Khu sản xuất {place}", area_m2=area, commune_code=commune, crop=product.name),
            by=owner,
            is_demo=True,
        )
        season = farming.start_season(
            plot,
            product,
            name=f"Vụ {begun_on.year}",
            started_on=begun_on,
            by=owner,
            certificate=_certificate(product, min(harvests)),
            ceiling=None if is_weighed else quantity * 5 // 4,
            ceiling_note="" if is_weighed else "theo số đàn, đã kiểm kê",
            is_demo=True,
        )
    for harvest in harvests:
        for kind, days, told in _RAISED if product.subgroup in _ANIMALS else _GROWN:
            _write(season, kind, harvest - timedelta(days=days), told, harvest, owner)
    return season


def close(season: Season, *, last: date, owner: int, today: date) -> None:
    """After the last harvest; what was picked lately goes on."""
    if today - last > CLOSED_AFTER:
        with moved_to(at(last + CLOSED_AFTER)), transaction():
            farming.end_season(session.merge(season), on=last + CLOSED_AFTER, by=owner)


def _write(season: Season, kind: DiaryKind, on: date, told: dict[str, Any], harvest: date, owner: int) -> None:
    key = str(uuid5(NAMESPACE_URL, f"demo/field/{season.id}/{kind}/{harvest}"))
    with moved_to(at(on, 18)), transaction():
        farming.write_entry(season, farming.NewEntry(kind, on, told), client_id=key, by=owner)


def _certificate(product: Product, on: date) -> Certificate | None:
    badges = catalogue.badges_of([product.id], on=on)[product.id]
    growing = [badge.certificate_id for badge in badges if badge.scheme in CERTIFIES_GROWING]
    return session.get(Certificate, growing[0]) if growing else None
