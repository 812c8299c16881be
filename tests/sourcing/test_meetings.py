"""A conference inside a fair: who meets whom at which table; nobody and no table twice at one time, whoever presses when."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.foundation import clock, dates
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_day
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import queries
from marketplace.sourcing.actions import Party
from marketplace.sourcing.errors import MeetingRefused, Refused
from marketplace.sourcing.models import Conference, Meeting
from marketplace.sourcing.queries import ConferenceCount, ConferenceFigures
from marketplace.sourcing.states import MeetingOutcome, MeetingState, Side
from marketplace.sourcing.words import say_refused
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import end_fair, make_fair
from tests.factories.meetings import ask, make_conference, make_scheduled_fair, party, plan, tomorrow
from tests.factories.sourcing import make_demand
from tests.notifications.reading import bell_of, forget, letters_to

FIRST, SECOND, LAST = (9, 0), (9, 15), (9, 45)


class Hall:
    """Three cooperatives at a fair of tomorrow afternoon, and a conference in its morning: four times at two tables."""

    def __init__(self, *, tables: int = 2) -> None:
        self.officer, self.owner = make_officer("33"), make_person(full_name="Nguyễn Thị Chủ Nhiệm")
        self.rice = make_cooperative(name="Lúa Sông Biếc", owner=self.owner)
        self.longan, self.fish = make_cooperative(name="Nhãn Bến Mơ"), make_cooperative(name="Cá Làng Gió")
        self.fair_id = make_scheduled_fair(self.rice, self.longan, self.fish, officer=self.officer).id
        self.id = make_conference(self.fair, officer=self.officer, tables=tables).id
        self.buyer = make_person(full_name="Đặng Thị Bếp Trưởng")
        forget()
        # Pages and refusals throw the session's rows away; these are read after them.
        for kept in (self.officer, self.owner, self.rice, self.longan, self.fish, self.buyer):
            session.refresh(kept)
            session.expunge(kept)

    @property
    def fair(self) -> Fair:
        session.rollback()
        return session.get_one(Fair, self.fair_id)

    @property
    def conference(self) -> Conference:
        session.rollback()
        return session.get_one(Conference, self.id)

    def ask(self, cooperative: Cooperative, at: tuple[int, int] = FIRST, person: Person | None = None) -> Meeting:
        return ask(self.conference, cooperative, at=tomorrow(*at), person=person or self.buyer)

    def table(self) -> list[tuple[str, int, str]]:
        """Time, table and cooperative of whatever stands."""
        return [
            (dates.format_moment(line.starts_at)[-5:], view.meeting.table_number, view.cooperative.short_name)
            for line in queries.timetable(self.conference)
            for view in line.tables
            if view is not None
        ]


@pytest.fixture
def hall(app: Flask) -> Hall:
    return Hall()


def row(meeting: Meeting) -> Meeting:
    session.rollback()
    return session.get_one(Meeting, meeting.id, populate_existing=True)


def accept(meeting: Meeting, *, side: Side = Side.SELLER, seen: tuple[int, int] = FIRST) -> None:
    with transaction():
        sourcing.accept_meeting(session.get_one(Meeting, meeting.id), side=side, seen=tomorrow(*seen))


def propose(meeting: Meeting, to: tuple[int, int], *, side: Side = Side.SELLER, seen: tuple[int, int] = FIRST) -> None:
    with transaction():
        sourcing.propose_time(
            session.get_one(Meeting, meeting.id), side=side, seen=tomorrow(*seen), starts_at=tomorrow(*to),
            words="Sớm quá",
        )  # fmt: skip


def end(meeting: Meeting, *, by: Side | None = Side.SELLER) -> None:
    with transaction():
        sourcing.end_meeting(session.get_one(Meeting, meeting.id), by=by, reason="Bận thu hoạch")


def refused(why: str, deed: Callable[[], object]) -> None:
    with pytest.raises(Refused) as problem:
        deed()
    assert problem.value.why == why
    with force_locale("vi"):
        assert "%(" not in say_refused(problem.value)


def test_each_time_has_so_many_tables(hall: Hall) -> None:
    first, second = hall.ask(hall.rice), hall.ask(hall.longan, person=make_person())
    assert (first.table_number, second.table_number) == (1, 2)
    refused("no_table_then", lambda: hall.ask(hall.fish, person=make_person()))
    assert hall.ask(hall.fish, SECOND, person=make_person()).table_number == 1
    end(first)
    assert hall.ask(hall.fish, FIRST, person=make_person()).table_number == 1
    assert hall.table() == [
        ("09:00", 1, "HTX Cá Làng Gió"), ("09:00", 2, "HTX Nhãn Bến Mơ"), ("09:15", 1, "HTX Cá Làng Gió"),
    ]  # fmt: skip


def test_nobody_meets_two_at_one_time(hall: Hall) -> None:
    hall.ask(hall.rice)
    refused("buyer_meets_then", lambda: hall.ask(hall.longan))
    refused("cooperative_meets_then", lambda: hall.ask(hall.rice, person=make_person()))
    assert hall.table() == [("09:00", 1, "HTX Lúa Sông Biếc")]


def test_hours_of_another_conference_count(hall: Hall) -> None:
    other_fair = make_scheduled_fair(hall.rice, hall.longan, province="31")
    other = make_conference(other_fair, starts_at=tomorrow(8, 50), ends_at=tomorrow(9, 50), minutes=20)
    ask(other, hall.rice, at=tomorrow(8, 50), person=make_person())
    ask(other, hall.longan, at=tomorrow(9, 10), person=hall.buyer)
    refused("cooperative_meets_then", lambda: hall.ask(hall.rice, FIRST))
    refused("buyer_meets_then", lambda: hall.ask(hall.fish, SECOND))
    assert hall.ask(hall.rice, (9, 30)).table_number == 1
    assert queries.meetings_at_one_time() == []
    # What is shorter than it was overlaps; nobody can do that by an action.
    with transaction():
        session.get_one(Conference, other.id).minutes = 45
    assert len(queries.meetings_at_one_time()) == 3


def test_a_second_click_makes_no_second_meeting(hall: Hall) -> None:
    assert hall.ask(hall.rice).id == hall.ask(hall.rice).id
    refused("these_two_meet", lambda: hall.ask(hall.rice, SECOND))
    assert session.query(Meeting).count() == 1
    assert bell_of(hall.owner) == ["sourcing/for_seller/asked_to_meet"]


def test_times_must_be_of_the_timetable_and_to_come(hall: Hall) -> None:
    refused("no_such_time", lambda: hall.ask(hall.rice, (9, 5)))
    refused("no_such_time", lambda: hall.ask(hall.rice, (10, 0)))
    at = tomorrow(*FIRST)
    with clock.moved_to(tomorrow(9, 5)):
        refused("time_over", lambda: ask(hall.conference, hall.rice, at=at, person=hall.buyer))
    stranger = make_cooperative()
    refused("cooperative_does_not_come", lambda: hall.ask(stranger))
    assert session.query(Meeting).count() == 0


def test_buyers_who_press_at_once_for_the_last_table_get_it_once(app: Flask) -> None:
    hall = Hall(tables=1)
    pairs = [(one.id, party(make_person())) for one in (hall.rice, hall.longan, hall.fish)]
    gate, done = threading.Barrier(len(pairs)), []

    def press(cooperative_id: int, come: Party) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    sourcing.ask_to_meet(
                        session.get_one(Conference, hall.id), cooperative_id=cooperative_id, party=come,
                        starts_at=tomorrow(*FIRST),
                    )  # fmt: skip
                done.append("asked")
            except MeetingRefused as problem:
                done.append(problem.why)
            finally:
                session.remove()

    session.remove()
    people = [threading.Thread(target=press, args=pair) for pair in pairs]
    for one in people:
        one.start()
    for one in people:
        one.join(30)
    assert sorted(done) == ["asked", "no_table_then", "no_table_then"]
    assert session.query(Meeting).count() == 1


@pytest.mark.parametrize(
    ("other_cooperative", "other_person", "at", "table"),
    [
        (True, True, FIRST, 1),  # the table
        (False, True, FIRST, 2),  # the cooperative's time
        (True, False, FIRST, 2),  # the buyer's time
        (False, False, SECOND, 1),  # the two of them
    ],
)
def test_the_database_refuses_what_is_taken(
    hall: Hall, other_cooperative: bool, other_person: bool, at: tuple[int, int], table: int
) -> None:
    first = hall.ask(hall.rice)
    values = {
        "conference_id": hall.id,
        "cooperative_id": hall.longan.id if other_cooperative else hall.rice.id,
        "person_id": make_person().id if other_person else hall.buyer.id,
        "starts_at": tomorrow(*at),
        "table_number": table,
    }

    def write() -> None:
        with transaction():
            session.add(
                Meeting(
                    buyer_name="x", phone="x", topic="x", state=MeetingState.ASKED, standing_by=Side.BUYER,
                    created_at=clock.now(), **values,
                )
            )  # fmt: skip

    with pytest.raises(IntegrityError):
        write()
    end(first)
    write()
    assert session.query(Meeting).count() == 2


def test_a_time_is_agreed_by_turns(hall: Hall) -> None:
    meeting = hall.ask(hall.rice)
    refused("meeting_answered", lambda: accept(meeting, side=Side.BUYER))
    refused("same_time", lambda: propose(meeting, FIRST))
    propose(meeting, LAST)
    assert (row(meeting).starts_at, row(meeting).standing_by) == (tomorrow(*LAST), Side.SELLER)
    refused("meeting_moved", lambda: accept(meeting, side=Side.BUYER, seen=FIRST))
    propose(meeting, SECOND, side=Side.BUYER, seen=LAST)
    refused("meeting_answered", lambda: accept(meeting, side=Side.BUYER, seen=SECOND))
    accept(meeting, seen=SECOND)
    refused("meeting_answered", lambda: accept(meeting, seen=SECOND))
    assert hall.table() == [("09:15", 1, "HTX Lúa Sông Biếc")]
    assert bell_of(hall.buyer) == ["sourcing/for_buyer/meeting_proposed", "sourcing/for_buyer/meeting_accepted"]
    assert bell_of(hall.owner) == ["sourcing/for_seller/asked_to_meet", "sourcing/for_seller/meeting_proposed"]


def test_a_proposal_takes_no_taken_time(hall: Hall) -> None:
    hall.ask(hall.longan, LAST)
    meeting = hall.ask(hall.rice)
    refused("buyer_meets_then", lambda: propose(meeting, LAST))
    assert row(meeting).starts_at == tomorrow(*FIRST)


def test_who_ends_a_meeting_frees_it_and_the_other_reads_why(hall: Hall) -> None:
    declined, agreed = hall.ask(hall.rice), hall.ask(hall.longan, SECOND)
    end(declined)
    accept(agreed, seen=SECOND)
    end(agreed, by=Side.BUYER)
    refused("meeting_ended", lambda: end(agreed))
    refused("meeting_ended", lambda: accept(declined))
    assert [row(one).state for one in (declined, agreed)] == [MeetingState.DECLINED, MeetingState.CANCELLED]
    assert hall.table() == []
    assert "Bận thu hoạch" in "".join(letters_to(hall.buyer.contacts[0]))
    assert bell_of(hall.buyer) == ["sourcing/for_buyer/meeting_declined", "sourcing/for_buyer/meeting_accepted"]


def test_after_the_meeting_both_say_what_came_of_it(hall: Hall) -> None:
    met, late = hall.ask(hall.rice), hall.ask(hall.longan, SECOND)
    accept(met)

    def tell(meeting: Meeting, side: Side, outcome: MeetingOutcome) -> None:
        with transaction():
            sourcing.tell_outcome(session.get_one(Meeting, meeting.id), side=side, outcome=outcome)

    refused("not_met_yet", lambda: tell(met, Side.BUYER, MeetingOutcome.AGREED))
    with clock.moved_to(tomorrow(9, 20)):
        refused("meeting_began", lambda: end(met))
        refused("time_over", lambda: accept(late, seen=SECOND))
        refused("not_met_yet", lambda: tell(late, Side.SELLER, MeetingOutcome.AGREED))
        tell(met, Side.BUYER, MeetingOutcome.NOTHING_YET)
        tell(met, Side.BUYER, MeetingOutcome.QUOTE)
        assert queries.conference_figures(hall.id) == ConferenceFigures(1, 1, held=1, agreed=0, quotes=1)
        tell(met, Side.SELLER, MeetingOutcome.AGREED)
        assert queries.conference_figures(hall.id) == ConferenceFigures(1, 1, held=1, agreed=1, quotes=0)
        tell(met, Side.SELLER, MeetingOutcome.MISSED)
        assert queries.conference_figures(hall.id) == ConferenceFigures(1, 1, held=0, agreed=0, quotes=1)
    assert row(met).outcome_of(Side.BUYER) == MeetingOutcome.QUOTE


def keep(fair: Fair, **changes: object) -> None:
    with transaction():
        sourcing.keep_conference(session.get_one(Fair, fair.id), plan(**changes), by=1)


def test_a_conference_lies_in_a_fair_whose_timetable_is_out(hall: Hall) -> None:
    early = make_fair()
    refused("fair_takes_no_conference", lambda: keep(early))
    late = {"starts_at": tomorrow(9) + timedelta(days=1), "ends_at": tomorrow(10) + timedelta(days=1)}
    refused("after_the_fair", lambda: keep(hall.fair, **late))
    assert session.query(Conference).count() == 1


def test_a_change_takes_nobody_a_table_or_a_time(hall: Hall) -> None:
    hall.ask(hall.rice, LAST)
    hall.ask(hall.longan, LAST, person=make_person())
    for changes in (
        {"minutes": 20}, {"starts_at": tomorrow(8)}, {"ends_at": tomorrow(9, 45)}, {"tables": 1},
    ):  # fmt: skip
        refused("meetings_in_the_way", lambda changes=changes: keep(hall.fair, **changes))
    assert (hall.conference.minutes, hall.conference.tables) == (15, 2)
    forget()
    keep(hall.fair, tables=5, ends_at=tomorrow(12))
    assert bell_of(hall.buyer) == []
    keep(hall.fair, place="Nhà văn hóa", tables=5, ends_at=tomorrow(12))
    assert bell_of(hall.buyer) == ["sourcing/for_buyer/meeting_moved"]
    assert "Nhà văn hóa" in letters_to(hall.buyer.contacts[0])[0]
    assert len(hall.conference.times) == 12


def test_an_officer_brings_two_together_and_moves_them(hall: Hall) -> None:
    def place(table: int = 2) -> Meeting:
        come = party(hall.buyer)
        with transaction():
            return sourcing.place_meeting(
                session.get_one(Conference, hall.id), session.get_one(Fair, hall.fair_id), cooperative_id=hall.rice.id,
                party=come, starts_at=tomorrow(*FIRST), table=table, by=hall.officer.id,
            )  # fmt: skip

    meeting = place()
    assert place().id == meeting.id
    refused("these_two_meet", lambda: place(table=1))
    assert (meeting.state, meeting.shows_phone) == (MeetingState.ACCEPTED, False)
    hall.ask(hall.longan, SECOND, person=make_person())

    def move(to: tuple[int, int], table: int) -> None:
        with transaction():
            sourcing.move_meeting(
                session.get_one(Meeting, meeting.id), session.get_one(Fair, hall.fair_id), starts_at=tomorrow(*to),
                table=table, by=hall.officer.id,
            )  # fmt: skip

    refused("table_taken", lambda: move(SECOND, 1))
    refused("table_taken", lambda: move(SECOND, 3))
    move(SECOND, 2)
    move(SECOND, 2)
    assert hall.table() == [("09:15", 1, "HTX Nhãn Bến Mơ"), ("09:15", 2, "HTX Lúa Sông Biếc")]
    assert bell_of(hall.owner) == ["sourcing/for_seller/meeting_placed", "sourcing/for_seller/meeting_moved"]
    tags = session.query(AuditEntry.tag).filter(AuditEntry.tag.like("sourcing:meeting:%")).order_by(AuditEntry.id)
    assert [one.tag for one in tags] == ["sourcing:meeting:place", "sourcing:meeting:move"]


def test_a_fair_that_is_off_takes_its_meetings_along(hall: Hall) -> None:
    meeting = hall.ask(hall.rice)
    accept(meeting)
    with transaction():
        fairs.call_off(session.get_one(Fair, hall.fair_id), by=hall.officer.id, reason="Bão số 9")
    assert (row(meeting).state, row(meeting).words) == (MeetingState.CANCELLED, "Bão số 9")
    assert bell_of(hall.buyer)[-1] == "sourcing/for_buyer/meeting_cancelled"
    refused("fair_is_over", lambda: hall.ask(hall.longan))


def test_a_cooperative_that_withdraws_takes_only_its_own_meetings_along(hall: Hall) -> None:
    gone, stays = hall.ask(hall.rice), hall.ask(hall.longan, SECOND)
    with transaction():
        booth = session.query(Booth).filter_by(cooperative_id=hall.rice.id).one()
        fairs.withdraw(booth, session.get_one(Fair, hall.fair_id), by=hall.owner.id)
    assert [row(one).state for one in (gone, stays)] == [MeetingState.CANCELLED, MeetingState.ASKED]


def test_a_fair_where_people_met_is_a_conference_of_the_year(hall: Hall) -> None:
    accept(hall.ask(hall.rice))
    accept(hall.ask(hall.longan, SECOND), seen=SECOND)
    hall.ask(hall.fish, LAST, person=make_person())
    with clock.moved_to(tomorrow(15)):
        year = clock.today().year
        assert queries.conferences(["33"], year=year) == {}
        end_fair(hall.fair_id)
        # One buyer and two cooperatives; who was never answered did not come.
        assert queries.conferences(["33"], year=year) == {"33": ConferenceCount(1, 3)}


def open_by_page(officer: Browser, fair: Fair, **typed: str) -> None:
    officer.submit(
        f"/lien-minh/phien-cho/{fair.slug}/hoi-nghi/thiet-lap",
        {
            "held_on": format_day(clock.today() + timedelta(days=1)), "begins": "9h", "ends": "10:30", "minutes": "15",
            "tables": "3", "place": "Hội trường tầng 2", **typed,
        },
    )  # fmt: skip


def test_from_the_opened_conference_to_the_printed_timetable(hall: Hall, browsers: Callable[[], Browser]) -> None:
    fair = make_scheduled_fair(hall.rice, hall.fish, officer=hall.officer)
    slug = fair.slug
    officer, buyer, desk, stranger = (browsers() for _ in range(4))
    sign_in_officer(officer, hall.officer)
    assert "Hội nghị kết nối cung cầu" not in stranger.get(f"/phien-cho/{slug}").get_data(as_text=True)

    open_by_page(officer, fair, ends="8:00", place="")
    assert "Không đủ giờ cho một cuộc gặp" in officer.text
    assert "Nhập địa điểm, hoặc đường dẫn phòng trực tuyến" in officer.text
    open_by_page(officer, fair)
    assert "Đã mở. Bên mua thấy ở trang phiên chợ" in officer.text
    page = stranger.get(f"/phien-cho/{slug}").get_data(as_text=True)
    assert "Hội nghị kết nối cung cầu" in page
    assert f"/phien-cho/{slug}/hoi-nghi" in page

    # The buyer has a demand, so that he needs no tax code; the times are those that are free.
    demand = make_demand(hall.buyer)
    buyer.sign_in(hall.buyer.contacts[0])
    buyer.get(f"/phien-cho/{slug}/hoi-nghi")
    link = re.search(rf'href="(/phien-cho/{slug}/hoi-nghi/\d+)" aria-label="Hẹn gặp HTX Lúa', _html(buyer))
    assert link is not None
    buyer.submit(link[1], {"time": "09:30", "topic": "500 kg rau mỗi tuần", "demand": "", "tax_code": ""})
    assert buyer.page is not None
    assert buyer.page.status_code == 422
    assert "hoặc chọn một nhu cầu của bạn ở trên" in buyer.text
    buyer.send({"demand": str(demand.id)}, at=link[1])
    assert "Đã gửi lời hẹn" in buyer.text
    assert "Chờ trả lời" in buyer.text
    meeting = session.query(Meeting).one()
    assert (meeting.starts_at, meeting.demand_id) == (tomorrow(9, 30), demand.id)
    buyer.get(link[1])
    assert buyer.page.request.path == f"/tai-khoan/lich-gap/{meeting.id}"

    # The cooperative sees no number before it has agreed.
    base = f"/htx-cua-toi/{hall.rice.slug}"
    desk.sign_in(hall.owner.contacts[0])
    assert "bên mua muốn gặp HTX" in desk.get(base).get_data(as_text=True)
    assert "0912 000 001" not in desk.get(f"{base}/lich-gap/{meeting.id}").get_data(as_text=True)
    desk.send({"time-time": "10:00", "time-words": "Sáng sớm còn giao hàng"}, action="/gio-khac")
    assert "Đã gửi. Bên kia được báo." in desk.text
    buyer.get(f"/tai-khoan/lich-gap/{meeting.id}")
    assert "Sáng sớm còn giao hàng" in buyer.text
    buyer.send(action="/dong-y")
    assert "Đã hẹn" in buyer.text
    desk.get(f"{base}/lich-gap/{meeting.id}")
    assert "0912 000 001" in desk.text
    assert "HTX Lúa Sông Biếc" in buyer.get("/tai-khoan/lich-gap").get_data(as_text=True)
    assert "Bếp ăn khu công nghiệp Phố Nối" in desk.get(f"{base}/lich-gap").get_data(as_text=True)

    # The officer arranges another one at a free table, moves it, and prints all.
    timetable = f"/lien-minh/phien-cho/{slug}/hoi-nghi"
    officer.submit(f"{timetable}/xep?luc=10:15&ban=2", {"demand": str(demand.id), "cooperative": str(hall.fish.id)})
    assert "Đã xếp. Hai bên được báo." in officer.text
    placed = session.query(Meeting).filter_by(cooperative_id=hall.fish.id).one()
    officer.submit(f"{timetable}/{placed.id}", {"move-seat": "09:00-3"}, action="/chuyen")
    assert "Đã chuyển. Hai bên được báo." in officer.text
    printed = officer.get(f"{timetable}/in").get_data(as_text=True)
    assert printed.index("09:00–09:15") < printed.index("HTX Cá Làng Gió") < printed.index("10:00–10:15")
    assert "500 kg rau mỗi tuần" in printed
    officer.submit(f"{timetable}/{placed.id}", {"end-reason": "HTX báo bận"}, action="/huy")
    assert "Đã hủy. Hai bên đọc được lý do." in officer.text
    assert "HTX báo bận" in buyer.get(f"/tai-khoan/lich-gap/{placed.id}").get_data(as_text=True)

    with clock.moved_to(tomorrow(10, 20)):
        buyer.sign_in(hall.buyer.contacts[0])
        buyer.get(f"/tai-khoan/lich-gap/{meeting.id}")
        buyer.send({"outcome": "quote"}, action="/ket-qua")
        assert "Bạn đã ghi: Đã gặp, sẽ gửi báo giá" in buyer.text


def _html(browser: Browser) -> str:
    assert browser.page is not None
    return browser.page.get_data(as_text=True)


def test_a_page_that_is_older_than_the_answer_changes_nothing(hall: Hall, browsers: Callable[[], Browser]) -> None:
    meeting = hall.ask(hall.rice)
    first, second = browsers(), browsers()
    path = f"/htx-cua-toi/{hall.rice.slug}/lich-gap/{meeting.id}"
    for one in (first, second):
        one.sign_in(hall.owner.contacts[0])
        one.get(path)
    first.send(action="/nhan")
    second.send({"time-time": "09:45"}, action="/gio-khac")
    assert "Đã có trả lời rồi" in second.text
    assert (row(meeting).state, row(meeting).starts_at) == (MeetingState.ACCEPTED, tomorrow(*FIRST))


def test_a_company_comes_with_its_tax_code(hall: Hall, browser: Browser) -> None:
    booth = session.query(Booth).filter_by(cooperative_id=hall.rice.id).one()
    browser.sign_in(hall.buyer.contacts[0])
    path = f"/phien-cho/{hall.fair.slug}/hoi-nghi/{booth.id}"
    typed = {"time": "09:00", "topic": "Gạo", "buyer_name": "Công ty Mẫu", "phone": "0912 000 001"}
    browser.submit(path, typed)
    assert "Nhập mã số thuế công ty, hoặc đăng nhu cầu" in browser.text
    browser.send({"tax_code": "9900000016"}, at=path)
    meeting = session.query(Meeting).one()
    assert (meeting.tax_code, meeting.buyer_name, meeting.demand_id) == ("9900000016", "Công ty Mẫu", None)


def test_lists_cost_the_same_with_one_and_with_three(hall: Hall, browser: Browser) -> None:
    browser.sign_in(hall.buyer.contacts[0])
    hall.ask(hall.rice)
    one = browser.get("/tai-khoan/lich-gap").headers["X-Queries"]
    hall.ask(hall.longan, SECOND)
    hall.ask(hall.fish, LAST)
    assert browser.get("/tai-khoan/lich-gap").headers["X-Queries"] == one


def test_whose_time_is_free_is_the_same_everywhere(hall: Hall) -> None:
    """A form offers exactly what the action would take."""
    hall.ask(hall.rice, FIRST, person=make_person())
    hall.ask(hall.longan, SECOND)
    free = queries.occupied(hall.conference, cooperative_id=hall.rice.id, person_id=hall.buyer.id)
    assert free.free_times(clock.now()) == [tomorrow(9, 30), tomorrow(9, 45)]


def test_a_fair_that_is_over_takes_no_booking(hall: Hall, browser: Browser) -> None:
    slug = hall.fair.slug
    with transaction():
        fairs.call_off(session.get_one(Fair, hall.fair_id), by=hall.officer.id, reason="Bão")
    assert "Hiện không đặt lịch gặp ở đây được." in browser.get(f"/phien-cho/{slug}/hoi-nghi").get_data(as_text=True)
