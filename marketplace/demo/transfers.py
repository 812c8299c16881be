"""Money that moves on the market's account in the demo, told as a bank would tell it."""

from __future__ import annotations

from marketplace.foundation import clock
from marketplace.payments import actions as payments
from marketplace.payments.models import BankTransaction
from marketplace.payments.providers.bank_notices import BankNotice, Direction
from marketplace.payments.queries import payment_of

MESSENGER = "statement"


def note(reference: str, amount_dong: int, content: str, *, direction: Direction = Direction.IN) -> BankTransaction:
    """One movement now; `reference` is the bank's own, and unique."""
    notice = BankNotice(reference, "", direction, amount_dong, content, reference, clock.now())
    row = payments.note_transaction(MESSENGER, notice, our_account="")
    assert row is not None, "each movement of the demo is told once"
    return row


def pay(order_code: str) -> None:
    """The buyer transfers what is asked, with the code that stands beside the QR."""
    payment = payment_of(order_code)
    note(f"FT{payment.id:06d}", payment.missing_dong, f"{payment.transfer_code} thanh toan don hang")
