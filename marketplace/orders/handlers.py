"""What orders do when money comes, or does not."""

from __future__ import annotations

from flask_babel import force_locale, gettext

from marketplace.orders import actions, queries
from marketplace.payments.events import MoneyWithdrawn, PaymentConfirmed, PaymentLapsed, WithdrawalEnded


def on_payment_confirmed(event: PaymentConfirmed) -> None:
    part = queries.find_part_by_code(event.reference)
    if part is not None:
        actions.settle_surplus(part, event.payment_id)
    else:
        actions.settle(event.reference, event.payment_id)


def on_money_withdrawn(event: MoneyWithdrawn) -> None:
    order = queries.find_order_of(event.reference)
    if order is not None:
        actions.freeze(order, withdrawal_id=event.withdrawal_id)


def on_withdrawal_ended(event: WithdrawalEnded) -> None:
    """Money that came back and is no longer needed, because the goods were not sent, goes to the buyer."""
    order = queries.find_order_of(event.reference)
    if order is not None:
        actions.give_back_unused(order)


def on_payment_lapsed(event: PaymentLapsed) -> None:
    part = queries.find_part_by_code(event.reference)
    if part is not None:
        actions.lapse_surplus(part, event.payment_id)
        return
    order = queries.find_order(event.reference)
    if order is None or order.paid_at is not None:
        return
    with force_locale(order.language):
        reason = str(gettext("The payment did not come in time."))
    actions.give_up(order, reason=reason)
