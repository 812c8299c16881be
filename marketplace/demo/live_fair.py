"""A fair of the demo that goes on air now: called, applied for, approved and planned in one go, by the people's own deeds."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select

from marketplace.accounts import actions as accounts
from marketplace.accounts import queries as accounts_read
from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.demo.accounts import CREW, OFFICER, PASSWORD, SHOW_HOST, viewer_phone
from marketplace.demo.applying import PROVINCE, fair_details, fill_in
from marketplace.fairs import actions as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.states import CrewRole
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session

BOOTHS = 10
SLOT_MINUTES = 6
MOST_PACKS = 40
CREW_NAME = "Đặng Minh Dẫn (mẫu)"


def hire(script: dict[str, Any]) -> None:
    """Register the host whom the script plays, viewers who write, and somebody of the crew as whom one may try the desk."""
    people = [(script["host"], SHOW_HOST), (CREW_NAME, CREW)]
    people += [(name, viewer_phone(number)) for number, name in enumerate(script["viewers"])]
    for name, phone in people:
        accounts.register(full_name=name, phone=phone, email=None, password=PASSWORD, is_demo=True)


def open_fair(script: dict[str, Any]) -> Fair | None:
    """Open a fair of three hours in which every stall is on several times; None when no cooperative has goods for it.

    In one transaction of the caller, so that the clock's own tasks never see it half planned.
    """
    officer = accounts_read.find_by_contact(phone=OFFICER)
    now = clock.now()
    if officer is None:
        return None
    fair = _call(now, officer)
    booths = _give_places(fair, script, officer)
    if not booths:
        fairs.call_off(fair, by=officer.id, reason="Chưa HTX nào có hàng cho phiên này.")
        return None
    fairs.close_registration(fair, by=officer.id)
    _plan(fair, booths)
    fairs.publish_timetable(fair, by=officer.id)
    fairs.go_live(fair, by=None)
    return fair


def _call(now: datetime, officer: Person) -> Fair:
    local = now.astimezone(dates.VIETNAM)
    part = next(name for until, name in ((11, "sáng"), (14, "trưa"), (18, "chiều"), (24, "tối")) if local.hour < until)
    details = fair_details(
        f"Phiên chợ HTX {part} {local:%d/%m}", "Hàng vừa thu hoạch, giá chỉ có trong phiên", starts_at=now,
        called_at=now - timedelta(days=2), closes_at=now, quota=BOOTHS, slot_minutes=SLOT_MINUTES, gap_minutes=0,
    )  # fmt: skip
    fair = fairs.create_fair(details, province_code=PROVINCE, by=officer.id, is_demo=True)
    for phone in (SHOW_HOST, CREW):
        person = accounts_read.find_by_contact(phone=phone)
        assert person is not None, "hired with the market"
        fairs.join_crew(fair, person_id=person.id, role=CrewRole.HOST, by=officer.id)
    fairs.announce_fair(fair, by=officer.id)
    fairs.open_registration(fair, by=officer.id)
    return fair


def _give_places(fair: Fair, script: dict[str, Any], officer: Person) -> list[Booth]:
    booths: list[Booth] = []
    cast = zip(cycle(script["profiles"]), cycle(script["speakers"]), strict=False)
    verified = select(Cooperative).where(Cooperative.admission == Admission.VERIFIED).order_by(Cooperative.id)
    for cooperative in session.scalars(verified).all():
        if len(booths) == BOOTHS:
            break
        profile, speaker = next(cast)
        booth = fill_in(
            fair, cooperative, profile=profile, speaker=speaker, by=officer.id, most_packs=MOST_PACKS
        )  # fmt: skip
        if booth is None:
            continue
        fairs.submit(booth, fair, by=officer.id)
        fairs.check_speaker(booth, fair, by=officer.id)
        fairs.approve(booth, fair, by=officer.id)
        fairs.confirm_stock(booth)
        booths.append(booth)
    return booths


def _plan(fair: Fair, booths: list[Booth]) -> None:
    length = timedelta(minutes=SLOT_MINUTES)
    starts_at = fair.starts_at
    for booth in cycle(booths):
        if starts_at + length > fair.ends_at:
            return
        slot = fairs.add_slot(fair, starts_at=starts_at, ends_at=starts_at + length, booth_id=booth.id)
        fairs.confirm_slot(slot)
        starts_at += length
