"""The market's fee, where cooperatives want their money, and a day on which they were paid."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.text import fold
from marketplace.ledger import actions as ledger
from marketplace.ledger.models import Payout
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.rules import RETURN_WINDOW
from marketplace.payments import actions as payments
from marketplace.payments.providers.bank_notices import BankNotice, Direction

FEE_BASIS_POINTS = 500
CO_OP_BANK = "970446"


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
        _release()
        with transaction():
            batch = ledger.open_batch(
                cooperative_ids=list(scene.owners), by=scene.officer.id, reason="Chi trả định kỳ (mẫu)"
            )
            assert batch is not None, "the orders of the demo leave something to pay"
            batch_id = batch.id
            ledger.approve_batch(batch, by=admin.id)
        with transaction():
            for payout in session.query(Payout).filter_by(batch_id=batch_id).order_by(Payout.id).all()[1:]:
                ledger.confirm_payout(payout, key=f"payout:{payout.code}:seen", by=admin.id, reason="FT mẫu")
    _release()
    with transaction():
        payments.note_transaction(
            "statement",
            BankNotice("mau-1", "", Direction.IN, 150_000, "TRAN THI B CHUYEN TIEN MUA HANG", "FT0001", clock.now()),
            our_account="",
        )


def _release() -> None:
    for part_id in orders_read.parts_to_release(clock.now() - RETURN_WINDOW):
        with transaction():
            orders.release_part(session.get_one(CooperativeOrder, part_id))
