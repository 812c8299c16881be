"""The nightly comparison: what others tell against the books, explained and settled with a reason, and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from marketplace.bookkeeping import exchanges
from marketplace.bookkeeping.actions import comparing as actions
from marketplace.bookkeeping.errors import DifferenceMoveRefused
from marketplace.bookkeeping.models import BookDifference
from marketplace.bookkeeping.queries import comparing
from marketplace.bookkeeping.states import DifferenceKind, DifferenceState
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import remitting
from marketplace.fulfilment.models import CarrierRemittance
from marketplace.fulfilment.providers import Remitted
from marketplace.orders.models import Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments import providers
from marketplace.payments.models import BankTransaction, Payment
from marketplace.payments.providers import ProviderMovement, ProviderState, Standing
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, sign_in_officer
from tests.factories.orders import make_order, make_sold_product, move, only_part

SHIPS = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED)
HOME = "/lien-minh/doi-chieu"


def days_ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def told(
    amount: int, content: str, *, name: str, direction: Direction = Direction.IN, days: int = 2
) -> BankTransaction:
    with clock.moved_to(days_ago(days)), transaction():
        notice = BankNotice(name, "", direction, amount, content, f"FT{name}", clock.now())
        row = payments.note_transaction("statement", notice, our_account="")
        assert row is not None
        return row


def found() -> list[tuple[DifferenceKind, DifferenceState, int, int]]:
    session.rollback()
    session.expire_all()
    rows = session.query(BookDifference).order_by(BookDifference.kind, BookDifference.day)
    return [(row.kind, row.state, row.said_dong, row.booked_dong) for row in rows]


def test_what_the_bank_told_and_what_is_booked_agree(app: Flask) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    code = payment_of(order.code).transfer_code
    told(order.total_dong, f"chuyen tien {code}", name="1")
    told(150_000, "khong ro", name="2")
    assert exchanges.compare_books() == 0
    assert found() == []


def test_money_that_somebody_confirmed_and_the_bank_never_told_is_a_difference(app: Flask) -> None:
    order = make_order(make_sold_product(), method=Method.VIETQR)
    admin = make_admin()
    with clock.moved_to(days_ago(2)), transaction():
        assert payments.confirm(payment_of(order.code), by=admin.id, reason="FT9")
    assert [exchanges.compare_books() for _night in range(2)] == [1, 1]
    assert found() == [(DifferenceKind.BANK, DifferenceState.OPEN, 0, order.total_dong)]
    (row,) = session.query(BookDifference)
    assert row.lines == [{"what": order.code, "said": 0, "booked": order.total_dong}]


def test_two_mistakes_that_cancel_each_other_out_are_still_two(app: Flask) -> None:
    day = clock.today()
    items = [comparing.Item(day, "a", 5, 0), comparing.Item(day, "b", 0, 5), comparing.Item(day, "c", 9, 9)]
    (one,) = comparing.gather(DifferenceKind.BANK, items, since=day, until=day).found
    assert (one.said_dong, one.booked_dong, [item.what for item in one.items]) == (14, 14, ["a", "b"])


def carried(days: int) -> Order:
    """Cash that a parcel service collected so many days ago."""
    with clock.moved_to(days_ago(days)):
        order = make_order(make_sold_product())
        move(order, *SHIPS, PartState.DELIVERED)
    return order


def remit(order: Order, *, days: int) -> int:
    officer = make_officer("33")
    with clock.moved_to(days_ago(days)), transaction():
        said = [Remitted(2, only_part(order).code, order.total_dong, 20_000, 5_000, None)]
        statement, _is_new = remitting.take_statement(
            officer, said, carrier="ghn", data=order.code.encode(), file_name="ghn.csv"
        )
        return statement.id


def test_cash_that_is_not_handed_over_after_a_week_is_a_difference_until_it_comes(app: Flask) -> None:
    late, fresh = carried(9), carried(3)
    assert exchanges.compare_books() == 1
    assert found() == [(DifferenceKind.CASH, DifferenceState.OPEN, 0, late.total_dong)]
    (row,) = session.query(BookDifference)
    assert [line["what"] for line in row.lines] == [only_part(late).code]
    remit(late, days=0)
    assert exchanges.compare_books() == 0
    assert found() == [(DifferenceKind.CASH, DifferenceState.SETTLED, 0, late.total_dong)]
    assert fresh.code


def test_a_carriers_statement_and_the_movement_that_paid_it_are_proposed_and_counted_once(
    app: Flask, browser: Browser
) -> None:
    order = carried(9)
    statement_id = remit(order, days=3)
    net = order.total_dong - 25_000
    row_id = told(net, "GHN DOI SOAT", name="5", days=2).id
    assert exchanges.compare_books() == 1, "booked by the statement, and the movement is still of unknown purpose"
    sign_in_officer(browser, make_admin())
    browser.get(HOME)
    assert "ghn.csv" in browser.text
    browser.submit(f"/lien-minh/thu-ho/{statement_id}", {}, action=f"/tien-ve/{row_id}")
    assert "chỉ tính một lần" in browser.text or "Đã về" in browser.text
    assert exchanges.compare_books() == 0
    assert {state for _kind, state, *_sums in found()} == {DifferenceState.SETTLED}
    browser.post(f"/lien-minh/thu-ho/{statement_id}/tien-ve/{row_id}")
    assert session.get(CarrierRemittance, statement_id) is not None


class Provider:
    """What the card provider says, without a network."""

    is_live = False

    def __init__(self) -> None:
        self.movements: list[ProviderMovement] = []

    def movements_since(self, moment: datetime) -> list[ProviderMovement]:
        assert not session().in_transaction(), "no transaction is open while a provider is asked"
        return [one for one in self.movements if one.at >= moment]


@pytest.fixture
def provider(app: Flask) -> Iterator[Provider]:
    made = Provider()
    providers.use({Method.CARD: made})  # type: ignore[dict-item]
    yield made
    providers.use({})


def captured(charge: str, *, days: int = 2) -> Order:
    order = make_order(make_sold_product(), method=Method.CARD)
    with clock.moved_to(days_ago(days)), transaction():
        payment = session.get_one(Payment, payment_of(order.code).id)
        state = ProviderState(
            f"cs_{charge}", charge, order.code, payment.id, order.total_dong, "vnd", False, Standing.PAID
        )
        payments.apply_state(payment, state, is_live=False)
    return order


def test_a_card_payment_that_both_know_is_no_difference_and_one_that_one_knows_is(
    app: Flask, provider: Provider
) -> None:
    both, ours = captured("pi_1"), captured("pi_2", days=1)
    provider.movements = [
        ProviderMovement("pi_1", None, both.total_dong, days_ago(2)),
        ProviderMovement("pi_lost", None, 90_000, days_ago(3)),
        ProviderMovement("pi_1", "re_unknown", -7_000, days_ago(3)),
    ]
    assert exchanges.compare_books() == 2
    assert found() == [
        (DifferenceKind.CARD, DifferenceState.OPEN, 83_000, 0),
        (DifferenceKind.CARD, DifferenceState.OPEN, 0, ours.total_dong),
    ]


def test_an_admin_explains_settles_and_opens_again_each_with_a_reason(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    carried(9)
    exchanges.compare_books()
    admin, officer = browsers(), browsers()
    sign_in_officer(admin, make_admin())
    sign_in_officer(officer, make_officer("33"))
    assert officer.get(HOME).status_code in (403, 404)
    (row,) = session.query(BookDifference)
    row_id = row.id
    page = admin.submit(HOME, {"to": "explained", "reason": ""}, action=f"/doi-chieu/{row_id}")
    assert page.status_code == 422
    assert found()[0][1] == DifferenceState.OPEN
    admin.submit(HOME, {"to": "explained", "reason": "GHN trả thứ Sáu"}, action=f"/doi-chieu/{row_id}")
    assert found()[0][1] == DifferenceState.EXPLAINED
    assert exchanges.compare_books() == 0, "what is explained is not asked about every night"
    admin.get(f"{HOME}?xem=da-giai-thich")
    assert "GHN trả thứ Sáu" in admin.text
    admin.send({"to": "settled", "reason": "Đã nhận tiền mặt"}, action=f"/doi-chieu/{row_id}")
    tags = [
        entry.tag for entry in session.query(AuditEntry).filter_by(subject="book_difference").order_by(AuditEntry.id)
    ]
    assert tags == [f"bookkeeping:difference:{deed}" for deed in ("find", "explain", "settle")]
    with pytest.raises(DifferenceMoveRefused), transaction():
        row = session.get_one(BookDifference, row_id)
        actions.answer(row, DifferenceState.EXPLAINED, seen=DifferenceState.OPEN, reason="x", by=1)
    assert found()[0][1] == DifferenceState.SETTLED


def test_a_difference_that_changes_after_an_answer_is_open_again(app: Flask) -> None:
    carried(9)
    exchanges.compare_books()
    admin = make_admin()
    with transaction():
        row = session.query(BookDifference).one()
        actions.answer(row, DifferenceState.SETTLED, seen=DifferenceState.OPEN, reason="xong", by=admin.id)
    assert exchanges.compare_books() == 0
    carried(9)
    assert exchanges.compare_books() == 1
    assert len(found()) == 1


def test_the_command_says_what_differs_and_exits_1(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["compare-books"]).exit_code == 0
    order = carried(9)
    result = runner.invoke(args=["compare-books"])
    assert result.exit_code == 1
    assert only_part(order).code in result.output
    assert "1 open" in result.output
