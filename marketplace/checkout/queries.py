"""A cart with today's prices and stock, one part per cooperative, and how each part can be delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import lazyload

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.catalogue.states import StorageClass
from marketplace.certificates.queries import Badge
from marketplace.checkout import rules
from marketplace.checkout.models import (
    Cart,
    CartLine,
    DeliveryRate,
    DeliveryTerms,
    Hub,
    HubMembership,
    HubPromise,
    PickupPoint,
)
from marketplace.checkout.rules import Bringing, Gathering, HubPlace, Offer, Parcel, Point, Rate, Tariff, Terms
from marketplace.checkout.states import Way
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit
from marketplace.geography import queries as geography
from marketplace.geography.rules import Zone, is_near, zone
from marketplace.inventory import queries as inventory
from marketplace.inventory.queries import Held
from marketplace.orders.rules import most_grams, weighed_dong
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState


@dataclass(frozen=True)
class SessionView:
    """That a line is held at a session price, and for how long."""

    offer_id: int
    occasion: str
    regular_price_dong: int
    per_buyer: int
    until: datetime
    seconds_left: int


@dataclass(frozen=True)
class LapsedView:
    """What was held at a session price and is held no more; `may_hold_again` while the price stands."""

    offer_id: int
    name: str
    slug: str
    pack: str
    packs: int
    price_dong: int
    usual_dong: int
    occasion: str
    may_hold_again: bool
    is_on_sale: bool


@dataclass(frozen=True)
class LineView:
    """So many packs in the cart; `left` packs could be had now."""

    variant_id: int
    product_id: int
    name: str
    slug: str
    pack: str
    picture: dict[str, Any] | None
    price: int
    quantity: int
    left: int
    is_on_sale: bool
    content: int
    base_unit: BaseUnit
    gross_grams: int
    volume_cm3: int
    storage: StorageClass
    storage_note: str
    shelf_life_days: int
    vat_code: str
    kilogram_dong: int | None = None
    tolerance_percent: int | None = None
    session: SessionView | None = None

    @property
    def amount_dong(self) -> int:
        return self.price * self.quantity

    @property
    def most_dong(self) -> int:
        """What goods sold by weight cost at most, however heavy they turn out."""
        most = most_grams(self.content * self.quantity, self.tolerance_percent or 0)
        return weighed_dong(self.kilogram_dong or 0, most)

    @property
    def can_be_had(self) -> bool:
        return self.is_on_sale and self.left >= self.quantity


@dataclass(frozen=True)
class PartView:
    """What one cooperative would send."""

    cooperative_id: int
    slug: str
    name: str
    province_code: str
    seller: dict[str, Any]
    origin: str  # where its goods come from, as its product pages say
    terms: Terms
    lines: list[LineView]

    @property
    def goods_dong(self) -> int:
        return sum(line.amount_dong for line in self.lines)

    @property
    def parcel(self) -> Parcel:
        return parcel_of(self.lines)

    def offers(self, province_code: str, *, is_island: bool = False) -> list[Offer]:
        """Ways to the buyer's province for an order of this moment, the usual one first."""
        between = zone(self.province_code, province_code)
        return rules.offers(
            self.parcel,
            self.terms,
            between,
            is_island=is_island,
            at=clock.now(),
            is_neighbour=is_near(self.province_code, province_code),
        )

    def place_of(self, offer: Offer) -> str:
        """Where and when goods are fetched, to be frozen with the order; without places of its own, at its address."""
        if offer.way != Way.PICKUP or offer.point is not None:
            return offer.place
        return " · ".join(words for words in (self.terms.pickup_address, self.seller["address"]) if words)


@dataclass(frozen=True)
class CartView:
    """All of a cart. It may be ordered when every line can be had."""

    cart_id: int | None
    parts: list[PartView]

    @property
    def lines(self) -> list[LineView]:
        return [line for part in self.parts for line in part.lines]

    @property
    def goods_dong(self) -> int:
        return sum(part.goods_dong for part in self.parts)

    @property
    def can_be_had(self) -> bool:
        return bool(self.parts) and all(line.can_be_had for line in self.lines)


def parcel_of(lines: Collection[LineView]) -> Parcel:
    return Parcel(
        chargeable_grams=rules.chargeable_grams((line.gross_grams, line.volume_cm3, line.quantity) for line in lines),
        goods_dong=sum(line.amount_dong for line in lines),
        storages=frozenset(line.storage for line in lines),
        shelf_life_days=min((line.shelf_life_days for line in lines), default=1),
    )


def find_cart(token_digest: str) -> Cart | None:
    return session.scalar(select(Cart).where(Cart.token_digest == token_digest))


def count_packs(token_digest: str) -> int:
    """How much lies in a cart, for the number beside its picture."""
    query = select(func.coalesce(func.sum(CartLine.quantity), 0)).join(Cart, Cart.id == CartLine.cart_id)
    # PostgreSQL sums whole numbers to a decimal.
    packs = int(session.scalar(query.where(Cart.token_digest == token_digest)) or 0)
    return packs + inventory.count_held(token_digest)


def cart_view(token_digest: str, *, on: date) -> CartView | None:
    """The cart with today's prices, and what is held at session prices; None when nothing is in it. In four statements,
    in five when something is held."""
    return _view(token_digest, inventory.held_by(token_digest), on=on)


def cart_page(token_digest: str, *, on: date) -> tuple[CartView | None, list[LapsedView]]:
    """The cart, and what was held in sessions but not ordered in time."""
    held = inventory.held_by(token_digest)
    return _view(token_digest, held, on=on), _lapsed(held)


def _view(token_digest: str, held: list[Held], *, on: date) -> CartView | None:
    held = [one for one in held if one.is_live]
    parts: dict[int, PartView] = {}
    cart_id = _add_lines(parts, token_digest, on=on)
    _add_held(parts, held, on=on)
    if not parts:
        return None
    terms = terms_of(list(parts))
    whole = [replace(part, terms=terms[key]) for key, part in parts.items()]
    return CartView(cart_id, whole)


def _add_lines(parts: dict[int, PartView], token_digest: str, *, on: date) -> int | None:
    rows = session.execute(
        select(CartLine, Variant, Product, Cooperative, Listing.picture, Listing.product_id)
        .join(Cart, Cart.id == CartLine.cart_id)
        .join(Variant, Variant.id == CartLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .outerjoin(Listing, Listing.product_id == Product.id)
        .where(Cart.token_digest == token_digest)
        .order_by(Cooperative.sort_key, Cooperative.id, CartLine.id)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    ).all()
    if not rows:
        return None
    left = inventory.packs_left({variant.id: (product.id, variant.content) for _, variant, product, *_ in rows}, on=on)
    for line, variant, product, cooperative, picture, listed in rows:
        part = parts.setdefault(cooperative.id, _part(cooperative))
        shown = _line(variant, product, picture, quantity=line.quantity, left=left[variant.id])
        part.lines.append(replace(shown, is_on_sale=listed is not None and variant.is_active))
    return int(rows[0][0].cart_id)


def _line(variant: Variant, product: Product, picture: dict[str, Any] | None, *, quantity: int, left: int) -> LineView:
    return LineView(
        variant_id=variant.id,
        product_id=product.id,
        name=product.name,
        slug=product.slug,
        pack=variant.name,
        picture=picture,
        price=variant.price_dong,
        quantity=quantity,
        left=left,
        is_on_sale=True,
        content=variant.content,
        base_unit=product.base_unit,
        gross_grams=variant.gross_grams,
        volume_cm3=variant.volume_cm3,
        storage=product.storage,
        storage_note=product.storage_note,
        shelf_life_days=product.shelf_life_days,
        vat_code=product.vat_code,
        kilogram_dong=variant.kilogram_dong,
        tolerance_percent=variant.tolerance_percent,
    )


def _add_held(parts: dict[int, PartView], held: list[Held], *, on: date) -> None:
    """The hold is the line: at the session price, in packs as they were cut, as long as its lot may be sold."""
    if not held:
        return
    rows = session.execute(
        select(Variant, Product, Cooperative, Listing.picture, Listing.product_id, Lot)
        .join(Product, Product.id == Variant.product_id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .join(Lot, Lot.id.in_([one.offer.lot_id for one in held]))
        .outerjoin(Listing, Listing.product_id == Product.id)
        .where(Variant.id.in_([one.offer.variant_id for one in held]), Lot.product_id == Product.id)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    )
    goods = {(variant.id, lot.id): (variant, *rest, lot) for variant, *rest, lot in rows}
    for one in held:
        offer = one.offer
        variant, product, cooperative, picture, listed, lot = goods[(offer.variant_id, offer.lot_id)]
        part = parts.setdefault(cooperative.id, _part(cooperative))
        part.lines.append(
            replace(
                _line(variant, product, picture, quantity=one.packs, left=one.packs),
                price=offer.price_dong,
                content=offer.content,
                is_on_sale=listed is not None
                and variant.is_active
                and lot.state == LotState.PUBLISHED
                and lot.best_before >= on,
                session=SessionView(
                    offer.id, offer.occasion, offer.regular_price_dong, offer.per_buyer, one.until, one.seconds_left
                ),
            )
        )


def find_held(token_digest: str, offer_id: int) -> Held | None:
    """What this browser holds of an offer, or lately held."""
    return next((one for one in inventory.held_by(token_digest) if one.offer.id == offer_id), None)


def _lapsed(held: list[Held]) -> list[LapsedView]:
    over = [one for one in held if not one.is_live]
    if not over:
        return []
    rows = session.execute(
        select(Variant, Product.name, Product.slug, Listing.product_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Listing, Listing.product_id == Product.id)
        .where(Variant.id.in_([one.offer.variant_id for one in over]))
    )
    goods = {variant.id: (variant, name, slug, listed is not None) for variant, name, slug, listed in rows}
    views = inventory.offer_views([one.offer.id for one in over])
    found = []
    for one in over:
        variant, name, slug, is_listed = goods[one.offer.variant_id]
        view = views[one.offer.id]
        found.append(
            LapsedView(
                offer_id=one.offer.id, name=name, slug=slug, pack=variant.name, packs=one.packs,
                price_dong=one.offer.price_dong, usual_dong=variant.price_dong, occasion=one.offer.occasion,
                may_hold_again=view.is_open and view.free > 0, is_on_sale=is_listed and variant.is_active,
            )
        )  # fmt: skip
    return found


def _part(cooperative: Cooperative) -> PartView:
    return PartView(
        cooperative_id=cooperative.id,
        slug=cooperative.slug,
        name=cooperative.short_name,
        province_code=cooperative.province_code,
        seller=seller_of(cooperative),
        origin=geography.full_address("", cooperative.commune_code),
        terms=Terms(),
        lines=[],
    )


def seller_of(cooperative: Cooperative) -> dict[str, Any]:
    """What an order freezes of who sells (domain.md 5.2)."""
    return {
        "name": cooperative.legal_name,
        "short_name": cooperative.short_name,
        "slug": cooperative.slug,
        "tax_code": cooperative.tax_code,
        "address": geography.full_address(cooperative.address_line, cooperative.commune_code),
        "phone": cooperative.phone,
        "representative": cooperative.representative_name,
        "vat_method": cooperative.vat_method.value,
    }


def certificate_kept(badge: Badge) -> dict[str, Any]:
    """A badge as it stood when the order was placed (domain.md 11.9)."""
    return {
        "certificate_id": badge.certificate_id,
        "scheme": badge.scheme,
        "stars": badge.stars,
        "number": badge.number,
        "valid_to": badge.valid_to.isoformat(),
    }


def terms_of(cooperative_ids: Collection[int]) -> dict[int, Terms]:
    """Each cooperative's delivery terms; the market's own where it has set none. One statement: every cart asks."""
    rows = session.execute(
        select(DeliveryTerms, DeliveryRate, PickupPoint)
        .outerjoin(DeliveryRate, DeliveryRate.cooperative_id == DeliveryTerms.cooperative_id)
        .outerjoin(
            PickupPoint,
            and_(PickupPoint.cooperative_id == DeliveryTerms.cooperative_id, PickupPoint.closed_at.is_(None)),
        )
        .where(DeliveryTerms.cooperative_id.in_(cooperative_ids))
        .order_by(PickupPoint.id)
    ).all()
    rates: defaultdict[int, dict[Zone, Rate]] = defaultdict(dict)
    points: defaultdict[int, dict[int, Point]] = defaultdict(dict)
    for terms, rate, point in rows:
        if rate is not None:
            rates[terms.cooperative_id][rate.zone] = Rate(rate.first_kilogram_dong, rate.further_half_dong)
        if point is not None:
            points[terms.cooperative_id][point.id] = _point(point)
    found = {
        terms.cooperative_id: Terms(
            has_carrier=terms.has_carrier,
            has_own_van=terms.has_own_van,
            has_pickup=terms.has_pickup,
            pickup_address=terms.pickup_address,
            coach_dong=terms.coach_dong,
            free_from_dong=terms.free_from_dong,
            own_tariff=None if terms.island_dong is None else Tariff(rates[terms.cooperative_id], terms.island_dong),
            points=tuple(points[terms.cooperative_id].values()),
        )
        for terms, _rate, _somewhere in rows
    }
    return {cooperative_id: found.get(cooperative_id, Terms()) for cooperative_id in cooperative_ids}


def _point(row: PickupPoint | Hub) -> Point:
    hours = tuple((opens, closes) for opens, closes in row.hours)
    return Point(row.id, row.name, row.address, tuple(row.weekdays), hours, row.cut_off_hours)


def find_point(cooperative_id: int, point_id: int) -> PickupPoint | None:
    """One of this cooperative that is open."""
    return session.scalar(
        select(PickupPoint).where(
            PickupPoint.id == point_id,
            PickupPoint.cooperative_id == cooperative_id,
            PickupPoint.closed_at.is_(None),
        )
    )


def gatherings(view: CartView, province_code: str, *, is_island: bool) -> list[Gathering]:
    """How parts of this cart can be gathered at a collecting place; asked only when there are several."""
    if len(view.parts) < 2:
        return []
    return rules.gatherings(
        [
            Bringing(
                part.cooperative_id,
                part.parcel,
                part.terms,
                rules.usual_offer(part.offers(province_code, is_island=is_island)),
            )
            for part in view.parts
        ],
        _hubs_of([part.cooperative_id for part in view.parts]),
        province_code,
        is_island=is_island,
        at=clock.now(),
    )


def _hubs_of(cooperative_ids: Collection[int]) -> list[HubPlace]:
    rows = session.execute(
        select(Hub, HubMembership.cooperative_id)
        .join(HubMembership, HubMembership.hub_id == Hub.id)
        .where(HubMembership.cooperative_id.in_(cooperative_ids), Hub.closed_at.is_(None))
        .order_by(Hub.id)
    ).all()
    members: defaultdict[int, set[int]] = defaultdict(set)
    for hub, cooperative_id in rows:
        members[hub.id].add(cooperative_id)
    return [hub_place(hub, members[hub.id]) for hub in {hub.id: hub for hub, _one in rows}.values()]


def hub_place(hub: Hub, cooperative_ids: Collection[int] = ()) -> HubPlace:
    storages = frozenset(StorageClass(one) for one in hub.storages)
    return HubPlace(_point(hub), hub.province_code, hub.phone, storages, frozenset(cooperative_ids))


def hubs_of_officer(person: Person) -> list[tuple[Hub, list[str]]]:
    """Open collecting places of his provinces, with the names of the cooperatives that bring goods there."""
    hubs = session.scalars(
        select(Hub)
        .where(Hub.closed_at.is_(None), in_provinces_of(person, Hub.province_code))
        .order_by(Hub.province_code, Hub.id)
    ).all()
    rows = session.execute(
        select(HubMembership.hub_id, Cooperative.short_name)
        .join(Cooperative, Cooperative.id == HubMembership.cooperative_id)
        .where(HubMembership.hub_id.in_([hub.id for hub in hubs]))
        .order_by(Cooperative.sort_key, Cooperative.id)
    ).all()
    return [(hub, [row.short_name for row in rows if row.hub_id == hub.id]) for hub in hubs]


def find_hub(person: Person, hub_id: int) -> Hub | None:
    """One of his provinces; closed ones too, since parts may still lie there."""
    return session.scalar(select(Hub).where(Hub.id == hub_id, in_provinces_of(person, Hub.province_code)))


def hubs_near(cooperative: Cooperative) -> list[tuple[Hub, bool]]:
    """Collecting places that this cooperative may serve, and whether it does; its own province first."""
    mine = set(session.scalars(select(HubMembership.hub_id).where(HubMembership.cooperative_id == cooperative.id)))
    hubs = session.scalars(select(Hub).where(Hub.closed_at.is_(None)).order_by(Hub.id))
    near = [hub for hub in hubs if is_near(hub.province_code, cooperative.province_code)]
    return [
        (hub, hub.id in mine)
        for hub in sorted(near, key=lambda hub: (hub.province_code != cooperative.province_code, hub.id))
    ]


def find_promise(order_id: int) -> tuple[HubPromise, Hub] | None:
    """Where the parts of this order meet, if they do."""
    row = session.execute(
        select(HubPromise, Hub).join(Hub, Hub.id == HubPromise.hub_id).where(HubPromise.order_id == order_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def is_island(commune_code: str) -> bool:
    """Special zones (đặc khu) lie on islands, and carriers ask more for them."""
    commune = geography.find_commune(commune_code)
    return commune is not None and commune.division_type == "đặc khu"
