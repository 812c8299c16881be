"""The market's fee, where cooperatives want their money, and a day on which they were paid."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.demo import transfers
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.text import fold
from marketplace.fulfilment import queries, remitting, rules
from marketplace.fulfilment.providers import Remitted
from marketplace.ledger import actions as ledger
from marketplace.ledger.models import Payout
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import MARKETS_WAYS, RETURN_WINDOW
from marketplace.orders.states import HAS_LEFT
from marketplace.payments.providers.bank_notices import Direction
from marketplace.payments.states import Method

FEE_BASIS_POINTS = 500
CO_OP_BANK = "970446"
CARRIER, CASH_FEE_DONG = "ghn", 2_000


def tell_account(cooperative: Cooperative, *, owner: int, officer: int) -> None:
    """A cooperative's bank account, looked at by an officer."""
    number = f"88{cooperative.id:08d}"
    row = ledger.propose_account(
        cooperative_id=cooperative.id,
        bank_bin=CO_OP_BANK,
        number=number,
        holder=fold(cooperative.legal_name).upper()[:80],
        by=owner,
    )
    ledger.approve_account(row, by=officer, province_code=cooperative.province_code)


def pay_out(scene: Scene, *, admin: Person) -> None:
    """Release what nobody can complain about any more, pay some of it, and let one transfer come without a code."""
    with clock.moved_to(at(scene.today - timedelta(days=2), 9)):
        release_ripe()
        with transaction():
            batch = ledger.open_batch(
                cooperative_ids=list(scene.owners), by=scene.officer.id, reason="Chi trả định kỳ (mẫu)"
            )
            assert batch is not None, "the orders of the demo leave something to pay"
            batch_id = batch.id
            ledger.approve_batch(batch, by=admin.id)
        with transaction():
            _waits, *told, seen = session.query(Payout).filter_by(batch_id=batch_id).order_by(Payout.id).all()
            for payout in told:
                transfers.note(f"FTCHI{payout.id:04d}", payout.amount_dong, payout.code, direction=Direction.OUT)
            # The bank has not told of this one: the night's comparison asks why.
            ledger.confirm_payout(seen, key=f"payout:{seen.code}:seen", by=admin.id, reason="Ủy nhiệm chi giấy (mẫu)")
    release_ripe()
    with transaction():
        transfers.note("FT0001", 150_000, "TRAN THI B CHUYEN TIEN MUA HANG")


def hand_over_cash(scene: Scene, *, admin: Person) -> None:
    """A parcel service pays out what it collected until two days before, but for its oldest parcel; the money arrives."""
    with clock.moved_to(at(scene.today - timedelta(days=3), 10)):
        until = clock.now() - timedelta(days=2)
        held = [
            (part, order) for part, order in cash_with_carriers() if part.delivered_at and part.delivered_at < until
        ]
        _forgotten, *paid = sorted(held, key=lambda pair: (pair[0].delivered_at, pair[0].id))
        said = [
            Remitted(number, part.code, rules.cash_of(part, order), part.delivery_dong, CASH_FEE_DONG, clock.today())
            for number, (part, order) in enumerate(paid, 2)
        ]
        session.rollback()
        with transaction():
            statement, _is_new = remitting.take_statement(
                admin, said, carrier=CARRIER, data=b"mau-1", file_name="bang-ke-thu-ho-ghn.csv"
            )
            movement = transfers.note("FTGHN001", queries.net_dong(statement), "GHN THANH TOAN TIEN THU HO")
            remitting.match_arrival(statement, movement, by=admin.id, reason="Giao Hàng Nhanh: bảng kê tuần (mẫu)")


def release_ripe(window: timedelta = RETURN_WINDOW) -> None:
    """Let cooperatives be paid for what was delivered so long ago, as the worker does each minute."""
    for part_id in orders_read.parts_to_release(clock.now() - window):
        with transaction():
            orders.release_part(session.get_one(CooperativeOrder, part_id))


def cash_with_carriers() -> list[tuple[CooperativeOrder, Order]]:
    """Parts whose cash a parcel service collected, or is about to, and has not handed over."""
    rows = session.execute(
        select(CooperativeOrder, Order)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(
            Order.payment_method == Method.CASH_ON_DELIVERY,
            CooperativeOrder.delivery_way.in_(MARKETS_WAYS),
            CooperativeOrder.state.in_(HAS_LEFT),
        )
        .order_by(CooperativeOrder.id)
    ).all()
    gone = queries.remitted_part_ids([part.id for part, _ in rows])
    return [(part, order) for part, order in rows if part.id not in gone]
