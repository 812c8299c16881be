"""Orders by night."""

from __future__ import annotations

from flask_babel import force_locale, gettext

from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions, queries
from marketplace.payments import queries as payments


def expire_unpaid(*, job_id: int) -> None:
    """Give up what was not paid by transfer in time, each order for itself, so that one never holds back the others."""
    codes = payments.overdue(clock.now())
    session.rollback()
    for code in codes:
        with transaction():
            order = queries.find_order(code)
            if order is not None:
                with force_locale(order.language):
                    reason = str(gettext("The transfer did not come in within 24 hours."))
                actions.expire_unpaid(order, reason=reason)
