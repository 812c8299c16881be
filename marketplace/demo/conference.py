"""A fair of the demo whose timetable is out, with a conference in it: meetings that wait, that are agreed, that were moved."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.demo.applying import PROVINCE, fair_details, fill_in
from marketplace.demo.scene import Scene
from marketplace.fairs import actions as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing.actions import ConferencePlan, Party
from marketplace.sourcing.models import Conference, Demand, Meeting
from marketplace.sourcing.states import Side

DAYS_AHEAD = 2
STALLS = 6
FEW_PACKS = 5  # the other fairs want their goods, too
PLACE = "Sảnh A, Trung tâm Hội nghị Phố Hiến (mẫu), TP Hưng Yên"
PROFILE = "Mời bếp ăn, cửa hàng đến gặp trực tiếp, mang theo mẫu hàng."
SPEAKER = "Nguyễn Văn Hẹn (mẫu)"


def hold_conference(scene: Scene) -> None:
    """Opened yesterday; a buyer has asked cooperatives since, and some have answered."""
    with clock.moved_to(clock.now() - timedelta(days=1)):
        fair_id, cooperatives = _fair(scene)
        conference_id = _open(scene, fair_id)
    with clock.moved_to(clock.now() - timedelta(hours=1)):
        _meet(scene, conference_id, cooperatives)


def _fair(scene: Scene) -> tuple[int, list[int]]:
    """One evening of selling; those with goods for it have their place and their time."""
    officer = scene.officer.id
    starts_at = datetime.combine(scene.today + timedelta(days=DAYS_AHEAD), time(18), dates.VIETNAM)
    details = fair_details(
        "Phiên chợ kết nối cung cầu Hưng Yên", "Ban ngày gặp bên mua, buổi tối lên sóng bán hàng", starts_at=starts_at,
        called_at=clock.now() - timedelta(days=7), closes_at=clock.now() + timedelta(minutes=1), quota=STALLS,
    )  # fmt: skip
    with transaction():
        fair = fairs.create_fair(details, province_code=PROVINCE, by=officer, is_demo=True)
        fairs.announce_fair(fair, by=officer)
        fairs.open_registration(fair, by=officer)
        booths: list[Booth] = []
        open_ones = select(Cooperative).where(Cooperative.admission == Admission.VERIFIED).order_by(Cooperative.id)
        for cooperative in session.scalars(open_ones).all():
            if len(booths) == STALLS:
                break
            booth = fill_in(
                fair, cooperative, profile=PROFILE, speaker=SPEAKER, by=officer, most_packs=FEW_PACKS
            )  # fmt: skip
            if booth is not None:
                fairs.submit(booth, fair, by=officer)
                fairs.check_speaker(booth, fair, by=officer)
                fairs.approve(booth, fair, by=officer)
                booths.append(booth)
        fairs.close_registration(fair, by=officer)
        fairs.plan_booths(fair, booths)
        fairs.publish_timetable(fair, by=officer)
        return fair.id, [booth.cooperative_id for booth in booths]


def _open(scene: Scene, fair_id: int) -> int:
    day = scene.today + timedelta(days=DAYS_AHEAD)
    plan = ConferencePlan(
        starts_at=datetime.combine(day, time(9), dates.VIETNAM),
        ends_at=datetime.combine(day, time(11, 30), dates.VIETNAM),
        minutes=15,
        tables=4,
        place=PLACE,
        video_url="https://hop.example/cung-cau",
    )
    with transaction():
        return sourcing.keep_conference(session.get_one(Fair, fair_id), plan, by=scene.officer.id).id


def _meet(scene: Scene, conference_id: int, cooperatives: list[int]) -> None:
    demands = list(session.scalars(select(Demand).where(Demand.is_demo).order_by(Demand.id)))
    times = session.get_one(Conference, conference_id).times
    agreed, declined, proposed, _waiting, moved = (
        _ask(conference_id, cooperatives[number], demands[number % len(demands)], times[number]) for number in range(5)
    )
    with transaction():
        _accept(session.get_one(Meeting, agreed))
        sourcing.end_meeting(
            session.get_one(Meeting, declined), by=Side.SELLER, reason="Vụ này HTX đã bán hết, hẹn bạn vụ sau."
        )
        row = session.get_one(Meeting, proposed)
        sourcing.propose_time(
            row, side=Side.SELLER, seen=row.starts_at, starts_at=times[6], words="Sáng sớm HTX còn giao hàng."
        )
        late = session.get_one(Meeting, moved)
        _accept(late)
        sourcing.move_meeting(
            late, _fair_of(conference_id), starts_at=times[7], table=2, by=scene.officer.id
        )  # fmt: skip


def _ask(conference_id: int, cooperative_id: int, demand: Demand, starts_at: datetime) -> int:
    with transaction():
        demand = session.merge(demand)
        party = Party(
            person_id=demand.person_id, buyer_name=demand.buyer_name, phone=demand.phone, topic=demand.product,
            demand_id=demand.id,
        )  # fmt: skip
        conference = session.get_one(Conference, conference_id)
        return sourcing.ask_to_meet(
            conference, cooperative_id=cooperative_id, party=party, starts_at=starts_at
        ).id  # fmt: skip


def _accept(meeting: Meeting) -> None:
    sourcing.accept_meeting(meeting, side=Side.SELLER, seen=meeting.starts_at)


def _fair_of(conference_id: int) -> Fair:
    return session.get_one(Fair, session.get_one(Conference, conference_id).fair_id)
