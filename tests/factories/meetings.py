"""A conference in a fair, with people who meet there."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing.actions import ConferencePlan, Party
from marketplace.sourcing.models import Conference, Meeting
from tests.factories.accounts import make_officer, make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, make_booth, make_fair


def tomorrow(hour: int, minute: int = 0) -> datetime:
    return datetime.combine(clock.today() + timedelta(days=1), time(hour, minute), dates.VIETNAM)


def make_scheduled_fair(*cooperatives: Cooperative, officer: Person | None = None, province: str = "33") -> Fair:
    """Tomorrow from two to four, its timetable is out, and these cooperatives come."""
    officer = officer or make_officer(province)
    fair = make_fair(officer=officer, province=province, starts_at=tomorrow(14))
    for cooperative in cooperatives or (make_cooperative(),):
        approve_booth(make_booth(fair, cooperative), by=officer.id)
    with transaction():
        fair = session.get_one(Fair, fair.id)
        fairs.close_registration(fair, by=officer.id)
        fairs.plan_booths(fair, session.query(Booth).filter_by(fair_id=fair.id).order_by(Booth.id).all())
        fairs.publish_timetable(fair, by=officer.id)
    return fair


def plan(**changes: Any) -> ConferencePlan:
    """Tomorrow from nine to ten: four times a quarter of an hour, at two tables."""
    values: dict[str, Any] = {
        "starts_at": tomorrow(9), "ends_at": tomorrow(10), "minutes": 15, "tables": 2, "place": "Hội trường tầng 2",
        **changes,
    }  # fmt: skip
    return ConferencePlan(**values)


def make_conference(fair: Fair, *, officer: Person | None = None, **changes: Any) -> Conference:
    by = (officer or make_person()).id
    with transaction():
        return sourcing.keep_conference(session.get_one(Fair, fair.id), plan(**changes), by=by)


def party(person: Person | None = None, **changes: Any) -> Party:
    """A company that wants rice."""
    values: dict[str, Any] = {
        "person_id": (person or make_person(full_name="Đặng Thị Mua")).id,
        "buyer_name": "Bếp ăn Phố Nối (mẫu)",
        "phone": "+84912000001",
        "topic": "Gạo mỗi tháng 2 tấn",
        "tax_code": "9900000016",
        **changes,
    }
    return Party(**values)


def ask(
    conference: Conference, cooperative: Cooperative, *, at: datetime | None = None, person: Person | None = None
) -> Meeting:
    """Somebody asks for the first time unless told another one."""
    come = party(person)
    with transaction():
        return sourcing.ask_to_meet(
            session.get_one(Conference, conference.id),
            cooperative_id=cooperative.id,
            party=come,
            starts_at=at or tomorrow(9),
        )
