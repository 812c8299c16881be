"""Transfers that an officer may confirm, the orders that a recall reaches, what is packed today, what carriers paid out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import lazyload

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of, is_admin
from marketplace.checkout.models import Hub, HubPromise
from marketplace.checkout.states import Way
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.fulfilment import rules
from marketplace.fulfilment.models import (
    CarriedParcel,
    CarrierBill,
    CarrierBillLine,
    CarrierRemittance,
    CarrierRemittanceLine,
    CoachRide,
    HubArrival,
    HubParcel,
    PackingTick,
    RecallCall,
    RemittanceArrival,
)
from marketplace.fulfilment.states import OF_THE_DAY, REMITTED, TO_DECIDE, Tick
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderLineLot
from marketplace.orders.rules import CODE_LENGTH, HUB_WAYS, MARKETS_WAYS
from marketplace.orders.states import GOODS_GIVEN_BACK, HAS_LEFT, PartState
from marketplace.payments import queries as payments_read
from marketplace.payments.models import BankTransaction, Payment
from marketplace.payments.providers.bank_notices import Direction
from marketplace.payments.states import BankState, Method, PaymentState
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState


@dataclass(frozen=True)
class Transfer:
    """A transfer that is waited for, or that came late."""

    payment: Payment
    order: Order


def _of_officer(person: Person) -> ColumnElement[bool]:
    """Orders with a part of a cooperative of his provinces."""
    return Order.id.in_(
        select(CooperativeOrder.order_id)
        .join(Cooperative, Cooperative.id == CooperativeOrder.cooperative_id)
        .where(in_provinces_of(person, Cooperative.province_code))
    )


def _transfers(person: Person) -> Select[Payment, Order]:
    return (
        select(Payment, Order)
        .join(Order, Order.code == func.substr(Payment.reference, 1, CODE_LENGTH))
        .where(Payment.method == Method.VIETQR, _of_officer(person))
    )


def pending_transfers(person: Person, *, limit: int, offset: int = 0) -> list[Transfer]:
    """Oldest first."""
    query = _transfers(person).where(Payment.state == PaymentState.PENDING).order_by(Payment.id)
    return [Transfer(*row) for row in session.execute(query.limit(limit).offset(offset))]


def count_pending_transfers(person: Person) -> int:
    query = _transfers(person).where(Payment.state == PaymentState.PENDING)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def search_transfers(person: Person, *, transfer_codes: list[str], order_code: str) -> list[Transfer]:
    """Transfers in any state by the codes that a bank's notice may hold, or by their order."""
    query = _transfers(person).where(or_(Payment.transfer_code.in_(transfer_codes), Order.code == order_code))
    return [Transfer(*row) for row in session.execute(query.order_by(Payment.id))]


def find_transfer(person: Person, payment_id: int) -> Transfer | None:
    row = session.execute(_transfers(person).where(Payment.id == payment_id)).one_or_none()
    return Transfer(*row) if row else None


def province_of(person: Person, order: Order) -> str:
    """The province in which the officer answers for this order."""
    return session.scalars(
        select(Cooperative.province_code)
        .join(CooperativeOrder, CooperativeOrder.cooperative_id == Cooperative.id)
        .where(CooperativeOrder.order_id == order.id, in_provinces_of(person, Cooperative.province_code))
        .order_by(CooperativeOrder.id)
        .limit(1)
    ).one()


@dataclass(frozen=True)
class RecalledLine:
    """Goods of a recalled lot in an order, in packs of a variant."""

    product_name: str
    variant_name: str
    lot_code: str
    packs: int


@dataclass(frozen=True)
class RecalledPart:
    """A part of an order that holds recalled goods, or brought them to the buyer."""

    part: CooperativeOrder
    order: Order
    lines: list[RecalledLine]
    has_left: bool
    called_at: datetime | None


def recalled_parts(
    lot_ids: Collection[int], *, cooperative_id: int | None = None, listed_under: int | None = None
) -> list[RecalledPart]:
    """What holds or brought goods of these lots, of one cooperative or of all; what has left the house stands first.

    `listed_under` is the lot in whose list calls are noted.
    """
    rows = session.execute(
        select(
            CooperativeOrder,
            Order,
            OrderLine.product_name,
            OrderLine.variant_name,
            OrderLineLot,
            OrderLine.content,
        )
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(OrderLineLot, OrderLineLot.order_line_id == OrderLine.id)
        .where(
            OrderLineLot.lot_id.in_(lot_ids),
            CooperativeOrder.state.not_in(GOODS_GIVEN_BACK),
            *([CooperativeOrder.cooperative_id == cooperative_id] if cooperative_id is not None else []),
        )
        .order_by(CooperativeOrder.state.not_in(HAS_LEFT), CooperativeOrder.id, OrderLine.id, OrderLineLot.lot_id)
    ).all()
    noted = select(RecallCall.cooperative_order_id, RecallCall.at).where(RecallCall.lot_id == listed_under)
    called = {row.cooperative_order_id: row.at for row in session.execute(noted)}
    lines: defaultdict[int, list[RecalledLine]] = defaultdict(list)
    for part, _order, product, variant, some, content in rows:
        lines[part.id].append(RecalledLine(product, variant, some.lot_code, some.packs(content)))
    parts = {part.id: (part, order) for part, order, *_rest in rows}
    return [
        RecalledPart(part, order, lines[part.id], part.state in HAS_LEFT, called.get(part.id))
        for part, order in parts.values()
    ]


@dataclass(frozen=True)
class RecalledBuyer:
    """One person to call, with all orders that the recall reaches."""

    name: str
    phone: str
    parts: list[RecalledPart]

    @property
    def still_to_call(self) -> list[RecalledPart]:
        return [part for part in self.parts if part.called_at is None]


def by_buyer(parts: Sequence[RecalledPart]) -> list[RecalledBuyer]:
    """Who has the goods already comes first, and one telephone rings once however many orders it placed."""
    found: dict[str, RecalledBuyer] = {}
    for part in parts:
        buyer = found.setdefault(part.order.phone, RecalledBuyer(part.order.buyer_name, part.order.phone, []))
        buyer.parts.append(part)
    return list(found.values())


def stopped_lots(part: CooperativeOrder) -> list[Lot]:
    """Lots of the order that were held or recalled after it was placed."""
    lot_ids = [some.lot_id for line in part.lines for some in line.lots]
    return list(
        session.scalars(
            select(Lot)
            .where(Lot.id.in_(lot_ids), Lot.state.in_((LotState.ON_HOLD, LotState.RECALLED)))
            .order_by(Lot.id)
            .options(lazyload(Lot.stages))
        )
    )


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


def parts_by_code(cooperative_id: int, part_codes: Collection[str]) -> dict[str, CooperativeOrder]:
    """This cooperative's only; what is not there is not its own."""
    query = select(CooperativeOrder).where(
        CooperativeOrder.cooperative_id == cooperative_id, CooperativeOrder.code.in_(part_codes)
    )
    return {part.code: part for part in session.scalars(query)}


def find_carried(order_code: str, part_code: str) -> tuple[CooperativeOrder, str] | None:
    """A part of this order that has a number at a carrier, and which carrier; for whoever may read the order."""
    row = session.execute(
        select(CooperativeOrder, CarriedParcel.carrier)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(CarriedParcel, CarriedParcel.cooperative_order_id == CooperativeOrder.id)
        .where(Order.code == order_code, CooperativeOrder.code == part_code, CooperativeOrder.tracking != "")
    ).one_or_none()
    return (row[0], row[1]) if row else None


def carried_parts(person: Person, part_codes: Collection[str]) -> dict[str, tuple[CooperativeOrder, Order]]:
    """Parts of cooperatives of the officer's provinces that a parcel service took along."""
    rows = session.execute(
        select(CooperativeOrder, Order)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(Cooperative, Cooperative.id == CooperativeOrder.cooperative_id)
        .where(
            CooperativeOrder.code.in_(part_codes),
            CooperativeOrder.state.in_(HAS_LEFT),
            CooperativeOrder.delivery_way.in_(MARKETS_WAYS),
            or_(in_provinces_of(person, Cooperative.province_code), _went_over_hub_of(person)),
        )
    )
    return {part.code: (part, order) for part, order in rows}


def _went_over_hub_of(person: Person) -> ColumnElement[bool]:
    """Parts that a collecting place of his provinces sent on, whatever province they come from."""
    return CooperativeOrder.id.in_(
        select(HubArrival.cooperative_order_id)
        .join(HubParcel, HubParcel.id == HubArrival.hub_parcel_id)
        .join(Hub, Hub.id == HubParcel.hub_id)
        .where(in_provinces_of(person, Hub.province_code))
    )


def parts_of_hub_parcels(
    person: Person, parcel_codes: Collection[str]
) -> dict[str, list[tuple[CooperativeOrder, Order]]]:
    """What lies in parcels of collecting places of his provinces, by the code of the parcel."""
    rows = session.execute(
        select(HubParcel.code, CooperativeOrder, Order)
        .join(HubArrival, HubArrival.hub_parcel_id == HubParcel.id)
        .join(CooperativeOrder, CooperativeOrder.id == HubArrival.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .join(Hub, Hub.id == HubParcel.hub_id)
        .where(HubParcel.code.in_(parcel_codes), in_provinces_of(person, Hub.province_code))
        .order_by(CooperativeOrder.id)
    )
    found: defaultdict[str, list[tuple[CooperativeOrder, Order]]] = defaultdict(list)
    for code, part, order in rows:
        found[code].append((part, order))
    return dict(found)


def remitted_part_ids(part_ids: Collection[int]) -> set[int]:
    """Whose cash has come already."""
    found = session.scalars(
        select(CarrierRemittanceLine.cooperative_order_id).where(
            CarrierRemittanceLine.cooperative_order_id.in_(part_ids), CarrierRemittanceLine.state.in_(REMITTED)
        )
    )
    return {part_id for part_id in found if part_id is not None}


def _lines_of_officer(person: Person) -> ColumnElement[bool]:
    """Lines of parts of his provinces."""
    return CarrierRemittanceLine.cooperative_order_id.in_(
        select(CooperativeOrder.id)
        .join(Cooperative, Cooperative.id == CooperativeOrder.cooperative_id)
        .where(or_(in_provinces_of(person, Cooperative.province_code), _went_over_hub_of(person)))
    )


def _statements_of_officer(person: Person) -> ColumnElement[bool]:
    """Those he took in, and those with lines of his provinces."""
    lines = select(CarrierRemittanceLine.remittance_id).where(_lines_of_officer(person))
    return or_(
        true() if is_admin(person) else false(), CarrierRemittance.by_id == person.id, CarrierRemittance.id.in_(lines)
    )


@dataclass(frozen=True)
class Statement:
    """A carrier's statement in the list; `waiting` lines want a decision."""

    remittance: CarrierRemittance
    lines: int
    waiting: int
    collected_dong: int


def remittances(person: Person, *, limit: int) -> list[Statement]:
    """Newest first; counted are the lines he may see."""
    line = CarrierRemittanceLine
    rows = session.execute(
        select(
            CarrierRemittance,
            func.count(line.id),
            func.coalesce(func.sum(case((line.state.in_(TO_DECIDE), 1), else_=0)), 0),
            func.coalesce(func.sum(line.collected_dong), 0),
        )
        .join(line, line.remittance_id == CarrierRemittance.id)
        .where(_statements_of_officer(person), _may_see(person))
        .group_by(CarrierRemittance.id)
        .order_by(CarrierRemittance.id.desc())
        .limit(limit)
    )
    return [Statement(row[0], row[1], int(row[2]), int(row[3])) for row in rows]


def _may_see(person: Person) -> ColumnElement[bool]:
    """What belongs to no part of ours is seen by who took it in."""
    is_nobodys = CarrierRemittanceLine.cooperative_order_id.is_(None)
    return or_(
        true() if is_admin(person) else false(),
        _lines_of_officer(person),
        and_(is_nobodys, CarrierRemittance.by_id == person.id),
    )


def find_remittance(person: Person, remittance_id: int) -> CarrierRemittance | None:
    return session.scalar(
        select(CarrierRemittance).where(CarrierRemittance.id == remittance_id, _statements_of_officer(person))
    )


def remittance_lines(person: Person, remittance: CarrierRemittance) -> list[CarrierRemittanceLine]:
    return list(
        session.scalars(
            select(CarrierRemittanceLine)
            .join(CarrierRemittance, CarrierRemittance.id == CarrierRemittanceLine.remittance_id)
            .where(CarrierRemittanceLine.remittance_id == remittance.id, _may_see(person))
            .order_by(CarrierRemittanceLine.id)
        )
    )


def province_of_part(part_id: int | None) -> str | None:
    return session.scalar(
        select(Cooperative.province_code)
        .join(CooperativeOrder, CooperativeOrder.cooperative_id == Cooperative.id)
        .where(CooperativeOrder.id == part_id)
    )


def billable_parts(parcel_codes: Collection[str]) -> dict[str, list[CooperativeOrder]]:
    """What lies in parcels that a service took along and on which it collected nothing, by the code it knows them by: a
    part's own, or that of a collecting place's parcel."""
    has_left = and_(CooperativeOrder.state.in_(HAS_LEFT), Order.payment_method != Method.CASH_ON_DELIVERY)
    alone = (
        select(CooperativeOrder.code, CooperativeOrder)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(CooperativeOrder.code.in_(parcel_codes), CooperativeOrder.delivery_way == Way.CARRIER, has_left)
    )
    together = (
        select(HubParcel.code, CooperativeOrder)
        .join(HubArrival, HubArrival.hub_parcel_id == HubParcel.id)
        .join(CooperativeOrder, CooperativeOrder.id == HubArrival.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(HubParcel.code.in_(parcel_codes), HubParcel.carrier != "", has_left)
        .order_by(CooperativeOrder.id)
    )
    found: defaultdict[str, list[CooperativeOrder]] = defaultdict(list)
    for code, part in [*session.execute(alone), *session.execute(together)]:
        found[code].append(part)
    return dict(found)


def billed_part_ids(part_ids: Collection[int]) -> set[int]:
    query = select(CarrierBillLine.cooperative_order_id).where(CarrierBillLine.cooperative_order_id.in_(part_ids))
    return set(session.scalars(query))


def bills(*, limit: int) -> list[CarrierBill]:
    """Unpaid ones first, then newest first."""
    query = select(CarrierBill).order_by(CarrierBill.bank_transaction_id.is_not(None), CarrierBill.id.desc())
    return list(session.scalars(query.limit(limit)))


def find_bill(bill_id: int) -> CarrierBill | None:
    return session.get(CarrierBill, bill_id)


_LONGEST_WAY = timedelta(days=7)  # a payout stands on the account a few days before or after its statement comes


@dataclass(frozen=True)
class Arrival:
    """What a carrier's statement should bring to the account; with what it came, or what looks like it."""

    net_dong: int
    movement: BankTransaction | None
    proposals: list[BankTransaction]

    @property
    def is_certain(self) -> bool:
        return self.movement is not None and self.movement.state == BankState.DISCARDED


def net_dong(remittance: CarrierRemittance) -> int:
    """What of a statement was booked as money on the account: all lines that were taken, whoever may see them."""
    line = CarrierRemittanceLine
    query = select(func.coalesce(func.sum(line.collected_dong - line.shipping_dong - line.fee_dong), 0)).where(
        line.remittance_id == remittance.id, line.state.in_(REMITTED)
    )
    return int(session.scalar(query) or 0)


def arrival_of(remittance: CarrierRemittance) -> Arrival:
    net = net_dong(remittance)
    known = session.get(RemittanceArrival, remittance.id)
    movement = session.get(BankTransaction, known.bank_transaction_id) if known is not None else None
    if movement is not None and movement.state == BankState.DISCARDED:
        return Arrival(net, movement, [])
    found = payments_read.movements_like(Direction.IN, net, since=remittance.at - _LONGEST_WAY)
    return Arrival(net, movement, found)


def arrivals_to_confirm() -> list[tuple[CarrierRemittance, Arrival]]:
    """Statements whose money seems to stand on the account as money of unknown purpose; newest first."""
    settled = select(RemittanceArrival.remittance_id).join(
        BankTransaction, BankTransaction.id == RemittanceArrival.bank_transaction_id
    )
    waiting = session.scalars(
        select(CarrierRemittance)
        .where(CarrierRemittance.id.not_in(settled.where(BankTransaction.state == BankState.DISCARDED)))
        .order_by(CarrierRemittance.id.desc())
        .limit(30)
    )
    found = [(one, arrival_of(one)) for one in waiting]
    return [(one, arrival) for one, arrival in found if arrival.proposals]


def find_ride(part: CooperativeOrder) -> CoachRide | None:
    """The coach that took this part along."""
    return session.get(CoachRide, part.id)


def rides_of(order_code: str) -> list[tuple[CooperativeOrder, CoachRide]]:
    """The coaches that bring parts of this order; for whoever may read it."""
    rows = session.execute(
        select(CooperativeOrder, CoachRide)
        .join(CoachRide, CoachRide.cooperative_order_id == CooperativeOrder.id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(Order.code == order_code)
        .order_by(CooperativeOrder.id)
    )
    return [(part, ride) for part, ride in rows]
