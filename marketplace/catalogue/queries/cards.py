"""What a product's card shows, read without touching the product's own rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace.catalogue.models import Listing
from marketplace.catalogue.queries.badges import badges_of
from marketplace.certificates.queries import Badge
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.geography import queries as geography


@dataclass(frozen=True)
class Card:
    """One product in a list of products."""

    product_id: int
    slug: str
    name: str
    cooperative_slug: str
    cooperative_name: str
    province_name: str
    picture: dict[str, Any] | None
    price_from: int
    unit_price: int
    base_unit: BaseUnit
    kilogram_dong: int | None
    content: int
    has_variants: bool
    in_stock: bool
    is_demo: bool
    badges: list[Badge]

    @property
    def url(self) -> str:
        """A fixed address (design.md 3)."""
        return f"/san-pham/{self.slug}"


COLUMNS = (
    Listing.product_id,
    Listing.slug,
    Listing.name,
    Listing.cooperative_slug,
    Listing.cooperative_name,
    Listing.province_code,
    Listing.picture,
    Listing.price_dong,
    Listing.unit_price_dong,
    Listing.base_unit,
    Listing.variant_count,
    Listing.kilogram_dong,
    Listing.content,
    Listing.in_stock_until,
    Listing.is_demo,
)


def read_cards(query: Select[Any], *, on: date) -> list[Card]:
    """Cards of a statement that selects COLUMNS, and one more statement for all their badges."""
    return cards_of(session.execute(query).all(), on=on)


def cards_of(rows: Sequence[Row[Any]], *, on: date) -> list[Card]:
    badges = badges_of([row.product_id for row in rows], on=on)
    return [_card(row, badges[row.product_id], on=on) for row in rows]


def _card(row: Row[Any], badges: list[Badge], *, on: date) -> Card:
    return Card(
        product_id=row.product_id,
        slug=row.slug,
        name=row.name,
        cooperative_slug=row.cooperative_slug,
        cooperative_name=row.cooperative_name,
        province_name=province_name(row.province_code),
        picture=row.picture,
        price_from=row.price_dong,
        unit_price=row.unit_price_dong,
        base_unit=row.base_unit,
        kilogram_dong=row.kilogram_dong,
        content=row.content,
        has_variants=row.variant_count > 1,
        in_stock=row.in_stock_until is not None and row.in_stock_until >= on,
        is_demo=row.is_demo,
        badges=badges,
    )


def province_name(code: str) -> str:
    province = geography.find_province(code)
    return province.bare_name if province else ""


def newest_cards(*, on: date, limit: int) -> list[Card]:
    """What came on the market last."""
    query = select(*COLUMNS).order_by(Listing.published_at.desc(), Listing.product_id.desc()).limit(limit)
    return read_cards(query, on=on)


def cards_beside(
    product_id: int, *, subgroup: str, group_code: str, on: date, limit: int
) -> tuple[list[Badge], list[Card]]:
    """(badges of the product, products of its group that can be had now, its own sub-group first)."""
    query = (
        select(*COLUMNS, Listing.subgroup)
        .where(Listing.group_code == group_code, Listing.product_id != product_id, Listing.in_stock_until >= on)
        .order_by(Listing.published_at.desc(), Listing.product_id.desc())
        .limit(limit * 5)
    )
    rows = sorted(session.execute(query).all(), key=lambda row: row.subgroup != subgroup)[:limit]
    badges = badges_of([product_id, *(row.product_id for row in rows)], on=on)
    return badges[product_id], [_card(row, badges[row.product_id], on=on) for row in rows]
