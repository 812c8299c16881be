"""A confirmed call-off as an order like every other: priced by the commitment, filled from lots, paid as agreed.

The price holds the way to the buyer: the cooperative brings the goods itself, so the order has no delivery fee.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from marketplace.accounts.models import Person
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.catalogue.rules import price_at
from marketplace.checkout import queries as checkout
from marketplace.checkout import rules as delivery
from marketplace.checkout.states import Way
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.geography import queries as geography
from marketplace.geography.rules import zone
from marketplace.orders import actions as orders
from marketplace.orders.actions import Buyer, NewLine, NewPart
from marketplace.orders.events import OrderPlaced
from marketplace.orders.models import Order
from marketplace.payments import actions as payments
from marketplace.sourcing import rules
from marketplace.sourcing.models import CallOff, Commitment, Demand


def place(commitment: Commitment, asked: CallOff, variant: Variant, *, by: int) -> Order:
    """Write the order down, ask for its money, take the goods from lots; announces OrderPlaced, raises NotEnoughStock."""
    demand = session.get_one(Demand, commitment.demand_id)
    cooperative = session.get_one(Cooperative, commitment.cooperative_id)
    product = session.get_one(
        Product, commitment.product_id, options=[lazyload(Product.variants), lazyload(Product.pictures)]
    )
    packs = asked.quantity // variant.content
    order = orders.write_down(
        checkout_token=f"call_off:{asked.token}",
        buyer=_buyer(demand, asked, session.get_one(Person, commitment.person_id)),
        parts=[
            NewPart(
                cooperative_id=cooperative.id,
                seller=checkout.seller_of(cooperative),
                delivery_way=Way.OWN_VAN,
                delivery_zone=zone(cooperative.province_code, demand.province_code),
                delivery_dong=0,
                chargeable_grams=delivery.chargeable_grams([(variant.gross_grams, variant.volume_cm3, packs)]),
                lines=[_line(commitment, cooperative, product, variant, packs)],
            )
        ],
        payment_method=commitment.payment_method,
        is_demo=commitment.is_demo,
    )
    payments.ask(reference=order.code, method=commitment.payment_method, amount_dong=order.total_dong)
    orders.fill_from_lots(order, by=by)
    announce(OrderPlaced(order.id))
    return order


def _buyer(demand: Demand, asked: CallOff, person: Person) -> Buyer:
    return Buyer(
        name=demand.buyer_name,
        phone=demand.phone,
        email=person.email or "",
        address_line=demand.address_line,
        commune_code=demand.commune_code,
        province_code=demand.province_code,
        address=geography.full_address(demand.address_line, demand.commune_code),
        note=asked.note,
        invoice=None,
        person_id=person.id,
        language=person.language,
    )


def _line(commitment: Commitment, cooperative: Cooperative, product: Product, variant: Variant, packs: int) -> NewLine:
    """Goods sold by weight are weighed for this buyer too, at the price that was agreed for a kilogram."""
    today = clock.today()
    price_dong = rules.value_dong(variant.content, commitment.price_dong, commitment.unit)
    return NewLine(
        product_id=product.id,
        variant_id=variant.id,
        product_name=product.name,
        product_slug=product.slug,
        variant_name=variant.name,
        picture=session.scalar(select(Listing.picture).where(Listing.product_id == product.id)),
        base_unit=product.base_unit,
        content=variant.content,
        price_dong=price_at(commitment.price_dong, variant.content) if variant.is_weighed else price_dong,
        quantity=packs,
        vat_code=product.vat_code,
        kilogram_dong=commitment.price_dong if variant.is_weighed else None,
        tolerance_percent=variant.tolerance_percent,
        certificates=[
            checkout.certificate_kept(badge) for badge in catalogue.badges_of([product.id], on=today)[product.id]
        ],
        facts={
            "origin": geography.full_address("", cooperative.commune_code),
            "shelf_life_days": product.shelf_life_days,
            "storage": product.storage.value,
            "storage_note": product.storage_note,
        },
    )
