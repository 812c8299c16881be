"""A fair played from its call to some days after its end by the deeds of people: three stalls, of which one never comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.accounts.models import Person
from marketplace.care import actions as care
from marketplace.care.models import Complaint
from marketplace.care.states import Answer, Kind, Wish
from marketplace.catalogue import actions as catalogue
from marketplace.fairs import actions, queries
from marketplace.fairs.models import Booth, Fair, Lead, Message, Slot
from marketplace.fairs.states import BoothState
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.orders.models import Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from marketplace.traceability.actions import scanning
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, buy_in_session, make_booth, make_fair
from tests.factories.orders import make_order, make_sold_product, move, pay

ALL_THE_WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
KNOWN, SECOND, THIRD, FOURTH = "+84911000001", "+84911000002", "+84911000003", "+84911000004"


@dataclass
class Played:
    """Ids only: rows are read afresh by whoever wants to know what became of them."""

    fair_id: int
    slug: str
    officer_id: int
    cooperative_ids: list[int]
    began_at: datetime
    complaint_id: int = 0
    orders: list[Order] | None = None

    @property
    def fair(self) -> Fair:
        session.rollback()
        return session.get_one(Fair, self.fair_id, populate_existing=True)


def play(browsers: Callable[[], Browser]) -> Played:
    officer = make_officer("33")
    makers = [make_cooperative(), make_cooperative(), make_cooperative(province="01", commune="00577")]
    products = [
        make_product(maker, name=name) for maker, name in zip(makers, ("Nhãn lồng", "Ổi lê", "Chè xanh"), strict=True)
    ]
    for certificate in (make_certificate(makers[0], "Nhãn lồng"), make_certificate(makers[1], "Ổi lê", scheme="ocop")):
        with transaction():
            catalogue.refresh_claims_of_certificate(certificate.id)
    starts_at = clock.now() + timedelta(minutes=1)
    fair = make_fair(
        officer=officer, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), registration_opens_at=clock.now()
    )
    booths = [make_booth(fair, maker, product=product) for maker, product in zip(makers, products, strict=True)]
    refused = make_booth(fair)
    make_order(make_sold_product(makers[1]), phone=KNOWN)  # in the shop, before the fair
    for booth in booths:
        approve_booth(booth, by=officer.id)
    with transaction():
        fair = session.get_one(Fair, fair.id)
        actions.reject(session.get_one(Booth, refused.id), fair, by=officer.id, note="Hết chỗ")
        actions.close_registration(fair, by=officer.id)
        actions.plan_booths(fair, [session.get_one(Booth, booth.id) for booth in booths])
        actions.publish_timetable(fair, by=officer.id)
    played = Played(fair.id, fair.slug, officer.id, [maker.id for maker in makers], starts_at)
    first, second = [(booth.id, booth.items[0].id) for booth in booths[:2]]
    with clock.moved_to(played.began_at), transaction():
        actions.go_live(session.get_one(Fair, fair.id), by=officer.id)
    played.orders = _on_air(played, first, second, browsers)
    _afterwards(played)
    return played


def _minutes(played: Played, minutes: float) -> datetime:
    return played.began_at + timedelta(minutes=minutes)


def _on_air(
    played: Played, first: tuple[int, int], second: tuple[int, int], browsers: Callable[[], Browser]
) -> list[Order]:
    room = f"/phien-cho/{played.slug}/truc-tiep"
    with clock.moved_to(_minutes(played, 1)):
        for browser in (browsers(), browsers(), browsers()):
            for _again in range(2):
                assert browser.get(room).status_code == 200
        with transaction():
            actions.count_viewers(played.fair_id, listeners=7)
            actions.count_viewers(played.fair_id, listeners=2)
    orders = []
    _put_on(played, first[0], minutes=2)
    with clock.moved_to(_minutes(played, 4)):
        _ask(played, "Nhãn này vụ nào?", answer="Vụ này ạ")
        _ask(played, "Có giao Sài Gòn không?", answer="")
        _ask(played, "Câu này bị ẩn", answer="", hidden=True)
        orders.append(buy_in_session(first[1], packs=2, phone=KNOWN, method=Method.VIETQR))
        pay(orders[-1])
        orders.append(buy_in_session(first[1], packs=1, phone=SECOND))
    _put_on(played, second[0], minutes=16)
    with clock.moved_to(_minutes(played, 20)):
        orders.append(buy_in_session(second[1], packs=2, phone=SECOND))
        orders.append(buy_in_session(second[1], packs=1, phone=THIRD))
    with clock.moved_to(_minutes(played, 34)):
        _open_price(played, second[0])  # the first one has run out
        orders.append(buy_in_session(second[1], packs=1, phone=FOURTH))
    with clock.moved_to(_minutes(played, 36)):
        _leave_numbers(played, second[0])
    with clock.moved_to(_minutes(played, 40.5)), transaction():
        actions.end_fair(session.get_one(Fair, played.fair_id), by=played.officer_id)
    return orders


def _put_on(played: Played, booth_id: int, *, minutes: float) -> None:
    with clock.moved_to(_minutes(played, minutes)), transaction():
        fair = session.get_one(Fair, played.fair_id)
        slot = session.query(Slot).filter_by(booth_id=booth_id).one()
        actions.put_on_air(fair, slot, by=played.officer_id)
        actions.open_price(fair, session.get_one(Booth, booth_id).items[0], by=played.officer_id)


def _open_price(played: Played, booth_id: int) -> None:
    with transaction():
        fair = session.get_one(Fair, played.fair_id)
        actions.open_price(fair, session.get_one(Booth, booth_id).items[0], by=played.officer_id)


def _ask(played: Played, text: str, *, answer: str, hidden: bool = False) -> None:
    person = make_person()
    with transaction():
        fair = session.get_one(Fair, played.fair_id)
        visitor = actions.join_as_person(session.get_one(Person, person.id))
        message = actions.write(fair, visitor, text=text, key=text, is_question=True)
        if answer:
            actions.answer_question(session.get_one(Message, message.id), answer=answer, by=played.officer_id)
        if hidden:
            actions.hide_message(fair, session.get_one(Message, message.id), by=played.officer_id)


def _afterwards(played: Played) -> None:
    orders = played.orders or []
    with clock.moved_to(_minutes(played, 60)):
        lots = session.query(Lot).order_by(Lot.id).all()
        for number, lot in enumerate(lots[:2] * 2):
            with transaction():
                scanning.note_scan(code=lot.code, device=f"phone-{number}", network="")
        with transaction():
            scanning.note_scan(code=lots[0].code, device="own", network="", by_staff_of=(played.cooperative_ids[0],))
    with clock.moved_to(_minutes(played, 24 * 60)):
        move(orders[0], *ALL_THE_WAY)
        move(orders[1], PartState.CONFIRMED, PartState.CANCELLED)
        move(orders[2], *ALL_THE_WAY)
        move(orders[3], PartState.REFUSED, reason="Hết hàng")
        move(orders[4], PartState.CONFIRMED)
    with clock.moved_to(_minutes(played, 48 * 60)):
        _complain(played, orders[0])
        with transaction():
            fair = session.get_one(Fair, played.fair_id)
            for booth, height in zip(queries.booths_of(fair.id, BoothState.APPROVED)[:2], (5, 4), strict=True):
                actions.rate_fair(session.get_one(Booth, booth.id), fair, height=height)


def _leave_numbers(played: Played, booth_id: int) -> None:
    """Two visitors want to hear from the stall; one of them changes his mind."""
    for phone in (KNOWN, SECOND):
        with transaction():
            fair = session.get_one(Fair, played.fair_id)
            booth = session.get_one(Booth, booth_id)
            lead_id = actions.leave_number(
                fair, booth, name="Khách", phone=phone, wants="10 kg", consent_words="Đồng ý", key=phone
            )
    with transaction():
        actions.take_number_back(session.get_one(Lead, lead_id))


def _complain(played: Played, order: Order) -> None:
    (part,) = order.parts
    (line,) = part.lines
    with transaction():
        complaint = care.open_complaint(
            order.id, part.id, kind=Kind.SPOILED, wish=Wish.REFUND, words="Một gói bị dập", packs={line.id: 1}, by=None
        )
        played.complaint_id = complaint.id
    with transaction():
        complaint = session.get_one(Complaint, played.complaint_id)
        care.answer(complaint, kind=Answer.REFUND, words="Xin lỗi", packs={line.id: 1}, by=played.officer_id)
    with transaction():
        complaint = session.get_one(Complaint, played.complaint_id)
        care.accept(complaint, number=complaint.answers, by=None)
