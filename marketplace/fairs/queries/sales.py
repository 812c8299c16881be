"""What a fair sold: orders counted to its booths and slots, as orders and offers say, never from events."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.fairs.models import Booth, BoothItem, Slot
from marketplace.fairs.states import WAS_ON_AIR
from marketplace.foundation.database import session
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import GOODS_GIVEN_BACK, PartState


@dataclass(frozen=True)
class SessionSale:
    """One line of an order that was bought at a session price of this fair. `slot_id` is the stretch in which its booth
    was on air last before the order came; a booth that was never on has none."""

    booth_id: int
    item_id: int
    slot_id: int | None
    order_code: str
    part_code: str
    product_name: str
    packs: int
    amount_dong: int
    state: PartState
    lot_codes: tuple[str, ...]

    @property
    def stands(self) -> bool:
        return self.state not in GOODS_GIVEN_BACK


def session_sales(fair_id: int) -> list[SessionSale]:
    """Every line that was bought at a session price of this fair, the first order first; in three statements."""
    slots = session.scalars(
        select(Slot).where(Slot.fair_id == fair_id, Slot.booth_id.is_not(None)).order_by(Slot.went_on_air_at, Slot.id)
    ).all()
    rows = session.execute(
        select(OrderLine, CooperativeOrder.code, CooperativeOrder.state, Order.code, Order.placed_at, BoothItem)
        .join(BoothItem, BoothItem.offer_id == OrderLine.session_offer_id)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .join(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(Booth.fair_id == fair_id)
        .order_by(Order.placed_at, OrderLine.id)
    )
    found = []
    for line, part_code, state, order_code, placed_at, item in rows:
        on_air = [
            slot.id
            for slot in slots
            if slot.booth_id == item.booth_id
            and slot.state in WAS_ON_AIR
            and slot.went_on_air_at is not None
            and slot.went_on_air_at <= placed_at
        ]
        found.append(
            SessionSale(
                booth_id=item.booth_id,
                item_id=item.id,
                slot_id=on_air[-1] if on_air else None,
                order_code=order_code,
                part_code=part_code,
                product_name=line.product_name,
                packs=line.quantity,
                amount_dong=line.amount_dong,
                state=state,
                lot_codes=tuple(some.lot_code for some in line.lots),
            )
        )
    return found
