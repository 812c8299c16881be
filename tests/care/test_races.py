"""Two who do different things to one complaint in the same moment: one of them has been first, and the money agrees."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from marketplace.care import actions as care
from marketplace.care.errors import ComplaintMoved, ComplaintRefused
from marketplace.care.models import Complaint
from marketplace.care.states import Answer, Kind, Wish
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder
from marketplace.payments.models import Refund
from tests.care.test_complaints import Case, holds
from tests.client import Browser
from tests.factories.accounts import make_officer

ROUNDS = 6


def at_once(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Each deed in a thread and transaction of its own, begun together; how each ended."""
    start = threading.Barrier(len(deeds))
    ends: list[str] = [""] * len(deeds)

    def run(number: int, deed: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    result = deed()
                ends[number] = "no" if result is False else "done"
            except (ComplaintMoved, ComplaintRefused):
                ends[number] = "refused"
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def open_it(case: Case) -> Complaint:
    return care.open_complaint(
        case.order.id, case.part.id, kind=Kind.SPOILED, wish=Wish.REFUND, words="Hỏng", packs={case.line.id: 2}, by=None
    )


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_buyer_agrees_while_the_officer_decides(app: Flask, browsers: Callable[[], Browser], round_: int) -> None:
    case = Case(app, browsers)
    officer_id, owner_id = make_officer(case.province).id, case.owner_id
    with transaction():
        complaint = open_it(case)
        care.answer(complaint, kind=Answer.REFUND, words="HTX hoàn", packs={case.line.id: 2}, by=owner_id)
        care.ask_alliance(complaint, words="Muốn hơn", by=None)
        complaint_id = complaint.id
    session.remove()

    def accept() -> None:
        care.accept(session.get_one(Complaint, complaint_id), number=1, by=None)

    def decide() -> None:
        found = session.get_one(Complaint, complaint_id)
        care.decide(found, packs={case.line.id: 3}, is_granted=True, words="Xem ảnh", by=officer_id)

    deeds = (accept, decide) if round_ % 2 else (decide, accept)
    assert sorted(at_once(app, *deeds)) == ["done", "refused"]
    session.rollback()
    (refund,) = session.query(Refund).all()
    assert refund.amount_dong in (2 * case.line.price_dong, 3 * case.line.price_dong)
    assert case.complaint.refunded_dong == refund.amount_dong
    holds()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_complaint_in_the_very_moment_the_money_is_released(
    app: Flask, browsers: Callable[[], Browser], round_: int
) -> None:
    case = Case(app, browsers)
    earned = case.funds().pending_dong
    session.remove()

    def release() -> bool:
        return orders.release_part(session.get_one(CooperativeOrder, case.part.id))

    deeds = (lambda: open_it(case), release) if round_ % 2 else (release, lambda: open_it(case))
    ends = dict(zip(("open", "release") if round_ % 2 else ("release", "open"), at_once(app, *deeds), strict=True))
    assert ends["open"] == "done"
    waiting = case.funds().pending_dong
    assert waiting == (0 if ends["release"] == "done" else earned)
    holds()
    case.answer()
    case.accept()
    assert case.complaint.refunded_dong == 2 * case.line.price_dong
    holds()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_complaints_at_once_are_one(app: Flask, browsers: Callable[[], Browser], round_: int) -> None:
    case = Case(app, browsers)
    session.remove()
    ends = at_once(app, lambda: open_it(case), lambda: open_it(case), lambda: open_it(case))
    assert sorted(ends) == ["done", "refused", "refused"]
    session.rollback()
    assert session.query(Complaint).count() == 1
    holds()


def test_the_same_complaint_accepted_by_several_clicks_is_paid_once(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    case = Case(app, browsers)
    with transaction():
        complaint = open_it(case)
        care.answer(complaint, kind=Answer.REFUND, words="HTX hoàn", packs={case.line.id: 2}, by=case.owner_id)
        complaint_id = complaint.id
    session.remove()

    def accept() -> None:
        care.accept(session.get_one(Complaint, complaint_id), number=1, by=None)

    assert sorted(at_once(app, accept, accept, accept, accept)) == ["done", "refused", "refused", "refused"]
    session.rollback()
    assert session.query(Refund).count() == 1
    holds()
