"""Before the fair, over the pages: officers call it, cooperatives apply, officers answer and build the running order."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions, queries
from marketplace.fairs.actions import NewItem
from marketplace.fairs.models import Booth, BoothPaper, CrewMember, Fair, Slot
from marketplace.fairs.states import BoothState, FairState, SlotState
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_moment
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import make_booth, make_fair
from tests.factories.traceability import make_lot


@pytest.fixture
def officer(app: Flask) -> Person:
    return make_officer("33")


@pytest.fixture
def desk(app: Flask, browsers: Callable[[], Browser], officer: Person) -> Browser:
    """An officer's browser."""
    browser = browsers()
    sign_in_officer(browser, officer)
    return browser


def fair_of(slug: str) -> Fair:
    session.expire_all()
    return session.query(Fair).filter_by(slug=slug).one()


def typed(**changes: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "name": "Phiên chợ nhãn lồng", "theme": "Nhãn đang mùa", "province": "33",
        "registration_opens_at": format_moment(now - timedelta(hours=1)),
        "registration_closes_at": format_moment(now + timedelta(days=5)),
        "starts_at": format_moment(now + timedelta(days=6)),
        "ends_at": format_moment(now + timedelta(days=6, hours=2)),
        "booth_quota": "10", "slot_minutes": "12", "gap_minutes": "2", "max_discount_percent": "50", "per_buyer": "5",
        "least_stars": "0", **changes,
    }  # fmt: skip


def test_an_officer_calls_a_fair_and_takes_it_to_open_applications(desk: Browser, browser: Browser) -> None:
    desk.submit("/lien-minh/phien-cho/moi", typed())
    fair = session.query(Fair).one()
    slug = fair.slug
    assert (fair.state, fair.booth_quota, fair.gap_minutes) == (FairState.DRAFT, 10, 2)
    assert "Luật" not in fair.theme
    assert "Không bán rượu bia" in fair.rules_text  # begun with the default rules, livestream rules among them
    assert browser.get(f"/phien-cho/{slug}").status_code == 404
    address = f"/lien-minh/phien-cho/{slug}"
    desk.submit(address, action="/buoc")
    assert fair_of(slug).state == FairState.ANNOUNCED
    assert browser.get(f"/phien-cho/{slug}").status_code == 200
    desk.submit(address, action="/buoc")
    assert fair_of(slug).state == FairState.REGISTRATION_OPEN


def test_a_form_with_dates_out_of_order_says_so_and_keeps_what_was_typed(desk: Browser) -> None:
    wrong = typed(starts_at=format_moment(clock.now() - timedelta(days=9)), ends_at="khi nào xong", name="Chợ của tôi")
    answer = desk.submit("/lien-minh/phien-cho/moi", wrong)
    assert answer.status_code == 422
    assert "Phiên chợ phải bắt đầu khi đã đóng đăng ký" in desk.text
    assert 'value="khi nào xong"' in answer.get_data(as_text=True)
    assert 'value="Chợ của tôi"' in answer.get_data(as_text=True)
    assert session.query(Fair).count() == 0


def test_a_new_fair_may_begin_as_the_last_one_was(desk: Browser, officer: Person) -> None:
    make_fair(officer=officer, theme="Vải thiều", starts_at=clock.now() - timedelta(days=30), to=FairState.DRAFT)
    desk.submit("/lien-minh/phien-cho/moi?nhu=lan-truoc", {"name": "Lần hai"})
    first, second = session.query(Fair).order_by(Fair.id)
    assert second.theme == "Vải thiều"
    assert second.registration_opens_at > clock.now()
    assert (second.starts_at - first.starts_at) % timedelta(weeks=1) == timedelta(0) or (
        second.starts_at.weekday() == first.starts_at.weekday()
    )


def test_changed_details_leave_the_video_of_the_host_desk(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug, video = fair.slug, "https://www.youtube.com/watch?v=abcdefghi11"
    with transaction():
        actions.set_video(session.get_one(Fair, fair.id), video, by=officer.id)
    desk.submit(f"/lien-minh/phien-cho/{slug}/sua", {"theme": "Mùa nhãn"})
    assert (fair_of(slug).theme, fair_of(slug).video_url) == ("Mùa nhãn", video)


def test_a_step_pressed_twice_is_taken_once(desk: Browser, officer: Person) -> None:
    slug = make_fair(officer=officer, to=FairState.DRAFT).slug
    desk.get(f"/lien-minh/phien-cho/{slug}")
    forms = [form for form in desk.forms() if form["action"].endswith("/buoc")]
    for _ in range(2):
        desk.post(forms[0]["action"], {**forms[0]["fields"]})
    assert "đã làm rồi" in desk.text
    assert fair_of(slug).state == FairState.ANNOUNCED
    assert session.query(AuditEntry).filter_by(tag="fairs:fair:announced").count() == 1


def test_a_timetable_says_in_words_what_it_lacks(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug = fair.slug
    make_booth(fair)
    with transaction():
        actions.close_registration(session.get_one(Fair, fair.id), by=officer.id)
    desk.submit(f"/lien-minh/phien-cho/{slug}", {"step": "cong-bo-lich"}, action="/buoc")
    assert "Còn đăng ký chưa được trả lời" in desk.text
    assert "Chưa có HTX nào được nhận" in desk.text
    assert fair_of(slug).state == FairState.REGISTRATION_CLOSED


def test_what_blocks_the_timetable_is_counted_and_linked(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    waiting, mending = make_booth(fair), make_booth(fair)
    page = f"/lien-minh/phien-cho/{fair.slug}"
    with transaction():
        now = session.get_one(Fair, fair.id)
        actions.ask_for_more(session.get_one(Booth, mending.id), now, by=officer.id, note="Thiếu ảnh")
        actions.close_registration(now, by=officer.id)
    desk.get(page)
    assert "1 đăng ký chờ bạn trả lời, 1 HTX đã được yêu cầu bổ sung" in desk.text
    assert (
        f'href="{page}/dang-ky"' in desk.get(page).get_data(as_text=True).partition("Chưa công bố lịch được")[2][:600]
    )
    with transaction():
        for booth in (waiting, mending):
            actions.reject(
                session.get_one(Booth, booth.id), session.get_one(Fair, fair.id), by=officer.id, note="Hết chỗ"
            )
    desk.get(page)
    assert "Chưa công bố lịch được" not in desk.text


def test_calling_off_wants_a_reason_and_gives_the_packs_back(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug, booth_id = fair.slug, approve(fair, make_booth(fair), officer)
    lot_id = session.get_one(Booth, booth_id).items[0].lot_id
    kept = session.get_one(Lot, lot_id).reserved
    assert kept > 0
    assert desk.submit(f"/lien-minh/phien-cho/{slug}", {"reason": ""}, action="/huy").status_code == 422
    assert fair_of(slug).state == FairState.REGISTRATION_OPEN
    desk.submit(f"/lien-minh/phien-cho/{slug}", {"reason": "Bão số 3"}, action="/huy")
    assert (fair_of(slug).state, fair_of(slug).state_reason) == (FairState.CANCELLED, "Bão số 3")
    assert session.get_one(Lot, lot_id).reserved == 0


def test_an_officer_of_another_province_finds_nothing(browser: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    booth = make_booth(fair)
    slug, booth_id = fair.slug, booth.id
    sign_in_officer(browser, make_officer("01"))
    for tail in ("", "/sua", "/dang-ky", f"/dang-ky/{booth_id}", "/lich", "/lich/in"):
        assert browser.get(f"/lien-minh/phien-cho/{slug}{tail}").status_code == 404
    assert fair.name not in browser.get("/lien-minh/phien-cho").get_data(as_text=True)


def test_the_crew_is_shared_by_phone_number(desk: Browser, officer: Person) -> None:
    slug = make_fair(officer=officer).slug
    helper = make_person()
    helper_id, phone = helper.id, helper.phone
    address = f"/lien-minh/phien-cho/{slug}"
    assert desk.submit(address, {"phone": "0988777666", "role": "host"}, action="/nguoi-giup").status_code == 422
    assert "Chưa ai ở đây dùng số này" in desk.text
    for _ in range(2):
        desk.submit(address, {"phone": phone, "role": "moderator"}, action="/nguoi-giup")
    (member,) = session.query(CrewMember).all()
    assert (member.person_id, member.role) == (helper_id, "moderator")
    desk.submit(address, action="/nguoi-giup/bo")
    assert session.query(CrewMember).count() == 0


# Applications


def approve(fair: Fair, booth: Booth, officer: Person) -> int:
    with transaction():
        booth = session.get_one(Booth, booth.id)
        fair = session.get_one(Fair, fair.id)
        actions.check_speaker(booth, fair, by=officer.id)
        actions.approve(booth, fair, by=officer.id)
        return booth.id


def state_of(booth_id: int) -> BoothState:
    session.expire_all()
    return session.get_one(Booth, booth_id).state


def test_checks_stand_in_words_and_block_the_approval(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug, booth_id = fair.slug, make_booth(fair).id
    address = f"/lien-minh/phien-cho/{slug}/dang-ky/{booth_id}"
    desk.submit(address, {"answer": "approve"}, action=f"/{booth_id}")
    assert "Cán bộ còn phải kiểm tra người nói" in desk.text
    assert state_of(booth_id) == BoothState.SUBMITTED
    desk.submit(address, action="/nguoi-noi")
    desk.submit(address, {"answer": "approve"}, action=f"/{booth_id}")
    assert state_of(booth_id) == BoothState.APPROVED
    assert session.get_one(Booth, booth_id).items[0].offer_id is not None


def test_many_are_answered_at_once_and_one_that_is_not_ready_stops_no_other(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug = fair.slug
    ready, unchecked = make_booth(fair), make_booth(fair)
    with transaction():
        actions.check_speaker(session.get_one(Booth, ready.id), session.get_one(Fair, fair.id), by=officer.id)
    ids = [ready.id, unchecked.id]
    queue = f"/lien-minh/phien-cho/{slug}/dang-ky"
    desk.submit(queue, {"booth": [str(one) for one in ids], "answer": "approve"})
    assert [state_of(one) for one in ids] == [BoothState.APPROVED, BoothState.SUBMITTED]
    assert "Đã trả lời 1 HTX" in desk.text
    assert desk.submit(queue, {"booth": [str(ids[1])], "answer": "refuse", "note": ""}).status_code == 422
    assert state_of(ids[1]) == BoothState.SUBMITTED
    desk.submit(queue, {"booth": [str(ids[1])], "answer": "refuse", "note": "Hết chỗ"})
    assert (state_of(ids[1]), session.get_one(Booth, ids[1]).note) == (BoothState.REJECTED, "Hết chỗ")


def test_lists_of_officers_cost_the_same_statements(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug = fair.slug

    def statements() -> list[str]:
        pages = ("", f"/{slug}", f"/{slug}/dang-ky", f"/{slug}/lich")
        return [desk.get(f"/lien-minh/phien-cho{page}").headers["X-Queries"] for page in pages]

    make_booth(fair)
    approve(fair, make_booth(fair), officer)
    with transaction():
        actions.plan_booths(session.get_one(Fair, fair.id), queries.booths_of(fair.id, BoothState.APPROVED))
    few = statements()
    for _ in range(2):
        make_booth(fair)
        approve(fair, make_booth(fair), officer)
    make_fair(officer=officer)
    with transaction():
        actions.plan_booths(session.get_one(Fair, fair.id), queries.booths_of(fair.id, BoothState.APPROVED))
    assert statements() == few


# The running order


@pytest.fixture
def planned(officer: Person) -> tuple[str, list[int]]:
    """A fair with three booths that have their times, as its slug and the slots' ids."""
    fair = make_fair(
        officer=officer, starts_at=clock.now() + timedelta(days=2), ends_at=clock.now() + timedelta(days=2, hours=2)
    )
    for _ in range(3):
        approve(fair, make_booth(fair), officer)
    with transaction():
        actions.plan_booths(session.get_one(Fair, fair.id), queries.booths_of(fair.id, BoothState.APPROVED))
    return fair.slug, [slot.id for slot in queries.slots_of(fair.id)]


def order_of(slug: str) -> list[int]:
    session.expire_all()
    return [slot.id for slot in queries.slots_of(fair_of(slug).id)]


def test_one_press_plans_all_without_overlaps(desk: Browser, officer: Person) -> None:
    fair = make_fair(officer=officer)
    slug = fair.slug
    for _ in range(3):
        approve(fair, make_booth(fair), officer)
    for _ in range(2):
        desk.post(f"/lien-minh/phien-cho/{slug}/lich/xep", {"csrf_token": token(desk, slug)})
    slots = queries.slots_of(fair_of(slug).id)
    assert len(slots) == 3
    for before, after in pairwise(slots):
        assert after.starts_at - before.ends_at == timedelta(minutes=2)
    assert "HTX nào cũng có giờ rồi" in desk.text


def token(desk: Browser, slug: str) -> str:
    desk.get(f"/lien-minh/phien-cho/{slug}")
    return str(next(form["fields"]["csrf_token"] for form in desk.forms() if "csrf_token" in form["fields"]))


def test_a_slot_moves_by_buttons_and_a_second_press_does_nothing(desk: Browser, planned: tuple[str, list[int]]) -> None:
    slug, (first, second, third) = planned
    with transaction():
        actions.confirm_slot(session.get_one(Slot, second))
    address = f"/lien-minh/phien-cho/{slug}/lich/{second}/doi-cho"
    data = {"place": "0", "csrf_token": token(desk, slug)}
    for _ in range(2):
        desk.post(address, data)
        assert order_of(slug) == [second, first, third]
    assert session.get_one(Slot, second).state == SlotState.PLANNED  # another time wants another word
    desk.post(address, {**data, "place": "2"})  # as a drop far down does
    assert order_of(slug) == [first, third, second]
    slots = queries.slots_of(fair_of(slug).id)
    assert [after.starts_at - before.ends_at for before, after in pairwise(slots)] == [timedelta(minutes=2)] * 2


def test_an_overlap_is_refused_in_words(desk: Browser, planned: tuple[str, list[int]]) -> None:
    slug, (first, second, _third) = planned
    before = [(slot.id, slot.starts_at, slot.ends_at) for slot in queries.slots_of(fair_of(slug).id)]
    start = format_moment(session.get_one(Slot, first).starts_at + timedelta(minutes=2))
    answer = desk.submit(
        f"/lien-minh/phien-cho/{slug}/lich", {"starts_at": start, "minutes": "12"}, action=f"/lich/{second}"
    )
    assert answer.status_code == 422
    assert "Chọn giờ khác hoặc ít phút hơn" in desk.text
    answer = desk.submit(
        f"/lien-minh/phien-cho/{slug}/lich",
        {"starts_at": "05/11/2030 19:30", "minutes": "12"},
        action=f"/lich/{second}",
    )
    assert "Phải nằm trong khoảng" in desk.text
    session.expire_all()
    assert [(slot.id, slot.starts_at, slot.ends_at) for slot in queries.slots_of(fair_of(slug).id)] == before


def test_a_break_is_added_and_stands_on_the_printed_page(desk: Browser, planned: tuple[str, list[int]]) -> None:
    slug, _ = planned
    at = format_moment(fair_of(slug).ends_at - timedelta(minutes=12))
    desk.submit(
        f"/lien-minh/phien-cho/{slug}/lich", {"title": "Giải lao", "starts_at": at, "minutes": "10"}, action="/them"
    )
    assert len(order_of(slug)) == 4
    assert "Giải lao" in desk.get(f"/lien-minh/phien-cho/{slug}/lich/in").get_data(as_text=True)


# The cooperative's side


class Stall:
    """A cooperative with goods on sale, and its owner's browser."""

    def __init__(self, browser: Browser) -> None:
        owner = make_person()
        cooperative = make_cooperative(owner=owner)
        self.product = make_product(cooperative)
        self.lot = make_lot(self.product)
        self.base = f"/htx-cua-toi/{cooperative.slug}/phien-cho"
        self.cooperative_id, self.variant_id, self.lot_id = cooperative.id, self.product.variants[0].id, self.lot.id
        browser.sign_in(owner.contacts[0])
        self.browser = browser

    def booth(self) -> Booth:
        session.expire_all()
        return session.query(Booth).filter_by(cooperative_id=self.cooperative_id).one()


@pytest.fixture
def stall(app: Flask, browser: Browser) -> Stall:
    return Stall(browser)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "JPEG")
    return file.getvalue()


def test_a_cooperative_applies_from_the_call_to_the_confirmed_stock(
    stall: Stall, desk: Browser, officer: Person
) -> None:
    fair = make_fair(
        officer=officer, starts_at=clock.now() + timedelta(days=1), ends_at=clock.now() + timedelta(days=1, hours=1)
    )
    slug, fair_id = fair.slug, fair.id
    browser, page = stall.browser, f"{stall.base}/{slug}"
    assert fair.name in browser.get(stall.base).get_data(as_text=True)
    for _ in range(2):
        browser.get(page)
        if any(form["action"].endswith("/bat-dau") for form in browser.forms()):
            browser.send(action="/bat-dau")
    browser.submit(page, {"accept": "y"}, action="/nop")
    assert "Chưa nộp được" in browser.text
    assert stall.booth().state == BoothState.DRAFT
    browser.submit(
        page,
        {"profile": "Trồng nhãn", "speaker_name": "Nguyễn Thị Lan", "speaker_phone": "0912345678"},
        action="/gioi-thieu",
    )
    assert "Chọn" in browser.get(f"{page}/hang").get_data(as_text=True)
    goods = f"{page}/hang/them?goi={stall.variant_id}&lo={stall.lot_id}"
    assert browser.submit(goods, {"price": "1000", "packs": "20", "per_buyer": "2"}).status_code == 422
    assert "Nhập giá từ 25.000" in browser.text
    for _ in range(2):
        browser.submit(goods, {"price": "40k", "packs": "20", "per_buyer": "2", "pitch": "Hái sáng nay"})
    (item,) = stall.booth().items
    assert (item.price_dong, item.packs, item.per_buyer, item.pitch) == (40_000, 20, 2, "Hái sáng nay")
    browser.submit(page, {"files": (io.BytesIO(picture()), "giay.jpg")}, action="/giay-to")
    assert session.query(BoothPaper).count() == 1
    assert browser.submit(page, {"accept": None}, action="/nop").status_code == 422
    for _ in range(2):
        browser.get(page)
        if any(form["action"].endswith("/nop") for form in browser.forms()):
            browser.send({"accept": "y"}, action="/nop")
    booth = stall.booth()
    assert (booth.state, booth.accepted_rules_version) == (BoothState.SUBMITTED, 1)
    approve(session.get_one(Fair, fair_id), booth, officer)
    with transaction():
        fair = session.get_one(Fair, fair_id)
        actions.close_registration(fair, by=officer.id)
        actions.plan_booths(fair, [booth])
        actions.publish_timetable(fair, by=officer.id)
    browser.get(page)
    browser.send(action=f"/xac-nhan-gio/{queries.slots_of(fair_id)[0].id}")
    browser.submit(page, action="/xac-nhan-hang")
    session.expire_all()
    assert queries.slots_of(fair_id)[0].state == SlotState.CONFIRMED
    assert stall.booth().stock_confirmed_at is not None


def test_rules_that_changed_meanwhile_are_not_accepted_unread(stall: Stall, officer: Person) -> None:
    fair = make_fair(officer=officer)
    booth = make_booth(fair, session.get_one(Cooperative, stall.cooperative_id), product=stall.product, submitted=False)
    page = f"{stall.base}/{fair.slug}"
    stall.browser.get(page)
    with transaction():
        session.get_one(Fair, fair.id).rules_version = 2
    stall.browser.send({"accept": "y"}, action="/nop")
    assert "Nội quy vừa đổi" in stall.browser.text
    assert session.get_one(Booth, booth.id).accepted_rules_version == 1
    assert state_of(booth.id) == BoothState.DRAFT


def test_a_withdrawn_booth_gives_its_packs_back(stall: Stall, officer: Person) -> None:
    fair = make_fair(officer=officer)
    booth = make_booth(fair, session.get_one(Cooperative, stall.cooperative_id), product=stall.product)
    booth_id = approve(fair, booth, officer)
    lot_id = session.get_one(Booth, booth_id).items[0].lot_id
    stall.browser.submit(f"{stall.base}/{fair.slug}", action="/rut")
    assert state_of(booth_id) == BoothState.WITHDRAWN
    assert session.get_one(Lot, lot_id).reserved == 0


def test_another_cooperatives_application_is_not_found(stall: Stall, officer: Person) -> None:
    fair = make_fair(officer=officer)
    booth = make_booth(fair)
    item_id = booth.items[0].id
    page = f"{stall.base}/{fair.slug}"
    assert "Đăng ký tham gia" in stall.browser.get(page).get_data(as_text=True)
    for tail in ("/hang", f"/hang/{item_id}", "/giay-to/1"):
        assert stall.browser.get(page + tail).status_code == 404
    neighbour = page.replace(
        stall.base, f"/htx-cua-toi/{session.get_one(Cooperative, booth.cooperative_id).slug}/phien-cho"
    )
    assert stall.browser.get(neighbour).status_code == 404


def test_goods_and_calls_cost_the_same_statements(stall: Stall, officer: Person) -> None:
    fair = make_fair(officer=officer)
    cooperative = session.get_one(Cooperative, stall.cooperative_id)
    booth = make_booth(fair, cooperative, product=stall.product, submitted=False)
    pages = (stall.base, f"{stall.base}/{fair.slug}", f"{stall.base}/{fair.slug}/hang")

    def statements() -> list[str]:
        return [stall.browser.get(page).headers["X-Queries"] for page in pages]

    few = statements()
    product = make_product(session.get_one(Cooperative, stall.cooperative_id))
    lot = make_lot(product)
    make_fair()
    with transaction():
        item = NewItem(product.variants[0].id, lot.id, 40_000, 5, 2)
        actions.add_item(session.get_one(Booth, booth.id), item)
    assert statements() == few
