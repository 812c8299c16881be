"""Writing an order down, and filling it from lots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.money import split_dong
from marketplace.foundation.quantities import BaseUnit
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory.actions import Taken
from marketplace.inventory.models import SessionOffer
from marketplace.ledger.rules import fee
from marketplace.orders import queries, rules
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot, OrderStep
from marketplace.orders.states import PartState
from marketplace.traceability.models import Lot


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
    facts: dict[str, Any] | None = None
    kilogram_dong: int | None = None
    tolerance_percent: int | None = None
    session_offer_id: int | None = None
    regular_price_dong: int | None = None
    session_name: str = ""


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
    delivery_place: str = ""
    days_from: int | None = None
    days_to: int | None = None
    carriage_dong: int = 0

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
        terms=rules.terms_on(clock.today()).to_json(),
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
    rate = queries.fee_basis_points(clock.today())
    for number, part in enumerate(parts, start=1):
        _write_part(order, number, part, rate)
    session.flush()
    session.expire(order, ["parts"])
    return order


def want_invoice(order: Order, wanted: dict[str, str]) -> None:
    """For whom the buyer wants invoices: company, tax_code, address, email. Whether he still may is for who calls."""
    order.invoice = wanted
    session.flush()


def _write_part(order: Order, number: int, part: NewPart, rate: int) -> None:
    # The fee is frozen with the sale: a later rate never touches it (payments.md 3.5).
    part_fee = fee(part.goods_dong, rate)
    line_fees = split_dong(part_fee, [line.price_dong * line.quantity for line in part.lines])
    row = CooperativeOrder(
        code=f"{order.code}-{number}",
        order_id=order.id,
        cooperative_id=part.cooperative_id,
        seller=part.seller,
        delivery_way=part.delivery_way,
        delivery_zone=part.delivery_zone,
        delivery_dong=part.delivery_dong,
        delivery_place=part.delivery_place,
        days_from=part.days_from,
        days_to=part.days_to,
        carriage_dong=part.carriage_dong,
        chargeable_grams=part.chargeable_grams,
        goods_dong=part.goods_dong,
        fee_basis_points=rate,
        fee_dong=part_fee,
    )
    session.add(row)
    session.flush()
    session.execute(
        insert(OrderLine),
        [
            {"cooperative_order_id": row.id, **vars(line), "base_unit": line.base_unit, "fee_dong": line_fee}
            for line, line_fee in zip(part.lines, line_fees, strict=True)
        ],
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


def fill_from_lots(order: Order, *, token_digest: str | None = None, by: int | None) -> None:
    """Take the stock of every line, in ascending order of product so that two orders never wait in a circle.

    Session goods are those that this browser holds; an order that is taken up again names none, and gets what is free
    while the price is open. The last writes of placing an order: the hot rows are locked for the shortest time
    (measured: a third more orders and a third of the slowest times). Raises inventory's NotEnoughStock, and for session
    goods OfferNotOpen, HoldLapsed, OfferSoldOut, OverBuyersLimit; then nothing of the order remains.
    """
    lines = [line for part in order.parts for line in part.lines]
    inventory.lock_offers([line.session_offer_id for line in lines if line.session_offer_id is not None])
    filled: list[dict[str, int]] = []
    for line in sorted(lines, key=lambda line: (line.product_id, line.id)):
        offer = inventory_read.find_offer(line.session_offer_id) if line.session_offer_id is not None else None
        if offer is not None:
            taken = [_take_offered(offer, line, rules.buyer_digest(order.phone), token_digest, by=by)]
        else:
            taken = inventory.take(
                product_id=line.product_id,
                content=line.content,
                packs=line.quantity,
                reference=line.hold_reference,
                on=clock.today(),
                by=by,
            )
        filled += [{"order_line_id": line.id, "lot_id": some.lot_id, "quantity": some.quantity} for some in taken]
    lots = session.execute(select(Lot.id, Lot.code).where(Lot.id.in_({row["lot_id"] for row in filled})))
    codes_of = {row.id: row.code for row in lots}
    session.execute(insert(OrderLineLot), [{**row, "lot_code": codes_of[row["lot_id"]]} for row in filled])
    _forget_stock(lines)


def _forget_stock(lines: list[OrderLine]) -> None:
    """What conditional updates have changed is read again when it is asked for. Not the order itself: reading that again
    took a quarter of placing it."""
    for line in lines:
        session.expire(line, ["lots"])
    for row in list(session):
        if isinstance(row, Lot | SessionOffer):
            session.expire(row)


def _take_offered(
    offer: SessionOffer, line: OrderLine, buyer_digest: str, token_digest: str | None, *, by: int | None
) -> Taken:
    packs, reference = line.quantity, line.hold_reference
    if token_digest is None:
        return inventory.take_again(offer, buyer_digest=buyer_digest, packs=packs, reference=reference, by=by)
    return inventory.take_offered(
        offer, token_digest=token_digest, buyer_digest=buyer_digest, packs=packs, reference=reference, by=by
    )


def fill_again(order: Order, *, by: int | None) -> None:
    """Take stock anew for an order that had given its goods back; raises what fill_from_lots raises."""
    for part in order.parts:
        for line in part.lines:
            session.execute(delete(OrderLineLot).where(OrderLineLot.order_line_id == line.id))
            line.held_times += 1
    session.flush()
    fill_from_lots(order, by=by)
