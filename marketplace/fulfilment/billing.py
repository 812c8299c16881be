"""What carriers ask for parcels on which they collected nothing: taken in as a whole, and paid from our account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert, select, update

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.fulfilment import queries
from marketplace.fulfilment.errors import BillRefused
from marketplace.fulfilment.models import CarrierBill, CarrierBillLine
from marketplace.fulfilment.providers import Billed
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.payments import actions as payments
from marketplace.payments.errors import MatchRefused
from marketplace.payments.models import BankTransaction


def take_bill(said: Sequence[Billed], *, carrier: str, number: str, billed_on: date, by: int) -> CarrierBill:
    """Book what the carrier asks for; what buyers paid for the same way pays it, and the rest is the market's gain or
    loss (payments.md 3.4, S8). Every parcel once, all rows or none: raises BillRefused.

    Parcels whose cash the carrier collected are charged in the statement of that cash, and are none of a bill.
    """
    known = select(CarrierBill.id).where(CarrierBill.carrier == carrier, CarrierBill.number == number)
    if session.scalar(known) is not None:
        raise BillRefused("known")
    parts = queries.billable_parts([one.part_code for one in said])
    billed = queries.billed_part_ids([part.id for part in parts.values()])
    wrong: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    for one in said:
        part = parts.get(one.part_code)
        if part is None:
            wrong.append((one.row, one.part_code, "unknown"))
        elif one.part_code in seen or part.id in billed:
            wrong.append((one.row, one.part_code, "twice"))
        seen.add(one.part_code)
    total = sum(one.shipping_dong for one in said)
    if wrong or total <= 0:
        raise BillRefused("rows", wrong)
    paid = sum(parts[one.part_code].delivery_dong for one in said)
    bill = CarrierBill(
        carrier=carrier, number=number, billed_on=billed_on, total_dong=total, buyers_paid_dong=paid, by_id=by,
        at=clock.now(),
    )  # fmt: skip
    session.add(bill)
    session.flush()
    session.execute(
        insert(CarrierBillLine),
        [
            {
                "cooperative_order_id": parts[one.part_code].id, "bill_id": bill.id, "charged_dong": one.shipping_dong,
                "buyer_paid_dong": parts[one.part_code].delivery_dong,
            }
            for one in sorted(said, key=lambda one: parts[one.part_code].id)
        ],
    )  # fmt: skip
    margin = accounts.SHIPPING_SUBSIDY if total > paid else accounts.SHIPPING_MARGIN
    legs = [
        Leg(accounts.SHIPPING_CLEARING, paid),
        Leg(margin, total - paid),
        Leg(accounts.carrier_payable(carrier), -total),
    ]
    ledger.post(
        key=f"carrier-bill:{carrier}:{number}",
        event=Event.CARRIER_BILLED,
        legs=[leg for leg in legs if leg.amount_dong],
        reference=f"bill:{bill.id}",
        by=by,
        memo=number,
    )
    audit.record(
        "fulfilment:carrier_bill:take_in", subject="carrier_bill", subject_id=bill.id, by=by, carrier=carrier,
        number=number, total_dong=total, buyers_paid_dong=paid,
    )  # fmt: skip
    return bill


def pay_bill(bill: CarrierBill, row: BankTransaction, *, by: int, reason: str) -> None:
    """This movement out of our account has paid the bill, to the đồng. Raises MatchRefused."""
    paid = session.execute(
        update(CarrierBill)
        .where(
            CarrierBill.id == bill.id,
            CarrierBill.bank_transaction_id.is_(None),
            CarrierBill.total_dong == row.amount_dong,
        )
        .values(bank_transaction_id=row.id)
        .returning(CarrierBill.id)
    ).one_or_none()
    if paid is None:
        raise MatchRefused(f"bill {bill.id} is paid, or asks another amount")
    payments.note_paid_bill(
        row,
        account=accounts.carrier_payable(bill.carrier),
        key=f"carrier-bill:{bill.carrier}:{bill.number}:paid",
        reference=f"bill:{bill.id}",
        by=by,
        reason=reason,
    )
