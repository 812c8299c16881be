"""What is left, of which lot, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from marketplace.catalogue.models import Variant
from marketplace.foundation.database import session
from marketplace.inventory.models import LotStock, StockMovement
from marketplace.traceability.models import Lot


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


def lots_to_take_from(product_id: int, *, content: int, on: date) -> Sequence[tuple[int, int]]:
    """(lot id, what is left) of lots that can fill a pack, first expired first."""
    return [
        (row.lot_id, row.available)
        for row in session.execute(
            select(LotStock.lot_id, LotStock.available)
            .where(
                LotStock.product_id == product_id,
                LotStock.is_open,
                LotStock.best_before >= on,
                LotStock.available >= content,
            )
            .order_by(LotStock.best_before, LotStock.lot_id)
        )
    ]


def shop_window(product_id: int, *, on: date) -> ShopWindow:
    """Read over lots that can still fill the smallest pack on sale."""
    smallest = (
        select(func.min(Variant.content)).where(Variant.product_id == product_id, Variant.is_active).scalar_subquery()
    )
    rows = session.execute(
        select(LotStock.best_before, Lot.harvested_on)
        .join(Lot, Lot.id == LotStock.lot_id)
        .where(
            LotStock.product_id == product_id,
            LotStock.is_open,
            LotStock.best_before >= on,
            LotStock.available >= smallest,
        )
        .order_by(LotStock.best_before, LotStock.lot_id)
    ).all()
    if not rows:
        return ShopWindow(None, None)
    return ShopWindow(in_stock_until=rows[-1].best_before, harvested_on=rows[0].harvested_on)


def lots_on_sale(product_id: int, *, on: date, limit: int = 3) -> list[LotOnSale]:
    """Lots of the product with something left, in the order in which they are sold."""
    rows = session.execute(
        select(Lot.code, Lot.batch, Lot.harvested_on, Lot.best_before, Lot.place, LotStock.available)
        .join(LotStock, LotStock.lot_id == Lot.id)
        .where(
            LotStock.product_id == product_id,
            LotStock.is_open,
            LotStock.best_before >= on,
            LotStock.available > 0,
        )
        .order_by(LotStock.best_before, LotStock.lot_id)
        .limit(limit)
    )
    return [LotOnSale(*row) for row in rows]


def stock_of(lot_ids: Sequence[int]) -> dict[int, LotStock]:
    """The counters of these lots, by lot."""
    found = session.scalars(select(LotStock).where(LotStock.lot_id.in_(lot_ids)))
    return {stock.lot_id: stock for stock in found}


def packs_left(contents: dict[int, tuple[int, int]], *, on: date) -> dict[int, int]:
    """Whole packs that can be had now per variant: `contents` maps variant to (product, base units a pack)."""
    product_ids = {product_id for product_id, _ in contents.values()}
    rows = session.execute(
        select(LotStock.product_id, LotStock.available).where(
            LotStock.product_id.in_(product_ids),
            LotStock.is_open,
            LotStock.best_before >= on,
            LotStock.available > 0,
        )
    ).all()
    return {
        variant_id: sum(available // content for lot_product, available in rows if lot_product == product_id)
        for variant_id, (product_id, content) in contents.items()
    }


def stock_that_disagrees() -> list[str]:
    """Invariant: what is left of a lot is the sum of its movements, and never less than nothing."""
    moved = (
        select(StockMovement.lot_id, func.sum(StockMovement.quantity).label("quantity"))
        .group_by(StockMovement.lot_id)
        .subquery()
    )
    in_movements = func.coalesce(moved.c.quantity, 0)
    rows = session.execute(
        select(LotStock.lot_id, LotStock.available, in_movements)
        .outerjoin(moved, moved.c.lot_id == LotStock.lot_id)
        .where(or_(LotStock.available < 0, LotStock.available != in_movements))
        .order_by(LotStock.lot_id)
    )
    return [f"lot {lot} has {left} left, its movements say {quantity}" for lot, left, quantity in rows]
