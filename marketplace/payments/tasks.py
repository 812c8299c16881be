"""Payments by the clock and by job: what a provider knows is read again, whatever notice was lost."""

from __future__ import annotations

import logging
from datetime import timedelta

from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.payments import actions as payments
from marketplace.payments import exchanges, queries
from marketplace.payments.models import ProviderNotice
from marketplace.payments.providers import ProviderRefused, ProviderUnreachable, find_gateway
from marketplace.payments.states import Method, NoticeState

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=3)
LOOKED_BACK = timedelta(days=3)


def send_refund(*, job_id: int, refund_id: int) -> None:
    exchanges.send_refund(refund_id)


def sync_payment(*, job_id: int, payment_id: int) -> None:
    exchanges.sync(payment_id)


def work_off_kept_notice(*, job_id: int, notice_id: int) -> None:
    work_off_notice(notice_id)


def work_off_notice(notice_id: int) -> None:
    """Read again every payment that the notice is about. What fails is told, kept as failed, and tried again."""
    notice = session.get_one(ProviderNotice, notice_id)
    if notice.state in (NoticeState.DONE, NoticeState.IGNORED):
        return
    provider_ids, charge_ids = notice.references["provider_ids"], notice.references["charge_ids"]
    found = [payment.id for payment in queries.find_by_provider_ids(provider_ids, charge_ids)]
    session.rollback()
    try:
        found = found or _find_at_provider(charge_ids)
        for payment_id in found:
            exchanges.sync(payment_id)
    except Exception:
        _end(notice_id, NoticeState.FAILED)
        raise
    _end(notice_id, NoticeState.DONE if found else NoticeState.IGNORED)


def _find_at_provider(charge_ids: list[str]) -> list[int]:
    """A charge that we do not know yet may belong to a payment that we do."""
    gateway = find_gateway(Method.CARD)
    if gateway is None:
        return []
    provider_ids = [one for one in map(gateway.find, charge_ids) if one is not None]
    found = [payment.id for payment in queries.find_by_provider_ids(provider_ids, [])]
    session.rollback()
    return found


def _end(notice_id: int, state: NoticeState) -> None:
    session.rollback()
    with transaction():
        payments.end_notice(notice_id, state)


def mask_accounts(*, job_id: int) -> None:
    with transaction():
        payments.mask_accounts()


def reconcile() -> None:
    """Every minute: payments and refunds of which nothing was heard, and notices whose effect is missing."""
    since = clock.now() - PATIENCE
    waiting = [
        *((exchanges.sync, payment_id) for payment_id in queries.waiting_at_provider(since)),
        *((exchanges.send_refund, refund_id) for refund_id in queries.refunds_at_provider(since)),
        *((work_off_notice, notice_id) for notice_id in queries.notices_to_repeat(since)),
    ]
    session.rollback()
    for what, row_id in waiting:
        try:
            what(row_id)
        except (ProviderUnreachable, ProviderRefused):
            log.warning("a provider did not help; the next minute asks again", extra={"row": row_id}, exc_info=True)
            session.rollback()


def compare_with_provider(*, job_id: int) -> None:
    """Every night: what the provider gave or took back in the last days is read again, whatever notice was lost."""
    gateway = find_gateway(Method.CARD)
    if gateway is None:
        return
    session.rollback()
    charge_ids = gateway.withdrawn_since(clock.now() - LOOKED_BACK)
    found = [payment.id for payment in queries.find_by_provider_ids([], charge_ids)]
    session.rollback()
    for payment_id in found:
        exchanges.sync(payment_id)
