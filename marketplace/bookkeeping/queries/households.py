"""Who delivered for a lot, what the lot has earned for good, and the sheets that divide it; of one cooperative only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.bookkeeping import rules
from marketplace.bookkeeping.models import HouseholdDelivery, HouseholdShare, HouseholdSheet, HouseholdSheetLot
from marketplace.bookkeeping.rules import Division, LotPot, Share, Weighed
from marketplace.bookkeeping.states import SheetState
from marketplace.catalogue.models import Product
from marketplace.farming.models import Plot
from marketplace.foundation.database import session
from marketplace.foundation.money import split_dong
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerJournal, Payout
from marketplace.ledger.queries import payouts
from marketplace.ledger.states import Event
from marketplace.orders.models import CooperativeOrder, OrderLine, OrderLineLot
from marketplace.orders.states import HAS_ARRIVED
from marketplace.traceability.models import Lot


@dataclass(frozen=True)
class Earning:
    """A lot that has earned something, and what of it was given to households already."""

    lot: Lot
    product_name: str
    earned_dong: int
    shared_dong: int
    delivered_grams: int

    @property
    def left_dong(self) -> int:
        return self.earned_dong - self.shared_dong


def earned_by_lot(
    cooperative_id: int, lot_ids: Collection[int] | None = None, *, part_codes: Collection[str] | None = None
) -> dict[int, int]:
    """What packs of each lot have brought in for good: the price of what buyers kept, less the market's fee on it and
    less what the cooperative had to bear of money taken back.

    Only of parts whose time to complain is over, so that what is given to households is not asked back from them.
    """
    conditions = [
        CooperativeOrder.cooperative_id == cooperative_id,
        CooperativeOrder.state.in_(HAS_ARRIVED),
        CooperativeOrder.released_at.is_not(None),
    ]
    if part_codes is not None:
        conditions.append(CooperativeOrder.code.in_(part_codes))
    of_lots = select(OrderLineLot.order_line_id)
    if lot_ids is not None:
        of_lots = of_lots.where(OrderLineLot.lot_id.in_(lot_ids))
    # Whole parts, since what was taken back of a part is borne by all its lines.
    parts = select(OrderLine.cooperative_order_id).where(OrderLine.id.in_(of_lots))
    rows = session.execute(
        select(
            OrderLine.id,
            CooperativeOrder.code,
            OrderLine.price_dong,
            OrderLine.packed_dong,
            OrderLine.quantity,
            OrderLine.refunded_packs,
            OrderLine.fee_dong,
            OrderLineLot.lot_id,
            OrderLineLot.quantity.label("taken"),
        )
        .join(CooperativeOrder, CooperativeOrder.id == OrderLine.cooperative_order_id)
        .join(OrderLineLot, OrderLineLot.order_line_id == OrderLine.id)
        .where(*conditions, OrderLine.cooperative_order_id.in_(parts))
        .order_by(OrderLine.id, OrderLineLot.lot_id)
    ).all()
    borne = _borne(cooperative_id, {row.code for row in rows})
    lines: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    net: dict[int, int] = {}
    of_part: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.id not in net:
            amount = row.price_dong * row.quantity if row.packed_dong is None else row.packed_dong
            # What running shares of price and fee leave with the packs that were kept (payments.md 3.5).
            kept = amount - amount * row.refunded_packs // row.quantity
            net[row.id] = kept - (row.fee_dong - row.fee_dong * row.refunded_packs // row.quantity)
            of_part[row.code].append(row.id)
        lines[row.id].append((row.lot_id, row.taken))
    for code, taken_dong in borne.items():
        ids = of_part[code]
        weights = [max(0, net[line_id]) for line_id in ids]
        if sum(weights):
            for line_id, part in zip(ids, split_dong(taken_dong, weights), strict=True):
                net[line_id] -= part
    earned: defaultdict[int, int] = defaultdict(int)
    for line_id, lots in lines.items():
        for (lot_id, _taken), dong in zip(lots, split_dong(net[line_id], [taken for _lot, taken in lots]), strict=True):
            earned[lot_id] += dong
    return {lot_id: dong for lot_id, dong in earned.items() if lot_ids is None or lot_id in lot_ids}


def _borne(cooperative_id: int, part_codes: Collection[str]) -> dict[str, int]:
    """What the cooperative lost of its parts because a provider took money back; moves between its accounts are none."""
    amount = func.sum(LedgerEntry.amount_dong)
    rows = session.execute(
        select(LedgerEntry.reference, amount)
        .join(LedgerAccount, LedgerAccount.id == LedgerEntry.account_id)
        .join(LedgerJournal, LedgerJournal.id == LedgerEntry.journal_id)
        .where(
            LedgerAccount.cooperative_id == cooperative_id,
            LedgerJournal.event == Event.DISPUTE,
            LedgerEntry.reference.in_(part_codes),
        )
        .group_by(LedgerEntry.reference)
        .having(amount > 0)
    )
    return {reference: int(total) for reference, total in rows}


def shared_by_lot(
    cooperative_id: int, lot_ids: Collection[int] | None = None, *, but: int | None = None
) -> dict[int, int]:
    """What closed sheets divide of each lot; `but` is a sheet that another one is about to replace."""
    query = (
        select(HouseholdSheetLot.lot_id, func.sum(HouseholdSheetLot.earned_dong))
        .join(HouseholdSheet, HouseholdSheet.id == HouseholdSheetLot.sheet_id)
        .where(HouseholdSheet.cooperative_id == cooperative_id, HouseholdSheet.state == SheetState.CLOSED)
        .group_by(HouseholdSheetLot.lot_id)
    )
    if lot_ids is not None:
        query = query.where(HouseholdSheetLot.lot_id.in_(lot_ids))
    if but is not None:
        query = query.where(HouseholdSheet.id != but)
    return {lot_id: int(total) for lot_id, total in session.execute(query)}


def earnings(cooperative_id: int, *, payout: Payout | None = None) -> list[Earning]:
    """Lots that have earned, or earned in this payout, newest first.

    What closed sheets divide of a lot names no payout: of one payout there is left to share what was earned in it, as
    long as the lot has so much left in all.
    """
    earned, shared = earned_by_lot(cooperative_id), shared_by_lot(cooperative_id)
    if payout is not None:
        codes = [reference for reference, _amount in payouts.lines_of(payout)]
        paid = earned_by_lot(cooperative_id, part_codes=codes)
        left = {lot_id: min(dong, earned.get(lot_id, 0) - shared.get(lot_id, 0)) for lot_id, dong in paid.items()}
        earned, shared = paid, {lot_id: dong - left[lot_id] for lot_id, dong in paid.items()}
    grams = _delivered_grams(earned)
    rows = session.execute(
        select(Lot, Product.name)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.id.in_(earned))
        .order_by(Lot.id.desc())
    )
    return [
        Earning(lot, name, earned[lot.id], shared.get(lot.id, 0), grams.get(lot.id, 0))
        for lot, name in rows
        if earned[lot.id] > 0
    ]


def _delivered_grams(lot_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(HouseholdDelivery.lot_id, func.sum(HouseholdDelivery.grams))
        .where(HouseholdDelivery.lot_id.in_(lot_ids))
        .group_by(HouseholdDelivery.lot_id)
    )
    return {lot_id: int(total) for lot_id, total in rows}


def find_lot(cooperative_id: int, code: str) -> tuple[Lot, str] | None:
    row = session.execute(
        select(Lot, Product.name)
        .join(Product, Product.id == Lot.product_id)
        .where(Lot.cooperative_id == cooperative_id, Lot.code == code)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def deliveries_of(lot_id: int) -> list[HouseholdDelivery]:
    """In the order in which they were written down."""
    return list(
        session.scalars(
            select(HouseholdDelivery).where(HouseholdDelivery.lot_id == lot_id).order_by(HouseholdDelivery.id)
        )
    )


def find_delivery(cooperative_id: int, delivery_id: int) -> HouseholdDelivery | None:
    return session.scalar(
        select(HouseholdDelivery).where(
            HouseholdDelivery.id == delivery_id, HouseholdDelivery.cooperative_id == cooperative_id
        )
    )


def known_households(cooperative_id: int) -> list[str]:
    """Names to choose from: who delivered before, and whose plots are known."""
    delivered = session.scalars(
        select(HouseholdDelivery.household).where(HouseholdDelivery.cooperative_id == cooperative_id).distinct()
    )
    farmers = session.scalars(
        select(Plot.farmer).where(Plot.cooperative_id == cooperative_id, Plot.farmer != "").distinct()
    )
    names = {rules.same_household(name): name for name in [*farmers, *delivered]}
    return [names[key] for key in sorted(names)]


def sheets_of(cooperative_id: int, *, limit: int = 60) -> list[HouseholdSheet]:
    """Newest first."""
    query = select(HouseholdSheet).where(HouseholdSheet.cooperative_id == cooperative_id)
    return list(session.scalars(query.order_by(HouseholdSheet.id.desc()).limit(limit)))


def find_sheet(cooperative_id: int, code: str) -> HouseholdSheet | None:
    return session.scalar(
        select(HouseholdSheet).where(HouseholdSheet.cooperative_id == cooperative_id, HouseholdSheet.code == code)
    )


def find_neighbours(sheet: HouseholdSheet) -> tuple[HouseholdSheet | None, HouseholdSheet | None]:
    """The sheet that this one corrects, and the one that corrects it."""
    before = session.get(HouseholdSheet, sheet.corrects_id) if sheet.corrects_id is not None else None
    query = select(HouseholdSheet).where(HouseholdSheet.corrects_id == sheet.id).order_by(HouseholdSheet.id.desc())
    return before, session.scalar(query.limit(1))


def pots_of(sheet: HouseholdSheet) -> list[LotPot]:
    """What an open sheet would divide now, lot by lot; a lot that has nothing left to divide stands with what it lacks."""
    ids = [one.lot_id for one in sheet.lots]
    earned = earned_by_lot(sheet.cooperative_id, ids)
    shared = shared_by_lot(sheet.cooperative_id, ids, but=sheet.corrects_id)
    left = {lot_id: earned.get(lot_id, 0) - shared.get(lot_id, 0) for lot_id in ids}
    payout = session.get(Payout, sheet.payout_id) if sheet.payout_id is not None else None
    if payout is not None:
        codes = [reference for reference, _amount in payouts.lines_of(payout)]
        paid = earned_by_lot(sheet.cooperative_id, ids, part_codes=codes)
        left = {lot_id: min(left[lot_id], paid.get(lot_id, 0)) for lot_id in ids}
    delivered = _weighed(ids)
    return [LotPot(lot_id, left[lot_id], rules.add_up(delivered[lot_id])) for lot_id in ids]


def _weighed(lot_ids: Collection[int]) -> defaultdict[int, list[Weighed]]:
    rows = session.execute(
        select(HouseholdDelivery.lot_id, HouseholdDelivery.household, HouseholdDelivery.grams)
        .where(HouseholdDelivery.lot_id.in_(lot_ids))
        .order_by(HouseholdDelivery.id)
    )
    found: defaultdict[int, list[Weighed]] = defaultdict(list)
    for lot_id, household, grams in rows:
        found[lot_id].append(Weighed(household, grams))
    return found


@dataclass(frozen=True)
class HouseholdRow:
    """All that a household gets by a sheet: so much of each lot."""

    household: str
    grams: int
    amount_dong: int
    by_lot: Mapping[int, Share]


@dataclass(frozen=True)
class SheetView:
    """A sheet as it is, or as it would be if it were closed now; `missing` are lots nobody delivered for."""

    sheet: HouseholdSheet
    division: Division
    earned: Mapping[int, int]
    rows: list[HouseholdRow]
    missing: list[HouseholdSheetLot]

    @property
    def grams(self) -> int:
        return sum(row.grams for row in self.rows)


def view(sheet: HouseholdSheet) -> SheetView:
    if sheet.state == SheetState.OPEN:
        return _preview(sheet)
    shares = tuple(
        Share(row.lot_id, row.household, row.grams, row.amount_dong)
        for row in session.scalars(
            select(HouseholdShare).where(HouseholdShare.sheet_id == sheet.id).order_by(HouseholdShare.id)
        )
    )
    division = Division(sheet.earned_dong, sheet.fund_dong, sheet.costs_dong, shares)
    return SheetView(sheet, division, {one.lot_id: one.earned_dong for one in sheet.lots}, _rows(shares), [])


def _preview(sheet: HouseholdSheet) -> SheetView:
    pots = pots_of(sheet)
    empty = {pot.lot_id for pot in pots if pot.earned_dong > 0 and not pot.deliveries}
    full = [pot for pot in pots if pot.earned_dong > 0 and pot.deliveries]
    costs = min(sheet.costs_dong, rules.most_costs(full, fund_basis_points=sheet.fund_basis_points))
    division = (
        rules.divide(full, fund_basis_points=sheet.fund_basis_points, costs_dong=costs)
        if full
        else Division(0, 0, 0, ())
    )
    missing = [one for one in sheet.lots if one.lot_id in empty]
    return SheetView(sheet, division, {pot.lot_id: pot.earned_dong for pot in pots}, _rows(division.shares), missing)


def _rows(shares: Collection[Share]) -> list[HouseholdRow]:
    found: defaultdict[str, list[Share]] = defaultdict(list)
    for share in shares:
        found[rules.same_household(share.household)].append(share)
    return [
        HouseholdRow(
            several[0].household,
            sum(one.grams for one in several),
            sum(one.amount_dong for one in several),
            {one.lot_id: one for one in several},
        )
        for several in found.values()
    ]


def sheets_that_do_not_add_up() -> list[str]:
    """Invariant: what households get, the fund and the costs are what a closed sheet divides, and that is of its lots."""
    shares = (
        select(HouseholdShare.sheet_id, func.sum(HouseholdShare.amount_dong).label("amount"))
        .group_by(HouseholdShare.sheet_id)
        .subquery()
    )
    lots = (
        select(HouseholdSheetLot.sheet_id, func.sum(HouseholdSheetLot.earned_dong).label("amount"))
        .group_by(HouseholdSheetLot.sheet_id)
        .subquery()
    )
    rows = session.execute(
        select(HouseholdSheet, func.coalesce(shares.c.amount, 0), func.coalesce(lots.c.amount, 0))
        .outerjoin(shares, shares.c.sheet_id == HouseholdSheet.id)
        .outerjoin(lots, lots.c.sheet_id == HouseholdSheet.id)
        .where(HouseholdSheet.state != SheetState.OPEN)
        .order_by(HouseholdSheet.id)
    )
    return [
        f"sheet {sheet.code} shares {int(given)} and its lots earned {int(earned)}, it says {sheet.shared_dong} of"
        f" {sheet.earned_dong}"
        for sheet, given, earned in rows
        if (int(given), int(earned)) != (sheet.shared_dong, sheet.earned_dong)
        or sheet.fund_dong + sheet.costs_dong + sheet.shared_dong != sheet.earned_dong
    ]
