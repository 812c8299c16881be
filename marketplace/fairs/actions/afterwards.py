"""After the fair: what cooperatives say of it, and its report, which freezes what was counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from marketplace.fairs.actions.moves import move_fair
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.events import FairReported, RecapDue, ReportDue
from marketplace.fairs.models import Booth, Fair, Follower
from marketplace.fairs.rules import RECAP_FOR, REMIND_OF_REPORT, report_reminder_due
from marketplace.fairs.states import FairState
from marketplace.foundation import audit, clock, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce

# As many letters as one job writes without keeping the others waiting.
AT_ONCE = 200


def rate_fair(booth: Booth, fair: Fair, *, height: int) -> None:
    """1 to 5, by the cooperative; it may change its mind until the report is handed in. Raises MoveRefused."""
    if fair.state != FairState.ENDED:
        raise MoveRefused(f"booth {booth.id}", fair.state, "rated")
    booth.satisfaction, booth.rated_at = height, clock.now()


def set_replay(fair: Fair, *, url: str, lead_seconds: int, by: int) -> None:
    """Where the recording is seen, and how much of it lies before the fair opened; empty takes it away. Raises MoveRefused
    before the end."""
    if fair.state not in (FairState.ENDED, FairState.REPORTED):
        raise MoveRefused(fair.slug, fair.state, "replayed")
    fair.replay_url, fair.replay_lead_seconds = url, lead_seconds
    public_version.changed()
    audit.record(
        "fairs:fair:set_replay", subject="fair", subject_id=fair.id, by=by, province_code=fair.province_code,
        name=fair.name, url=url,
    )  # fmt: skip


def begin_report(fair: Fair, *, by: int) -> None:
    """From now on nothing that the report counts is asked any more. Raises MoveRefused unless the fair has just ended."""
    move_fair(fair, FairState.REPORTED, by=by)
    fair.reported_at = clock.now()


def keep_report(fair: Fair, report: dict[str, Any]) -> None:
    """As it was counted, in the transaction of `begin_report`. Announces FairReported."""
    fair.report = report
    announce(FairReported(fair.id))


def remind_of_reports() -> None:
    """By the clock: two days before a report is due, and once more on the day. Announces ReportDue."""
    now = clock.now()
    waiting = session.scalars(
        select(Fair)
        .where(Fair.state == FairState.ENDED, Fair.ended_at <= now - REMIND_OF_REPORT)
        .order_by(Fair.id)
        .with_for_update()
    ).all()
    for fair in waiting:
        if report_reminder_due(fair.ended_at or fair.ends_at, fair.report_reminded_at, now):
            fair.report_reminded_at = now
            announce(ReportDue(fair.id))


def tell_followers_what_became() -> None:
    """By the clock: once a fair's report is out, each follower is told once. Announces RecapDue."""
    now = clock.now()
    fairs = session.scalars(
        select(Fair.id).where(Fair.state == FairState.REPORTED, Fair.reported_at > now - RECAP_FOR).order_by(Fair.id)
    ).all()
    for fair_id in fairs:
        some = select(Follower.id).where(Follower.fair_id == fair_id, Follower.thanked_at.is_(None)).limit(AT_ONCE)
        # Whoever marks the row tells its follower: two workers at once never both do.
        due = session.scalars(
            update(Follower)
            .where(Follower.id.in_(some), Follower.thanked_at.is_(None))
            .values(thanked_at=now)
            .returning(Follower.id)
        ).all()
        if due:
            announce(RecapDue(fair_id, tuple(sorted(due))))
