"""Tables of plots, seasons, the field diary, and what was harvested against what can grow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.farming.states import CeilingBasis, DiaryKind, NoticeKind, Verdict
from marketplace.foundation.database import Base


class Plot(Base):
    """A field, garden, pond or stable. `polygon` is [[lat, lon], …] as drawn and stays with the cooperative and its
    officers; everybody else is given `place`, which is never finer than 0.01° (about 1 km)."""

    __tablename__ = "plot"
    __table_args__ = (CheckConstraint("area_m2 > 0", name="area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    name: Mapped[str]
    area_m2: Mapped[int]
    crop: Mapped[str] = mapped_column(default="")
    farmer: Mapped[str] = mapped_column(default="")
    commune_code: Mapped[str] = mapped_column(ForeignKey("commune.code"))
    growing_area_code: Mapped[str] = mapped_column(default="")
    # Hundredths of a degree as whole numbers: exact on either database, and nothing finer can be stored by mistake.
    latitude_hundredths: Mapped[int | None]
    longitude_hundredths: Mapped[int | None]
    polygon: Mapped[list[list[float]] | None] = mapped_column(JSON(none_as_null=True))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)

    @property
    def place(self) -> tuple[str, str] | None:
        """Latitude and longitude for everybody's eyes, such as ("20.65", "106.05")."""
        if self.latitude_hundredths is None or self.longitude_hundredths is None:
            return None
        return _degrees(self.latitude_hundredths), _degrees(self.longitude_hundredths)


def _degrees(hundredths: int) -> str:
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02}"


class Season(Base):
    """One product on one plot from start to end. `ceiling`, `harvested` and `approved_over` are base units of the
    product; `harvested` changes only in actions/harvest.py (I4 of traceability.md 6)."""

    __tablename__ = "season"
    __table_args__ = (
        CheckConstraint("ceiling > 0", name="ceiling"),
        CheckConstraint("harvested >= 0 AND harvested * 100 <= ceiling * 110", name="harvested"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="dates"),
        Index("ix_season_of_product", "cooperative_id", "product_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    plot_id: Mapped[int] = mapped_column(ForeignKey("plot.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    name: Mapped[str]
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    ceiling: Mapped[int]
    ceiling_basis: Mapped[CeilingBasis]
    ceiling_note: Mapped[str] = mapped_column(default="")
    harvested: Mapped[int] = mapped_column(default=0)
    approved_over: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)


class DiaryEntry(Base):
    """What was done on one day. Rows are only added; a correction is a new row that names the one it corrects.

    `client_id` is made by whoever writes, also by a phone without network; the second time it arrives nothing is
    written. `fields` are as rules.KINDS reads them, `photos` are {"picture": …, "sha256": …}.
    """

    __tablename__ = "diary_entry"
    __table_args__ = (
        UniqueConstraint("cooperative_id", "client_id"),
        UniqueConstraint("corrects_id"),
        Index("ix_diary_entry_of_season", "season_id", "happened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"))
    client_id: Mapped[str]
    kind: Mapped[DiaryKind]
    happened_on: Mapped[date]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    product: Mapped[str] = mapped_column(default="")  # what was sprayed or given, where one must wait after it
    waits_until: Mapped[date | None]  # the first day on which one may harvest again
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("diary_entry.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    document: Mapped[bytes]  # exactly what was sealed in the log


class DiaryNotice(Base):
    """An entry that an officer should look at: written long after the work, or lifting a waiting time.

    From `waited_from` until the day before `waited_until` nothing could be harvested, had the correction not come;
    what is harvested then waits for an officer until one has looked at the correction.
    """

    __tablename__ = "diary_notice"
    __table_args__ = (Index("ix_diary_notice_unseen", "seen_at", "season_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("diary_entry.id"), primary_key=True, autoincrement=False)
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    kind: Mapped[NoticeKind]
    waited_from: Mapped[date | None]
    waited_until: Mapped[date | None]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")


class CertificateYear(Base):
    """What was harvested under one certificate in the running year that began in `year`, beside what it expects."""

    __tablename__ = "certificate_year"
    __table_args__ = (
        UniqueConstraint("certificate_id", "year"),
        CheckConstraint("harvested >= 0", name="harvested"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    year: Mapped[int]
    harvested: Mapped[int] = mapped_column(default=0)  # grams
    expected: Mapped[int]  # grams


class HarvestApproval(Base):
    """A harvest over its ceiling waits for an officer. `lot_id` is a plain number: lots stand above this package."""

    __tablename__ = "harvest_approval"
    __table_args__ = (UniqueConstraint("lot_id"), CheckConstraint("quantity > 0", name="quantity"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int]
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"), index=True)
    quantity: Mapped[int]
    asked_at: Mapped[datetime]
    verdict: Mapped[Verdict] = mapped_column(default=Verdict.WAITING, index=True)
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
