"""Sharing with households: who delivered, what is shared, frozen sheets, new versions, and nobody else's eyes."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from marketplace import wiring
from marketplace.accounts.models import Person
from marketplace.bookkeeping.actions import households as actions
from marketplace.bookkeeping.errors import SheetRefused
from marketplace.bookkeeping.models import HouseholdDelivery, HouseholdShare, HouseholdSheet
from marketplace.bookkeeping.queries import households
from marketplace.bookkeeping.rules import Weighed
from marketplace.bookkeeping.states import SheetState
from marketplace.catalogue.models import Product
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.ledger import actions as ledger
from marketplace.ledger.models import Payout
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative, make_staff
from tests.factories.orders import make_order, make_sold_product, move, only_part, pay

ARRIVES = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)


class Farm:
    """A cooperative that has sold four packs of one lot for good, without a fee of the market."""

    def __init__(self) -> None:
        self.owner: Person = make_person()
        cooperative = make_cooperative(owner=self.owner)
        self.cooperative = cooperative
        self.id, self.desk = cooperative.id, f"/htx-cua-toi/{cooperative.slug}"
        self.product_id = make_sold_product(cooperative).id
        self.order = self.sell()
        lot = session.query(Lot).filter_by(product_id=self.product_id).one()
        self.lot_id, self.lot_code = lot.id, lot.code
        self.earned = 4 * only_part(self.order).lines[0].price_dong
        session.rollback()

    def sell(self) -> Order:
        order = make_order(session.get_one(Product, self.product_id), quantity=4, method=Method.VIETQR)
        pay(order)
        move(order, *ARRIVES)
        with transaction():
            assert orders.release_part(session.get_one(CooperativeOrder, only_part(order).id))
        return order

    def deliver(self, *grams: int, token: str = "t") -> None:
        with transaction():
            weighed = [Weighed(f"Hộ {number}", weight) for number, weight in enumerate(grams)]
            actions.note_deliveries(self.lot(), weighed, on=clock.today(), token=token, by=self.owner.id)

    def lot(self) -> Lot:
        return session.get_one(Lot, self.lot_id)

    def open(self, token: str = "s") -> str:
        with transaction():
            return actions.open_sheet(
                cooperative_id=self.id, lots=[(self.lot(), "Nhãn")], title="Đợt 1", payout_id=None, token=token,
                by=self.owner.id,
            ).code  # fmt: skip

    def sheet(self, code: str) -> HouseholdSheet:
        session.rollback()
        session.expire_all()
        return session.query(HouseholdSheet).filter_by(code=code).one()

    def sheet_in(self, code: str) -> HouseholdSheet:
        """Inside an open transaction."""
        return session.query(HouseholdSheet).filter_by(code=code).one()

    def close(self, code: str) -> None:
        with transaction():
            sheet = session.query(HouseholdSheet).filter_by(code=code).one()
            actions.close_sheet(sheet, seen_dong=households.view(sheet).division.shared_dong, by=self.owner.id)

    def shares(self, code: str) -> dict[str, int]:
        rows = session.query(HouseholdShare).filter_by(sheet_id=self.sheet(code).id)
        return {row.household: row.amount_dong for row in rows}


@pytest.fixture
def farm(app: Flask) -> Farm:
    return Farm()


def test_a_desk_writes_down_deliveries_shares_by_weight_and_prints_what_is_signed(farm: Farm, browser: Browser) -> None:
    browser.sign_in(farm.owner.contacts[0])
    page = f"{farm.desk}/lo-hang/{farm.lot_code}/ho-giao"
    browser.submit(page, {"household": "Nguyễn Văn An", "weight": "12,5"}, action="/ho-giao")
    assert "Đã ghi: Nguyễn Văn An, 12,5 kg" in browser.text
    browser.submit(page, {"rows": "Trần Thị Bé 25\nLê Hoa;12,5 kg"}, action="/ho-giao/nhieu")
    assert "Đã ghi 2 lần giao" in browser.text
    browser.submit(f"{farm.desk}/chia-tien", {"lot": farm.lot_code, "title": "Nhãn đợt 1"}, action="/chia-tien")
    assert "Nhãn đợt 1" in browser.text
    assert browser.page is not None
    where = browser.page.request.path
    code = where.rsplit("/", 1)[1]
    browser.submit(where, {"fund": "7,5", "costs": "10.000", "costs_note": "thùng"}, action=code)
    fund = (farm.earned * 750 + 5_000) // 10_000
    shared = farm.earned - fund - 10_000
    assert f"{shared:,}".replace(",", ".") in browser.text
    browser.submit(where, {}, action="/chot")
    assert "Đã chốt" in browser.text
    shares = farm.shares(code)
    assert sum(shares.values()) == shared
    assert shares["Trần Thị Bé"] in (shared // 2, shared // 2 + 1)
    document = pypdfium2.PdfDocument(browser.client.get(f"{where}/phieu.pdf").data)
    words = " ".join(document[0].get_textpage().get_text_range().split())
    for expected in ("Nguyễn Văn An", "Ký nhận", "12,5", f"{shared:,}".replace(",", "."), code):
        assert expected in words
    rows = list(
        load_workbook(io.BytesIO(browser.client.get(f"{where}/phieu.xlsx").data)).active.iter_rows(values_only=True)
    )
    assert rows[-1][1:] == ("Tổng cộng", 50_000, shared) or rows[-1][2:4] == (50_000, shared)
    assert wiring.INVARIANTS["sheets for households add up"]() == []


def test_a_list_with_a_wrong_line_is_not_taken_in_and_kept_as_typed(farm: Farm, browser: Browser) -> None:
    browser.sign_in(farm.owner.contacts[0])
    page = f"{farm.desk}/lo-hang/{farm.lot_code}/ho-giao"
    status = browser.submit(page, {"rows": "An 10\nBé nhiều lắm"}, action="/ho-giao/nhieu").status_code
    assert status == 422
    assert "Bé nhiều lắm" in browser.text
    assert "Không đọc được số cân" in browser.text
    session.rollback()
    assert session.query(HouseholdDelivery).count() == 0
    assert browser.submit(page, {"household": "", "weight": "-5"}, action="/ho-giao").status_code == 422
    session.rollback()
    assert session.query(HouseholdDelivery).count() == 0


def test_deliveries_come_from_excel_and_the_same_form_twice_is_once(farm: Farm, browser: Browser) -> None:
    book = Workbook()
    for row in (["Tên", "Số cân"], ["Nguyễn Văn An", 120.5], ["Trần Thị Bé", "2 tạ"], [None, None]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    browser.sign_in(farm.owner.contacts[0])
    page = f"{farm.desk}/lo-hang/{farm.lot_code}/ho-giao"
    for _ in range(2):
        file = (io.BytesIO(out.getvalue()), "ho.xlsx")
        browser.submit(
            page, {"table": file, "rows": "", "token": "same"}, action="/ho-giao/nhieu",
            content_type="multipart/form-data",
        )  # fmt: skip
    session.rollback()
    rows = session.query(HouseholdDelivery).order_by(HouseholdDelivery.id)
    assert [(row.household, row.grams) for row in rows] == [("Nguyễn Văn An", 120_500), ("Trần Thị Bé", 200_000)]
    wrong = (io.BytesIO(b"PK nothing"), "ho.xlsx")
    status = browser.submit(
        page, {"table": wrong, "rows": ""}, action="/ho-giao/nhieu", content_type="multipart/form-data"
    ).status_code
    assert (status, session.query(HouseholdDelivery).count()) == (422, 2)


def test_nothing_is_shared_twice_and_never_more_than_was_earned(farm: Farm) -> None:
    farm.deliver(100, 200)
    first, second = farm.open("a"), farm.open("b")
    farm.close(first)
    with pytest.raises(SheetRefused, match="nothing_to_share"):
        farm.close(second)
    assert farm.sheet(second).state == SheetState.OPEN
    farm.sell()
    farm.close(second)
    assert [farm.sheet(code).earned_dong for code in (first, second)] == [farm.earned, farm.earned]


def test_what_was_bought_back_or_may_still_be_is_not_shared(farm: Farm) -> None:
    farm.deliver(100)
    waiting = make_order(session.get_one(Product, farm.product_id), quantity=4, method=Method.VIETQR)
    pay(waiting)
    move(waiting, *ARRIVES)
    with transaction():
        part = session.get_one(CooperativeOrder, only_part(farm.order).id)
        order = session.get_one(Order, farm.order.id)
        orders.refund_lines(part, order, packs={part.lines[0].id: 1}, reason="dập", by=farm.owner.id)
    code = farm.open()
    farm.close(code)
    assert farm.sheet(code).earned_dong == farm.earned // 4 * 3


def test_a_refund_after_sharing_asks_for_a_new_version_that_takes_the_places_of_the_old(farm: Farm) -> None:
    farm.deliver(100, 300)
    old = farm.open("a")
    farm.close(old)
    with transaction():
        part = session.get_one(CooperativeOrder, only_part(farm.order).id)
        order = session.get_one(Order, farm.order.id)
        orders.refund_lines(part, order, packs={part.lines[0].id: 1}, reason="dập", by=farm.owner.id)
    with pytest.raises(SheetRefused, match="more_than_earned"):
        farm.close(farm.open("b"))
    with transaction():
        new = actions.correct_sheet(farm.sheet_in(old), reason="hoàn tiền", by=farm.owner.id).code
        assert actions.correct_sheet(farm.sheet_in(old), reason="lần hai", by=farm.owner.id).code == new
    assert farm.sheet(old).state == SheetState.CLOSED, "the old one stands until the new one is closed"
    farm.close(new)
    assert (farm.sheet(old).state, farm.sheet(new).version) == (SheetState.REPLACED, 2)
    assert sum(farm.shares(old).values()) == farm.earned, "what was signed stays as it was"
    assert sum(farm.shares(new).values()) == farm.earned // 4 * 3
    with pytest.raises(SheetRefused), transaction():
        actions.correct_sheet(farm.sheet_in(old), reason="x", by=farm.owner.id)
    tags = [row.tag for row in session.query(AuditEntry).filter_by(subject="household_sheet").order_by(AuditEntry.id)]
    assert tags.count("bookkeeping:household_sheet:close") == 2


def test_a_page_that_is_out_of_date_closes_nothing(farm: Farm, browser: Browser) -> None:
    farm.deliver(100)
    code = farm.open()
    browser.sign_in(farm.owner.contacts[0])
    browser.get(f"{farm.desk}/chia-tien/{code}")
    farm.sell()
    browser.send({}, action="/chot")
    assert "vừa có thay đổi" in browser.text
    assert farm.sheet(code).state == SheetState.OPEN
    browser.submit(f"{farm.desk}/chia-tien/{code}", {"fund": "5", "costs": "99 triệu"}, action=code)
    assert "Chi phí quá cao" in browser.text
    assert farm.sheet(code).costs_dong == 0


def test_a_lot_nobody_delivered_for_is_said_and_a_draft_can_be_thrown_away(farm: Farm, browser: Browser) -> None:
    code = farm.open()
    browser.sign_in(farm.owner.contacts[0])
    page = browser.get(f"{farm.desk}/chia-tien/{code}").get_data(as_text=True)
    assert "chưa ghi hộ nào" in browser.text
    assert not re.search(r'action="[^"]*/chot"', page)
    with pytest.raises(SheetRefused, match="nobody_delivered"):
        farm.close(code)
    browser.submit(f"{farm.desk}/chia-tien/{code}", {}, action="/bo")
    session.rollback()
    assert session.query(HouseholdSheet).count() == 0


def test_names_of_households_are_seen_by_their_cooperative_only(farm: Farm, browsers: Callable[[], Browser]) -> None:
    farm.deliver(100)
    code = farm.open()
    staff, other, officer, admin = (browsers() for _ in range(4))
    staff.sign_in(make_staff(farm.cooperative).contacts[0])
    neighbour = Farm()
    other.sign_in(neighbour.owner.contacts[0])
    sign_in_officer(officer, make_officer("33"))
    sign_in_officer(admin, make_admin())
    deliveries, sheet = f"{farm.desk}/lo-hang/{farm.lot_code}/ho-giao", f"{farm.desk}/chia-tien/{code}"
    assert staff.get(deliveries).status_code == 200
    assert staff.get(sheet).status_code in (403, 404), "who weighs does not see who is paid what"
    for browser in (other, officer, admin):
        for path in (deliveries, sheet, f"{sheet}/phieu.pdf", f"{sheet}/phieu.xlsx"):
            assert browser.get(path).status_code in (403, 404)
    for path in (f"lo-hang/{farm.lot_code}/ho-giao", f"chia-tien/{code}", f"chia-tien/{code}/phieu.pdf"):
        assert other.get(f"{neighbour.desk}/{path}").status_code == 404


def test_two_who_close_at_once_share_once(app: Flask, farm: Farm) -> None:
    farm.deliver(100, 200)
    sheets = [farm.open(name) for name in ("a", "b")]
    session.remove()
    barrier, refused = threading.Barrier(2), []

    def close(code: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                farm.close(code)
            except SheetRefused as problem:
                refused.append(problem.reason)
            session.remove()

    threads = [threading.Thread(target=close, args=(code,)) for code in sheets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # Who was slower finds nothing left, or a page that no longer says what is there.
    assert len(refused) == 1
    assert set(refused) <= {"nothing_to_share", "changed"}
    assert sorted(farm.sheet(code).earned_dong for code in sheets) == [0, farm.earned]


def test_what_a_payout_has_paid_can_be_shared_though_earlier_earnings_of_the_lot_are(farm: Farm) -> None:
    officer = make_officer("33").id
    with transaction():
        account = ledger.propose_account(
            cooperative_id=farm.id, bank_bin="970446", number="1", holder="HTX MAU", by=farm.owner.id
        )
        ledger.approve_account(account, by=officer, province_code=None)

    def pay_out() -> Payout:
        with clock.moved_to(clock.now() + timedelta(days=3)), transaction():
            batch = ledger.open_batch(cooperative_ids=[farm.id], by=officer, reason="hằng tuần")
            assert batch is not None
            return session.query(Payout).filter_by(batch_id=batch.id).one()

    pay_out()
    farm.deliver(100, 200)
    farm.close(farm.open("a"))
    farm.sell()
    second = pay_out()
    assert [one.left_dong for one in households.earnings(farm.id, payout=second)] == [farm.earned]
    assert [one.left_dong for one in households.earnings(farm.id)] == [farm.earned]
    farm.close(farm.open("b"))
    assert [one.left_dong for one in households.earnings(farm.id, payout=second)] == [0]
