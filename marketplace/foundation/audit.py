"""The audit trail: who did what to which thing, when and why. Rows are only ever added, and the database refuses else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation import append_only, clock
from marketplace.foundation.database import Base, session


class AuditEntry(Base):
    """One deed. `tag` reads scope:resource:action; `province_code` lets an officer read those of his provinces."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject", "subject_id"), {"info": append_only.MARK})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None]
    tag: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int | None]
    province_code: Mapped[str | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(
    tag: str,
    *,
    subject: str,
    subject_id: int | None,
    by: int | None,
    province_code: str | None = None,
    reason: str = "",
    **details: Any,
) -> None:
    """Add one deed to the trail, in the transaction of the deed itself."""
    session.add(
        AuditEntry(
            at=clock.now(),
            person_id=by,
            tag=tag,
            subject=subject,
            subject_id=subject_id,
            province_code=province_code,
            reason=reason,
            details=details,
        )
    )
