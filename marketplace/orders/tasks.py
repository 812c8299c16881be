"""Orders by the clock: those whose money does not come, and those whose buyers can no longer complain."""

from __future__ import annotations

import logging

from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions, exchanges, queries, rules
from marketplace.orders.models import CooperativeOrder
from marketplace.payments import queries as payments
from marketplace.payments.providers import ProviderRefused, ProviderUnreachable
from marketplace.payments.states import Method

log = logging.getLogger(__name__)


def start_payment(*, job_id: int, payment_id: int) -> None:
    """Ask the provider for its page; a refusal is noted in the payment and is not tried again by itself."""
    try:
        exchanges.start_payment(payment_id)
    except ProviderRefused:
        log.warning("a provider refused a payment", extra={"payment": payment_id}, exc_info=True)


def change_method(*, job_id: int, payment_id: int, method: str) -> None:
    """Close the provider's page, then ask in another way; when the money was faster, nothing else is asked."""
    if not exchanges.close_for_another(payment_id):
        return
    with transaction():
        payment = payments.find_payment(payment_id)
        order = queries.find_order(payment.reference) if payment else None
        assert order is not None, "a payment's reference is an order's code"
        actions.pay_otherwise(order, Method(method))


def close_overdue() -> None:
    """Give up what was not paid in time, each order for itself, so that one never holds back the others.

    A provider that does not answer keeps its order's goods held: they are never sold while the buyer can still pay.
    """
    overdue = payments.overdue(clock.now())
    session.rollback()
    for payment_id in overdue:
        try:
            exchanges.close_payment(payment_id)
        except (ProviderUnreachable, ProviderRefused):
            log.warning("a payment could not be closed; the next minute tries again", extra={"payment": payment_id})
            session.rollback()


def release_parts() -> None:
    """Let cooperatives be paid for what buyers can no longer complain about."""
    ripe = queries.parts_to_release(clock.now() - rules.RETURN_WINDOW)
    session.rollback()
    for part_id in ripe:
        with transaction():
            actions.release_part(session.get_one(CooperativeOrder, part_id))
