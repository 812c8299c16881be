"""What delivery costs, how long it takes, and which ways are open to goods that must stay fresh or cold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from marketplace.catalogue.states import StorageClass
from marketplace.checkout.states import Way
from marketplace.foundation import dates
from marketplace.foundation.money import split_dong
from marketplace.geography.rules import Zone, is_near
from marketplace.geography.rules import zone as zone_between


@dataclass(frozen=True)
class Rate:
    """What a parcel costs within a zone, in đồng."""

    first_kilogram_dong: int
    further_half_dong: int


@dataclass(frozen=True)
class Tariff:
    """A rate for every zone, and what is added where a boat is needed."""

    rates: Mapping[Zone, Rate]
    island_dong: int


# Set on 2026-11-23 from what carriers ask for parcels (domain.md 6.4).
MARKETS_TARIFF = Tariff(
    {
        Zone.SAME_PROVINCE: Rate(22_000, 3_000),
        Zone.SAME_REGION: Rate(28_000, 4_000),
        Zone.INTER_REGION: Rate(35_000, 7_000),
    },
    island_dong=15_000,
)
DAYS = {Zone.SAME_PROVINCE: (1, 2), Zone.SAME_REGION: (1, 3), Zone.INTER_REGION: (3, 5)}
CM3_PER_KILOGRAM = 6_000

# A place that opens so rarely is not offered.
LOOK_AHEAD_DAYS = 14

MOST_PACKS = 999
MOST_LINES = 50
# payments.md 6: who orders for cash and does not open the door costs two ways; set on 2026-11-24.
MOST_OPEN_CASH_DONG = 5_000_000


@dataclass(frozen=True)
class Window:
    """When goods can be fetched, once."""

    opens_at: datetime
    closes_at: datetime

    @property
    def words(self) -> str:
        """26/11/2026 07:00–11:00, as everybody reads it."""
        return f"{dates.format_moment(self.opens_at)}–{dates.format_moment(self.closes_at)[-5:]}"


@dataclass(frozen=True)
class Point:
    """A place where buyers fetch goods: on these weekdays (Monday is 0), between these minutes of the day.

    What is ordered less than `cut_off_hours` before a window is ready for the next one.
    """

    id: int
    name: str
    address: str
    weekdays: tuple[int, ...]
    hours: tuple[tuple[int, int], ...]
    cut_off_hours: int

    def next_window(self, at: datetime) -> Window | None:
        """The first that an order placed at this time is ready for."""
        today = dates.vietnam_day(at)
        for day in (today + timedelta(days=number) for number in range(LOOK_AHEAD_DAYS)):
            if day.weekday() not in self.weekdays:
                continue
            midnight = datetime.combine(day, time(), dates.VIETNAM)
            for opens, closes in sorted(self.hours):
                opens_at = midnight + timedelta(minutes=opens)
                if at <= opens_at - timedelta(hours=self.cut_off_hours):
                    return Window(opens_at, midnight + timedelta(minutes=closes))
        return None


@dataclass(frozen=True)
class Terms:
    """How a cooperative sends its goods; the defaults are the market's. With points, goods are fetched there."""

    has_carrier: bool = True
    has_own_van: bool = False
    has_pickup: bool = False
    pickup_address: str = ""
    coach_dong: int | None = None
    free_from_dong: int | None = None
    own_tariff: Tariff | None = None
    points: tuple[Point, ...] = field(default=())

    @property
    def tariff(self) -> Tariff:
        return self.own_tariff or MARKETS_TARIFF

    def is_free(self, goods_dong: int) -> bool:
        return self.free_from_dong is not None and goods_dong >= self.free_from_dong


@dataclass(frozen=True)
class Parcel:
    """What one cooperative would send together."""

    chargeable_grams: int
    goods_dong: int
    shelf_life_days: int  # the shortest of what is in it
    storages: frozenset[StorageClass] = frozenset({StorageClass.AMBIENT})

    @property
    def is_cold(self) -> bool:
        return bool(self.storages - {StorageClass.AMBIENT})

    def survives(self, days: int) -> bool:
        """A parcel service neither cools nor insures fresh goods: half of their time must be left on arrival."""
        return not self.is_cold and days * 2 <= self.shelf_life_days


@dataclass(frozen=True)
class Offer:
    """One way to deliver a parcel: its fee in đồng and how many days it takes, from and to.

    Goods that are fetched lie ready at the point within the window. `carriage_dong` is what the market takes for
    carrying it, which the cooperative bears as far as the buyer does not.
    """

    way: Way
    fee_dong: int
    days_from: int
    days_to: int
    point: Point | None = None
    window: Window | None = None
    carriage_dong: int = 0

    @property
    def key(self) -> str:
        """Names the offer in a form; a point keeps its name whatever is offered beside it meanwhile."""
        return f"{self.way}-{self.point.id}" if self.point else str(self.way)

    @property
    def place(self) -> str:
        """Where and when to fetch, to be frozen with the order."""
        if self.point is None or self.window is None or self.way == Way.HUB:
            return ""
        return f"{self.point.name}, {self.point.address} · {self.window.words}"


def chargeable_grams(packs: Iterable[tuple[int, int, int]]) -> int:
    """(gross grams, volume in cm³, count) of each pack: its weight, or what its volume is charged as."""
    return sum(max(grams, -(-volume * 1000 // CM3_PER_KILOGRAM)) * count for grams, volume, count in packs)


def carrier_fee(zone: Zone, grams: int, *, is_island: bool, tariff: Tariff = MARKETS_TARIFF) -> int:
    halves = max(0, -(-(grams - 1000) // 500))
    rate = tariff.rates[zone]
    return rate.first_kilogram_dong + halves * rate.further_half_dong + (tariff.island_dong if is_island else 0)


def offers(
    parcel: Parcel,
    terms: Terms,
    zone: Zone,
    *,
    is_island: bool = False,
    at: datetime | None = None,
    is_neighbour: bool = True,
) -> list[Offer]:
    """Ways that are open to this parcel, the usual one first; `at` is when it is ordered, for points with windows.

    What is cold, or would be half spoilt on the longest journey of a parcel service, goes by the cooperative's own van
    within the region, by coach, or is fetched; what is cold no farther than to a neighbouring province (domain.md 6.4).
    """
    found: list[Offer] = []
    days_from, days_to = DAYS[zone]
    is_free = terms.is_free(parcel.goods_dong)
    fee = 0 if is_free else carrier_fee(zone, parcel.chargeable_grams, is_island=is_island, tariff=terms.tariff)
    stays_cold = not parcel.is_cold or is_neighbour
    if terms.has_own_van and zone != Zone.INTER_REGION and not is_island and stays_cold:
        found.append(Offer(Way.OWN_VAN, fee, 1, 1))
    if terms.has_carrier and parcel.survives(days_to):
        carriage = carrier_fee(zone, parcel.chargeable_grams, is_island=is_island)
        found.append(Offer(Way.CARRIER, fee, days_from, days_to, carriage_dong=carriage))
    if terms.coach_dong is not None and not is_island and stays_cold:
        found.append(Offer(Way.COACH, 0 if is_free else terms.coach_dong, 1, 1))
    if terms.has_pickup:
        found += _at_points(terms, at) if terms.points and at else [Offer(Way.PICKUP, 0, 0, 1)]
    return found


def _at_points(terms: Terms, at: datetime) -> list[Offer]:
    """The one that opens first stands first."""
    found: list[Offer] = []
    for point in terms.points:
        window = point.next_window(at)
        if window is not None:
            days = (dates.vietnam_day(window.opens_at) - dates.vietnam_day(at)).days
            found.append(Offer(Way.PICKUP, 0, days, days, point, window))
    return sorted(found, key=lambda offer: (offer.days_from, offer.window.opens_at if offer.window else at))


def find_offer(several: list[Offer], typed: str) -> Offer | None:
    """The offer of this key; a bare way means the first of that way."""
    return next((offer for offer in several if typed in (offer.key, offer.way)), None)


def usual_offer(several: list[Offer]) -> Offer | None:
    """What counts while nobody has chosen. Only a way that brings the goods: nobody is sent to fetch them unasked."""
    return next((offer for offer in several if offer.way != Way.PICKUP), None)


@dataclass(frozen=True)
class HubPlace:
    """A collecting place, what it can keep, and the cooperatives that bring goods there."""

    point: Point
    province_code: str
    phone: str
    storages: frozenset[StorageClass]
    cooperative_ids: frozenset[int]


@dataclass(frozen=True)
class Bringing:
    """What one cooperative would bring to a collecting place; `single` is the usual way without one."""

    cooperative_id: int
    parcel: Parcel
    terms: Terms
    single: Offer | None


@dataclass(frozen=True)
class Gathering:
    """Parts of an order that would go over one collecting place, with the share of each cooperative.

    `single_dong` is what the same parts cost to be brought one by one; None when one of them cannot be.
    """

    hub: HubPlace
    way: Way
    window: Window
    offers: Mapping[int, Offer]
    single_dong: int | None

    @property
    def key(self) -> str:
        return f"{self.way}-{self.hub.point.id}"

    @property
    def fee_dong(self) -> int:
        return sum(offer.fee_dong for offer in self.offers.values())

    @property
    def saved_dong(self) -> int:
        return max(0, (self.single_dong or 0) - self.fee_dong)

    @property
    def days(self) -> Offer:
        """Any of the offers: all parts arrive together."""
        return next(iter(self.offers.values()))


def is_gathered(offer_key: str) -> bool:
    """Whether the key of an offer names a collecting place."""
    return offer_key.rpartition("-")[0] in (Way.HUB, Way.HUB_PICKUP)


def gatherings(
    parts: Sequence[Bringing], hubs: Sequence[HubPlace], to_province: str, *, is_island: bool, at: datetime
) -> list[Gathering]:
    """How parts of several cooperatives can be gathered: sent on as one parcel, or fetched together.

    One fee by the weight of all, shared by weight so that the shares add up to it. Cold goods only where they are kept
    cold, and only to be fetched: the parcel service from there does not cool either.
    """
    found: list[Gathering] = []
    for hub in hubs:
        window = hub.point.next_window(at)
        if window is None:
            continue
        served = [
            part
            for part in parts
            if part.cooperative_id in hub.cooperative_ids and part.parcel.storages <= hub.storages
        ]
        days = (dates.vietnam_day(window.opens_at) - dates.vietnam_day(at)).days
        between = zone_between(hub.province_code, to_province)
        days_from, days_to = DAYS[between]
        sent = [part for part in served if part.parcel.survives(days + days_to)]
        if len(sent) > 1:
            fee = carrier_fee(between, sum(part.parcel.chargeable_grams for part in sent), is_island=is_island)
            shares = split_dong(fee, [max(1, part.parcel.chargeable_grams) for part in sent])
            found.append(
                _gathering(
                    hub, Way.HUB, window, sent,
                    [Offer(
                        Way.HUB, 0 if part.terms.is_free(part.parcel.goods_dong) else share, days + days_from,
                        days + days_to, hub.point, window, carriage_dong=share,
                    ) for part, share in zip(sent, shares, strict=True)],
                )
            )  # fmt: skip
        fetched = [part for part in served if days < part.parcel.shelf_life_days]
        if len(fetched) > 1 and is_near(hub.province_code, to_province):
            offer = Offer(Way.HUB_PICKUP, 0, days, days, hub.point, window)
            found.append(_gathering(hub, Way.HUB_PICKUP, window, fetched, [offer] * len(fetched)))
    return found


def _gathering(
    hub: HubPlace, way: Way, window: Window, parts: Sequence[Bringing], shares: Sequence[Offer]
) -> Gathering:
    singles = [part.single for part in parts if part.single is not None and part.single.way != Way.PICKUP]
    return Gathering(
        hub=hub,
        way=way,
        window=window,
        offers={part.cooperative_id: offer for part, offer in zip(parts, shares, strict=True)},
        single_dong=sum(one.fee_dong for one in singles) if len(singles) == len(parts) else None,
    )


# What a cooperative is shown beside its tariff: a bag of fruit, a box, a sack.
SAMPLES_GRAMS = (1_000, 3_000, 10_000)


def sample_fees(tariff: Tariff) -> list[tuple[int, list[int]]]:
    """(grams, fee in each zone) of what cooperatives send most."""
    return [
        (grams, [carrier_fee(zone, grams, is_island=False, tariff=tariff) for zone in Zone]) for grams in SAMPLES_GRAMS
    ]
