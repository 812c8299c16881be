"""After the fair: what cooperatives say of it, and its report, which freezes what was counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, or_, select

from marketplace.fairs.actions.moves import move_fair
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.events import FairReported, ReportDue
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.rules import REMIND_OF_REPORT, REPORT_DUE
from marketplace.fairs.states import FairState
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce


def rate_fair(booth: Booth, fair: Fair, *, height: int) -> None:
    """1 to 5, by the cooperative; it may change its mind until the report is handed in. Raises MoveRefused."""
    if fair.state != FairState.ENDED:
        raise MoveRefused(f"booth {booth.id}", fair.state, "rated")
    booth.satisfaction, booth.rated_at = height, clock.now()


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
    due = session.scalars(
        select(Fair)
        .where(
            Fair.state == FairState.ENDED,
            or_(
                and_(Fair.ended_at <= now - REMIND_OF_REPORT, Fair.report_reminded_at.is_(None)),
                and_(Fair.ended_at <= now - REPORT_DUE, Fair.report_reminded_at < Fair.ended_at + REPORT_DUE),
            ),
        )
        .order_by(Fair.id)
    ).all()
    for fair in due:
        fair.report_reminded_at = now
        announce(ReportDue(fair.id))
