"""What orders and the trade outside the market do to a lot: reserve, release, sell, take back, write off."""

from __future__ import annotations

from marketplace.catalogue.models import Product
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.traceability import documents
from marketplace.traceability.actions import balance, telling
from marketplace.traceability.actions.telling import NOW, Occurrence
from marketplace.traceability.documents import Item
from marketplace.traceability.errors import LotMoveRefused, NotEnoughInLot
from marketplace.traceability.events import StockChanged
from marketplace.traceability.models import Lot
from marketplace.traceability.states import EventKind, ItemRole, LotState, MovementKind


def sell_reserved(lot_id: int, quantity: int, *, reference: str, by: int | None) -> None:
    """What an order held has left the house. Raises LotMoveRefused when the lot was held or recalled meanwhile.

    A second time writes nothing.
    """
    if balance.is_counted(lot_id, MovementKind.SOLD, reference):
        return
    lot = session.get_one(Lot, lot_id)
    if not balance.change(lot_id, MovementKind.SOLD, quantity, reference=reference, by=by):
        session.refresh(lot)
        raise LotMoveRefused(f"lot {lot.code} is {lot.state}; nothing of it leaves the house")
    session.refresh(lot)
    tell_quantity(EventKind.SOLD, lot, quantity, reference=reference, by=by, occurrence=NOW)


def sell_in_bulk(
    lot: Lot, quantity: int, *, reference: str, note: str, by: int | None, occurrence: Occurrence = NOW
) -> None:
    """Sold outside the market, without labels: the balance must know of it. Raises NotEnoughInLot, LotMoveRefused."""
    _reduce(MovementKind.SOLD_IN_BULK, lot, quantity, reference=reference, note=note, by=by)
    tell_quantity(EventKind.SOLD, lot, quantity, reference=reference, by=by, occurrence=occurrence)


def write_off(
    lot: Lot, quantity: int, *, reference: str, note: str, by: int | None, occurrence: Occurrence = NOW
) -> None:
    """Spoilt, lost or eaten goods leave the balance. Raises NotEnoughInLot when labels or orders stand in the way."""
    _reduce(MovementKind.LOST, lot, quantity, reference=reference, note=note, by=by)
    tell_quantity(EventKind.LOST, lot, quantity, reference=reference, by=by, occurrence=occurrence)


def take_back(
    lot_id: int, quantity: int, *, reference: str, note: str, by: int | None, occurrence: Occurrence = NOW
) -> None:
    """Sold goods came back into the store. A second time writes nothing; raises NotEnoughInLot when fewer were sold."""
    if balance.is_counted(lot_id, MovementKind.RETURNED, reference):
        return
    lot = session.get_one(Lot, lot_id)
    if not balance.change(lot_id, MovementKind.RETURNED, quantity, reference=reference, by=by, note=note):
        session.refresh(lot)
        raise NotEnoughInLot(lot.code, asked=quantity, left=lot.sold - lot.returned)
    session.refresh(lot)
    tell_quantity(EventKind.RETURNED, lot, quantity, reference=reference, by=by, occurrence=occurrence)
    announce(StockChanged(lot.product_id))


def _reduce(kind: MovementKind, lot: Lot, quantity: int, *, reference: str, note: str, by: int | None) -> None:
    if balance.is_counted(lot.id, kind, reference):
        return
    changed = balance.change(lot.id, kind, quantity, reference=reference, by=by, note=note)
    session.refresh(lot)
    if not changed:
        if kind == MovementKind.SOLD_IN_BULK and lot.state not in (LotState.RECORDED, LotState.PUBLISHED):
            raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot be sold")
        raise NotEnoughInLot(lot.code, asked=quantity, left=min(lot.available, lot.to_label), labelled=lot.labelled)
    announce(StockChanged(lot.product_id))


def tell_quantity(
    kind: EventKind, lot: Lot, quantity: int, *, reference: str, by: int | None, occurrence: Occurrence = NOW
) -> None:
    """Tell of a quantity of a lot that moved."""
    unit = session.get_one(Product, lot.product_id).base_unit
    telling.tell(
        kind,
        cooperative_id=lot.cooperative_id,
        items=[Item(ItemRole.WHAT, lot.id, documents.lot_uri(lot.code), quantity, unit)],
        by=by,
        occurrence=occurrence,
        extra={"htx:reference": documents.blurred(reference)},
    )
