"""Orders that are placed."""

from __future__ import annotations

from itertools import count

from marketplace.catalogue.models import Product, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.foundation.events import announce
from marketplace.orders import actions
from marketplace.orders.actions import Buyer, NewLine, NewPart
from marketplace.orders.events import OrderPlaced
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments import actions as payments
from marketplace.payments.queries import payment_of
from marketplace.payments.states import Method
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

PHONE = "+84912345678"
_numbers = count(1)


def make_order(
    *products: Product,
    quantity: int = 2,
    method: Method = Method.CASH_ON_DELIVERY,
    person_id: int | None = None,
    phone: str = PHONE,
    email: str = "",
    name: str = "Hoàng Thị Mua",
    delivery_dong: int = 25_000,
    invoice: dict[str, str] | None = None,
    carriage_dong: int | None = None,
    way: str = "carrier",
) -> Order:
    """So many packs of the first variant of each product, one part per cooperative, filled from their lots."""
    with transaction():
        parts: dict[int, NewPart] = {}
        for product in products:
            cooperative = session.get_one(Cooperative, product.cooperative_id)
            part = parts.setdefault(cooperative.id, _part(cooperative, delivery_dong, carriage_dong, way))
            part.lines.append(_line(session.merge(product), quantity))
        order = actions.write_down(
            checkout_token=f"token-{next(_numbers)}",
            buyer=Buyer(
                name=name,
                phone=phone,
                email=email,
                address_line="Số 5 ngõ Vườn",
                commune_code="11977",
                province_code="33",
                address="Số 5 ngõ Vườn, Hưng Yên",
                note="Gọi trước khi giao",
                invoice=invoice,
                person_id=person_id,
                language="vi",
            ),
            parts=list(parts.values()),
            payment_method=method,
        )
        payments.ask(reference=order.code, method=method, amount_dong=order.total_dong)
        actions.fill_from_lots(order, by=person_id)
        announce(OrderPlaced(order.id))
    return detached(session.get_one(Order, order.id))


def detached(order: Order) -> Order:
    """The order as it is now, readable whatever happens later."""
    lines = [line for part in order.parts for line in part.lines]
    for row in [order, *order.parts, *lines, *(lot for line in lines for lot in line.lots)]:
        session.expunge(row)
    return order


def now(order: Order) -> Order:
    """The order as it has become."""
    session.rollback()
    return detached(session.get_one(Order, order.id))


def move(order: Order, *states: PartState, reason: str = "") -> None:
    """Move the order's first part through these states."""
    with transaction():
        for state in states:
            actions.move_part(session.get_one(CooperativeOrder, order.parts[0].id), state, by=None, reason=reason)


def pay(order: Order) -> None:
    with transaction():
        payment = payment_of(order.code)
        payments.receive(payment, amount_dong=payment.missing_dong, key=f"bank:{order.code}")


def make_sold_product(cooperative: Cooperative | None = None, *, quantity: int = 100_000) -> Product:
    """A product with one lot on sale."""
    product = make_product(cooperative or make_cooperative())
    make_lot(product, quantity=quantity)
    return product


def make_weighed_product(cooperative: Cooperative | None = None, *, quantity: int = 100_000) -> Product:
    """A chicken of about 1,6 kg at 120.000 ₫ a kilogram, with one lot on sale; at most 15 % more are charged."""
    product = make_product(
        cooperative or make_cooperative(), name="Gà ta thả vườn", packs=(("Con khoảng 1,6 kg", 1_600, 192_000),)
    )
    with transaction():
        variant = session.merge(product).variants[0]
        variant.kilogram_dong, variant.tolerance_percent = 120_000, 15
    make_lot(product, quantity=quantity)
    return product


def only_part(order: Order) -> CooperativeOrder:
    (part,) = order.parts
    return part


def _part(cooperative: Cooperative, delivery_dong: int, carriage_dong: int | None, way: str) -> NewPart:
    return NewPart(
        cooperative_id=cooperative.id,
        seller={
            "name": cooperative.legal_name,
            "short_name": cooperative.short_name,
            "slug": cooperative.slug,
            "tax_code": cooperative.tax_code,
            "address": cooperative.address_line,
            "phone": cooperative.phone,
        },
        delivery_way=way,
        delivery_zone="same_province",
        delivery_dong=delivery_dong,
        carriage_dong=delivery_dong if carriage_dong is None else carriage_dong,
        chargeable_grams=1_000,
        lines=[],
    )


def _line(product: Product, quantity: int) -> NewLine:
    variant: Variant = product.variants[0]
    return NewLine(
        product_id=product.id,
        variant_id=variant.id,
        product_name=product.name,
        product_slug=product.slug,
        variant_name=variant.name,
        picture=None,
        base_unit=product.base_unit,
        content=variant.content,
        price_dong=variant.price_dong,
        quantity=quantity,
        vat_code=product.vat_code,
        certificates=[],
        kilogram_dong=variant.kilogram_dong,
        tolerance_percent=variant.tolerance_percent,
    )
