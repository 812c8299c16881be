"""What carriers ask for parcels on which they collected nothing: taken in as a whole, and paid from our account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import insert, select, update

from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.money import split_dong
from marketplace.fulfilment import queries, rules
from marketplace.fulfilment.errors import BillRefused
from marketplace.fulfilment.models import CarrierBill, CarrierBillLine
from marketplace.fulfilment.providers import Billed
from marketplace.ledger import actions as ledger
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.orders.models import CooperativeOrder
from marketplace.payments import actions as payments
from marketplace.payments.errors import MatchRefused
from marketplace.payments.models import BankTransaction


def take_bill(said: Sequence[Billed], *, carrier: str, number: str, billed_on: date, by: int) -> CarrierBill:
    """Book what the carrier asks for; what was taken for carrying pays it, and the rest is the market's gain or loss
    (payments.md 3.4, S8). Every parcel once, all rows or none: raises BillRefused.

    Parcels whose cash the carrier collected are charged in the statement of that cash, and are none of a bill.
    """
    known = select(CarrierBill.id).where(CarrierBill.carrier == carrier, CarrierBill.number == number)
    if session.scalar(known) is not None:
        raise BillRefused("known")
    parts = queries.billable_parts([one.part_code for one in said])
    _hold(part.id for inside in parts.values() for part in inside)
    billed = queries.billed_part_ids([part.id for inside in parts.values() for part in inside])
    wrong: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    for one in said:
        inside = parts.get(one.part_code)
        if inside is None:
            wrong.append((one.row, one.part_code, "unknown"))
        elif one.part_code in seen or any(part.id in billed for part in inside):
            wrong.append((one.row, one.part_code, "twice"))
        seen.add(one.part_code)
    total = sum(one.shipping_dong for one in said)
    if wrong or total <= 0:
        raise BillRefused("rows", wrong)
    charged = sorted(
        ((part, share) for one in said for part, share in _shared(parts[one.part_code], one.shipping_dong)),
        key=lambda pair: pair[0].id,
    )
    paid = sum(rules.taken_for_carrying(part) for part, _share in charged)
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
                "cooperative_order_id": part.id, "bill_id": bill.id, "charged_dong": share,
                "buyer_paid_dong": rules.taken_for_carrying(part),
            }
            for part, share in charged
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


def _hold(part_ids: Iterable[int]) -> None:
    """None of them is lost while its way is counted: that comes before, and is read here, or after, and finds the bill."""
    query = select(CooperativeOrder).where(CooperativeOrder.id.in_(set(part_ids))).order_by(CooperativeOrder.id)
    session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _shared(inside: Sequence[CooperativeOrder], dong: int) -> list[tuple[CooperativeOrder, int]]:
    """A row's charge, over the parts of one parcel as their carriage is."""
    shares = split_dong(dong, [max(1, part.carriage_dong) for part in inside])
    return list(zip(inside, shares, strict=True))


def bear_lost_way(part_id: int, *, by: int | None) -> None:
    """A parcel was billed and then lost: nobody pays for its way any more, so the market does. Once."""
    line = session.get(CarrierBillLine, part_id)
    if line is None or not line.buyer_paid_dong:
        return
    ledger.post(
        key=f"part:{part_id}:lost-way",
        event=Event.CARRIER_BILLED,
        legs=[
            Leg(accounts.SHIPPING_SUBSIDY, line.buyer_paid_dong),
            Leg(accounts.SHIPPING_CLEARING, -line.buyer_paid_dong),
        ],
        reference=f"bill:{line.bill_id}",
        by=by,
    )


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
