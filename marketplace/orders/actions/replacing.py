"""Goods of a stopped lot in an order are exchanged for the same goods of a lot that is on sale."""

from __future__ import annotations

from sqlalchemy import delete, select

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.inventory import actions as inventory
from marketplace.orders.actions.locking import lock
from marketplace.orders.errors import MoveRefused, WeighedAlready
from marketplace.orders.models import CooperativeOrder, OrderLineLot
from marketplace.orders.states import CAN_TAKE_OTHER_LOTS
from marketplace.traceability import actions as traceability
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState


def take_other_lots(part: CooperativeOrder, *, by: int | None) -> None:
    """Fill what came from stopped lots from others, the one that ends first; packs already scanned leave the parcel.

    Raises inventory.NotEnoughStock, and then nothing is exchanged, MoveRefused when the parcel has left or the order is
    over, and WeighedAlready: the buyer was told what those very packs weigh and cost. Where nothing is stopped any more
    nothing is done.
    """
    lock(part.order_id)
    session.refresh(part)
    if part.state not in CAN_TAKE_OTHER_LOTS:
        raise MoveRefused(part.code, part.state, part.state)
    for line in sorted(part.lines, key=lambda line: (line.product_id, line.id)):
        stopped = session.execute(
            select(OrderLineLot.lot_id, OrderLineLot.quantity)
            .join(Lot, Lot.id == OrderLineLot.lot_id)
            .where(OrderLineLot.order_line_id == line.id, Lot.state != LotState.PUBLISHED)
            .order_by(OrderLineLot.lot_id)
        ).all()
        if not stopped:
            continue
        if line.packed_grams is not None:
            raise WeighedAlready(part.code)
        # Named by what it replaces: an order may live through two recalls, and each exchange is counted once.
        reference = f"{line.hold_reference}:instead:{'-'.join(str(lot_id) for lot_id, _ in stopped)}"
        packs = sum(quantity for _, quantity in stopped) // line.content
        taken = inventory.take(
            product_id=line.product_id,
            content=line.content,
            packs=packs,
            reference=reference,
            on=clock.today(),
            by=by,
        )
        traceability.unpack_units([line.id])
        for lot_id, quantity in stopped:
            inventory.give_back(
                lot_id=lot_id, product_id=line.product_id, quantity=quantity, reference=reference, by=by
            )
        gone = [lot_id for lot_id, _ in stopped]
        session.execute(
            delete(OrderLineLot).where(OrderLineLot.order_line_id == line.id, OrderLineLot.lot_id.in_(gone))
        )
        for some in taken:
            lot = session.get_one(Lot, some.lot_id)
            row = session.get(OrderLineLot, (line.id, lot.id), populate_existing=True)
            if row is None:
                session.add(
                    OrderLineLot(order_line_id=line.id, lot_id=lot.id, lot_code=lot.code, quantity=some.quantity)
                )
            else:
                row.quantity += some.quantity
        session.flush()
        session.expire(line, ["lots"])
        audit.record(
            "orders:line:other_lots", subject="cooperative_order", subject_id=part.id, by=by, code=part.code,
            instead_of=gone, lots=[some.lot_id for some in taken],
        )  # fmt: skip
