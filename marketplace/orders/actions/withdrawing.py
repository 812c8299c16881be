"""What becomes of an order's money when its provider takes it back: kept from payouts, then borne by somebody."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from marketplace.foundation.database import session
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries as ledger_read
from marketplace.ledger import rules as accounts
from marketplace.ledger.rules import Leg
from marketplace.ledger.states import Event
from marketplace.orders import rules
from marketplace.orders.actions.locking import lock
from marketplace.orders.errors import SharesRefused
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import HAS_ARRIVED
from marketplace.payments import actions as payments
from marketplace.payments.models import Withdrawal


def freeze(order: Order, *, withdrawal_id: int) -> None:
    """What cooperatives could be paid for this order waits again until it is decided; what was paid out is not touched."""
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    for part in order.parts:
        payable = -ledger_read.balance(accounts.cooperative_payable(part.cooperative_id), reference=part.code)
        if part.released_at is None or payable <= 0:
            continue
        ledger.post(
            key=frozen_key(part, withdrawal_id),
            event=Event.DISPUTE,
            legs=[
                Leg(accounts.cooperative_payable(part.cooperative_id), payable, part.code),
                Leg(accounts.cooperative_pending(part.cooperative_id), -payable, part.code),
            ],
            reference=order.code,
        )
        part.released_at = None


def frozen_key(part: CooperativeOrder, withdrawal_id: int) -> str:
    return f"part:{part.id}:frozen:{withdrawal_id}"


def most_borne(part: CooperativeOrder) -> int:
    """What a cooperative may be asked to bear of its part: what it was paid for goods and has not given back."""
    if part.state not in HAS_ARRIVED:
        return 0
    return part.goods_dong - sum(line.dong_of_packs(line.refunded_packs) for line in part.lines)


def settle_withdrawal(row: Withdrawal, order: Order, *, shares: Mapping[int, int], reason: str, by: int) -> None:
    """The money stays away: cooperatives bear so much each (by the id of their part), the market the rest.

    What nobody earned, because the goods were not sent, is used first. The market gives its fee on their shares back.
    Raises SharesRefused, PaymentMoveRefused; then nothing is booked.
    """
    lock(order.id)
    parts = {part.id: part for part in order.parts}
    for part_id, share in shares.items():
        if share > most_borne(parts[part_id]):
            raise SharesRefused(parts[part_id].code, most_dong=most_borne(parts[part_id]))
    held = -ledger_read.balance(accounts.ORDER_CLEARING, reference=order.code)
    waiting = sum(part.total_dong for part in order.parts if part.state in rules.WAITS_FOR_GOODS)
    unearned = min(max(0, held - waiting), row.amount_dong)
    legs = [Leg(accounts.ORDER_CLEARING, unearned, order.code)] if unearned else []
    for part_id, share in sorted(shares.items()):
        part = parts[part_id]
        fee = part.fee_dong * share // part.goods_dong if part.goods_dong else 0
        legs += ledger.take_from_cooperative(part.cooperative_id, share - fee, reference=part.code)
        legs += [Leg(accounts.PLATFORM_FEE, fee)] if fee else []
    loss = row.amount_dong - unearned - sum(shares.values())
    if loss < 0:
        raise SharesRefused(order.code, most_dong=row.amount_dong - unearned)
    legs += [Leg(accounts.DISPUTE_LOSS, loss)] if loss else []
    payments.settle_withdrawal(row, taken_from=legs, reason=reason, by=by)
