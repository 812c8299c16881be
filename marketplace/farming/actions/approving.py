"""An officer decides about a harvest over its ceiling."""

from __future__ import annotations

from sqlalchemy import case, select, update

from marketplace.cooperatives.models import Cooperative
from marketplace.farming.errors import AlreadyDecided, NoReason
from marketplace.farming.events import HarvestDecided
from marketplace.farming.models import HarvestApproval, Season
from marketplace.farming.states import Verdict
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce


def ask_approval(*, season_id: int, lot_id: int, quantity: int) -> HarvestApproval:
    """Put a harvest over its ceiling before the officers of the cooperative's province."""
    asked = HarvestApproval(
        season_id=season_id, lot_id=lot_id, quantity=quantity, asked_at=clock.now(), verdict=Verdict.WAITING
    )
    session.add(asked)
    session.flush()
    return asked


def decide(approval: HarvestApproval, verdict: Verdict, *, by: int, reason: str) -> None:
    """Say yes or no, with the reason, once. Announces HarvestDecided; raises NoReason, AlreadyDecided."""
    if verdict == Verdict.WAITING:
        raise ValueError("a verdict is yes or no")
    if not reason.strip():
        raise NoReason(f"harvest of lot {approval.lot_id}")
    decided = session.execute(
        update(HarvestApproval)
        .where(HarvestApproval.id == approval.id, HarvestApproval.verdict == Verdict.WAITING)
        .values(verdict=verdict, reason=reason.strip(), decided_by_id=by, decided_at=clock.now())
        .returning(HarvestApproval.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(approval)
    if decided is None:
        raise AlreadyDecided(f"the harvest of lot {approval.lot_id} was {approval.verdict} before")
    if verdict == Verdict.APPROVED:
        over = Season.harvested - Season.ceiling
        session.execute(
            update(Season)
            .where(Season.id == approval.season_id)
            .values(approved_over=case((over > Season.approved_over, over), else_=Season.approved_over))
            .execution_options(synchronize_session=False)
        )
    owner = session.execute(
        select(Cooperative.province_code, Cooperative.short_name)
        .join(Season, Season.cooperative_id == Cooperative.id)
        .where(Season.id == approval.season_id)
    ).one()
    audit.record(
        f"farming:harvest_approval:{verdict}",
        subject="harvest_approval",
        subject_id=approval.id,
        by=by,
        province_code=owner.province_code,
        reason=reason.strip(),
        name=owner.short_name,
        quantity=approval.quantity,
        lot_id=approval.lot_id,
    )
    announce(HarvestDecided(approval.lot_id, approval.season_id, verdict == Verdict.APPROVED, reason.strip(), by))
