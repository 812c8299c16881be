"""Statements: opening, movements, closing; the same on the page, on paper and in the workbook; theirs only."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pypdfium2
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from marketplace import wiring
from marketplace.accounts.models import Person
from marketplace.bookkeeping import rules
from marketplace.bookkeeping.papers import workbooks
from marketplace.bookkeeping.papers.workbooks import Sheet
from marketplace.bookkeeping.queries import accounts, statements
from marketplace.bookkeeping.rules import Columns, Period
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import VIETNAM
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as books
from marketplace.ledger.actions.posting import hold
from marketplace.ledger.models import Payout, PayoutBatch
from marketplace.ledger.queries import trial_balance
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move, only_part, pay

ARRIVES = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
START = datetime(2026, 3, 10, 9, tzinfo=VIETNAM)
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


class Seller:
    """A cooperative in Hưng Yên at 5 % fee, whose money goes through one month."""

    def __init__(self) -> None:
        self.owner: Person = make_person()
        self.cooperative: Cooperative = make_cooperative(owner=self.owner)
        self.id, self.legal_name = self.cooperative.id, self.cooperative.legal_name
        self.short_name, self.desk = self.cooperative.short_name, f"/htx-cua-toi/{self.cooperative.slug}"
        with transaction():
            orders.set_fee_rate(valid_from=date(2020, 1, 1), basis_points=500, by=None)

    def sell(self, *, at: datetime, refund_packs: int = 0, method: Method = Method.VIETQR) -> Order:
        with clock.moved_to(at):
            order = make_order(make_sold_product(self.cooperative), quantity=4, method=method)
            if method == Method.VIETQR:
                pay(order)
            move(order, *ARRIVES)
        if refund_packs:
            with clock.moved_to(at + timedelta(days=1)), transaction():
                part = session.get_one(CooperativeOrder, only_part(order).id)
                whole = session.get_one(Order, order.id)
                orders.refund_lines(part, whole, packs={part.lines[0].id: refund_packs}, reason="dập", by=self.owner.id)
        return order

    def release(self, order: Order, *, at: datetime) -> None:
        with clock.moved_to(at), transaction():
            assert orders.release_part(session.get_one(CooperativeOrder, only_part(order).id))

    def pay_out(self, *, at: datetime, officer: Person, admin: Person) -> Payout:
        with clock.moved_to(at - timedelta(days=4)), transaction():
            row = ledger.propose_account(
                cooperative_id=self.cooperative.id, bank_bin="970446", number="123456", holder="HTX MAU",
                by=self.owner.id,
            )  # fmt: skip
            ledger.approve_account(row, by=officer.id, province_code="33")
        with clock.moved_to(at), transaction():
            batch = ledger.open_batch(cooperative_ids=[self.cooperative.id], by=officer.id, reason="hằng tuần")
            assert batch is not None
            ledger.approve_batch(batch, by=admin.id)
            payout = session.query(Payout).filter_by(batch_id=batch.id).one()
            ledger.confirm_payout(payout, key=f"seen:{payout.code}", by=admin.id, reason="FT1")
            return payout

    def statement(self, period: Period = MARCH) -> statements.Statement:
        session.rollback()
        session.expire_all()
        return statements.statement_of(session.get_one(Cooperative, self.id), period)


@pytest.fixture
def seller(app: Flask) -> Seller:
    return Seller()


def test_a_month_has_every_movement_under_what_it_is_for(seller: Seller) -> None:
    order = seller.sell(at=START, refund_packs=1)
    price = only_part(order).lines[0].price_dong
    fee = books.fee(4 * price, 500)
    seller.release(order, at=START + timedelta(days=4))
    payout = seller.pay_out(at=START + timedelta(days=5), officer=make_officer("33"), admin=make_admin())
    made = seller.statement()
    kept = 3 * price - (fee - fee // 4)
    assert [(line.event, line.columns) for line in made.lines] == [
        (Event.PART_DELIVERED, Columns(goods_dong=4 * price, fee_dong=-fee)),
        (Event.REFUND_DECIDED, Columns(fee_dong=fee // 4, refund_dong=-price)),
        (Event.PAYOUT_CONFIRMED, Columns(paid_out_dong=-kept)),
    ]
    assert (made.opening_dong, made.closing_dong, payout.amount_dong) == (0, 0, kept)
    assert {line.order_code for line in made.lines[:2]} == {order.code}
    (one,) = made.by_order
    assert (one.part_code, one.left_dong, one.is_own_cash) == (only_part(order).code, kept, False)
    assert [line.event for line in made.of_no_order] == [Event.PAYOUT_CONFIRMED]
    assert one.left_dong + made.of_no_order[0].columns.change_dong == made.totals.change_dong


def test_a_payout_is_made_up_of_its_parts_and_what_they_brought_in(seller: Seller) -> None:
    debt = seller.sell(at=START - timedelta(days=30), method=Method.CASH_ON_DELIVERY)
    with transaction():
        take = ledger.take_from_cooperative(seller.cooperative.id, 9_000, reference="cũ")
        ledger.post(
            key="own cash", event=Event.PART_DELIVERED, legs=[*take, Leg(books.PLATFORM_FEE, -9_000)], reference="cũ"
        )
    order = seller.sell(at=START, refund_packs=2)
    seller.release(order, at=START + timedelta(days=4))
    payout = seller.pay_out(at=START + timedelta(days=5), officer=make_officer("33"), admin=make_admin())
    made = statements.payout_statement(seller.cooperative, payout)
    price = only_part(order).lines[0].price_dong
    fee = books.fee(4 * price, 500)
    (line,) = made.lines
    assert line.columns == Columns(
        goods_dong=4 * price, fee_dong=fee // 2 - fee, refund_dong=-2 * price, debt_dong=-9_000
    )
    assert (line.part_code, made.totals.change_dong) == (only_part(order).code, payout.amount_dong)
    assert debt.code not in line.part_code


def test_page_paper_and_workbook_say_the_same(seller: Seller, browser: Browser) -> None:
    order = seller.sell(at=START)
    browser.sign_in(seller.owner.contacts[0])
    made = seller.statement()
    shown = f"{made.closing_dong:,}".replace(",", ".")
    page = browser.get(f"{seller.desk}/sao-ke?tu=2026-03-01&den=31/03/2026")
    assert page.status_code == 200
    assert shown in browser.text
    pdf = browser.client.get(f"{seller.desk}/sao-ke/tep.pdf?tu=2026-03-01&den=2026-03-31")
    assert (pdf.mimetype, pdf.headers["Cache-Control"]) == ("application/pdf", "no-store")
    words = text_of(pdf.data)
    for expected in (only_part(order).code, shown, "Tiền hàng", "Cuối kỳ", seller.legal_name):
        assert expected in words
    book = load_workbook(
        io.BytesIO(browser.client.get(f"{seller.desk}/sao-ke/tep.xlsx?tu=2026-03-01&den=2026-03-31").data)
    )
    rows = list(book.active.iter_rows(values_only=True))
    (line,) = [row for row in rows if row[2] == only_part(order).code]
    assert line[0].date() == date(2026, 3, 10)
    assert line[3] == order.code
    assert line[-1] == sum(line[4:12]) == made.closing_dong
    assert ("Cuối kỳ", made.closing_dong) in [row[:2] for row in rows]


def test_a_payout_can_be_printed_and_calculated_with(seller: Seller, browser: Browser) -> None:
    order = seller.sell(at=START)
    seller.release(order, at=START + timedelta(days=4))
    payout = seller.pay_out(at=START + timedelta(days=5), officer=make_officer("33"), admin=make_admin())
    browser.sign_in(seller.owner.contacts[0])
    browser.get(f"{seller.desk}/tien/{payout.code}")
    assert "PDF để in" in browser.text
    words = text_of(browser.client.get(f"{seller.desk}/sao-ke/chi-tra/{payout.code}.pdf").data)
    assert f"{payout.amount_dong:,}".replace(",", ".") in words
    assert only_part(order).code in words
    data = browser.client.get(f"{seller.desk}/sao-ke/chi-tra/{payout.code}.xlsx").data
    last = list(load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))[-1]
    assert last[-1] == payout.amount_dong
    assert browser.client.get(f"{seller.desk}/sao-ke/chi-tra/PO000.pdf").status_code == 404
    assert browser.client.get(f"{seller.desk}/sao-ke/chi-tra/{payout.code}.exe").status_code == 404


def test_a_long_statement_is_made_by_a_job_and_found_again(
    seller: Seller, browsers: Callable[[], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    order = seller.sell(at=START)
    monkeypatch.setattr(statements, "MOST_AT_ONCE", 0)
    browser, stranger = browsers(), browsers()
    browser.sign_in(seller.owner.contacts[0])
    stranger.sign_in(Seller().owner.contacts[0])
    home = f"{seller.desk}/sao-ke?tu=2026-03-01&den=2026-03-31"
    browser.submit(home, {"file_type": "pdf"}, action="/sao-ke/tep?tu=2026-03-01&den=2026-03-31")
    assert "Đang lập" in browser.text
    assert browser.page is not None
    where = browser.page.request.path
    assert browser.page.headers["Refresh"] == "2"
    assert jobs.run_all_due()
    browser.get(where)
    assert "Tệp đã xong" in browser.text
    assert only_part(order).code in text_of(browser.client.get(f"{where}/tai-ve").data)
    assert where in browser.get(home).get_data(as_text=True), "it is found again on the page"
    assert stranger.get(where).status_code == 404
    assert stranger.get(f"{where}/tai-ve").status_code == 404


def test_an_officer_reads_the_statements_of_his_provinces_only(seller: Seller, browsers: Callable[[], Browser]) -> None:
    seller.sell(at=START)
    inside, elsewhere = browsers(), browsers()
    sign_in_officer(inside, make_officer("33"))
    sign_in_officer(elsewhere, make_officer("01"))
    inside.get("/lien-minh/sao-ke")
    assert seller.short_name in inside.text
    page = f"/lien-minh/sao-ke/{seller.id}"
    days = "tu=2026-03-01&den=2026-03-31"
    assert f"{seller.statement().closing_dong:,}".replace(",", ".") in inside.get(f"{page}?{days}").get_data(
        as_text=True
    )
    assert inside.get(f"{page}/tep.pdf?{days}").data.startswith(b"%PDF")
    for path in (page, f"{page}/tep.pdf?{days}", f"{page}/tep.xlsx?{days}"):
        assert elsewhere.get(path).status_code == 404
    elsewhere.get("/lien-minh/sao-ke")
    assert seller.short_name not in elsewhere.text


@pytest.mark.parametrize(
    "days", ["tu=2026-03-31&den=2026-03-01", "tu=hom+nay&den=x", "tu=2020-01-01&den=2026-01-01", "tu=2026-03-01"]
)
def test_days_that_make_no_period_are_said_and_kept(seller: Seller, browser: Browser, days: str) -> None:
    browser.sign_in(seller.owner.contacts[0])
    page = browser.get(f"{seller.desk}/sao-ke?{days}")
    assert page.status_code == 422
    assert "không thành một kỳ" in browser.text
    if "hom" in days:
        assert 'value="hom nay"' in page.get_data(as_text=True)


def test_a_statement_needs_as_many_queries_for_one_movement_as_for_three(seller: Seller, browser: Browser) -> None:
    browser.sign_in(seller.owner.contacts[0])
    counts = []
    for number in (1, 2):
        for _ in range(number):
            seller.sell(at=START)
        counts.append(int(browser.get(f"{seller.desk}/sao-ke?tu=2026-03-01&den=2026-03-31").headers["X-Queries"]))
    assert counts[0] == counts[1]


def test_a_name_that_looks_like_a_formula_is_written_as_text() -> None:
    data = workbooks.workbook([Sheet("S", [], ["Tên"], [["=1+1"], ["@SUM(A1)"], [-5]])])
    page = load_workbook(io.BytesIO(data)).active
    assert [(page.cell(row, 1).value, page.cell(row, 1).data_type) for row in (2, 3, 4)] == [
        ("=1+1", "s"), ("@SUM(A1)", "s"), (-5, "n"),
    ]  # fmt: skip
    assert page.cell(2, 1).quotePrefix
    assert workbooks.comma_separated(["Tên"], [["=1+1", -5]]).decode("utf-8-sig").splitlines()[1] == "'=1+1,-5"


def _move(whose: int, what: str, amount: int, number: int) -> None:
    """What orders, refunds and payouts book, without them."""
    pending, payable = books.cooperative_pending(whose), books.cooperative_payable(whose)
    funds = hold([pending, payable])
    key, name, fee = f"{whose}:{number}", f"P{number}", amount // 20
    if what == "earn":
        came = [Leg(books.BANK, amount), Leg(books.ORDER_CLEARING, -amount, "X")]
        ledger.post(key=f"{key}:in", event=Event.PAYMENT_CONFIRMED, reference="X", legs=came)
        legs = [Leg(books.ORDER_CLEARING, amount, "X"), Leg(pending, fee - amount, name), Leg(books.PLATFORM_FEE, -fee)]
        ledger.post(key=key, event=Event.PART_DELIVERED, reference="X", legs=[leg for leg in legs if leg.amount_dong])
    elif what in ("refund", "debt"):
        taken = ledger.take_from_cooperative(whose, amount, reference=name)
        legs = [*taken, Leg(books.REFUND_DUE, -amount, "r")]
        ledger.post(key=key, event=Event.REFUND_DECIDED, reference="X", legs=legs)
    elif what == "release" and funds[pending]:
        ledger.release(whose, -funds[pending], key=key, reference=name)
    elif what == "pay" and funds[payable]:
        legs = [Leg(payable, -funds[payable], "PO"), Leg(books.BANK, funds[payable])]
        ledger.post(key=key, event=Event.PAYOUT_CONFIRMED, reference="PO", legs=legs)


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["earn", "refund", "release", "debt", "pay"]), st.integers(1, 900_000), st.integers(0, 3)
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES, st.integers(1, 26))
def test_whatever_happens_one_periods_end_is_the_nexts_beginning(
    seller: Seller, moves: list[tuple[str, int, int]], cut: int
) -> None:
    """Random lives of a cooperative's accounts: any two periods that touch agree, and both close where the accounts say."""
    whose, at = make_cooperative(), START.replace(day=1)
    for number, (what, amount, days) in enumerate(moves):
        at += timedelta(days=days, minutes=1)
        with clock.moved_to(at), transaction():
            _move(whose.id, what, amount, number)
    middle = date(2026, 3, 1) + timedelta(days=cut)
    first = statements.statement_of(whose, Period(date(2026, 3, 1), middle - timedelta(days=1)))
    second = statements.statement_of(whose, Period(middle, date(2026, 5, 31)))
    assert first.opening_dong == 0
    assert first.closing_dong == second.opening_dong
    for one in (first, second):
        funds_at_end = one.at_end
        assert one.closing_dong == (
            funds_at_end.pending_dong
            + funds_at_end.payable_dong
            + funds_at_end.in_transit_dong
            - funds_at_end.debt_dong
        )
    session.rollback()


def test_a_statement_that_does_not_close_breaks_the_invariant(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    seller.sell(at=clock.now())
    session.rollback()
    assert wiring.INVARIANTS["statements close"]() == []
    monkeypatch.setattr(rules, "columns", lambda *_, **__: Columns(goods_dong=1))
    assert len(wiring.INVARIANTS["statements close"]()) == 1


def test_the_accountants_journal_balances_under_official_numbers(seller: Seller, browser: Browser) -> None:
    order = seller.sell(at=START, refund_packs=1)
    sign_in_officer(browser, make_admin())
    days = "tu=2026-03-01&den=2026-03-31"
    browser.get(f"/lien-minh/so-cai/ke-toan?{days}")
    assert "Thông tư 99/2025/TT-BTC" in browser.text
    book = load_workbook(io.BytesIO(browser.client.get(f"/lien-minh/so-cai/ke-toan/tep.xlsx?{days}").data))
    journal = list(book.worksheets[0].iter_rows(min_row=4, values_only=True))
    assert sum(row[6] for row in journal[:-1]) == sum(row[7] for row in journal[:-1]) == journal[-1][6] > 0
    assert {row[4] for row in journal[:-1]} == {"112", "3388", "5113"}
    assert order.code in {row[3] for row in journal}
    sums = list(book.worksheets[1].iter_rows(min_row=4, values_only=True))
    assert sums[-1][3] == sums[-1][4]
    assert sums[-1][5] == sums[-1][6]
    assert sums[-1][7] == sums[-1][8]
    lines = browser.client.get(f"/lien-minh/so-cai/ke-toan/tep.csv?{days}").data.decode("utf-8-sig").splitlines()
    assert len(lines) == len(journal)
    session.rollback()
    after = {one.account: one.after_dong for one in accounts.sums_of(MARCH) if one.after_dong}
    assert after == trial_balance(before=statements.midnight(date(2026, 4, 1)))


def test_the_trial_balance_of_a_day_stays_as_it_was(seller: Seller, browser: Browser) -> None:
    seller.sell(at=START)
    sign_in_officer(browser, make_admin())
    assert browser.client.get("/lien-minh/so-cai/can-doi.csv?ngay=2026-03-09").data.decode(
        "utf-8-sig"
    ).splitlines() == ["account,code,debit,credit"]
    rows = browser.client.get("/lien-minh/so-cai/can-doi.csv?ngay=2026-03-10").data.decode("utf-8-sig").splitlines()[1:]
    assert sum(int(row.split(",")[-2]) - int(row.split(",")[-1]) for row in rows) == 0
    browser.get("/lien-minh/so-cai?ngay=10/03/2026")
    assert "Bảng cân đối cuối ngày 10/03/2026" in browser.text
    assert browser.get("/lien-minh/so-cai?ngay=hom-qua").status_code == 200
    assert session.query(PayoutBatch).count() == 0
