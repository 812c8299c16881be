"""The orders that a recall reaches, and the lots of a part that were stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from marketplace.foundation.database import session
from marketplace.fulfilment.models import RecallCall
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot
from marketplace.orders.states import GOODS_GIVEN_BACK, HAS_LEFT
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState


@dataclass(frozen=True)
class RecalledLine:
    """Goods of a recalled lot in an order, in packs of a variant."""

    product_name: str
    variant_name: str
    lot_code: str
    packs: int


@dataclass(frozen=True)
class RecalledPart:
    """A part of an order that holds recalled goods, or brought them to the buyer."""

    part: CooperativeOrder
    order: Order
    lines: list[RecalledLine]
    has_left: bool
    called_at: datetime | None


def recalled_parts(
    lot_ids: Collection[int], *, cooperative_id: int | None = None, listed_under: int | None = None
) -> list[RecalledPart]:
    """What holds or brought goods of these lots, of one cooperative or of all; what has left the house stands first.

    `listed_under` is the lot in whose list calls are noted.
    """
    rows = session.execute(
        select(
            CooperativeOrder,
            Order,
            OrderLine.product_name,
            OrderLine.variant_name,
            OrderLineLot,
            OrderLine.content,
        )
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(OrderLineLot, OrderLineLot.order_line_id == OrderLine.id)
        .where(
            OrderLineLot.lot_id.in_(lot_ids),
            CooperativeOrder.state.not_in(GOODS_GIVEN_BACK),
            *([CooperativeOrder.cooperative_id == cooperative_id] if cooperative_id is not None else []),
        )
        .order_by(CooperativeOrder.state.not_in(HAS_LEFT), CooperativeOrder.id, OrderLine.id, OrderLineLot.lot_id)
    ).all()
    noted = select(RecallCall.cooperative_order_id, RecallCall.at).where(RecallCall.lot_id == listed_under)
    called = {row.cooperative_order_id: row.at for row in session.execute(noted)}
    lines: defaultdict[int, list[RecalledLine]] = defaultdict(list)
    for part, _order, product, variant, some, content in rows:
        lines[part.id].append(RecalledLine(product, variant, some.lot_code, some.packs(content)))
    parts = {part.id: (part, order) for part, order, *_rest in rows}
    return [
        RecalledPart(part, order, lines[part.id], part.state in HAS_LEFT, called.get(part.id))
        for part, order in parts.values()
    ]


@dataclass(frozen=True)
class RecalledBuyer:
    """One person to call, with all orders that the recall reaches."""

    name: str
    phone: str
    parts: list[RecalledPart]

    @property
    def still_to_call(self) -> list[RecalledPart]:
        return [part for part in self.parts if part.called_at is None]


def by_buyer(parts: Sequence[RecalledPart]) -> list[RecalledBuyer]:
    """Who has the goods already comes first, and one telephone rings once however many orders it placed."""
    found: dict[str, RecalledBuyer] = {}
    for part in parts:
        buyer = found.setdefault(part.order.phone, RecalledBuyer(part.order.buyer_name, part.order.phone, []))
        buyer.parts.append(part)
    return list(found.values())


def stopped_lots(part: CooperativeOrder) -> list[Lot]:
    """Lots of the order that were held or recalled after it was placed."""
    lot_ids = [some.lot_id for line in part.lines for some in line.lots]
    return list(
        session.scalars(
            select(Lot)
            .where(Lot.id.in_(lot_ids), Lot.state.in_((LotState.ON_HOLD, LotState.RECALLED)))
            .order_by(Lot.id)
            .options(lazyload(Lot.stages))
        )
    )
