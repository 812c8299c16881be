"""Packs with a serial go into the parcel one by one, and the buyer's order then names the lots of the very packs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Product
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.codes import grouped
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState
from marketplace.traceability import actions
from marketplace.traceability.models import Lot, TraceEvent, Unit
from marketplace.traceability.queries import invariants
from marketplace.traceability.states import EventKind, UnitState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, move
from tests.factories.traceability import make_lot

OWNER, OTHER = "+84901234567", "+84907654321"


class House:
    """Two lots of one product, each with three labelled packs, and an order of two packs held from the first."""

    def __init__(self, browser: Browser) -> None:
        owner = make_person(phone=OWNER)
        self.cooperative, self.person = make_cooperative(owner=owner), owner.id
        self.cooperative_id = self.cooperative.id
        self.product = make_product(self.cooperative)
        self.product_id = self.product.id
        self.first, self.second = (make_lot(self.product, quantity=10_000).id for _ in range(2))
        self.of_first, self.of_second = self.print(self.first), self.print(self.second)
        self.order = make_order(self.product, quantity=2)
        self.part, self.code = self.order.parts[0].id, self.order.parts[0].code
        self.page = f"/htx-cua-toi/{self.cooperative.slug}/don-hang/{self.code}/goi"
        self.browser = browser
        browser.sign_in(OWNER)

    def print(self, lot_id: int, count: int = 3) -> list[str]:
        with transaction():
            lot = session.get_one(Lot, lot_id)
            variant = session.get_one(Product, lot.product_id).variants[0]
            run = actions.print_units(lot, variant, count=count, layout="24", by=None)
        return list(session.scalars(select(Unit.serial).where(Unit.run_id == run.id).order_by(Unit.id)))

    def scan(self, code: str) -> int:
        """200 when the pack is in."""
        self.browser.get(self.page)
        token = self.browser.forms()[-1]["fields"]["csrf_token"]
        return self.browser.post(self.page, {"csrf_token": token, "code": code}).status_code

    def packed(self) -> dict[str, int]:
        session.rollback()
        rows = session.execute(select(Unit.serial, Unit.order_line_id).where(Unit.order_line_id.is_not(None)))
        return {row.serial: row.order_line_id for row in rows}

    def lots(self) -> dict[int, int]:
        session.rollback()
        part = session.get_one(CooperativeOrder, self.part, populate_existing=True)
        return {some.lot_id: some.quantity for line in part.lines for some in line.lots}

    def everything_agrees(self) -> None:
        session.rollback()
        for check in (
            orders_read.packs_packed_otherwise, orders_read.lots_sold_otherwise, orders_read.lines_without_their_lots,
            invariants.counters_that_disagree, invariants.labels_that_exceed, invariants.units_that_disagree,
        ):  # fmt: skip
            assert check() == []


@pytest.fixture
def house(browser: Browser) -> House:
    return House(browser)


def states(*serials: str) -> list[UnitState]:
    session.rollback()
    found = {unit.serial: unit.state for unit in session.scalars(select(Unit))}
    return [found[serial] for serial in serials]


def test_packs_go_in_by_code_by_groups_and_by_address_and_once_each(house: House) -> None:
    one, two, three = house.of_first
    assert house.scan(grouped(one).lower()) == 200
    assert house.scan(one) == 200
    assert house.scan(f"https://localhost/q/{two}") == 200
    assert set(house.packed()) == {one, two}
    house.browser.get(house.page)
    assert "Đã quét 2/2 gói" in house.browser.text
    assert house.scan(three) == 422
    house.everything_agrees()


def test_a_pack_of_another_lot_takes_the_place_of_one_that_was_held(house: House) -> None:
    assert house.lots() == {house.first: 2000}
    assert house.scan(house.of_second[0]) == 200
    assert house.lots() == {house.first: 1000, house.second: 1000}
    assert house.scan(house.of_second[1]) == 200
    assert house.lots() == {house.second: 2000}
    assert session.get_one(Lot, house.first, populate_existing=True).reserved == 0
    house.everything_agrees()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("unknown", "không có trên tem nào của HTX"),
        ("foreign address", "không có trên tem nào của HTX"),
        ("other cooperative", "không có trên tem nào của HTX"),
        ("other goods", "mặt hàng khác"),
        ("void", "tem đã hủy"),
        ("third", "đã đủ gói"),
        ("other parcel", "đã nằm trong kiện"),
        ("held lot", "không đang bán"),
    ],
)
def test_a_pack_that_does_not_belong_is_refused_in_words_and_nothing_changes(
    house: House, what: str, words: str
) -> None:
    code = house.of_second[0]
    if what == "unknown":
        code = "0123456789ABC"
    elif what == "foreign address":
        code = f"https://example.org/q/{code}"
    elif what == "other cooperative":
        stranger = make_cooperative(name="Lạ", owner=make_person(phone=OTHER))
        code = house.print(make_lot(make_product(stranger)).id)[0]
    elif what == "other goods":
        code = house.print(make_lot(make_product(house.cooperative, name="Chuối")).id)[0]
    elif what == "void":
        with transaction():
            actions.void_units(session.get_one(Lot, house.second), [code], reason="Rách", by=house.person)
    elif what == "third":
        house.scan(house.of_first[0])
        house.scan(house.of_first[1])
    elif what == "other parcel":
        other = make_order(session.get_one(Product, house.product_id), quantity=1)
        with transaction():
            line = other.parts[0].lines[0]
            actions.pack_unit(
                house.of_first[0], cooperative_id=house.cooperative_id, order_line_id=line.id,
                packs_of_lot={house.first: 1}, content=1000,
            )  # fmt: skip
        code = house.of_first[0]
    elif what == "held lot":
        with transaction():
            actions.hold(session.get_one(Lot, house.second), by=None, reason="Kiểm tra")
    before = house.packed(), house.lots()
    assert house.scan(code) == 422
    assert words in house.browser.text
    assert (house.packed(), house.lots()) == before


def test_a_pack_is_taken_out_and_given_back_when_the_order_is_refused(house: House) -> None:
    one, two, _ = house.of_first
    house.scan(one)
    house.scan(two)
    house.browser.get(house.page)
    house.browser.send({"serial": one}, action="/goi/bo-ra")
    assert set(house.packed()) == {two}
    move(house.order, PartState.CONFIRMED, PartState.REFUSED)
    assert house.packed() == {}
    assert states(one, two) == [UnitState.PRINTED, UnitState.PRINTED]
    house.everything_agrees()


def test_packs_are_sent_and_sold_with_their_parcel_and_may_come_back(house: House) -> None:
    one, two, three = house.of_first
    house.scan(one)
    house.scan(two)
    move(house.order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED)
    assert states(one, two, three) == [UnitState.SHIPPED, UnitState.SHIPPED, UnitState.PRINTED]
    move(house.order, PartState.DELIVERED)
    assert states(one, two) == [UnitState.SOLD, UnitState.SOLD]
    house.everything_agrees()
    with transaction():
        actions.return_unit(session.get_one(Lot, house.first), one, note="Khách trả", by=house.person)
    assert states(one) == [UnitState.RETURNED]
    session.rollback()
    assert session.get_one(Lot, house.first, populate_existing=True).returned == 1000
    secret = session.scalars(
        select(TraceEvent).where(TraceEvent.kind.in_((EventKind.LABELLED, EventKind.SHIPPED, EventKind.UNITS_SOLD)))
    ).all()
    assert {event.is_public for event in secret} == {False}
    assert len(secret) == 4  # two runs, sent, sold


def test_nothing_goes_into_a_parcel_that_has_left(house: House) -> None:
    move(house.order, PartState.CONFIRMED, PartState.PACKED)
    assert house.scan(house.of_first[0]) == 200
    house.browser.get(house.page)
    form = {"csrf_token": house.browser.forms()[-1]["fields"]["csrf_token"], "code": house.of_first[1]}
    move(house.order, PartState.SHIPPED)
    assert house.browser.post(house.page, form).status_code == 422
    assert set(house.packed()) == {house.of_first[0]}


def test_a_parcel_is_packed_when_every_label_is_scanned_or_somebody_says_why_not(house: House) -> None:
    order_page = house.page.removesuffix("/goi")
    with transaction():
        orders.move_part(session.get_one(CooperativeOrder, house.part), PartState.CONFIRMED, by=house.person)
    house.scan(house.of_first[0])

    def press(**typed: str) -> int:
        house.browser.get(order_page)
        token = house.browser.forms()[-1]["fields"]["csrf_token"]
        return house.browser.post(f"{order_page}/dong-goi", {"csrf_token": token, **typed}).status_code

    def state() -> PartState:
        session.rollback()
        return session.get_one(CooperativeOrder, house.part, populate_existing=True).state

    press()
    assert "Còn 1 gói có tem riêng chưa quét" in house.browser.text
    assert (press(reason=" "), state()) == (422, PartState.CONFIRMED)
    assert (press(reason="Tem bị rách"), state()) == (200, PartState.PACKED)
    (entry,) = session.query(AuditEntry).filter_by(tag="fulfilment:part:pack_unscanned")
    assert (entry.reason, entry.details["missing"], entry.person_id) == ("Tem bị rách", 1, house.person)
    house.everything_agrees()


def test_with_all_labels_scanned_nobody_asks_why(house: House) -> None:
    with transaction():
        orders.move_part(session.get_one(CooperativeOrder, house.part), PartState.CONFIRMED, by=house.person)
    for serial in house.of_first[:2]:
        house.scan(serial)
    house.browser.submit(house.page.removesuffix("/goi"), action="/dong-goi")
    assert "Đã đóng gói" in house.browser.text
    assert session.query(AuditEntry).filter_by(tag="fulfilment:part:pack_unscanned").count() == 0
