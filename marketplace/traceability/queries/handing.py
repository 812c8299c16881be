"""Goods under way between two cooperatives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Subquery, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import fold
from marketplace.traceability.models import Lot, LotTransfer
from marketplace.traceability.states import LotState, TransferState


@dataclass(frozen=True)
class TransferRow:
    """One hand-over as both sides see it."""

    id: int
    state: TransferState
    quantity: int
    note: str
    reason: str
    offered_at: datetime
    answered_at: datetime | None
    giver_id: int
    receiver_id: int
    giver: str
    receiver: str
    lot_code: str
    batch: str
    lot_state: LotState
    best_before: date
    product_name: str
    base_unit: BaseUnit
    made_code: str | None


def _rows() -> Any:
    giver, receiver, made = aliased(Cooperative), aliased(Cooperative), aliased(Lot)
    return (
        select(
            LotTransfer.id, LotTransfer.state, LotTransfer.quantity, LotTransfer.note, LotTransfer.reason,
            LotTransfer.offered_at, LotTransfer.answered_at, LotTransfer.giver_id, LotTransfer.receiver_id,
            giver.short_name, receiver.short_name, Lot.code, Lot.batch, Lot.state, Lot.best_before, Product.name,
            Product.base_unit, made.code,
        )
        .join(Lot, Lot.id == LotTransfer.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(giver, giver.id == LotTransfer.giver_id)
        .join(receiver, receiver.id == LotTransfer.receiver_id)
        .outerjoin(made, made.id == LotTransfer.made_lot_id)
    )  # fmt: skip


def transfers_of(cooperative_id: int, *, limit: int = 60) -> list[TransferRow]:
    """What the cooperative gave and was offered, what waits for an answer first."""
    rows = session.execute(
        _rows()
        .where(or_(LotTransfer.giver_id == cooperative_id, LotTransfer.receiver_id == cooperative_id))
        .order_by(LotTransfer.state != TransferState.OFFERED, LotTransfer.id.desc())
        .limit(limit)
    )
    return [TransferRow(*row) for row in rows]


def find_transfer(cooperative_id: int, transfer_id: int) -> tuple[LotTransfer, TransferRow] | None:
    """A hand-over through either of its two cooperatives."""
    row = session.execute(
        _rows().where(
            LotTransfer.id == transfer_id,
            or_(LotTransfer.giver_id == cooperative_id, LotTransfer.receiver_id == cooperative_id),
        )
    ).one_or_none()
    return (session.get_one(LotTransfer, transfer_id), TransferRow(*row)) if row else None


def held_for_transfers() -> Subquery:
    """(lot_id, quantity) of what lots hold for other cooperatives that have not answered yet."""
    return (
        select(LotTransfer.lot_id, func.sum(LotTransfer.quantity).label("quantity"))
        .where(LotTransfer.state == TransferState.OFFERED)
        .group_by(LotTransfer.lot_id)
        .subquery()
    )


def find_receivers(typed: str, *, but_not: int) -> list[Cooperative]:
    """Open cooperatives by tax code, or by what their name holds; six at most."""
    digits = "".join(each for each in typed if each.isdigit())
    query = select(Cooperative).where(Cooperative.id != but_not, Cooperative.admission == Admission.VERIFIED)
    if len(digits) >= 10:
        return list(session.scalars(query.where(Cooperative.tax_code == digits)))
    named = [Cooperative.folded.contains(word, autoescape=True) for word in fold(typed).split()[:6]]
    if not named:
        return []
    return list(session.scalars(query.where(*named).order_by(Cooperative.sort_key, Cooperative.id).limit(6)))
