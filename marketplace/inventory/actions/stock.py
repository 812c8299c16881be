"""Stock for orders: packs are held first expired first out, released, and leave with the parcel.

Stock is the lot's own balance (traceability): here is only what a shop does with it. Every change is one conditional
update of one lot row in the caller's transaction; nothing is decided on a value read earlier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.catalogue import actions as catalogue
from marketplace.foundation import clock
from marketplace.inventory import queries, rules
from marketplace.inventory.errors import NotEnoughStock
from marketplace.traceability.actions import balance, sell_reserved
from marketplace.traceability.states import MovementKind

PASSES = 5  # a lot can be emptied by another buyer between our look and our update; then we look again


@dataclass(frozen=True)
class Taken:
    """So much of a lot, in base units, for a line."""

    lot_id: int
    quantity: int


def take(*, product_id: int, content: int, packs: int, reference: str, on: date, by: int | None) -> list[Taken]:
    """Hold whole packs for `reference`, from the lot that ends first; raises NotEnoughStock.

    Called for products in ascending order of id within one transaction, so that two orders never wait for each other
    in a circle.
    """
    missing, emptied = packs, False
    taken: dict[int, int] = {}
    for _ in range(PASSES):
        lots = queries.lots_to_take_from(product_id, content=content, on=on) if missing else []
        for lot_id, available in lots:
            wanted = min(missing, rules.packs_in(available, content))
            if wanted and _hold(lot_id, wanted * content, reference=reference, by=by):
                missing -= wanted
                taken[lot_id] = taken.get(lot_id, 0) + wanted * content
                emptied = emptied or wanted == rules.packs_in(available, content)
        if not lots:
            break
    if missing:
        raise NotEnoughStock(product_id, asked=packs, left=packs - missing)
    for lot_id, quantity in taken.items():
        balance.note_movement(lot_id, MovementKind.RESERVED, quantity, reference=reference, by=by)
    if emptied:
        refresh_shop_window(product_id)
    return [Taken(lot_id, quantity) for lot_id, quantity in taken.items()]


def _hold(lot_id: int, quantity: int, *, reference: str, by: int | None) -> bool:
    # Noted once for all passes, by `take`.
    return balance.change(lot_id, MovementKind.RESERVED, quantity, reference=reference, by=by, notes=False)


def take_more(*, lot_id: int, product_id: int, quantity: int, reference: str, by: int | None) -> bool:
    """Hold so much more of a lot, because what was held weighs more; False, and nothing written, when it has less left."""
    if not balance.change(lot_id, MovementKind.RESERVED, quantity, reference=reference, by=by):
        return False
    refresh_shop_window(product_id)
    return True


def give_back(*, lot_id: int, product_id: int, quantity: int, reference: str, by: int | None) -> None:
    """A cancelled or refused line releases what it held. A second time writes nothing."""
    if balance.is_counted(lot_id, MovementKind.RELEASED, reference):
        return
    if not balance.change(lot_id, MovementKind.RELEASED, quantity, reference=reference, by=by):
        raise RuntimeError(f"{reference} gives back {quantity} of lot {lot_id}, which holds less for orders")
    refresh_shop_window(product_id)


def hand_over(*, lot_id: int, quantity: int, reference: str, by: int | None) -> None:
    """What a line held leaves with its parcel. Raises traceability.LotMoveRefused for a held or recalled lot."""
    sell_reserved(lot_id, quantity, reference=reference, by=by)


def refresh_shop_window(product_id: int) -> None:
    """Tell the listing until when, and from which harvest, the product can be bought."""
    window = queries.shop_window(product_id, on=clock.today())
    catalogue.set_stock(product_id, in_stock_until=window.in_stock_until, harvested_on=window.harvested_on)
