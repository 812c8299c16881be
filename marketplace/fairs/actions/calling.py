"""A fair from the first idea to the published timetable, and calling it off."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from marketplace.fairs.actions import booths
from marketplace.fairs.actions.moves import move_fair
from marketplace.fairs.errors import DatesOutOfOrder, MoveRefused, NotReady
from marketplace.fairs.events import FairAnnounced, FairCancelled, RegistrationOpened, TimetablePublished
from marketplace.fairs.models import Booth, CrewMember, Fair, Room, Slot
from marketplace.fairs.states import OVER, BoothState, CrewRole, FairState
from marketplace.foundation import audit, clock, covers, jobs, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.text import slugify


@dataclass(frozen=True)
class FairDetails:
    """What an officer decides about a fair."""

    name: str
    theme: str
    description: str
    provinces: list[str]
    registration_opens_at: datetime
    registration_closes_at: datetime
    starts_at: datetime
    ends_at: datetime
    booth_quota: int
    slot_minutes: int
    gap_minutes: int
    max_discount_percent: int
    per_buyer: int
    least_stars: int
    required_schemes: list[str]
    rules_text: str


def create_fair(details: FairDetails, *, province_code: str, by: int, is_demo: bool = False) -> Fair:
    """Write a draft that only the alliance sees. Raises DatesOutOfOrder."""
    _check_dates(details)
    fair = Fair(
        slug=_free_slug(details.name, details.starts_at),
        province_code=province_code,
        created_by_id=by,
        created_at=clock.now(),
        is_demo=is_demo,
        **{field.name: getattr(details, field.name) for field in fields(details)},
    )
    session.add(fair)
    session.flush()
    session.add(Room(fair_id=fair.id))
    _note("create", fair, by)
    return fair


def change_fair(fair: Fair, details: FairDetails, *, by: int) -> None:
    """Until the timetable stands, anything may change; rules that changed must be accepted anew by the booths.

    Raises DatesOutOfOrder, and MoveRefused once the timetable is out.
    """
    _check_dates(details)
    _refuse_once_settled(fair)
    if details.rules_text != fair.rules_text and fair.state != FairState.DRAFT:
        fair.rules_version += 1
    for field in fields(details):
        setattr(fair, field.name, getattr(details, field.name))
    session.flush()
    public_version.changed()
    _note("change", fair, by)


def set_cover(fair: Fair, picture: dict[str, Any] | None, *, by: int) -> None:
    """What the fair looks like in lists, on its page and where its link is shared; without a picture, it has none.
    It is shown at once; a job makes its other sizes. Raises MoveRefused once the timetable is out."""
    _refuse_once_settled(fair)
    fair.cover = picture
    session.flush()
    if covers.is_unfinished(picture):
        jobs.enqueue("complete_fair_cover", fair_id=fair.id)
    public_version.changed()
    _note("set_cover", fair, by, key=picture["key"] if picture is not None else "")


def announce_fair(fair: Fair, *, by: int) -> None:
    """Everybody sees it. Announces FairAnnounced; raises NotReady, MoveRefused."""
    lacks = [name for name in ("theme", "rules_text") if not getattr(fair, name).strip()]
    if fair.ends_at <= clock.now():
        lacks.append("future_dates")
    if lacks:
        raise NotReady(fair.slug, lacks)
    move_fair(fair, FairState.ANNOUNCED, by=by)
    announce(FairAnnounced(fair.id))


def open_registration(fair: Fair, *, by: int | None) -> None:
    """Cooperatives may apply. Announces RegistrationOpened; raises MoveRefused."""
    move_fair(fair, FairState.REGISTRATION_OPEN, by=by)
    announce(RegistrationOpened(fair.id))


def close_registration(fair: Fair, *, by: int | None) -> None:
    """No new applications; officers decide what came in. Raises MoveRefused."""
    move_fair(fair, FairState.REGISTRATION_CLOSED, by=by)


def publish_timetable(fair: Fair, *, by: int) -> None:
    """Show who is on when. Every approved booth needs its slot, and no application may wait for an answer.

    Announces TimetablePublished; raises NotReady, MoveRefused.
    """
    booths_now = session.scalars(select(Booth).where(Booth.fair_id == fair.id)).all()
    with_slot = set(session.scalars(select(Slot.booth_id).where(Slot.fair_id == fair.id)))
    lacks = []
    if any(booth.state in (BoothState.SUBMITTED, BoothState.NEED_INFO) for booth in booths_now):
        lacks.append("answers")
    approved = [booth for booth in booths_now if booth.state == BoothState.APPROVED]
    if not approved:
        lacks.append("booths")
    if any(booth.id not in with_slot for booth in approved):
        lacks.append("slots")
    if lacks:
        raise NotReady(fair.slug, lacks)
    move_fair(fair, FairState.SCHEDULED, by=by)
    announce(TimetablePublished(fair.id))


def take_timetable_back(fair: Fair, *, by: int) -> None:
    """Something has to change before the fair begins. Raises MoveRefused."""
    move_fair(fair, FairState.REGISTRATION_CLOSED, by=by)


def call_off(fair: Fair, *, by: int, reason: str) -> None:
    """The fair does not take place, or stops: all that was cut for it goes back on sale.

    Announces FairCancelled; raises MoveRefused.
    """
    move_fair(fair, FairState.CANCELLED, by=by, reason=reason)
    booths.end_offers_of(fair, by=by)
    announce(FairCancelled(fair.id, reason))


def keep_dates() -> None:
    """By the clock: registration opens and closes when it was said to."""
    now = clock.now()
    due = session.scalars(
        select(Fair)
        .where(Fair.state == FairState.ANNOUNCED, Fair.registration_opens_at <= now, Fair.registration_closes_at > now)
        .order_by(Fair.id)
    ).all()
    for fair in due:
        open_registration(fair, by=None)
    over = session.scalars(
        select(Fair)
        .where(Fair.state == FairState.REGISTRATION_OPEN, Fair.registration_closes_at <= now)
        .order_by(Fair.id)
    ).all()
    for fair in over:
        close_registration(fair, by=None)


def join_crew(fair: Fair, *, person_id: int, role: CrewRole, by: int) -> None:
    """Let somebody share the host desk; another role takes the place of the one before."""
    member = session.scalar(select(CrewMember).where(CrewMember.fair_id == fair.id, CrewMember.person_id == person_id))
    if member is None:
        session.add(CrewMember(fair_id=fair.id, person_id=person_id, role=role, added_by_id=by, added_at=clock.now()))
    else:
        member.role = role
    _note("join_crew", fair, by, person_id=person_id, role=role)


def leave_crew(fair: Fair, *, person_id: int, by: int) -> None:
    session.execute(delete(CrewMember).where(CrewMember.fair_id == fair.id, CrewMember.person_id == person_id))
    _note("leave_crew", fair, by, person_id=person_id)


def _refuse_once_settled(fair: Fair) -> None:
    if fair.state in OVER or fair.state in (FairState.SCHEDULED, FairState.LIVE):
        raise MoveRefused(fair.slug, fair.state, "changed")


def _check_dates(details: FairDetails) -> None:
    moments = (
        details.registration_opens_at, details.registration_closes_at, details.starts_at, details.ends_at,
    )  # fmt: skip
    opens, closes, starts, ends = moments
    if not (opens < closes <= starts < ends):
        raise DatesOutOfOrder("registration opens, closes, then the fair begins and ends")


def _free_slug(name: str, starts_at: datetime) -> str:
    wanted = f"{slugify(name)}-{starts_at:%Y}"
    taken = set(session.scalars(select(Fair.slug).where(Fair.slug.startswith(wanted, autoescape=True))))
    return next(
        slug
        for number in range(1, len(taken) + 2)
        if (slug := wanted if number == 1 else f"{wanted}-{number}") not in taken
    )


def _note(deed: str, fair: Fair, by: int | None, **details: Any) -> None:
    audit.record(
        f"fairs:fair:{deed}", subject="fair", subject_id=fair.id, by=by, province_code=fair.province_code, name=fair.name,
        **details,
    )  # fmt: skip
