"""A cooperative works its part of an order off, step by step; somebody confirms that a transfer has come.

Every step raises orders.MoveRefused when the part has gone elsewhere meanwhile, and announces orders.PartMoved.
Packing and handing over raise orders.LotsStopped when goods of the part were held or recalled.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import audit, clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.fulfilment import rules
from marketplace.fulfilment.errors import NotPaidYet
from marketplace.fulfilment.models import RecallCall
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments.models import Payment
from marketplace.traceability.models import Lot


def confirm(part: CooperativeOrder, *, by: int) -> None:
    """The cooperative will send it. Allowed before a transfer has come."""
    orders.move_part(part, PartState.CONFIRMED, by=by)


def pack(part: CooperativeOrder, order: Order, *, by: int) -> None:
    """The parcel is ready, and the buyer can no longer cancel. Raises NotPaidYet while a transfer is missing."""
    if part.state == PartState.CONFIRMED and rules.waits_for_money(order):
        raise NotPaidYet(order.code)
    orders.move_part(part, PartState.PACKED, by=by)


def hand_over(part: CooperativeOrder, *, tracking: str, by: int) -> None:
    """The parcel is on its way, with the carrier's number if there is one."""
    orders.move_part(part, PartState.SHIPPED, by=by)
    part.tracking = tracking


def deliver(part: CooperativeOrder, *, by: int) -> None:
    """The buyer has it."""
    orders.move_part(part, PartState.DELIVERED, by=by)


def complete(part: CooperativeOrder, *, by: int) -> None:
    """Nothing remains to be done, and cash that was to be collected has been."""
    orders.move_part(part, PartState.COMPLETED, by=by)


def refuse(part: CooperativeOrder, *, reason: str, by: int) -> None:
    """The cooperative cannot send it; the buyer reads why, and the goods go back on sale."""
    orders.move_part(part, PartState.REFUSED, by=by, reason=reason)


def confirm_transfer(payment: Payment, order: Order, *, by: int, province_code: str) -> bool:
    """The transfer stands on the account. False, and nothing written, when somebody has said so before.

    Announces payments.PaymentConfirmed.
    """
    # First the order, then its payment, as when a part moves: two people never wait for each other in a circle.
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    return payments.confirm(payment, by=by, province_code=province_code)


def note_call(part: CooperativeOrder, lot: Lot, *, by: int) -> bool:
    """The buyer was called because of the recalled lot. False when somebody noted it before."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    noted = session.execute(
        insert(RecallCall)
        .values(cooperative_order_id=part.id, lot_id=lot.id, by_id=by, at=clock.now())
        .on_conflict_do_nothing(index_elements=["cooperative_order_id", "lot_id"])
        .returning(RecallCall.id)
    ).one_or_none()
    if noted is not None:
        audit.record(
            "fulfilment:recall_call:note", subject="cooperative_order", subject_id=part.id, by=by, code=part.code,
            lot=lot.code,
        )  # fmt: skip
    return noted is not None
