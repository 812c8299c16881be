"""What is called off of a commitment, and becomes an order once the cooperative confirms."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue.models import Variant
from marketplace.checkout.rules import MOST_OPEN_CASH_DONG
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.fulfilment import actions as fulfilment
from marketplace.orders import queries as orders_read
from marketplace.orders.models import Order
from marketplace.orders.rules import MOST_BY_TRANSFER_DONG
from marketplace.orders.states import NOT_PAID_FOR, PartState
from marketplace.payments.states import Method
from marketplace.sourcing import queries, rules
from marketplace.sourcing.actions import ordering, supply
from marketplace.sourcing.errors import CallOffRefused, MoreThanLeft
from marketplace.sourcing.events import CallOffAnswered, CallOffAsked
from marketplace.sourcing.models import CallOff, Commitment, Demand
from marketplace.sourcing.states import CallOffState, CommitmentState


def call_off(
    commitment: Commitment, *, quantity: int, deliver_on: date, note: str = "", token: str, by: int
) -> CallOff:
    """The buyer wants so much on this day. With a known token the first call-off is given back and nothing written.

    What remains is decided by one condition in the database. Announces CallOffAsked. Raises MoreThanLeft with the
    figure, and CallOffRefused: not signed, not on sale, outside its time, a certificate missing, too much money at once.
    """
    known = session.scalar(select(CallOff).where(CallOff.token == token, CallOff.commitment_id == commitment.id))
    if known is not None:
        return known
    if commitment.state != CommitmentState.SIGNED:
        raise CallOffRefused("not_signed")
    _refuse_unless_on_sale(commitment)
    if not max(commitment.starts_on, clock.today()) <= deliver_on <= commitment.ends_on:
        raise CallOffRefused("not_in_time", starts_on=commitment.starts_on, ends_on=commitment.ends_on)
    _refuse_without_certificates(commitment, deliver_on)
    _refuse_too_much_money(commitment, quantity)
    taken = session.execute(
        update(Commitment)
        .where(
            Commitment.id == commitment.id,
            Commitment.state == CommitmentState.SIGNED,
            Commitment.called_off + quantity <= Commitment.quantity,
        )
        .values(called_off=Commitment.called_off + quantity)
        .returning(Commitment.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(commitment)
    if taken is None:
        raise MoreThanLeft(asked=quantity, left=commitment.left)
    asked = CallOff(
        commitment_id=commitment.id, quantity=quantity, deliver_on=deliver_on, note=note, token=token,
        asked_by_id=by, asked_at=clock.now(),
    )  # fmt: skip
    session.add(asked)
    session.flush()
    announce(CallOffAsked(asked.id))
    return asked


def _refuse_without_certificates(commitment: Commitment, deliver_on: date) -> None:
    """Counted today and on the day of the delivery: nobody is promised what will not be certified by then."""
    for day in (clock.today(), deliver_on):
        missing = queries.schemes_missing(commitment, on=day)
        if missing:
            raise CallOffRefused("certificate_missing", schemes=missing, day=day)


def _refuse_unless_on_sale(commitment: Commitment) -> None:
    if not queries.is_on_sale(commitment.product_id):
        raise CallOffRefused("not_on_sale")


def _refuse_too_much_money(commitment: Commitment, quantity: int) -> None:
    costs = rules.value_dong(quantity, commitment.price_dong, commitment.unit)
    if commitment.payment_method != Method.CASH_ON_DELIVERY:
        if costs > MOST_BY_TRANSFER_DONG:
            raise CallOffRefused("too_much_by_transfer", most_dong=MOST_BY_TRANSFER_DONG)
        return
    phone = session.get_one(Demand, commitment.demand_id).phone
    if orders_read.open_cash_dong(phone) + costs > MOST_OPEN_CASH_DONG:
        raise CallOffRefused("too_much_cash", most_dong=MOST_OPEN_CASH_DONG)


def confirm(asked: CallOff, *, variant: Variant, by: int) -> Order:
    """The cooperative has the goods: they are ordered in packs of this variant, out of lots on sale.

    Announces CallOffAnswered and orders.OrderPlaced. Raises CallOffRefused (answered already, a certificate missing, the
    packs do not come out even) and inventory's NotEnoughStock; then nothing is written.
    """
    _lock(asked)
    if asked.state != CallOffState.ASKED:
        raise CallOffRefused("answered_already")
    commitment = session.get_one(Commitment, asked.commitment_id)
    _refuse_unless_on_sale(commitment)
    _refuse_without_certificates(commitment, asked.deliver_on)
    if variant.product_id != commitment.product_id or asked.quantity % variant.content:
        raise CallOffRefused("packs_do_not_fit")
    order = ordering.place(commitment, asked, variant, by=by)
    asked.order_id, asked.state = order.id, CallOffState.CONFIRMED
    asked.answered_by_id, asked.answered_at = by, clock.now()
    session.flush()
    fulfilment.confirm(order.parts[0], by=by)
    announce(CallOffAnswered(asked.id))
    return order


def refuse(asked: CallOff, *, reason: str, by: int) -> None:
    """The cooperative cannot deliver so much on that day; it can be called off anew. Announces CallOffAnswered."""
    _end(asked, CallOffState.REFUSED, only_from=CallOffState.ASKED, reason=reason, by=by)


def withdraw(asked: CallOff, *, by: int) -> None:
    """The buyer takes back what is not confirmed yet. Announces CallOffAnswered."""
    _end(asked, CallOffState.WITHDRAWN, only_from=CallOffState.ASKED, reason="", by=by)


def follow_order(order_id: int, state: PartState) -> None:
    """The order of a call-off was cancelled, refused or lost: its quantity can be called off anew."""
    if state not in NOT_PAID_FOR:
        return
    asked = session.scalar(select(CallOff).where(CallOff.order_id == order_id))
    if asked is not None and asked.state == CallOffState.CONFIRMED:
        _end(asked, CallOffState.FELL_THROUGH, only_from=CallOffState.CONFIRMED, reason="", by=None)


def _end(asked: CallOff, to: CallOffState, *, only_from: CallOffState, reason: str, by: int | None) -> None:
    _lock(asked)
    if asked.state != only_from:
        raise CallOffRefused("answered_already")
    asked.state, asked.reason = to, reason
    asked.answered_by_id, asked.answered_at = by, clock.now()
    session.flush()
    given_back = session.execute(
        update(Commitment)
        .where(Commitment.id == asked.commitment_id)
        .values(called_off=Commitment.called_off - asked.quantity)
        .returning(Commitment.state, Commitment.forecast_id)
        .execution_options(synchronize_session=False)
    ).one()
    session.refresh(session.get_one(Commitment, asked.commitment_id))
    if given_back.state == CommitmentState.ENDED:
        supply.release(given_back.forecast_id, asked.quantity)
    announce(CallOffAnswered(asked.id))


def _lock(asked: CallOff) -> None:
    session.execute(select(CallOff.id).where(CallOff.id == asked.id).with_for_update())
    session.refresh(asked)
