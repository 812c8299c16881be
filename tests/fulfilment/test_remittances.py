"""What carriers pay out: booked once when it matches, left to an officer when it differs, seen by his provinces only."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import events
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment.events import CashRemitted
from marketplace.fulfilment.models import CarrierRemittance, CarrierRemittanceLine
from marketplace.fulfilment.states import RemittanceState
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_officer, sign_in_officer
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move, now, only_part, pay

HOME = "/lien-minh/thu-ho"
HEADING = "Mã đơn,Tiền thu hộ,Phí vận chuyển,Phí thu hộ,Ngày trả tiền"


@pytest.fixture
def officer(browser: Browser) -> Browser:
    """An officer of Hưng Yên at work."""
    sign_in_officer(browser, make_officer("33"))
    return browser


@pytest.fixture
def told(app: Flask) -> Iterator[list[CashRemitted]]:
    """What was announced, also when the transaction failed afterwards."""
    heard: list[CashRemitted] = []
    before = dict(events._handlers)
    events.subscribe({**before, CashRemitted: [*before.get(CashRemitted, ()), heard.append]})
    yield heard
    events.subscribe(before)


def sent(cooperative: Cooperative | None = None, *, method: Method = Method.CASH_ON_DELIVERY) -> Order:
    order = make_order(make_sold_product(cooperative), method=method)
    if method == Method.VIETQR:
        pay(order)
    move(order, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED)
    return order


def take_in(browser: Browser, *rows: str, name: str = "ghn.csv") -> int:
    file = (io.BytesIO("\n".join([HEADING, *rows]).encode()), name)
    return browser.submit(
        HOME, {"carrier": "ghn", "table": file}, action="", content_type="multipart/form-data"
    ).status_code


def lines() -> list[tuple[str, RemittanceState, int | None]]:
    session.rollback()
    rows = session.query(CarrierRemittanceLine).order_by(CarrierRemittanceLine.id)
    return [(row.part_code, row.state, row.expected_dong) for row in rows]


def test_what_matches_is_remitted_and_delivered(officer: Browser, told: list[CashRemitted]) -> None:
    order = sent()
    part = only_part(order)
    assert take_in(officer, f"{part.code.lower()},125.000,28.000,5.250,24/11/2026") == 200
    assert lines() == [(part.code, RemittanceState.MATCHED, 125_000)]
    assert told == [CashRemitted(part.id, "ghn", 125_000, 28_000, 5_250, f"part:{part.id}:remitted")]
    assert only_part(now(order)).state == PartState.DELIVERED
    assert "91.750" in officer.text
    (entry,) = session.query(AuditEntry).filter_by(tag="fulfilment:remittance:take_in")
    assert entry.details == {"carrier": "ghn", "lines": 1, "matched": 1}


def test_the_same_file_twice_and_the_same_parcel_in_another_change_nothing(
    officer: Browser, told: list[CashRemitted]
) -> None:
    part = only_part(sent())
    row = f"{part.code},125.000,28.000,5.250,24/11/2026"
    take_in(officer, row)
    take_in(officer, row)
    assert "Tệp này đã gửi trước đó" in officer.text
    assert len(lines()) == 1
    take_in(officer, row, row)
    assert [state for _code, state, _expected in lines()] == [
        RemittanceState.MATCHED,
        RemittanceState.ALREADY,
        RemittanceState.ALREADY,
    ]
    assert len(told) == 1


def test_a_parcel_that_stands_twice_in_a_statement_is_remitted_once(officer: Browser, told: list[CashRemitted]) -> None:
    row = f"{only_part(sent()).code},125.000,0,0,"
    assert take_in(officer, row, row) == 200
    assert [state for _code, state, _expected in lines()] == [RemittanceState.MATCHED, RemittanceState.ALREADY]
    assert len(told) == 1


def test_what_differs_is_not_remitted_before_an_officer_says_why(officer: Browser, told: list[CashRemitted]) -> None:
    differs, paid = only_part(sent()), only_part(sent(method=Method.VIETQR))
    packed = make_order(make_sold_product())
    move(packed, PartState.CONFIRMED, PartState.PACKED)
    take_in(
        officer, f"{differs.code},120.000,28.000,0,", f"{paid.code},0,0,0,", f"{only_part(packed).code},125.000,0,0,",
        "HTX00000000-1,9.000,0,0,",
    )  # fmt: skip
    assert [(state, expected) for _code, state, expected in lines()] == [
        (RemittanceState.AMOUNT_DIFFERS, 125_000),
        (RemittanceState.AMOUNT_DIFFERS, 0),
        (RemittanceState.UNKNOWN, None),
        (RemittanceState.UNKNOWN, None),
    ]
    assert told == []
    assert "Có 4 dòng chờ bạn quyết định" in officer.text
    rows = session.query(CarrierRemittanceLine).order_by(CarrierRemittanceLine.id).all()
    first, last = f"/{rows[0].id}", f"/{rows[3].id}"
    assert officer.send({"reason": " ", "accept": "1"}, action=first).status_code == 422
    assert told == []
    officer.send({"reason": "Người mua thiếu tiền lẻ", "accept": "1"}, action=first)
    assert told == [CashRemitted(differs.id, "ghn", 120_000, 28_000, 0, f"part:{differs.id}:remitted")]
    (entry,) = session.query(AuditEntry).filter_by(tag="fulfilment:remittance_line:accept")
    assert (entry.reason, entry.province_code, entry.subject_id) == ("Người mua thiếu tiền lẻ", "33", rows[0].id)
    # What is no parcel of ours can only be laid aside, whatever is sent.
    officer.send({"reason": "Không phải đơn chợ", "accept": "1"}, action=last)
    assert lines()[3][1] == RemittanceState.DISMISSED
    assert len(told) == 1


def test_cash_for_a_parcel_that_counts_as_lost_is_booked_by_nobody(officer: Browser, told: list[CashRemitted]) -> None:
    order = sent()
    part = only_part(order)
    move(order, PartState.LOST)
    take_in(officer, f"{part.code},125.000,28.000,5.250,24/11/2026")
    assert lines() == [(part.code, RemittanceState.AMOUNT_DIFFERS, 0)]
    line = session.scalars(select(CarrierRemittanceLine.id)).one()
    officer.send({"reason": "Bưu cục nói đã giao", "accept": "1"}, action=f"/{line}")
    assert "không tới nơi" in officer.text
    assert lines() == [(part.code, RemittanceState.AMOUNT_DIFFERS, 0)]
    assert told == []
    assert only_part(now(order)).state == PartState.LOST


def test_a_decision_is_taken_once(officer: Browser, browsers: Callable[[], Browser], told: list[CashRemitted]) -> None:
    part = only_part(sent())
    take_in(officer, f"{part.code},120.000,28.000,0,")
    statement, line = session.query(CarrierRemittance).one().id, session.query(CarrierRemittanceLine).one().id
    colleague = browsers()
    sign_in_officer(colleague, make_officer("33"))
    colleague.get(f"{HOME}/{statement}")
    officer.send({"reason": "Nhận", "accept": "1"}, action=f"/{line}")
    colleague.send({"reason": "Bỏ", "dismiss": "1"}, action=f"/{line}")
    assert "Đã có người quyết định trước đó" in colleague.text
    assert lines()[0][1] == RemittanceState.ACCEPTED
    assert len(told) == 1


def test_a_difference_of_cash_that_came_by_another_line_is_not_taken(
    officer: Browser, told: list[CashRemitted]
) -> None:
    part = only_part(sent())
    take_in(officer, f"{part.code},120.000,0,0,")
    statement, line = session.query(CarrierRemittance).one().id, session.query(CarrierRemittanceLine).one().id
    take_in(officer, f"{part.code},125.000,0,0,")
    officer.get(f"{HOME}/{statement}")
    officer.send({"reason": "Nhận", "accept": "1"}, action=f"/{line}")
    assert "đã được trả rồi" in officer.text
    assert [state for _code, state, _expected in lines()] == [RemittanceState.AMOUNT_DIFFERS, RemittanceState.MATCHED]
    assert len(told) == 1


def test_the_database_itself_refuses_a_second_remittance_of_a_part(officer: Browser) -> None:
    part = only_part(sent())
    take_in(officer, f"{part.code},125.000,0,0,")
    session.rollback()
    first = session.query(CarrierRemittanceLine).one()
    columns = [column.name for column in CarrierRemittanceLine.__table__.columns if column.name != "id"]
    again = {name: getattr(first, name) for name in columns} | {"row_number": 3}
    with pytest.raises(IntegrityError), transaction():
        session.execute(insert(CarrierRemittanceLine).values(again))


def test_other_provinces_are_neither_booked_nor_seen(
    officer: Browser, browsers: Callable[[], Browser], told: list[CashRemitted]
) -> None:
    own = only_part(sent())
    foreign = only_part(sent(make_cooperative(province="01", commune="00004")))
    rows = (f"{own.code},125.000,0,0,", f"{foreign.code},125.000,0,0,")
    take_in(officer, *rows)
    assert [state for _code, state, _expected in lines()] == [RemittanceState.MATCHED, RemittanceState.UNKNOWN]
    statement = session.query(CarrierRemittance).one().id
    colleague = browsers()
    sign_in_officer(colleague, make_officer("01"))
    assert colleague.get(f"{HOME}/{statement}").status_code == 404
    assert "Chưa có bảng đối soát nào" in (colleague.get(HOME) and colleague.text)
    # The same file of another officer is taken in for his provinces.
    take_in(colleague, *rows)
    assert [event.part_id for event in told] == [own.id, foreign.id]


def test_a_reaction_that_fails_fails_the_whole_statement(officer: Browser, app: Flask) -> None:
    order = sent()

    def fail(_event: CashRemitted) -> None:
        raise RuntimeError("the ledger refuses")

    before = dict(events._handlers)
    events.subscribe({**before, CashRemitted: [fail]})
    try:
        assert take_in(officer, f"{only_part(order).code},125.000,0,0,") == 500
    finally:
        events.subscribe(before)
    assert lines() == []
    assert session.query(CarrierRemittance).count() == 0
    assert session.get_one(CooperativeOrder, only_part(order).id).state == PartState.SHIPPED


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("HTX1-1,năm mươi,0,0,", "Dòng 2: không đọc được cột “tien thu ho”"),
        ("HTX1-1,-5,0,0,", "Dòng 2"),
        ("HTX1-1,5.000,0,0,31/02/2026", "ngay tra tien"),
        ("", "Tệp không có dòng nào"),
    ],
)
def test_a_statement_that_cannot_be_read_is_not_kept(officer: Browser, row: str, words: str) -> None:
    assert take_in(officer, row) == 422
    assert words in officer.text
    assert session.query(CarrierRemittance).count() == 0
