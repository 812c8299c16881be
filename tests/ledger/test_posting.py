"""One journal: balanced, once, never changed, and nobody owed less than nothing, whoever writes at the same time."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from marketplace.foundation.database import session, transaction
from marketplace.foundation.money import split_dong
from marketplace.ledger import actions, queries, rules
from marketplace.ledger.errors import KeyUsedOtherwise, Unbalanced, WrongSide
from marketplace.ledger.models import LedgerEntry, LedgerJournal
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.ledger.words import book_of

PAID = [Leg(rules.BANK, 100_000), Leg(rules.ORDER_CLEARING, -100_000, "HD-1")]


def post(key: str, *legs: Leg) -> bool:
    with transaction():
        return actions.post(key=key, event=Event.PAYMENT_CONFIRMED, legs=legs, reference="HD-1")


def earn(cooperative_id: int, amount: int) -> None:
    post(f"earn:{amount}", Leg(rules.BANK, amount), Leg(rules.cooperative_payable(cooperative_id), -amount, "HD-1-1"))


@pytest.mark.parametrize(
    "legs",
    [
        [Leg(rules.BANK, 1), Leg(rules.ORDER_CLEARING, -2, "HD-1")],
        [Leg(rules.BANK, 0), Leg(rules.ORDER_CLEARING, 0, "HD-1")],
        [],
    ],
)
def test_a_journal_that_does_not_sum_to_zero_over_two_legs_is_refused(app: Flask, legs: list[Leg]) -> None:
    with pytest.raises(Unbalanced):
        post("one", *legs)
    assert session.query(LedgerJournal).count() == 0


def test_the_same_journal_again_writes_nothing_and_another_under_its_key_is_refused(app: Flask) -> None:
    assert post("one", *PAID)
    assert not post("one", *PAID)
    with pytest.raises(KeyUsedOtherwise):
        post("one", Leg(rules.BANK, 5), Leg(rules.ORDER_CLEARING, -5, "HD-1"))
    assert queries.balance(rules.BANK) == 100_000


@pytest.mark.parametrize("table", [LedgerJournal, LedgerEntry])
@pytest.mark.parametrize("deed", ["change", "delete"])
def test_the_database_refuses_to_change_what_is_booked(
    app: Flask, table: type[LedgerJournal] | type[LedgerEntry], deed: str
) -> None:
    post("one", *PAID)
    statement = delete(table) if deed == "delete" else update(table).values(id=table.id + 100)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session.execute(statement)
    session.rollback()
    assert queries.balance(rules.BANK) == 100_000


def test_an_order_or_refund_is_never_owed_less_than_nothing(app: Flask) -> None:
    post("one", *PAID)
    with pytest.raises(WrongSide):
        post("two", Leg(rules.ORDER_CLEARING, 100_001, "HD-1"), Leg(rules.BANK, -100_001))
    with pytest.raises(WrongSide):
        post("two", Leg(rules.ORDER_CLEARING, 1, "HD-2"), Leg(rules.BANK, -1))
    assert queries.balance(rules.ORDER_CLEARING) == -100_000


def test_a_journal_is_taken_back_by_its_opposite_once(app: Flask) -> None:
    post("one", *PAID)
    for expected in (True, False):
        with transaction():
            assert actions.reverse("one", new_key="back", by=None, memo="wrong order") is expected
    assert queries.trial_balance() == {}


def test_what_is_taken_from_a_cooperative_comes_from_pending_then_payable_then_becomes_debt(app: Flask) -> None:
    earn(7, 30_000)
    post("pending", Leg(rules.BANK, 20_000), Leg(rules.cooperative_pending(7), -20_000, "HD-2-1"))
    with transaction():
        legs = actions.take_from_cooperative(7, 60_000, reference="HD-2-1")
        actions.post(
            key="taken", event=Event.REFUND_DECIDED, legs=[*legs, Leg(rules.REFUND_DUE, -60_000, "refund:1")],
            reference="HD-2",
        )  # fmt: skip
    assert queries.funds_of(7) == queries.Funds(0, 0, 0, debt_dong=10_000)
    post("more", Leg(rules.BANK, 25_000), Leg(rules.cooperative_pending(7), -25_000, "HD-3-1"))
    with transaction():
        actions.release(7, 25_000, key="released", reference="HD-3-1")
    assert queries.funds_of(7) == queries.Funds(0, payable_dong=15_000, in_transit_dong=0, debt_dong=0)


def test_of_many_who_take_the_last_money_of_a_cooperative_at_once_one_gets_it(app: Flask) -> None:
    earn(7, 50_000)
    gate, won = threading.Barrier(6), []

    def take(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                post(
                    f"take:{number}",
                    Leg(rules.cooperative_payable(7), 50_000),
                    Leg(rules.payout_in_transit(7), -50_000),
                )
                won.append(number)
            except WrongSide:
                pass
            finally:
                session.remove()

    run([threading.Thread(target=take, args=(number,)) for number in range(6)])
    session.rollback()
    assert len(won) == 1
    assert queries.funds_of(7) == queries.Funds(0, 0, in_transit_dong=50_000, debt_dong=0)


def test_one_journal_written_by_many_at_once_stands_once(app: Flask) -> None:
    gate, wrote = threading.Barrier(6), []

    def write() -> None:
        with app.app_context():
            gate.wait()
            wrote.append(post("one", *PAID))
            session.remove()

    run([threading.Thread(target=write) for _ in range(6)])
    session.rollback()
    assert sorted(wrote) == [False] * 5 + [True]
    assert queries.balance(rules.BANK) == 100_000


def run(threads: list[threading.Thread]) -> None:
    session.remove()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_fees_are_rounded_once_and_shared_to_the_dong() -> None:
    assert rules.fee(3 * 35_500, 750) == 7_988
    assert split_dong(7_988, [35_500] * 3) == [2_663, 2_663, 2_662]
    assert sum(split_dong(rules.fee(103_685, 750), [12_345, 67_890, 23_450])) == 7_776
    assert [rules.share_of_nth(10_000, number, 3) for number in (1, 2, 3)] == [3_333, 3_333, 3_334]


@given(st.integers(0, 10**12), st.integers(1, 500))
def test_shares_of_equal_packs_add_up_in_whatever_order_they_are_refunded(total: int, count: int) -> None:
    assert sum(rules.share_of_nth(total, number, count) for number in range(1, count + 1)) == total


def test_cash_at_the_parcel_service_is_named_in_words(app: Flask) -> None:
    with app.test_request_context():
        assert "parcel_service" not in book_of("asset:cod_receivable:parcel_service")
