"""Tables of fairs, who runs them, and who wants to hear of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.fairs.states import CrewRole, FairState
from marketplace.foundation.database import Base


class Fair(Base):
    """One online market of an alliance. `province_code` is the alliance that runs it, `provinces` who may come
    (nobody named: all)."""

    __tablename__ = "fair"
    __table_args__ = (
        CheckConstraint(
            "registration_opens_at < registration_closes_at AND registration_closes_at <= starts_at"
            " AND starts_at < ends_at",
            name="dates",
        ),
        CheckConstraint("booth_quota > 0 AND slot_minutes > 0 AND gap_minutes >= 0", name="sizes"),
        CheckConstraint("max_discount_percent > 0 AND max_discount_percent < 100", name="discount"),
        CheckConstraint("per_buyer > 0", name="per_buyer"),
        Index("ix_fair_by_time", "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    theme: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    provinces: Mapped[list[str]] = mapped_column(JSON, default=list)
    registration_opens_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    booth_quota: Mapped[int]
    slot_minutes: Mapped[int] = mapped_column(default=12)
    gap_minutes: Mapped[int] = mapped_column(default=2)
    max_discount_percent: Mapped[int] = mapped_column(default=50)
    per_buyer: Mapped[int] = mapped_column(default=5)
    least_stars: Mapped[int] = mapped_column(default=0)
    required_schemes: Mapped[list[str]] = mapped_column(JSON, default=list)
    rules_text: Mapped[str] = mapped_column(default="")
    rules_version: Mapped[int] = mapped_column(default=1)  # of the rules that booths accept, raised when they change
    cover: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    video_url: Mapped[str] = mapped_column(default="")  # of the whole fair; an address that rules.video_of knows
    replay_url: Mapped[str] = mapped_column(default="")  # of the recording; likewise
    replay_lead_seconds: Mapped[int] = mapped_column(default=0, server_default="0")  # of it before the fair opens
    state: Mapped[FairState] = mapped_column(default=FairState.DRAFT)
    state_reason: Mapped[str] = mapped_column(default="")
    went_live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    report_reminded_at: Mapped[datetime | None]  # officers were told that its report is due
    report: Mapped[dict[str, Any] | None] = mapped_column(
        JSON
    )  # as it was handed in, to be compared with what is counted
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)


class CrewMember(Base):
    """Somebody who shares the host desk of a fair with the officers of its alliance."""

    __tablename__ = "fair_crew_member"
    __table_args__ = (UniqueConstraint("fair_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[CrewRole]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class Follower(Base):
    """Somebody who wants to be reminded of a fair, or of one booth of it; `contact` is an e-mail address or a phone."""

    __tablename__ = "fair_follower"
    __table_args__ = (
        UniqueConstraint("fair_id", "booth_id", "contact"),
        # Nothing is like nothing else: without a booth the constraint above does not bite.
        Index(
            "uq_fair_follower_of_fair",
            "fair_id",
            "contact",
            unique=True,
            sqlite_where=text("booth_id IS NULL"),
            postgresql_where=text("booth_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"))
    contact: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str] = mapped_column(default="vi")
    at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]  # told what became of the fair
