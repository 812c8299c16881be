"""A supply-demand conference inside a fair, and who meets whom there."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation.database import Base
from marketplace.sourcing import rules
from marketplace.sourcing.states import MEETING_STANDS, MeetingOutcome, MeetingState, Side

STANDS = text("state IN ('asked', 'accepted')")


class Conference(Base):
    """So many tables, or online rooms, from one time of a day to another, cut into meetings of so many minutes."""

    __tablename__ = "conference"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint("minutes > 0 AND tables > 0", name="sizes"),
        CheckConstraint("place <> '' OR video_url <> ''", name="place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), unique=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    tables: Mapped[int]
    place: Mapped[str] = mapped_column(default="")
    video_url: Mapped[str] = mapped_column(default="")  # of an online room, shown to those who meet
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    @property
    def times(self) -> list[datetime]:
        return rules.meeting_times(self.starts_at, self.ends_at, self.minutes)

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class Meeting(Base):
    """A buyer and a cooperative at one table. While it stands nobody else has the table, and neither side the time.

    `standing_by` is who named the time last; the other side answers. `words` is what was said last: with another time,
    or why it does not take place.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("table_number > 0", name="table_number"),
        Index(
            "uq_meeting_table", "conference_id", "starts_at", "table_number",
            unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
        ),
        Index(
            "uq_meeting_of_cooperative", "cooperative_id", "starts_at",
            unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
        ),
        Index(
            "uq_meeting_of_person", "person_id", "starts_at", unique=True, sqlite_where=STANDS, postgresql_where=STANDS
        ),
        # One at a time between the same two, so that a second click meets the first.
        Index(
            "uq_meeting_of_both", "conference_id", "cooperative_id", "person_id",
            unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
        ),
        Index("ix_meeting_conference", "conference_id", "state"),
        Index("ix_meeting_cooperative", "cooperative_id", "state"),
        Index("ix_meeting_person", "person_id", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the buyer
    demand_id: Mapped[int | None] = mapped_column(ForeignKey("demand.id"))
    buyer_name: Mapped[str]
    phone: Mapped[str]  # of the buyer
    tax_code: Mapped[str] = mapped_column(default="")
    topic: Mapped[str]
    starts_at: Mapped[datetime]
    table_number: Mapped[int]
    state: Mapped[MeetingState] = mapped_column(default=MeetingState.ASKED)
    standing_by: Mapped[Side]
    words: Mapped[str] = mapped_column(default="")
    arranged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # the officer who brought them together
    buyer_outcome: Mapped[MeetingOutcome | None]
    seller_outcome: Mapped[MeetingOutcome | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def stands(self) -> bool:
        return self.state in MEETING_STANDS

    @property
    def shows_phone(self) -> bool:
        """The cooperative reads the buyer's once the buyer himself has agreed to meet it; no officer agrees for him."""
        return self.state == MeetingState.ACCEPTED and self.arranged_by_id is None

    def waits_for(self, side: Side, now: datetime) -> bool:
        """Whether this side has to answer, and still can."""
        return self.state == MeetingState.ASKED and self.standing_by != side and now < self.starts_at

    def outcome_of(self, side: Side) -> MeetingOutcome | None:
        return self.buyer_outcome if side == Side.BUYER else self.seller_outcome
