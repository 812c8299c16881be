"""The table of payments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.payments.states import Method, PaymentState


class Payment(Base):
    """Money asked for a reference (an order's code). `transfer_code` is the memo of a bank transfer, used once."""

    __tablename__ = "payment"
    __table_args__ = (CheckConstraint("amount_dong > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(index=True)
    method: Mapped[Method]
    amount_dong: Mapped[int]
    state: Mapped[PaymentState] = mapped_column(default=PaymentState.CREATED, index=True)
    transfer_code: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None]
