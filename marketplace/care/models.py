"""Tables of complaints with their lines, photos and history, and of reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.care.states import OPEN, Answer, Because, ComplaintState, Deed, Kind, Outcome, Wish
from marketplace.foundation.database import Base

IS_OPEN = text("state IN ('new', 'waiting_seller', 'in_review', 'escalated')")


class Complaint(Base):
    """What a buyer says is wrong with the part of an order that one cooperative sent; one at a time for each part."""

    __tablename__ = "complaint"
    __table_args__ = (
        Index("uq_complaint_open", "cooperative_order_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_complaint_desk", "cooperative_id", "state"),
        Index("ix_complaint_province", "province_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    cooperative_order_id: Mapped[int] = mapped_column(ForeignKey("cooperative_order.id"), index=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    province_code: Mapped[str]  # of the cooperative: whose officers decide
    kind: Mapped[Kind]
    wish: Mapped[Wish]
    words: Mapped[str]
    state: Mapped[ComplaintState] = mapped_column(default=ComplaintState.NEW)
    opened_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    settle_by: Mapped[datetime]
    answer: Mapped[Answer | None]
    answer_words: Mapped[str] = mapped_column(default="")
    answers: Mapped[int] = mapped_column(default=0)  # which of them the buyer has read, so that none changes under him
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    escalated_because: Mapped[Because | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_words: Mapped[str] = mapped_column(default="")
    waits_for_second: Mapped[bool] = mapped_column(default=False)  # money that a second person has still to look at
    outcome: Mapped[Outcome | None]
    refunded_dong: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]

    lines: Mapped[list[ComplaintLine]] = relationship(lazy="selectin", order_by="ComplaintLine.order_line_id")
    photos: Mapped[list[ComplaintPhoto]] = relationship(lazy="selectin", order_by="ComplaintPhoto.id")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def cause(self) -> str:
        """Under which refunds of lines name this complaint."""
        return f"complaint:{self.id}"

    @property
    def is_answerable(self) -> bool:
        """Neither agreed on nor decided."""
        return self.is_open and self.accepted_at is None and self.decided_at is None


class ComplaintLine(Base):
    """So many packs of an order's line are meant; so many were offered or granted, paid back, and came back."""

    __tablename__ = "complaint_line"
    __table_args__ = (
        CheckConstraint("packs > 0", name="packs"),
        CheckConstraint("offered_packs >= 0 AND refunded_packs >= 0 AND returned_packs >= 0", name="counts"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), primary_key=True, index=True)
    packs: Mapped[int]
    offered_packs: Mapped[int] = mapped_column(default=0)
    refunded_packs: Mapped[int] = mapped_column(default=0)
    returned_packs: Mapped[int] = mapped_column(default=0)


class ComplaintPhoto(Base):
    """Evidence: upright, without GPS, seen by the buyer, the cooperative and the officers of its province only."""

    __tablename__ = "complaint_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    file_key: Mapped[str]
    file_name: Mapped[str]


class ComplaintStep(Base):
    """History: who did what to a complaint, and in which words."""

    __tablename__ = "complaint_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    deed: Mapped[Deed]
    state: Mapped[ComplaintState]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime]


class Review(Base):
    """What the buyer of one order line thinks of it. Author, pack and lot stay as they were when it was written."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        Index("ix_review_product", "product_id", "id"),
        Index("ix_review_cooperative", "cooperative_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    province_code: Mapped[str]
    author: Mapped[str]
    variant_name: Mapped[str]
    lot_code: Mapped[str]
    stars: Mapped[int]
    words: Mapped[str]
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_down_at: Mapped[datetime | None]
    taken_down_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_down_reason: Mapped[str] = mapped_column(default="")
