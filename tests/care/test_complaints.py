"""Complaints from the buyer's word to the money: over the pages, by the clock, and never twice."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from marketplace import wiring
from marketplace.accounts.models import Person
from marketplace.care import actions as care
from marketplace.care import tasks as care_tasks
from marketplace.care.models import Complaint, ComplaintPhoto
from marketplace.care.states import Answer, Because, ComplaintState, Kind, Outcome, Wish
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, files
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.orders import actions as orders
from marketplace.orders import rules, tasks
from marketplace.orders.models import CooperativeOrder, LineRefund, Order
from marketplace.orders.states import OrderState, PartState
from marketplace.payments.models import Refund
from marketplace.payments.states import Method
from marketplace.traceability.models import Lot
from tests.accounts.outbox import delivered
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, make_weighed_product, move, now, pay

WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


class Case:
    """An order that arrived (or is on its way), its buyer's browser, its cooperative's and an officer's."""

    def __init__(
        self, app: Flask, browsers: Callable[[], Browser], *, quantity: int = 3, until: PartState = PartState.DELIVERED,
        method: Method = Method.VIETQR,
    ) -> None:  # fmt: skip
        self.app, self.browsers = app, browsers
        self.owner = make_person()
        self.cooperative: Cooperative = make_cooperative(owner=self.owner)
        self.cooperative_id = self.cooperative.id
        self.contact, self.owner_id = self.owner.contacts[0], self.owner.id
        self.slug, self.province = self.cooperative.slug, self.cooperative.province_code
        self.order: Order = make_order(make_sold_product(self.cooperative), quantity=quantity, method=method)
        if method != Method.CASH_ON_DELIVERY:
            pay(self.order)
        move(self.order, *WAY[: WAY.index(until) + 1])
        (self.part,) = self.order.parts
        (self.line,) = self.part.lines
        self.key = rules.access_key(self.order.code, str(app.secret_key))
        self.buyer = browsers()
        self.desk = self.sign_in(self.owner)

    def sign_in(self, person: Person) -> Browser:
        browser = self.browsers()
        browser.sign_in(person.contacts[0])
        return browser

    def officer(self, person: Person | None = None) -> Browser:
        browser = self.browsers()
        sign_in_officer(browser, person or make_officer(self.province))
        return browser

    def address(self, rest: str = "") -> str:
        return f"/don-hang/{self.order.code}{rest}?k={self.key}"

    def complain(self, **changes: Any) -> Any:
        said = {"kind": "spoiled", "wish": "refund", "words": "Hai quả dập nát", f"packs-{self.line.id}": "2"}
        page = self.address(f"/khieu-nai/{self.part.code}")
        return self.buyer.submit(page, {**said, **changes})

    @property
    def complaint(self) -> Complaint:
        session.rollback()
        session.expire_all()
        return session.query(Complaint).filter_by(order_id=self.order.id).order_by(Complaint.id.desc()).first()  # type: ignore[return-value]

    def at_desk(self, rest: str = "") -> str:
        return f"/htx-cua-toi/{self.slug}/khieu-nai/{self.complaint.code}{rest}"

    def answer(self, **changes: Any) -> Any:
        said = {"answer": "refund", "words": "Xin lỗi bạn, HTX hoàn tiền", f"packs-{self.line.id}": "2"}
        return self.desk.submit(self.at_desk(), {**said, **changes}, action="/tra-loi")

    def of_buyer(self, rest: str = "") -> str:
        return self.address(f"/phieu/{self.complaint.code}{rest}")

    def accept(self) -> Any:
        return self.buyer.submit(self.of_buyer(), action=f"/dong-y?k={self.key}")

    def ask_alliance(self) -> Any:
        return self.buyer.submit(
            self.of_buyer(), {"words": "Không đúng như vậy"}, action=f"/hoi-lien-minh?k={self.key}"
        )

    def desk_order(self) -> str:
        self.desk.get(f"/htx-cua-toi/{self.slug}/don-hang/{self.part.code}")
        return self.desk.text

    def decide(self, browser: Browser, decision: str, packs: int = 0) -> Any:
        page = f"/lien-minh/khieu-nai/{self.complaint.code}"
        fields = {"decision": decision, "words": "Ảnh cho thấy rõ", f"packs-{self.line.id}": str(packs)}
        return browser.submit(page, fields, action=page)

    def release(self) -> None:
        with clock.moved_to(clock.now() + rules.RETURN_WINDOW + timedelta(minutes=1)):
            tasks.release_parts()

    def release_now(self) -> bool:
        with transaction():
            return orders.release_part(session.get_one(CooperativeOrder, self.part.id))

    def funds(self) -> ledger.Funds:
        session.rollback()
        session.expire_all()
        return ledger.funds_of(self.cooperative_id)


@pytest.fixture
def case(app: Flask, browsers: Callable[[], Browser]) -> Case:
    return Case(app, browsers)


def photo_with_gps() -> io.BytesIO:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (20.0, 30.0, 0.0)
    Image.new("RGB", (80, 40), "green").save(data, "JPEG", exif=exif)
    data.seek(0)
    return data


def test_money_is_offered_agreed_to_and_paid_back_to_the_dong(case: Case) -> None:
    before = case.funds().pending_dong
    page = case.complain(photos=(photo_with_gps(), "hong.jpg"))
    assert page.status_code == 200
    assert "Khiếu nại của bạn đã được gửi" in case.buyer.text
    assert case.complaint.state == ComplaintState.NEW
    assert case.complaint.settle_by - case.complaint.opened_at == timedelta(days=7)
    case.release()
    assert case.funds().pending_dong == before, "the money waits"
    assert "Tiền của đơn này được giữ lại" in case.desk_order()
    case.desk.submit(case.at_desk(), action="/da-xem")
    assert case.complaint.state == ComplaintState.WAITING_SELLER
    case.answer()
    assert case.complaint.state == ComplaintState.IN_REVIEW
    assert session.query(Refund).count() == 0
    case.buyer.get(case.of_buyer())
    before_click = case.buyer.page
    case.buyer.send(action=f"/dong-y?k={case.key}")
    found = case.complaint
    assert (found.state, found.outcome) == (ComplaintState.RESOLVED, Outcome.REFUNDED)
    assert found.refunded_dong == 2 * case.line.price_dong
    page = case.buyer.get(case.of_buyer()).get_data(as_text=True)
    assert "Đã hoàn tiền" not in case.buyer.text, "it is decided, and nobody has sent it yet"
    assert "Trả lại tiền cho người mua" in case.buyer.text
    assert f'href="/don-hang/{case.order.code}/hoan-tien?k={case.key}"' in page
    assert "Chợ cần số tài khoản của bạn" in case.buyer.text
    assert [row.amount_dong for row in session.query(Refund)] == [2 * case.line.price_dong]
    assert [(row.packs, row.cause) for row in session.query(LineRefund)] == [(2, f"complaint:{found.id}")]
    case.buyer.page = before_click
    case.buyer.send(action=f"/dong-y?k={case.key}")
    assert session.query(Refund).count() == 1
    assert "100.000" in case.buyer.get(case.address()).get_data(as_text=True)
    case.release()
    assert case.funds().pending_dong == 0
    holds()


def test_photos_are_upright_without_gps_and_only_for_those_concerned(
    case: Case, browsers: Callable[[], Browser]
) -> None:
    case.complain(photos=(photo_with_gps(), "hong.jpg"))
    photo = session.query(ComplaintPhoto).one()
    with Image.open(io.BytesIO(files.store().read(photo.file_key))) as kept:
        assert (kept.size, dict(kept.getexif())) == ((40, 80), {})
    assert case.buyer.get(case.of_buyer(f"/anh/{photo.id}")).status_code == 200
    assert case.desk.get(case.at_desk(f"/anh/{photo.id}")).status_code == 200
    stranger = browsers()
    assert stranger.get(case.of_buyer(f"/anh/{photo.id}").split("?")[0]).status_code == 404
    assert stranger.get(f"/anh/{photo.file_key}").status_code == 404


def test_a_mistake_keeps_what_was_typed_and_the_photos(case: Case) -> None:
    page = case.complain(words=" ", photos=(photo_with_gps(), "hong.jpg"))
    assert page.status_code == 422
    assert session.query(Complaint).count() == 0
    assert "1 ảnh đã được giữ" in case.buyer.text
    assert f'name="packs-{case.line.id}"' in page.get_data(as_text=True)
    case.buyer.send({"words": "Dập nát", "kind": "spoiled", "wish": "refund"})
    assert len(case.complaint.photos) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"packs": "0"}, "bao nhiêu gói"),
        ({"packs": "4"}, "nhiều hơn số gói"),
        ({"packs": "hai"}, "số nguyên"),
        ({"kind": None}, "Hãy chọn"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(case: Case, changes: dict[str, Any], said: str) -> None:
    if "packs" in changes:
        changes = {f"packs-{case.line.id}": changes["packs"]}
    page = case.complain(**changes)
    assert page.status_code == 422
    assert said in case.buyer.text
    assert session.query(Complaint).count() == 0
    assert now(case.order).parts[0].held_because == ""


def test_a_second_click_leads_to_the_one_complaint(case: Case) -> None:
    case.buyer.get(case.address(f"/khieu-nai/{case.part.code}"))
    first = case.buyer.page
    fields = {"kind": "spoiled", "wish": "refund", "words": "Hỏng", f"packs-{case.line.id}": "1"}
    case.buyer.send(fields)
    case.buyer.page = first
    case.buyer.send(fields)
    assert case.complaint.code in case.buyer.page.request.path  # type: ignore[union-attr]
    assert session.query(Complaint).count() == 1


def test_after_48_hours_only_the_phone_is_left(case: Case) -> None:
    with clock.moved_to(clock.now() + timedelta(hours=48, minutes=1)):
        page = case.buyer.get(case.address(f"/khieu-nai/{case.part.code}"))
        assert "48 giờ" in case.buyer.text
        assert "<textarea" not in page.get_data(as_text=True)


def test_cash_paid_at_the_door_comes_back_as_well(app: Flask, browsers: Callable[[], Browser]) -> None:
    case = Case(app, browsers, method=Method.CASH_ON_DELIVERY)
    case.complain()
    case.answer()
    case.accept()
    assert case.complaint.refunded_dong == 2 * case.line.price_dong
    holds()


def test_a_refusal_that_convinces_nobody_goes_to_the_officer_who_grants_a_part(case: Case) -> None:
    case.complain()
    case.answer(answer="refuse", words="Hàng còn tốt lúc gửi")
    case.ask_alliance()
    assert case.complaint.state == ComplaintState.ESCALATED
    far = case.officer(make_officer("01"))
    assert far.get(f"/lien-minh/khieu-nai/{case.complaint.code}").status_code == 404
    assert case.part.code not in far.get("/lien-minh/khieu-nai").get_data(as_text=True)
    officer = case.officer()
    officer.get("/lien-minh/khieu-nai")
    assert "Người mua không đồng ý" in officer.text
    assert case.decide(officer, "grant", 9).status_code == 422
    assert session.query(Refund).count() == 0
    case.decide(officer, "grant", 1)
    found = case.complaint
    assert (found.state, found.outcome, found.refunded_dong) == (
        ComplaintState.RESOLVED, Outcome.REFUNDED, case.line.price_dong,
    )  # fmt: skip
    entry = session.query(AuditEntry).filter_by(tag="care:complaint:grant").one()
    assert (entry.reason, entry.province_code) == ("Ảnh cho thấy rõ", case.province)
    case.buyer.get(case.of_buyer())
    assert "Ảnh cho thấy rõ" in case.buyer.text
    holds()


def test_the_officer_may_reject_and_then_the_money_is_free(case: Case) -> None:
    case.complain()
    case.answer(answer="refuse", words="Hàng còn tốt lúc gửi")
    case.ask_alliance()
    case.decide(case.officer(), "reject")
    assert (case.complaint.state, case.complaint.outcome) == (ComplaintState.REJECTED, Outcome.REFUSED)
    assert session.query(Refund).count() == 0
    case.release()
    assert case.funds().pending_dong == 0
    holds()


def test_what_nobody_looks_at_goes_to_the_alliance_once(case: Case) -> None:
    case.complain()
    with clock.moved_to(clock.now() + timedelta(hours=23)):
        care_tasks.escalate_complaints()
    assert case.complaint.state == ComplaintState.NEW
    with clock.moved_to(clock.now() + timedelta(hours=25)):
        care_tasks.escalate_complaints()
        care_tasks.escalate_complaints()
    found = case.complaint
    assert (found.state, found.escalated_because) == (ComplaintState.ESCALATED, Because.NOT_ACKNOWLEDGED)
    case.answer()  # late, and still welcome
    case.accept()
    assert case.complaint.outcome == Outcome.REFUNDED
    holds()


def test_an_answer_that_the_buyer_never_reads_is_settled_by_the_alliance(case: Case) -> None:
    case.complain()
    case.answer()
    with clock.moved_to(clock.now() + timedelta(days=7, minutes=1)):
        care_tasks.escalate_complaints()
        assert case.complaint.escalated_because == Because.NOT_SETTLED
        case.decide(case.officer(), "grant", 2)
        assert case.complaint.refunded_dong == 2 * case.line.price_dong
    holds()


def test_goods_come_back_before_the_money_goes_and_are_never_on_sale_again(case: Case) -> None:
    lot_id = case.line.lots[0].lot_id
    available = session.get_one(Lot, lot_id).available
    case.complain()
    case.answer(answer="return")
    case.accept()
    assert (case.complaint.state, session.query(Refund).count()) == (ComplaintState.WAITING_SELLER, 0)
    fields = {f"returned-{case.line.id}": "2", "words": "Đã nhận lại"}
    case.desk.submit(case.at_desk(), fields, action="/da-lam")
    found = case.complaint
    assert (found.state, found.outcome) == (ComplaintState.RESOLVED, Outcome.RETURNED)
    assert (found.lines[0].returned_packs, found.lines[0].refunded_packs) == (2, 2)
    lot = session.get_one(Lot, lot_id)
    assert (lot.returned, lot.lost, lot.available) == (2 * case.line.content, 2 * case.line.content, available)
    holds()


@pytest.mark.parametrize(("packs", "grams"), [(1, 1_500), (2, 3_000)])
def test_goods_sold_by_weight_come_back_as_what_they_weighed(app: Flask, packs: int, grams: int) -> None:
    owner_id = make_person().id
    order = make_order(make_weighed_product(), method=Method.VIETQR)
    pay(order)
    move(order, PartState.CONFIRMED)
    (line,) = order.parts[0].lines
    with transaction():
        part = session.get_one(CooperativeOrder, order.parts[0].id)
        orders.weigh(part, weights={line.id: [1_401, 1_599]}, seen=0, by=owner_id)
    move(order, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
    wanted = {line.id: packs}
    with transaction():
        found = care.open_complaint(
            order.id, order.parts[0].id, kind=Kind.SPOILED, wish=Wish.REFUND, words="Hỏng", packs=wanted, by=None
        )
        care.answer(found, kind=Answer.RETURN, words="Gửi lại nhé", packs=wanted, by=owner_id)
        care.accept(found, number=1, by=None)
        care.keep_promise(found, words="", returned=wanted, serials=(), by=owner_id)
    lot = session.get_one(Lot, line.lots[0].lot_id)
    assert (lot.returned, lot.lost) == (grams, grams)
    holds()


def test_a_promise_that_is_not_kept_goes_to_the_alliance(case: Case) -> None:
    case.complain()
    case.answer(answer="send_again")
    case.accept()
    with clock.moved_to(clock.now() + timedelta(days=7, minutes=1)):
        care_tasks.escalate_complaints()
        assert case.complaint.state == ComplaintState.ESCALATED
        case.decide(case.officer(), "grant", 2)
    assert case.complaint.outcome == Outcome.REFUNDED
    holds()


def test_goods_sent_once_more_end_it_without_money(case: Case) -> None:
    case.complain(wish="goods_again")
    case.answer(answer="send_again")
    case.accept()
    case.desk.submit(case.at_desk(), {"words": "MAU123"}, action="/da-lam")
    assert (case.complaint.outcome, session.query(Refund).count()) == (Outcome.SENT_AGAIN, 0)
    case.release()
    assert case.funds().pending_dong == 0
    holds()


def test_a_parcel_that_never_arrives_is_paid_back_whole_with_its_delivery(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    case = Case(app, browsers, until=PartState.SHIPPED)
    assert case.complain(kind="spoiled").status_code == 422
    case.complain(kind="not_arrived")
    case.answer()
    case.accept()
    found = case.complaint
    assert (found.state, found.outcome) == (ComplaintState.RESOLVED, Outcome.NOT_SENT)
    order = now(case.order)
    assert (order.state, order.parts[0].state) == (OrderState.CANCELLED, PartState.LOST)
    assert [row.amount_dong for row in session.query(Refund)] == [order.total_dong]
    assert case.funds() == ledger.Funds(0, 0, 0, 0)
    holds()


def test_much_money_waits_for_a_second_person_and_the_complaint_with_it(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    case = Case(app, browsers, quantity=60)
    case.complain(**{f"packs-{case.line.id}": "60"})
    case.answer(**{f"packs-{case.line.id}": "60"})
    case.accept()
    assert (case.complaint.is_open, case.complaint.waits_for_second, session.query(Refund).count()) == (True, True, 0)
    with clock.moved_to(clock.now() + timedelta(days=8)):
        care_tasks.escalate_complaints()
    assert case.complaint.state == ComplaintState.IN_REVIEW
    admin = case.officer(make_admin())
    admin.get("/lien-minh/hai-nguoi")
    admin.send({"refuse": "1", "answer": "Thiếu ảnh"}, action=admin.forms()[-1]["action"])
    found = case.complaint
    assert (found.state, found.escalated_because) == (ComplaintState.ESCALATED, Because.SECOND_PERSON)
    first = make_officer(case.province)
    case.decide(case.officer(first), "grant", 60)
    assert case.complaint.waits_for_second
    admin.submit("/lien-minh/hai-nguoi")
    found = case.complaint
    assert (found.state, found.refunded_dong) == (ComplaintState.RESOLVED, 60 * case.line.price_dong)
    holds()


def test_money_that_was_released_already_is_given_back_all_the_same(case: Case) -> None:
    case.release_now()
    assert (case.funds().pending_dong, now(case.order).parts[0].released_at is None) == (0, False)
    case.complain()
    case.answer()
    case.accept()
    assert case.complaint.refunded_dong == 2 * case.line.price_dong
    assert case.funds().payable_dong == case.line.price_dong
    holds()


def test_another_cooperative_and_another_buyer_find_nothing(case: Case, browsers: Callable[[], Browser]) -> None:
    case.complain()
    stranger = make_person()
    other = make_cooperative(owner=stranger)
    theirs = case.sign_in(stranger)
    assert theirs.get(f"/htx-cua-toi/{other.slug}/khieu-nai/{case.complaint.code}").status_code == 404
    neighbour = make_order(make_sold_product())
    key = rules.access_key(neighbour.code, str(case.app.secret_key))
    anybody = browsers()
    for path in (
        f"/don-hang/{neighbour.code}/phieu/{case.complaint.code}?k={key}",
        f"/don-hang/{case.order.code}/phieu/{case.complaint.code}?k={key}",
        f"/don-hang/{case.order.code}/khieu-nai/{case.part.code}",
        f"/don-hang/{neighbour.code}/khieu-nai/{case.part.code}?k={key}",
        f"/don-hang/{neighbour.code}/danh-gia/{case.line.id}?k={key}",
    ):
        assert anybody.get(path).status_code == 404, path


def test_an_answer_given_anew_is_not_agreed_to_unread(case: Case) -> None:
    case.complain()
    case.answer()
    case.buyer.get(case.of_buyer())
    case.answer(answer="refuse", words="Tôi xem lại: hàng còn tốt")
    case.buyer.send(action=f"/dong-y?k={case.key}")
    assert "Không có gì thay đổi" in case.buyer.text
    assert (case.complaint.state, session.query(Refund).count()) == (ComplaintState.IN_REVIEW, 0)


def test_the_buyer_may_take_it_back(case: Case) -> None:
    case.complain()
    case.buyer.submit(case.of_buyer(), action=f"/rut-lai?k={case.key}")
    assert case.complaint.outcome == Outcome.WITHDRAWN
    case.release()
    assert case.funds().pending_dong == 0
    holds()


def test_both_sides_and_the_officer_are_told(case: Case) -> None:
    officer = make_officer(case.province)
    to = {"buyer": case.order.phone, "owner": case.contact, "officer": officer.contacts[0]}
    case.complain()
    case.answer(answer="refuse", words="Hàng còn tốt")
    case.ask_alliance()
    case.decide(case.officer(officer), "reject")
    told = [(message.receiver, message.text) for message in delivered()]
    for who, about in (
        ("owner", "Khiếu nại đơn"), ("buyer", "đã trả lời khiếu nại"), ("officer", "Chuyển lên Liên minh"),
        ("owner", "Chuyển lên Liên minh"), ("buyer", "Chuyển lên Liên minh"), ("buyer", "Đã giải quyết"),
        ("owner", "Đã giải quyết"),
    ):  # fmt: skip
        assert len([text for whom, text in told if whom == to[who] and about in text]) == 1, (who, about)
    (link,) = [text.split()[-1] for whom, text in told if whom == to["buyer"] and "Đã giải quyết" in text]
    assert case.browsers().get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_queue_shows_the_most_urgent_first_with_a_fixed_number_of_statements(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    case = Case(app, browsers)
    case.complain()
    page = f"/htx-cua-toi/{case.slug}/khieu-nai"
    few = case.desk.get(page).headers["X-Queries"]
    for _ in range(2):
        order = make_order(make_sold_product(session.get_one(Cooperative, case.cooperative_id)), method=Method.VIETQR)
        pay(order)
        move(order, *WAY)
        again = Case.__new__(Case)
        again.__dict__.update(case.__dict__, order=order, part=order.parts[0], line=order.parts[0].lines[0])
        again.key = rules.access_key(order.code, str(app.secret_key))
        again.complain()
    assert session.query(Complaint).count() == 3
    assert case.desk.get(page).headers["X-Queries"] == few
