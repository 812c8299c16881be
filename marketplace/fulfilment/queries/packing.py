"""What a cooperative packs today, by parcel and by product."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.checkout.models import Hub, HubPromise
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.fulfilment import rules
from marketplace.fulfilment.models import PackingTick
from marketplace.fulfilment.states import OF_THE_DAY, Tick
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import HUB_WAYS
from marketplace.orders.states import PartState
from marketplace.traceability import queries as lots_read

MOST_PARCELS = 60  # on one page and in one file: what a packing house can look over


@dataclass(frozen=True)
class PackingItem:
    """What a line of a parcel takes from one lot."""

    line_id: int
    lot_id: int
    product_name: str
    variant_name: str
    lot_code: str
    packs: int
    ticks: frozenset[Tick]
    grams: int | None = None  # what it weighs, when it is sold by weight and was weighed

    @property
    def key(self) -> tuple[int, int]:
        return self.line_id, self.lot_id


@dataclass(frozen=True)
class PackingParcel:
    """A part of an order that goes out today; `collected_dong` in cash, 0 when it is paid."""

    part: CooperativeOrder
    order: Order
    items: list[PackingItem]
    collected_dong: int
    hub_place: str = ""  # where it is brought first, and by when

    @property
    def is_packed(self) -> bool:
        return self.part.state == PartState.PACKED

    @property
    def is_laid_in(self) -> bool:
        return all(Tick.LAID_IN in item.ticks for item in self.items)


@dataclass(frozen=True)
class Pick:
    """So many packs of one size to fetch from one lot, for all parcels together."""

    variant_id: int
    lot_id: int
    product_name: str
    variant_name: str
    lot_code: str
    items: list[PackingItem]

    @property
    def packs(self) -> int:
        return sum(item.packs for item in self.items)

    @property
    def missing_packs(self) -> int:
        return sum(item.packs for item in self.items if Tick.FETCHED not in item.ticks)


@dataclass(frozen=True)
class PackingDay:
    """The parcels that go out now, those that wait longest first; `left_over` more do not fit on the page."""

    parcels: list[PackingParcel]
    left_over: int

    @property
    def to_pack(self) -> list[PackingParcel]:
        return [parcel for parcel in self.parcels if not parcel.is_packed]

    @property
    def picks(self) -> list[Pick]:
        """Of what is not packed yet, one product after the other."""
        found: dict[tuple[int, int], Pick] = {}
        for parcel in self.to_pack:
            variants = {line.id: line.variant_id for line in parcel.part.lines}
            for item in parcel.items:
                key = variants[item.line_id], item.lot_id
                pick = found.setdefault(key, Pick(*key, item.product_name, item.variant_name, item.lot_code, []))
                pick.items.append(item)
        return sorted(found.values(), key=lambda pick: (pick.product_name, pick.variant_id, pick.lot_code))

    @property
    def collected_dong(self) -> int:
        return sum(parcel.collected_dong for parcel in self.parcels)


def packing_day(cooperative_id: int) -> PackingDay:
    """What is confirmed and paid, or paid at the door, and what is packed and has not left."""
    rows = [
        (part, order)
        for part, order in orders_read.parts_of(cooperative_id, OF_THE_DAY, limit=10 * MOST_PARCELS)
        if part.state == PartState.PACKED or not order.waits_for_money
    ]
    shown = rows[:MOST_PARCELS]
    ticks = _ticks([line.id for part, _order in shown for line in part.lines])
    places = _hub_places([order.id for part, order in shown if part.delivery_way in HUB_WAYS])
    return PackingDay([_parcel(part, order, ticks, places) for part, order in shown], len(rows) - len(shown))


def packing_parcel(part: CooperativeOrder, order: Order) -> PackingParcel:
    places = _hub_places([order.id] if part.delivery_way in HUB_WAYS else [])
    return _parcel(part, order, _ticks([line.id for line in part.lines]), places)


def _hub_places(order_ids: list[int]) -> dict[int, str]:
    rows = session.execute(
        select(HubPromise, Hub).join(Hub, Hub.id == HubPromise.hub_id).where(HubPromise.order_id.in_(order_ids))
    )
    return {
        promise.order_id: f"{hub.name}, {hub.address} · {dates.format_moment(promise.bring_by)}"
        for promise, hub in rows
    }


def _ticks(line_ids: list[int]) -> dict[tuple[int, int], set[Tick]]:
    found: defaultdict[tuple[int, int], set[Tick]] = defaultdict(set)
    for row in session.scalars(select(PackingTick).where(PackingTick.order_line_id.in_(line_ids))):
        found[row.order_line_id, row.lot_id].add(row.tick)
    return found


def _parcel(
    part: CooperativeOrder, order: Order, ticks: dict[tuple[int, int], set[Tick]], hub_places: dict[int, str]
) -> PackingParcel:
    items = [
        PackingItem(
            line_id=line.id,
            lot_id=some.lot_id,
            product_name=line.product_name,
            variant_name=line.variant_name,
            lot_code=some.lot_code,
            packs=some.packs(line.content),
            ticks=frozenset(ticks.get((line.id, some.lot_id), ())),
            grams=some.quantity if some.weights else None,
        )
        for line in part.lines
        for some in line.lots
    ]
    hub_place = hub_places.get(order.id, "") if part.delivery_way in HUB_WAYS else ""
    return PackingParcel(part, order, items, rules.collected_dong(part, order), hub_place)


def packs_to_scan(part: CooperativeOrder) -> dict[int, int]:
    """By line, how many of its packs are still to be scanned into the parcel; 0 when all are. Lines for which no pack
    with a serial was ever scanned or lies in the house are left out, as are goods that are weighed."""
    packed = lots_read.packed_units([line.id for line in part.lines])
    waiting = lots_read.lots_with_serials(part.cooperative_id, [line.product_id for line in part.lines])
    return {
        line.id: line.quantity - len(packed[line.id])
        for line in part.lines
        if not line.is_weighed and (packed[line.id] or (line.product_id, line.content) in waiting)
    }
