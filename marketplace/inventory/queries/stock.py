"""What is left, of which lot, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select

from marketplace.catalogue.models import Variant
from marketplace.foundation.database import session
from marketplace.traceability.models import Lot
from marketplace.traceability.models.lots import left_of_lot
from marketplace.traceability.states import LotState


@dataclass(frozen=True)
class ShopWindow:
    """Until when a product can be bought, and the harvest of the lot sold next; both None when it is sold out."""

    in_stock_until: date | None
    harvested_on: date | None


@dataclass(frozen=True)
class LotOnSale:
    """The lot that the next pack comes from."""

    code: str
    batch: str
    harvested_on: date
    best_before: date
    place: str
    available: int


def _on_sale(on: date, least: int | ColumnElement[int] = 1) -> ColumnElement[bool]:
    return and_(Lot.state == LotState.PUBLISHED, Lot.best_before >= on, left_of_lot() >= least)


def lots_to_take_from(product_id: int, *, content: int, on: date) -> Sequence[tuple[int, int]]:
    """(lot id, what is left) of lots that can fill a pack, first expired first."""
    rows = session.execute(
        select(Lot.id, left_of_lot().label("left"))
        .where(Lot.product_id == product_id, _on_sale(on, content))
        .order_by(Lot.best_before, Lot.id)
    )
    return [(row.id, row.left) for row in rows]


def shop_window(product_id: int, *, on: date) -> ShopWindow:
    """Read over lots that can still fill the smallest pack on sale."""
    smallest = (
        select(func.min(Variant.content)).where(Variant.product_id == product_id, Variant.is_active).scalar_subquery()
    )
    rows = session.execute(
        select(Lot.best_before, Lot.harvested_on)
        .where(Lot.product_id == product_id, _on_sale(on, smallest))
        .order_by(Lot.best_before, Lot.id)
    ).all()
    if not rows:
        return ShopWindow(None, None)
    return ShopWindow(in_stock_until=rows[-1].best_before, harvested_on=rows[0].harvested_on)


def lots_on_sale(product_id: int, *, on: date, limit: int = 3) -> list[LotOnSale]:
    """Lots of the product with something left, in the order in which they are sold."""
    rows = session.execute(
        select(Lot.code, Lot.batch, Lot.harvested_on, Lot.best_before, Lot.place, left_of_lot())
        .where(Lot.product_id == product_id, _on_sale(on))
        .order_by(Lot.best_before, Lot.id)
        .limit(limit)
    )
    return [LotOnSale(*row) for row in rows]


def packs_left(contents: dict[int, tuple[int, int]], *, on: date) -> dict[int, int]:
    """Whole packs that can be had now per variant: `contents` maps variant to (product, base units a pack)."""
    product_ids = {product_id for product_id, _ in contents.values()}
    rows = session.execute(
        select(Lot.product_id, left_of_lot().label("left")).where(Lot.product_id.in_(product_ids), _on_sale(on))
    ).all()
    return {
        variant_id: sum(left // content for lot_product, left in rows if lot_product == product_id)
        for variant_id, (product_id, content) in contents.items()
    }
