"""Parts of several cooperatives meet at a collecting place: one fee, one parcel, each part its own life and money."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace import wiring
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.catalogue.states import StorageClass
from marketplace.checkout.models import Hub
from marketplace.checkout.rules import carrier_fee
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import hubs
from marketplace.fulfilment.errors import KeptTooLong, NothingToSend, StillExpected
from marketplace.fulfilment.models import HubArrival, HubParcel
from marketplace.geography.rules import Zone
from marketplace.ledger import actions as ledger_actions
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Payout
from marketplace.ledger.queries import payouts
from marketplace.ledger.rules import BANK, ORDER_CLEARING, SHIPPING_CLEARING
from marketplace.orders import actions as orders
from marketplace.orders import tasks
from marketplace.orders.errors import MoveRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState
from marketplace.payments.models import Refund
from marketplace.payments.states import Method
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.hubs import bring, kept, make_gathered, make_hub, make_two, send
from tests.factories.orders import make_sold_product, now, pay

HOME = "/lien-minh/diem-gom"


@pytest.fixture(autouse=True)
def fee(app: Flask) -> None:
    with transaction():
        orders.set_fee_rate(valid_from=date(2026, 1, 1), basis_points=750, by=None)


@pytest.fixture
def products(app: Flask) -> tuple[Product, Product]:
    return make_two()


@pytest.fixture
def hub(products: tuple[Product, Product]) -> Hub:
    return make_hub(*products)


@pytest.fixture
def officer(hub: Hub) -> Person:
    person = make_officer("33")
    session.refresh(person)
    session.expunge(person)
    session.rollback()
    return person


def states(order: Order) -> list[PartState]:
    return [part.state for part in now(order).parts]


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


def desk(browser: Browser, officer: Person, hub: Hub) -> Browser:
    sign_in_officer(browser, officer)
    browser.get(f"{HOME}/{hub.id}")
    return browser


def test_one_fee_is_shared_so_that_the_shares_add_up(products: tuple[Product, Product], hub: Hub) -> None:
    order = make_gathered(*products)
    grams = sum(part.chargeable_grams for part in order.parts)
    wanted = carrier_fee(Zone.SAME_PROVINCE, grams, is_island=False)
    assert sum(part.delivery_dong for part in order.parts) == wanted == order.delivery_dong
    assert [part.carriage_dong for part in order.parts] == [part.delivery_dong for part in order.parts]
    single = sum(carrier_fee(Zone.SAME_PROVINCE, part.chargeable_grams, is_island=False) for part in order.parts)
    assert wanted < single
    holds()


def test_parts_meet_and_go_on_as_one_parcel(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products)
    browser = desk(browser, officer, hub)
    for number, part in enumerate(order.parts):
        assert "Gom một kiện và gửi đi" not in browser.text
        browser.submit(f"{HOME}/{hub.id}", {"code": part.code.lower()}, action="/nhan")
        assert "Đã nhận" in browser.text
        assert states(order)[number] == PartState.AT_HUB
    page = browser.submit(f"{HOME}/{hub.id}", {"carrier": "ghn", "tracking": "GHN77"}, action=f"/gui/{order.code}")
    assert page.status_code == 200
    parcel = session.query(HubParcel).one()
    assert (parcel.code, parcel.tracking) == (f"{order.code}-G1", "GHN77")
    assert states(order) == [PartState.SHIPPED] * 2
    assert {part.tracking for part in now(order).parts} == {"GHN77"}
    slip = browser.get(f"{HOME}/{hub.id}/kien/{parcel.code}.pdf")
    assert slip.get_data()[:4] == b"%PDF"
    browser.submit(f"{HOME}/{hub.id}", action=f"/kien/{parcel.code}/da-nhan")
    assert states(order) == [PartState.DELIVERED] * 2
    holds()


def test_what_is_not_expected_here_is_not_taken_in(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    other = make_hub(*products)
    order = make_gathered(*products)
    browser = desk(browser, officer, other)
    page = browser.submit(f"{HOME}/{other.id}", {"code": order.parts[0].code}, action="/nhan")
    assert page.status_code == 422
    assert "Không có phần hàng nào mang mã này" in browser.text
    assert states(order)[0] == PartState.PENDING
    bring(hub, order, 0, by=officer.id)
    page = browser.submit(f"{HOME}/{hub.id}", {"code": order.parts[0].code}, action="/nhan")
    assert (page.status_code, session.query(HubArrival).count()) == (422, 1)
    assert "đã nhận rồi" in browser.text


def test_an_officer_of_another_province_finds_nothing(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products)
    bring(hub, order, 0, 1, by=officer.id)
    code = send(hub, order, by=officer.id)
    sign_in_officer(browser, make_officer("37"))
    assert browser.get(HOME).status_code == 200
    assert hub.name not in browser.text
    browser.get(f"{HOME}/moi")
    with_token = browser.forms()[0]["fields"]
    for path in (f"{HOME}/{hub.id}", f"{HOME}/{hub.id}/sua", f"{HOME}/{hub.id}/kien/{code}.pdf"):
        assert browser.get(path).status_code == 404
    for path in (
        f"{HOME}/{hub.id}/nhan", f"{HOME}/{hub.id}/gui/{order.code}", f"{HOME}/{hub.id}/kien/{code}/da-nhan",
        f"{HOME}/{hub.id}/tra-lai/{order.code}/{order.parts[0].code}", f"{HOME}/{hub.id}/dong",
    ):  # fmt: skip
        data = {"code": order.parts[0].code, "reason": "x", "carrier": "ghn"}
        assert browser.post(path, {**with_token, **data}).status_code == 404
    assert states(order) == [PartState.SHIPPED] * 2


def test_what_is_late_follows_in_a_parcel_of_its_own(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products)
    bring(hub, order, 0, by=officer.id)
    browser = desk(browser, officer, hub)
    page = browser.submit(f"{HOME}/{hub.id}", {"carrier": "ghn", "tracking": "GHN9"}, action=f"/gui/{order.code}")
    assert page.status_code == 422
    assert "GHN9" in page.get_data(as_text=True), "what was typed stays"
    assert session.query(HubParcel).count() == 0
    browser.send({"reason": "Khách cần gấp", "tracking": "GHN9"}, action=f"/gui/{order.code}")
    assert states(order) == [PartState.SHIPPED, PartState.PENDING]
    bring(hub, order, 1, by=officer.id)
    assert send(hub, order, by=officer.id) == f"{order.code}-G2"
    first = session.query(HubParcel).order_by(HubParcel.id).first()
    assert first is not None
    assert first.reason == "Khách cần gấp"
    assert session.query(AuditEntry).filter_by(tag="fulfilment:hub_parcel:send").count() == 2
    holds()


def test_the_buyer_follows_and_may_stop_waiting(
    app: Flask, browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products)
    bring(hub, order, 0, by=officer.id)
    path = f"/don-hang/{order.code}/giao-hang"
    assert browser.get(path).request.path == "/don-hang"
    key = access_key(order.code, str(app.secret_key))
    browser.get(f"{path}?k={key}")
    assert all(words in browser.text for words in ("Đã tới điểm gom", hub.name, "Không chờ nữa"))
    with pytest.raises(StillExpected):
        send(hub, order, by=officer.id)
    session.rollback()
    browser.submit(f"{path}?k={key}", action=f"{path}?k={key}")
    assert "Bạn không muốn chờ" in browser.text
    send(hub, order, by=officer.id)
    assert states(order) == [PartState.SHIPPED, PartState.PENDING]


def test_two_officers_send_the_same_parcel_once(
    app: Flask, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order, colleague = make_gathered(*products), make_officer("33")
    bring(hub, order, 0, 1, by=officer.id)
    gate, done = threading.Barrier(4), []
    people = [officer.id, colleague.id] * 2

    def try_it(by: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                done.append(send(hub, order, by=by))
            except NothingToSend:
                done.append("")
            finally:
                session.remove()

    session.remove()
    several = [threading.Thread(target=try_it, args=(by,)) for by in people]
    for one in several:
        one.start()
    for one in several:
        one.join(30)
    assert sorted(done) == ["", "", "", f"{order.code}-G1"]
    assert session.query(HubParcel).count() == 1
    holds()


def test_a_part_refused_at_the_place_gives_its_price_and_its_share_back_and_the_other_pays_no_more(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products, method=Method.VIETQR)
    pay(order)
    bring(hub, order, 0, 1, by=officer.id)
    refused, kept = order.parts
    lot_id = refused.lines[0].lots[0].lot_id
    before = session.get_one(Lot, lot_id).available
    session.rollback()
    browser = desk(browser, officer, hub)
    action = f"/tra-lai/{order.code}/{refused.code}"
    browser.submit(f"{HOME}/{hub.id}", {"reason": " "}, action=action)
    assert states(order) == [PartState.AT_HUB] * 2
    browser.submit(f"{HOME}/{hub.id}", {"reason": "Ướt nước"}, action=action)
    assert states(order) == [PartState.REFUSED, PartState.AT_HUB]
    assert session.query(Refund).one().amount_dong == refused.goods_dong + refused.delivery_dong
    assert session.get_one(Lot, lot_id).available == before + refused.lines[0].lots[0].quantity
    send(hub, order, by=officer.id)
    with transaction():
        hubs.hand_out(session.query(HubParcel).one(), by=officer.id)
    assert now(order).live_dong == kept.total_dong
    assert ledger.balance(ORDER_CLEARING, reference=order.code) == 0
    assert -ledger.balance(SHIPPING_CLEARING) == kept.delivery_dong
    holds()


def paid_out(order: Order, by: int) -> dict[str, int]:
    """Release and pay out what both cooperatives earned: what their statements say, by part."""
    session.rollback()
    with clock.moved_to(clock.now() + timedelta(days=30)):
        tasks.release_parts()
        checker = make_person().id
        with transaction():
            for part in order.parts:
                row = ledger_actions.propose_account(
                    cooperative_id=part.cooperative_id, bank_bin="970446", number="1", holder="X", by=by
                )
                ledger_actions.approve_account(row, by=checker, province_code=None)
    with clock.moved_to(clock.now() + timedelta(days=40)), transaction():
        ids = [part.cooperative_id for part in order.parts]
        assert ledger_actions.open_batch(cooperative_ids=ids, by=by, reason="hằng tuần") is not None
    rows = session.query(Payout).all()
    lines = {code: amount for row in rows for code, amount in payouts.lines_of(row)}
    assert sum(lines.values()) == sum(row.amount_dong for row in rows)
    return lines


def test_a_transfer_through_the_place_ends_in_a_statement_that_adds_up(
    products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products, method=Method.VIETQR)
    pay(order)
    bring(hub, order, 0, 1, by=officer.id)
    send(hub, order, by=officer.id)
    with transaction():
        hubs.hand_out(session.query(HubParcel).one(), by=officer.id)
    assert -ledger.balance(SHIPPING_CLEARING) == order.delivery_dong
    wanted = {part.code: part.goods_dong - part.fee_dong for part in order.parts}
    session.rollback()
    assert paid_out(order, officer.id) == wanted
    assert ledger.balance(BANK) == order.total_dong
    holds()


def test_cash_of_one_parcel_is_remitted_for_each_part_and_ends_in_a_statement_that_adds_up(
    browser: Browser, hub: Hub, products: tuple[Product, Product], officer: Person
) -> None:
    order = make_gathered(*products)
    bring(hub, order, 0, 1, by=officer.id)
    code = send(hub, order, by=officer.id)
    sign_in_officer(browser, officer)
    table = f"Mã đơn,Tiền thu hộ,Phí vận chuyển,Phí thu hộ\n{code},{order.total_dong},30.001,5.003"
    for number in range(2):
        file = (io.BytesIO((table + "\n" * number).encode()), "ghn.csv")
        browser.submit(
            "/lien-minh/thu-ho", {"carrier": "ghn", "table": file}, action="", content_type="multipart/form-data"
        )
    assert states(order) == [PartState.DELIVERED] * 2
    assert ledger.balance(BANK) == order.total_dong - 30_001 - 5_003
    assert ledger.balance(SHIPPING_CLEARING) == 0
    wanted = {part.code: part.goods_dong - part.fee_dong for part in order.parts}
    session.rollback()
    assert paid_out(order, officer.id) == wanted
    holds()


def test_a_cooperative_hands_nothing_over_past_the_place(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person
) -> None:
    order = make_gathered(*products)
    part = order.parts[0]
    with transaction(), pytest.raises(MoveRefused):
        row = session.get_one(CooperativeOrder, part.id)
        for state in (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED):
            orders.move_part(row, state, by=None)
    assert states(order)[0] == PartState.PACKED


def test_cold_goods_meet_only_where_they_are_kept_cold_and_not_for_longer_than_a_day(
    products: tuple[Product, Product], officer: Person
) -> None:
    cold = kept(make_sold_product())
    with transaction():
        session.get_one(Product, cold.id).storage = StorageClass.COOL
    make_hub(products[0], cold)
    with pytest.raises(StopIteration):
        make_gathered(products[0], cold, way="hub_pickup", method=Method.VIETQR)
    session.rollback()
    cools = make_hub(products[0], cold, storages=(StorageClass.AMBIENT, StorageClass.COOL))
    with pytest.raises(StopIteration):
        make_gathered(products[0], cold)
    session.rollback()
    order = make_gathered(products[0], cold, way="hub_pickup", method=Method.VIETQR)
    pay(order)
    bring(cools, order, 0, 1, by=officer.id)
    session.remove()
    with clock.moved_to(clock.now() + timedelta(hours=25)), pytest.raises(KeptTooLong) as refused:
        send(cools, order, by=officer.id, carrier="")
    number = next(i for i, part in enumerate(order.parts) if part.cooperative_id == cold.cooperative_id)
    assert refused.value.part_codes == [order.parts[number].code]
    assert states(order) == [PartState.AT_HUB] * 2
    send(cools, order, by=officer.id, carrier="")
    holds()


def test_the_buyer_chooses_it_at_the_checkout_and_sees_what_he_saves(
    browser: Browser, products: tuple[Product, Product], hub: Hub
) -> None:
    for product in products:
        browser.post("/gio-hang/them", {"variant": product.variants[0].id, "quantity": 2})
    typed = {
        "phone": "0912 345 678", "name": "Trần Thị Mua", "province": "33", "commune": "Xã Tân Hưng",
        "address_line": "Thôn Đông",
    }  # fmt: skip
    browser.submit("/dat-hang?tinh=33", {**typed, "go": "giao-hang"}, action="/dat-hang")
    assert "Gom về một kiện?" in browser.text
    assert "thay vì" in browser.text
    browser.send({"gather": f"hub_pickup-{hub.id}", "go": "thanh-toan"}, action="/dat-hang")
    assert "Trả tiền mặt" not in browser.text
    page = browser.send({"payment": "cod"}, action="/dat-hang")
    assert (page.status_code, session.query(Order).count()) == (422, 0)
    browser.get("/dat-hang?buoc=giao-hang")
    browser.send({"gather": f"hub-{hub.id}", "go": "thanh-toan"}, action="/dat-hang")
    browser.send({"payment": "cod"}, action="/dat-hang")
    placed = session.query(Order).one()
    assert [part.delivery_way for part in placed.parts] == ["hub", "hub"]
    assert "Gom về một kiện" in browser.text


def test_a_cooperative_chooses_a_place_near_it_and_reads_what_to_bring(browser: Browser, app: Flask) -> None:
    owner = make_person(phone="+84901234567")
    mine, other = kept(make_sold_product(make_cooperative(owner=owner))), kept(make_sold_product())
    near, far = make_hub(other), make_hub(other, province="22")
    home = f"/htx-cua-toi/{session.get_one(Cooperative, mine.cooperative_id).slug}"
    browser.sign_in("+84901234567")
    browser.get(f"{home}/giao-hang")
    assert browser.text.count(near.name) == 1
    assert browser.post(f"{home}/giao-hang/diem-gom/{far.id}", browser.forms()[0]["fields"]).status_code == 404
    browser.submit(f"{home}/giao-hang", action=f"/diem-gom/{near.id}")
    assert "Chúng tôi mang hàng tới đây" in browser.text
    order = make_gathered(mine, other)
    browser.get(f"{home}/dong-goi/diem-gom")
    (part,) = [part for part in order.parts if part.cooperative_id == mine.cooperative_id]
    (foreign,) = [part for part in order.parts if part.cooperative_id != mine.cooperative_id]
    assert part.code in browser.text
    assert foreign.code not in browser.text
    browser.submit(f"{home}/giao-hang", action=f"/diem-gom/{near.id}")
    session.rollback()
    with pytest.raises(StopIteration):
        make_gathered(mine, other)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_a_fixed_number_of_statements(
    browser: Browser, products: tuple[Product, Product], hub: Hub, officer: Person, count: int
) -> None:
    for _ in range(count):
        bring(hub, make_gathered(*products), 0, by=officer.id)
    browser = desk(browser, officer, hub)
    assert browser.page is not None
    assert browser.page.headers["X-Queries"] == "11"
