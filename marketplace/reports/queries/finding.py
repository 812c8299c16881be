"""Reports as pages ask for them: frozen where they were handed in, counted now where they were not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import permissions
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.rules import REPORT_DUE
from marketplace.fairs.states import BoothState, FairState
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.reports import rules
from marketplace.reports.queries.counting import count_fair
from marketplace.reports.rules import ClosingReport, Difference
from marketplace.reports.states import Figure

TOOK_PLACE = (FairState.ENDED, FairState.REPORTED)


def find_fair_to_report(person: Person, slug: str) -> Fair | None:
    """One of the officer's provinces that took place."""
    return session.scalar(select(Fair).where(Fair.slug == slug, Fair.state.in_(TOOK_PLACE), permissions.runs(person)))


def find_fair_of(cooperative: Cooperative, slug: str) -> tuple[Fair, Booth] | None:
    """One that took place and in which the cooperative had its booth."""
    row = session.execute(
        select(Fair, Booth)
        .join(Booth, Booth.fair_id == Fair.id)
        .where(Fair.slug == slug, Fair.state.in_(TOOK_PLACE))
        .where(Booth.cooperative_id == cooperative.id, Booth.state == BoothState.APPROVED)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def report_of(fair: Fair) -> ClosingReport:
    """As it was handed in; before that, what it would say now."""
    if fair.report is not None:
        return ClosingReport.from_json(fair.report)
    return count_fair(fair, at=clock.now())


def differences_then(fair: Fair, kept: ClosingReport) -> list[Difference]:
    """Counted once more as of its own moment: nothing, unless rows behind it were deleted or changed."""
    return rules.differences(kept, count_fair(fair, at=kept.counted_at))


def differences_now(fair: Fair, kept: ClosingReport) -> list[Difference]:
    """What has happened since."""
    return rules.differences(kept, count_fair(fair, at=clock.now()))


@dataclass(frozen=True)
class Pending:
    """What may still change the figures, so that the officer knows before he freezes them."""

    under_way: int  # orders neither delivered nor given up
    complaints: int  # open
    without_rating: int  # cooperatives that have said nothing of the fair
    due_at: datetime
    is_late: bool


def pending(fair: Fair, report: ClosingReport) -> Pending:
    figures = report.figures
    due_at = (fair.ended_at or fair.ends_at) + REPORT_DUE
    return Pending(
        under_way=figures[Figure.ORDERS] - figures[Figure.DELIVERED] - figures[Figure.CANCELLED],
        complaints=figures[Figure.COMPLAINTS] - figures[Figure.COMPLAINTS_SETTLED],
        without_rating=sum(one.attended and one.rating is None for one in report.booths),
        due_at=due_at,
        is_late=clock.now() > due_at,
    )
