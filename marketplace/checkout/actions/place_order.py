"""Placing an order: everything in the cart, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from marketplace.catalogue import queries as catalogue
from marketplace.certificates.queries import Badge
from marketplace.checkout import queries, rules
from marketplace.checkout.errors import (
    CannotDeliver,
    CartEmpty,
    CashNotTaken,
    NotOnSale,
    PricesChanged,
    TooMuchCash,
)
from marketplace.checkout.models import CartLine, HubPromise
from marketplace.checkout.queries import CartView, PartView
from marketplace.checkout.rules import MOST_OPEN_CASH_DONG, Gathering, Offer
from marketplace.checkout.states import Way
from marketplace.foundation import clock, faults
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.geography import queries as geography
from marketplace.geography.rules import zone
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders.actions import Buyer, NewLine, NewPart
from marketplace.orders.events import OrderPlaced
from marketplace.orders.models import Order
from marketplace.payments import actions as payments
from marketplace.payments.states import HoldContext, Method


@dataclass(frozen=True)
class BuyerDetails:
    """What the buyer typed; the province follows from the commune."""

    name: str
    phone: str
    commune_code: str
    address_line: str
    email: str = ""
    note: str = ""
    invoice: dict[str, Any] | None = None
    person_id: int | None = None
    language: str = "vi"


def place_order(
    *,
    token_digest: str,
    checkout_token: str,
    buyer: BuyerDetails,
    ways: Mapping[int, str],
    method: Method,
    shown_dong: int | None = None,
    is_demo: bool = False,
) -> Order:
    """Order all that lies in the cart, at today's prices, from lots that are on sale; announces OrderPlaced.

    A checkout page makes one order: with its token known, that order is given back and nothing is written. The stock
    is taken last, so that the rows everybody wants are locked shortest. Raises CartEmpty, NotOnSale, CannotDeliver,
    CashNotTaken, PricesChanged, inventory's NotEnoughStock, and for session goods OfferNotOpen, HoldLapsed,
    OverBuyersLimit; then nothing is written and the cart stays as it is.
    """
    placed = orders_read.find_by_token(checkout_token)
    if placed is not None:
        return placed
    cart = queries.cart_view(token_digest, on=clock.today())
    if cart is None:
        raise CartEmpty("there is nothing to order")
    if not all(line.is_on_sale for line in cart.lines):
        raise NotOnSale("something in the cart is no longer on sale")
    commune = geography.find_commune(buyer.commune_code)
    assert commune is not None, "the form has checked the commune"
    is_island = queries.is_island(buyer.commune_code)
    badges = catalogue.badges_of([line.product_id for line in cart.lines], on=clock.today())
    gathering = _gathering(cart, ways, commune.province_code, is_island)
    gathered = gathering.offers if gathering else {}
    parts = [
        _part(
            part,
            gathered.get(part.cooperative_id) or _chosen(part, ways, commune.province_code, is_island),
            commune.province_code,
            badges,
        )
        for part in cart.parts
    ]
    total = sum(part.goods_dong + part.delivery_dong for part in parts)
    if shown_dong is not None and shown_dong != total:
        raise PricesChanged(shown_dong=shown_dong, total_dong=total)
    if method == Method.CASH_ON_DELIVERY and gathering and gathering.way == Way.HUB_PICKUP:
        raise CashNotTaken(f"what is fetched at hub {gathering.hub.point.id} is paid before")
    if method == Method.CASH_ON_DELIVERY and orders_read.open_cash_dong(buyer.phone) + total > MOST_OPEN_CASH_DONG:
        raise TooMuchCash(f"{buyer.phone[-3:]} would have {total} more to pay in cash")
    order = orders.write_down(
        checkout_token=checkout_token,
        buyer=_buyer(buyer, commune.province_code),
        parts=parts,
        payment_method=method,
        is_demo=is_demo,
    )
    if gathering:
        window = gathering.window
        session.add(
            HubPromise(
                order_id=order.id,
                hub_id=gathering.hub.point.id,
                bring_by=window.opens_at,
                open_until=window.closes_at,
            )
        )
    faults.point("order written")
    context = HoldContext.FAIR if any(line.session for line in cart.lines) else HoldContext.SHOP
    payments.ask(reference=order.code, method=method, amount_dong=order.total_dong, context=context)
    faults.point("payment asked")
    session.execute(delete(CartLine).where(CartLine.cart_id == cart.cart_id))
    faults.point("cart emptied")
    orders.fill_from_lots(order, token_digest=token_digest, by=buyer.person_id)
    faults.point("goods taken")
    announce(OrderPlaced(order.id))
    return order


def _gathering(cart: CartView, ways: Mapping[int, str], province_code: str, is_island: bool) -> Gathering | None:
    """The one that the buyer chose, for exactly the parts that were named in it when he saw its fee."""
    chosen = {key: way for key, way in ways.items() if rules.is_gathered(way)}
    if not chosen:
        return None
    found = {one.key: one for one in queries.gatherings(cart, province_code, is_island=is_island)}
    gathering = found.get(next(iter(chosen.values())))
    if gathering is None or chosen != dict.fromkeys(gathering.offers, gathering.key):
        raise CannotDeliver(next(iter(chosen)))
    return gathering


def _chosen(part: PartView, ways: Mapping[int, str], province_code: str, is_island: bool) -> Offer:
    """The offer that the buyer chose, or the usual one when he had no choice to make."""
    offers = part.offers(province_code, is_island=is_island)
    typed = ways.get(part.cooperative_id)
    chosen = rules.find_offer(offers, typed) if typed else rules.usual_offer(offers)
    if chosen is None:
        raise CannotDeliver(part.cooperative_id)
    return chosen


def _part(part: PartView, offer: Offer, province_code: str, badges: Mapping[int, list[Badge]]) -> NewPart:
    return NewPart(
        cooperative_id=part.cooperative_id,
        seller=part.seller,
        delivery_way=offer.way,
        delivery_zone=zone(part.province_code, province_code),
        delivery_dong=offer.fee_dong,
        delivery_place=part.place_of(offer),
        days_from=offer.days_from,
        days_to=offer.days_to,
        carriage_dong=offer.carriage_dong,
        chargeable_grams=part.parcel.chargeable_grams,
        lines=[
            NewLine(
                product_id=line.product_id,
                variant_id=line.variant_id,
                product_name=line.name,
                product_slug=line.slug,
                variant_name=line.pack,
                picture=line.picture,
                base_unit=line.base_unit,
                content=line.content,
                price_dong=line.price,
                quantity=line.quantity,
                vat_code=line.vat_code,
                kilogram_dong=line.kilogram_dong,
                tolerance_percent=line.tolerance_percent,
                session_offer_id=line.session.offer_id if line.session else None,
                regular_price_dong=line.session.regular_price_dong if line.session else None,
                session_name=line.session.occasion if line.session else "",
                certificates=[queries.certificate_kept(badge) for badge in badges[line.product_id]],
                facts={
                    "origin": part.origin,
                    "shelf_life_days": line.shelf_life_days,
                    "storage": line.storage.value,
                    "storage_note": line.storage_note,
                },
            )
            for line in part.lines
        ],
    )


def _buyer(details: BuyerDetails, province_code: str) -> Buyer:
    return Buyer(
        name=details.name,
        phone=details.phone,
        email=details.email,
        address_line=details.address_line,
        commune_code=details.commune_code,
        province_code=province_code,
        address=geography.full_address(details.address_line, details.commune_code),
        note=details.note,
        invoice=details.invoice,
        person_id=details.person_id,
        language=details.language,
    )
