"""Money that the card provider takes back, over HTTP: kept from payouts, back again, or borne by whom somebody names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.ledger import queries as ledger
from marketplace.ledger.queries import Funds
from marketplace.ledger.rules import DISPUTE_LOSS, DISPUTED_FUNDS, STRIPE_RECEIVABLE
from marketplace.orders import actions as orders
from marketplace.orders import tasks as orders_tasks
from marketplace.orders.errors import RefundRefused, SharesRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import tasks
from marketplace.payments.errors import PaymentMoveRefused, RefundTooLarge
from marketplace.payments.models import Refund, Withdrawal
from marketplace.payments.states import RefundState, WithdrawalState
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.orders import move
from tests.payments.conftest import CardMarket, PlacedOrder
from tests.payments.test_card import holds, payment, wait_for_jobs, wait_until_settled

pytestmark = pytest.mark.xdist_group("load")

WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
LATER = timedelta(days=4)


def paid(market: CardMarket, *, is_delivered: bool = True) -> PlacedOrder:
    order = market.order()
    order.buyer.ask("GET", order.pay())
    wait_until_settled(order)
    market.stripe.wait_for_deliveries(2)
    if is_delivered:
        move(order.row(), *WAY)
    return order


def tell(market: CardMarket, notices: int, **wanted: object) -> None:
    """Have the provider do this, and our worker its part."""
    before = len(market.stripe.look()["deliveries"])
    market.stripe.control(**wanted)
    market.stripe.wait_for_deliveries(before + notices)
    wait_for_jobs()
    session.rollback()
    session.expire_all()


def release() -> None:
    session.rollback()
    with clock.moved_to(clock.now() + LATER):
        orders_tasks.release_parts()
    session.expire_all()


def funds(order: PlacedOrder) -> Funds:
    return ledger.funds_of(order.row().parts[0].cooperative_id)


def only() -> Withdrawal:
    return session.query(Withdrawal).one()


def only_id() -> int:
    return session.query(Withdrawal.id).scalar()


def test_what_a_buyer_disputes_is_kept_from_payouts_until_it_is_back(card_market: CardMarket) -> None:
    order = paid(card_market)
    amount, charge = payment(order).amount_dong, payment(order).charge_id
    release()
    earned = funds(order)
    assert earned.payable_dong > 0
    tell(card_market, 2, dispute=charge)
    assert (only().state, only().amount_dong, only().due_at is not None) == (WithdrawalState.OPEN, amount, True)
    assert (funds(order).payable_dong, funds(order).pending_dong) == (0, earned.payable_dong)
    assert ledger.trial_balance()[DISPUTED_FUNDS] == amount
    holds()
    release()
    assert funds(order).payable_dong == 0, "nobody is paid while it is not decided"
    tell(card_market, 2, decide=charge, status="won")
    assert only().state == WithdrawalState.WON
    assert (ledger.trial_balance()[STRIPE_RECEIVABLE], DISPUTED_FUNDS in ledger.trial_balance()) == (amount, False)
    release()
    assert funds(order) == earned
    assert payment(order).refunded_dong == 0
    holds()


def test_equal_and_late_notices_book_a_dispute_once(card_market: CardMarket) -> None:
    order = paid(card_market)
    charge = payment(order).charge_id
    card_market.stripe.control(duplicate=2, hold=0)
    tell(card_market, 10, dispute=charge)
    tell(card_market, 1, decide=charge, status="lost")
    events = {event["type"]: event["id"] for event in card_market.stripe.look()["events"]}
    tell(card_market, 1, resend=events["charge.dispute.created"])
    assert only().state == WithdrawalState.LOST
    holds()


def test_a_dispute_of_which_every_notice_is_lost_is_found_at_night(card_market: CardMarket) -> None:
    order = paid(card_market)
    card_market.stripe.control(drop=2)
    card_market.stripe.control(dispute=payment(order).charge_id)
    session.rollback()
    tasks.compare_with_provider(job_id=0)
    session.expire_all()
    assert only().state == WithdrawalState.OPEN
    holds()


def test_what_is_lost_is_borne_by_whom_an_admin_names_once(
    card_market: CardMarket, browsers: Callable[[], Browser]
) -> None:
    order = paid(card_market)
    amount, charge = payment(order).amount_dong, payment(order).charge_id
    part_id = order.row().parts[0].id
    tell(card_market, 2, dispute=charge)
    admin, officer = browsers(), browsers()
    sign_in_officer(admin, make_admin())
    sign_in_officer(officer, make_officer("33"))
    page = "/lien-minh/tien-bi-rut"
    assert officer.get(page).status_code in (403, 404)
    admin.get(page)
    assert ("Ngân hàng đang xem xét" in admin.text, "không nhận được hàng" in admin.text) == (True, True)
    assert f"share-{part_id}" not in str(admin.forms())
    tell(card_market, 1, decide=charge, status="lost")
    before = funds(order)
    wrong = {f"share-{part_id}": "9.999.999", "reason": "Không có phiếu giao"}
    admin.submit(page, wrong, action=f"{page}/{only_id()}")
    assert "nhiều nhất" in admin.text
    good = {f"share-{part_id}": "20.000", "reason": "Không có phiếu giao"}
    admin.submit(page, good, action=f"{page}/{only_id()}")
    assert "Đã xử lý và ghi sổ" in admin.text
    admin.get("/tai-khoan")
    admin.post(f"{page}/{only_id()}", {"csrf_token": admin.forms()[-1]["fields"]["csrf_token"], **good})
    assert "đã xử lý xong" in admin.text
    session.rollback()
    session.expire_all()
    balance = ledger.trial_balance()
    assert (balance[DISPUTE_LOSS], DISPUTED_FUNDS in balance) == (amount - 20_000, False)
    assert before.pending_dong - funds(order).pending_dong == 20_000
    entry = session.query(AuditEntry).filter_by(tag="payments:withdrawal:settle").one()
    assert entry.reason == "Không có phiếu giao"
    holds()


def test_nothing_goes_back_to_the_buyer_twice(card_market: CardMarket) -> None:
    order = paid(card_market)
    tell(card_market, 2, dispute=payment(order).charge_id)
    by = make_person().id
    row = order.row()
    with pytest.raises((RefundTooLarge, RefundRefused)), transaction():
        part = session.get_one(CooperativeOrder, row.parts[0].id)
        orders.refund_lines(part, session.get_one(Order, row.id), packs={part.lines[0].id: 1}, reason="Dập", by=by)
    holds()


@pytest.mark.parametrize("ends", ["won", "lost"])
def test_goods_that_were_not_sent_yet(card_market: CardMarket, ends: str) -> None:
    order = paid(card_market, is_delivered=False)
    amount, charge = payment(order).amount_dong, payment(order).charge_id
    tell(card_market, 2, dispute=charge)
    move(order.row(), PartState.REFUSED)
    wait_for_jobs()
    assert session.query(Refund).all() == [], "his bank has given him the money"
    tell(card_market, 2 if ends == "won" else 1, decide=charge, status=ends)
    if ends == "won":
        wait_for_jobs()
        refund = session.query(Refund).one()
        session.refresh(refund)
        assert (refund.amount_dong, refund.state) == (amount, RefundState.DONE)
    else:
        row, by = order.row(), make_admin().id
        with transaction():
            found = session.get_one(Withdrawal, only_id())
            orders.settle_withdrawal(found, session.get_one(Order, row.id), shares={}, reason="Chưa gửi", by=by)
    assert ledger.trial_balance() == {}
    holds()


def test_a_refund_made_on_the_providers_pages_is_borne_or_comes_back(card_market: CardMarket) -> None:
    order = paid(card_market)
    tell(card_market, 1, refund=payment(order).charge_id, amount=10_000)
    row, by = order.row(), make_admin().id
    assert (only().state, only().amount_dong, payment(order).refunded_dong) == (WithdrawalState.LOST, 10_000, 10_000)
    part_id = row.parts[0].id

    def settle(share: int) -> None:
        with transaction():
            found = session.get_one(Withdrawal, only_id())
            placed = session.get_one(Order, row.id)
            orders.settle_withdrawal(found, placed, shares={part_id: share}, reason="Hàng hỏng", by=by)

    with pytest.raises(SharesRefused):
        settle(10_001)
    settle(10_000)
    with pytest.raises(PaymentMoveRefused):
        settle(10_000)
    assert DISPUTED_FUNDS not in ledger.trial_balance()
    holds()


def test_the_cooperative_reads_why_its_money_waits(card_market: CardMarket, browsers: Callable[[], Browser]) -> None:
    order = paid(card_market)
    part = order.row().parts[0]
    cooperative = session.get_one(Cooperative, part.cooperative_id)
    owner_id = session.query(Membership.person_id).filter_by(cooperative_id=cooperative.id).scalar()
    address = f"/htx-cua-toi/{cooperative.slug}/don-hang/{part.code}"
    owner = browsers()
    owner.sign_in(session.get_one(Person, owner_id).contacts[0])
    owner.get(address)
    assert "Tiền tạm giữ" not in owner.text
    tell(card_market, 2, dispute=payment(order).charge_id)
    owner.get(address)
    assert "Tiền tạm giữ" in owner.text
