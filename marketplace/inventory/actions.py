"""Stock moves: receive a lot, take packs first expired first out, give back, write off.

Every change is one conditional update of one lot row with a movement beside it, in the caller's transaction. Nothing
is decided on a value read earlier; the constraints of the table are the second lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue import actions as catalogue
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.inventory import queries, rules
from marketplace.inventory.errors import LotInUse, NotEnoughStock
from marketplace.inventory.models import LotStock, StockMovement
from marketplace.inventory.states import MovementKind

PASSES = 5  # a lot can be emptied by another buyer between our look and our update; then we look again


@dataclass(frozen=True)
class Taken:
    """So much of a lot, in base units, for a line."""

    lot_id: int
    quantity: int


def receive(*, lot_id: int, product_id: int, quantity: int, best_before: date, by: int | None) -> None:
    """A published lot comes on sale with all it holds."""
    session.add(
        LotStock(
            lot_id=lot_id,
            product_id=product_id,
            best_before=best_before,
            is_open=True,
            received=quantity,
            available=quantity,
        )
    )
    session.flush()
    _note(lot_id, MovementKind.RECEIVED, quantity, reference=f"lot:{lot_id}", by=by)
    refresh_shop_window(product_id)


def set_open(*, lot_id: int, is_open: bool) -> None:
    """Hold or release a lot; from this moment nothing more of it is sold, or it is sold again."""
    product_id = session.scalar(
        update(LotStock).where(LotStock.lot_id == lot_id).values(is_open=is_open).returning(LotStock.product_id)
    )
    if product_id is not None:
        refresh_shop_window(product_id)


def take(*, product_id: int, content: int, packs: int, reference: str, on: date, by: int | None) -> list[Taken]:
    """Take whole packs for `reference`, from the lot that ends first; raises NotEnoughStock.

    Called for products in ascending order of id within one transaction, so that two orders never wait for each other
    in a circle.
    """
    missing, emptied = packs, False
    taken: dict[int, int] = {}
    for _ in range(PASSES):
        lots = queries.lots_to_take_from(product_id, content=content, on=on) if missing else []
        for lot_id, available in lots:
            wanted = min(missing, rules.packs_in(available, content))
            if wanted and _take_from_lot(lot_id, wanted * content):
                missing -= wanted
                taken[lot_id] = taken.get(lot_id, 0) + wanted * content
                emptied = emptied or wanted == rules.packs_in(available, content)
        if not lots:
            break
    if missing:
        raise NotEnoughStock(product_id, asked=packs, left=packs - missing)
    for lot_id, quantity in taken.items():
        _note(lot_id, MovementKind.SOLD, -quantity, reference=reference, by=by)
    if emptied:
        refresh_shop_window(product_id)
    return [Taken(lot_id, quantity) for lot_id, quantity in taken.items()]


def _take_from_lot(lot_id: int, quantity: int) -> bool:
    changed = session.execute(
        update(LotStock)
        .where(LotStock.lot_id == lot_id, LotStock.is_open, LotStock.available >= quantity)
        .values(available=LotStock.available - quantity, sold=LotStock.sold + quantity)
        .returning(LotStock.lot_id)
    )
    return changed.one_or_none() is not None


def give_back(*, lot_id: int, quantity: int, reference: str, by: int | None) -> None:
    """A cancelled or refused line returns what it took. A second time writes nothing: the movement's key is taken."""
    already = session.scalar(
        select(StockMovement.id).where(
            StockMovement.reference == reference,
            StockMovement.lot_id == lot_id,
            StockMovement.kind == MovementKind.GIVEN_BACK,
        )
    )
    if already is not None:
        return
    product_id = session.execute(
        update(LotStock)
        .where(LotStock.lot_id == lot_id, LotStock.sold >= quantity)
        .values(available=LotStock.available + quantity, sold=LotStock.sold - quantity)
        .returning(LotStock.product_id)
    ).scalar_one()
    _note(lot_id, MovementKind.GIVEN_BACK, quantity, reference=reference, by=by)
    refresh_shop_window(product_id)


def write_off(*, lot_id: int, quantity: int, reference: str, note: str, by: int) -> None:
    """Spoilt or lost goods leave the shelf; raises LotInUse when less than that is left."""
    product_id = session.execute(
        update(LotStock)
        .where(LotStock.lot_id == lot_id, LotStock.available >= quantity)
        .values(available=LotStock.available - quantity, lost=LotStock.lost + quantity)
        .returning(LotStock.product_id)
    ).scalar_one_or_none()
    if product_id is None:
        raise LotInUse(f"lot {lot_id} has less than {quantity} left")
    _note(lot_id, MovementKind.LOST, -quantity, reference=reference, note=note, by=by)
    refresh_shop_window(product_id)


def refresh_shop_window(product_id: int) -> None:
    """Tell the listing until when, and from which harvest, the product can be bought."""
    window = queries.shop_window(product_id, on=clock.today())
    catalogue.set_stock(product_id, in_stock_until=window.in_stock_until, harvested_on=window.harvested_on)


def _note(lot_id: int, kind: MovementKind, quantity: int, *, reference: str, by: int | None, note: str = "") -> None:
    session.add(
        StockMovement(
            lot_id=lot_id, kind=kind, quantity=quantity, reference=reference, note=note, by_id=by, at=clock.now()
        )
    )
