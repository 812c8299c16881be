"""What buyers hear about money that goes back to them: decided, sent, or not to be sent there."""

from __future__ import annotations

from typing import Any

from marketplace.foundation.database import session
from marketplace.notifications.tasks.telling import one_line, post, to_buyer
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.payments.models import Payment, Refund
from marketplace.payments.rules import mask
from marketplace.payments.states import WAITS_FOR_TRANSFER, Method

PAGE = "/hoan-tien"


def tell_refund_decided(*, job_id: int, refund: int) -> None:
    """What came too much, too late or for nothing, and how it goes back; with it he is asked for an account."""
    row, payment, order = _found(refund)
    more = {
        "reason": one_line(row.reason),
        "is_card": payment.method == Method.CARD,
        "has_account": row.has_account,
    }
    _tell("orders/refund_decided", job_id, row, order, **more)


def tell_refund_sent(*, job_id: int, refund: int) -> None:
    """A card's refund that its provider could not send has gone by transfer as well."""
    row, payment, order = _found(refund)
    more = {
        "is_card": payment.method == Method.CARD and not row.sent_times,
        "account": mask(row.bank_account),
        "memo": row.transfer_code,
    }
    _tell("orders/refund_sent", job_id, row, order, **more)


def tell_refund_failed(*, job_id: int, refund: int, came_back: bool) -> None:
    """It could not be sent, or did not arrive: he is asked for an account, unless he has told one meanwhile."""
    row, _, order = _found(refund)
    if row.state in WAITS_FOR_TRANSFER and not row.has_account:
        _tell("orders/refund_failed", job_id, row, order, came_back=came_back)


def _found(refund_id: int) -> tuple[Refund, Payment, Order]:
    row = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, row.payment_id)
    order = orders.find_order_of(payment.reference)
    assert order is not None, "a payment's reference is an order's code"
    return row, payment, order


def _tell(name: str, job_id: int, refund: Refund, order: Order, **more: Any) -> None:
    facts = {"code": order.code, "amount_dong": refund.amount_dong}
    post(job_id, [to_buyer(name, order, facts=facts, about=f"refund:{refund.id}", beside=PAGE, **more)])
