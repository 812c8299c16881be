"""Finding payments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from marketplace.foundation.database import session
from marketplace.payments.models import Payment
from marketplace.payments.states import PaymentState


def payment_of(reference: str) -> Payment:
    """The latest payment asked for this reference."""
    return session.scalars(
        select(Payment).where(Payment.reference == reference).order_by(Payment.id.desc()).limit(1)
    ).one()


def overdue(on: datetime) -> list[str]:
    """References whose transfer should have come by now."""
    return list(
        session.scalars(
            select(Payment.reference)
            .where(Payment.state == PaymentState.PENDING, Payment.expires_at < on)
            .order_by(Payment.id)
        )
    )
