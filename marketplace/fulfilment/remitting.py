"""Cash that carriers collected and pay out: their statements taken in line by line, differences decided by officers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, or_, select, update

from marketplace.accounts.models import Person
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.fulfilment import actions, queries, rules
from marketplace.fulfilment.errors import AlreadyRemitted, CountsAsLost
from marketplace.fulfilment.events import CashRemitted
from marketplace.fulfilment.models import CarrierRemittance, CarrierRemittanceLine, RemittanceArrival
from marketplace.fulfilment.providers import Remitted
from marketplace.fulfilment.states import TO_DECIDE, RemittanceState
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments.errors import MatchRefused
from marketplace.payments.models import BankTransaction
from marketplace.payments.states import BankState


def take_statement(
    person: Person, said: Sequence[Remitted], *, carrier: str, data: bytes, file_name: str
) -> tuple[CarrierRemittance, bool]:
    """Keep a carrier's statement; what matches an order of the officer's provinces is remitted at once.

    The same file a second time changes nothing: the first is given back, and False. Announces CashRemitted for every
    line that matches; a parcel that is paid for has arrived, so it is marked delivered first (orders.PartMoved).
    """
    digest = hashlib.sha256(data).hexdigest()
    known = session.scalar(
        select(CarrierRemittance).where(CarrierRemittance.file_digest == digest, CarrierRemittance.by_id == person.id)
    )
    if known is not None:
        return known, False
    remittance = CarrierRemittance(
        carrier=carrier, file_digest=digest, file_name=file_name, by_id=person.id, at=clock.now()
    )
    session.add(remittance)
    session.flush()
    said = _opened(person, said)
    parts = queries.carried_parts(person, [one.part_code for one in said])
    gone = queries.remitted_part_ids([part.id for part, _order in parts.values()])
    matched: list[tuple[CarrierRemittanceLine, CooperativeOrder]] = []
    for one in said:
        part, order = parts.get(one.part_code, (None, None))
        line = CarrierRemittanceLine(
            remittance_id=remittance.id,
            row_number=one.row,
            part_code=one.part_code,
            cooperative_order_id=part.id if part else None,
            collected_dong=one.collected_dong,
            shipping_dong=one.shipping_dong,
            fee_dong=one.fee_dong,
            expected_dong=rules.cash_of(part, order) if part and order else None,
            paid_out_on=one.paid_out_on,
            state=RemittanceState.UNKNOWN,
        )
        if part is not None:
            line.state = _judge(line, is_gone=part.id in gone)
            if line.state == RemittanceState.MATCHED:
                gone.add(part.id)
                matched.append((line, part))
        session.add(line)
    session.flush()
    # In order of the orders they belong to, as everybody locks them.
    for line, part in sorted(matched, key=lambda pair: pair[1].order_id):
        _remit(line, part, carrier=carrier, by=person.id)
    audit.record(
        "fulfilment:remittance:take_in", subject="carrier_remittance", subject_id=remittance.id, by=person.id,
        carrier=carrier, lines=len(said), matched=len(matched),
    )  # fmt: skip
    return remittance, True


def _opened(person: Person, said: Sequence[Remitted]) -> list[Remitted]:
    """A carrier knows a collecting place's parcel by one code: its cash becomes a line for each part that lay in it."""
    inside = queries.parts_of_hub_parcels(person, [one.part_code for one in said])
    found: list[Remitted] = []
    for one in said:
        parts = inside.get(one.part_code)
        if not parts:
            found.append(one)
            continue
        shares = rules.share_remittance(
            parts, collected_dong=one.collected_dong, shipping_dong=one.shipping_dong, fee_dong=one.fee_dong
        )
        found += [
            replace(one, part_code=part.code, collected_dong=cash, shipping_dong=shipping, fee_dong=fee)
            for (part, _order), (cash, shipping, fee) in zip(parts, shares, strict=True)
        ]
    return found


def _judge(line: CarrierRemittanceLine, *, is_gone: bool) -> RemittanceState:
    if is_gone:
        return RemittanceState.ALREADY
    is_right = line.collected_dong == line.expected_dong and line.collected_dong > 0
    return RemittanceState.MATCHED if is_right else RemittanceState.AMOUNT_DIFFERS


def _remit(line: CarrierRemittanceLine, part: CooperativeOrder, *, carrier: str, by: int) -> None:
    if part.state == PartState.SHIPPED:
        actions.deliver(part, by=by)
    announce(
        CashRemitted(
            part_id=part.id,
            carrier=carrier,
            collected_dong=line.collected_dong,
            shipping_dong=line.shipping_dong,
            fee_dong=line.fee_dong,
            key=f"part:{part.id}:remitted",
        )
    )


def decide(line: CarrierRemittanceLine, *, accept: bool, reason: str, by: int, province_code: str | None) -> bool:
    """An officer takes a line that differs as it is, or lays it aside; only what is taken announces CashRemitted.

    False, and nothing written, when somebody decided before. Raises AlreadyRemitted, CountsAsLost.
    """
    part = session.get(CooperativeOrder, line.cooperative_order_id) if line.cooperative_order_id else None
    if accept and (part is None or queries.remitted_part_ids([part.id])):
        raise AlreadyRemitted(line.part_code)
    if accept and part is not None and part.state == PartState.LOST:
        raise CountsAsLost(part.code)
    to = RemittanceState.ACCEPTED if accept else RemittanceState.DISMISSED
    decided = session.execute(
        update(CarrierRemittanceLine)
        .where(CarrierRemittanceLine.id == line.id, CarrierRemittanceLine.state.in_(TO_DECIDE))
        .values(state=to, reason=reason, decided_by_id=by, decided_at=clock.now())
        .returning(CarrierRemittanceLine.id)
    ).one_or_none()
    if decided is None:
        return False
    session.refresh(line)
    if accept and part is not None:
        carrier = session.get_one(CarrierRemittance, line.remittance_id).carrier
        _remit(line, part, carrier=carrier, by=by)
    audit.record(
        f"fulfilment:remittance_line:{'accept' if accept else 'dismiss'}", subject="carrier_remittance_line",
        subject_id=line.id, by=by, province_code=province_code, reason=reason, code=line.part_code,
        collected_dong=line.collected_dong, expected_dong=line.expected_dong,
    )  # fmt: skip
    return True


def match_arrival(remittance: CarrierRemittance, row: BankTransaction, *, by: int, reason: str) -> bool:
    """This movement on our account is what the carrier's statement announced: the money is in the books by the
    statement, and counts once. Raises MatchRefused; False when it is so much that a second person has to look first."""
    if row.amount_dong != queries.net_dong(remittance):
        raise MatchRefused(f"movement {row.id} is {row.amount_dong}, statement {remittance.id} another amount")
    known = session.get(RemittanceArrival, remittance.id, with_for_update=True)
    if known is not None and session.get_one(BankTransaction, known.bank_transaction_id).state == BankState.DISCARDED:
        raise MatchRefused(f"statement {remittance.id} has arrived")
    # What somebody said before and nobody granted gives way, also when he said it of another statement.
    session.execute(
        delete(RemittanceArrival).where(
            or_(RemittanceArrival.remittance_id == remittance.id, RemittanceArrival.bank_transaction_id == row.id)
        )
    )
    session.expire_all()
    session.add(RemittanceArrival(remittance_id=remittance.id, bank_transaction_id=row.id, by_id=by, at=clock.now()))
    session.flush()
    return payments.lay_aside(row, by=by, reason=reason)
