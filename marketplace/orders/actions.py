"""Writing an order down and moving its parts through their lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.quantities import BaseUnit
from marketplace.inventory import actions as inventory
from marketplace.orders import rules
from marketplace.orders.errors import LotsStopped, MoveRefused
from marketplace.orders.events import OrderPaid, PartMoved
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot, OrderStep
from marketplace.orders.states import GOODS_GIVEN_BACK, MOVES, NEEDS_GOOD_LOTS, OrderState, PartState
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.states import Method
from marketplace.traceability import actions as traceability
from marketplace.traceability.actions import balance
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState, MovementKind


@dataclass(frozen=True)
class NewLine:
    """One line as it is frozen into the order."""

    product_id: int
    variant_id: int
    product_name: str
    product_slug: str
    variant_name: str
    picture: dict[str, Any] | None
    base_unit: BaseUnit
    content: int
    price_dong: int
    quantity: int
    vat_code: str
    certificates: list[dict[str, Any]]


@dataclass(frozen=True)
class NewPart:
    """What one cooperative sends, and how."""

    cooperative_id: int
    seller: dict[str, Any]
    delivery_way: str
    delivery_zone: str
    delivery_dong: int
    chargeable_grams: int
    lines: list[NewLine]

    @property
    def goods_dong(self) -> int:
        return sum(line.price_dong * line.quantity for line in self.lines)


@dataclass(frozen=True)
class Buyer:
    """Who ordered and where it goes; `address` is the whole of it as printed on the parcel."""

    name: str
    phone: str
    email: str
    address_line: str
    commune_code: str
    province_code: str
    address: str
    note: str
    invoice: dict[str, Any] | None
    person_id: int | None
    language: str


def write_down(
    *, checkout_token: str, buyer: Buyer, parts: list[NewPart], payment_method: str, is_demo: bool = False
) -> Order:
    """Insert an order with its parts and lines; takes no stock. The token's unique key refuses a second one."""
    now = clock.now()
    code = f"{rules.CODE_PREFIX}{codes.random_code(8)}"
    goods, delivery = sum(part.goods_dong for part in parts), sum(part.delivery_dong for part in parts)
    order = Order(
        code=code,
        checkout_token=checkout_token,
        person_id=buyer.person_id,
        buyer_name=buyer.name,
        phone=buyer.phone,
        email=buyer.email,
        address_line=buyer.address_line,
        commune_code=buyer.commune_code,
        province_code=buyer.province_code,
        address=buyer.address,
        note=buyer.note,
        invoice=buyer.invoice,
        language=buyer.language,
        payment_method=payment_method,
        goods_dong=goods,
        delivery_dong=delivery,
        total_dong=goods + delivery,
        placed_at=now,
        is_demo=is_demo,
    )
    session.add(order)
    session.flush()
    for number, part in enumerate(parts, start=1):
        _write_part(order, number, part)
    session.flush()
    session.expire(order, ["parts"])
    return order


def _write_part(order: Order, number: int, part: NewPart) -> None:
    row = CooperativeOrder(
        code=f"{order.code}-{number}",
        order_id=order.id,
        cooperative_id=part.cooperative_id,
        seller=part.seller,
        delivery_way=part.delivery_way,
        delivery_zone=part.delivery_zone,
        delivery_dong=part.delivery_dong,
        chargeable_grams=part.chargeable_grams,
        goods_dong=part.goods_dong,
    )
    session.add(row)
    session.flush()
    session.execute(
        insert(OrderLine),
        [{"cooperative_order_id": row.id, **vars(line), "base_unit": line.base_unit} for line in part.lines],
    )
    session.add(
        OrderStep(
            order_id=order.id,
            cooperative_order_id=row.id,
            from_state="",
            to_state=PartState.PENDING,
            at=order.placed_at,
        )
    )


def fill_from_lots(order: Order, *, by: int | None) -> None:
    """Take the stock of every line, in ascending order of product so that two orders never wait in a circle.

    The last writes of placing an order: the hot rows are locked for the shortest time (measured: a third more orders
    and a third of the slowest times). Raises inventory.NotEnoughStock, and then nothing of the order remains.
    """
    lines = [line for part in order.parts for line in part.lines]
    filled: list[dict[str, int]] = []
    for line in sorted(lines, key=lambda line: (line.product_id, line.id)):
        taken = inventory.take(
            product_id=line.product_id,
            content=line.content,
            packs=line.quantity,
            reference=f"line:{line.id}",
            on=clock.today(),
            by=by,
        )
        filled += [{"order_line_id": line.id, "lot_id": some.lot_id, "quantity": some.quantity} for some in taken]
    lots = session.execute(select(Lot.id, Lot.code).where(Lot.id.in_({row["lot_id"] for row in filled})))
    codes_of = {row.id: row.code for row in lots}
    session.execute(insert(OrderLineLot), [{**row, "lot_code": codes_of[row["lot_id"]]} for row in filled])
    session.expire_all()


def move_part(part: CooperativeOrder, to: PartState, *, by: int | None, reason: str = "") -> None:
    """Move one part; goods of a cancelled or refused part go back on sale and are no longer asked money for.

    Announces PartMoved; raises MoveRefused, and LotsStopped when goods to be packed or sent were held or recalled.
    The second of two clicks, or the slower of two people, changes nothing and is refused.
    """
    # One order's parts move one after the other: the order's state follows from all of them.
    session.execute(select(Order.id).where(Order.id == part.order_id).with_for_update())
    from_state = part.state
    if to not in MOVES[from_state]:
        raise MoveRefused(part.code, from_state, to)
    moved = session.execute(
        update(CooperativeOrder)
        .where(CooperativeOrder.id == part.id, CooperativeOrder.state == from_state)
        .values(state=to, reason=reason or CooperativeOrder.reason)
        .returning(CooperativeOrder.id)
    ).one_or_none()
    session.refresh(part)
    if moved is None:
        raise MoveRefused(part.code, part.state, to)
    session.add(
        OrderStep(
            order_id=part.order_id,
            cooperative_order_id=part.id,
            from_state=from_state,
            to_state=to,
            by_id=by,
            reason=reason,
            at=clock.now(),
        )
    )
    if to in GOODS_GIVEN_BACK:
        _give_back(part, by=by)
    if to in NEEDS_GOOD_LOTS:
        _refuse_stopped_lots(part)
    if to == PartState.SHIPPED:
        _hand_over(part, by=by)
    if to == PartState.DELIVERED:
        traceability.deliver_units(_line_ids(part), by=by)
    _follow_parts(part.order_id, by=by)
    announce(PartMoved(part.order_id, part.id, from_state, to, by))


def _give_back(part: CooperativeOrder, *, by: int | None) -> None:
    for line in sorted(part.lines, key=lambda line: (line.product_id, line.id)):
        for some in line.lots:
            inventory.give_back(
                lot_id=some.lot_id,
                product_id=line.product_id,
                quantity=some.quantity,
                reference=f"line:{line.id}",
                by=by,
            )
    traceability.unpack_units(_line_ids(part))


def _hand_over(part: CooperativeOrder, *, by: int | None) -> None:
    for some, line in sorted(_filled(part), key=lambda pair: pair[0].lot_id):
        inventory.hand_over(lot_id=some.lot_id, quantity=some.quantity, reference=f"line:{line.id}", by=by)
    traceability.ship_units(_line_ids(part), by=by)


def take_pack_of_other_lot(line: OrderLine, *, lot: Lot, instead_of: int, reference: str, by: int | None) -> bool:
    """One pack of the line comes from `lot` instead of the one that was held for it: that is what lay at hand.

    False, and nothing written, when the lot has no pack to spare or is not on sale. Needs the order's row held.
    """
    session.execute(select(Lot.id).where(Lot.id.in_((lot.id, instead_of))).order_by(Lot.id).with_for_update())
    if not balance.change(lot.id, MovementKind.RESERVED, line.content, reference=reference, by=by):
        return False
    inventory.give_back(
        lot_id=instead_of, product_id=line.product_id, quantity=line.content, reference=reference, by=by
    )
    _count_in(line, lot, line.content)
    held = session.get_one(OrderLineLot, (line.id, instead_of), populate_existing=True)
    held.quantity -= line.content
    if not held.quantity:
        session.delete(held)
    session.flush()
    session.expire(line, ["lots"])
    return True


def _count_in(line: OrderLine, lot: Lot, quantity: int) -> None:
    row = session.get(OrderLineLot, (line.id, lot.id), populate_existing=True)
    if row is None:
        session.add(OrderLineLot(order_line_id=line.id, lot_id=lot.id, lot_code=lot.code, quantity=quantity))
    else:
        row.quantity += quantity


def _line_ids(part: CooperativeOrder) -> list[int]:
    return [line.id for line in part.lines]


def _filled(part: CooperativeOrder) -> list[tuple[OrderLineLot, OrderLine]]:
    return [(some, line) for line in part.lines for some in line.lots]


def _refuse_stopped_lots(part: CooperativeOrder) -> None:
    stopped = session.scalars(
        select(Lot.code)
        .where(Lot.id.in_([some.lot_id for some, _ in _filled(part)]), Lot.state != LotState.PUBLISHED)
        .order_by(Lot.id)
    ).all()
    if stopped:
        raise LotsStopped(part.code, list(stopped))


def _follow_parts(order_id: int, *, by: int | None) -> None:
    session.flush()
    order = session.get_one(Order, order_id, populate_existing=True)
    order.state = rules.order_state([part.state for part in order.parts])
    payment = payments_read.payment_of(order.code)
    if order.state == OrderState.CANCELLED:
        payments.cancel(payment)
    elif order.live_dong < payment.amount_dong:
        payments.ask_less(payment, amount_dong=order.live_dong)
    if order.state == OrderState.COMPLETED and order.payment_method == Method.CASH_ON_DELIVERY:
        payments.confirm(payment, by=by)  # each cooperative has collected the cash of its own part


def expire_unpaid(order: Order, *, reason: str) -> bool:
    """The transfer did not come in time: nothing of the order is sent, and its goods go back on sale.

    False, and nothing written, when the money was faster.
    """
    session.execute(select(Order.id).where(Order.id == order.id).with_for_update())
    if not payments.expire(payments_read.payment_of(order.code)):
        return False
    for part in list(order.parts):
        if PartState.CANCELLED in MOVES[part.state]:
            move_part(part, PartState.CANCELLED, by=None, reason=reason)
    return True


def mark_paid(code: str) -> None:
    """The order's payment is confirmed; announces OrderPaid."""
    order = session.scalars(select(Order).where(Order.code == code)).one()
    if order.paid_at is None:
        order.paid_at = clock.now()
        announce(OrderPaid(order.id))
