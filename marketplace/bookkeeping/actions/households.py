"""Sharing what lots have earned among the households that delivered for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.bookkeeping import rules
from marketplace.bookkeeping.errors import SheetRefused
from marketplace.bookkeeping.models import HouseholdDelivery, HouseholdShare, HouseholdSheet, HouseholdSheetLot
from marketplace.bookkeeping.queries import households
from marketplace.bookkeeping.rules import Weighed
from marketplace.bookkeeping.states import SheetState
from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import is_sqlite, session
from marketplace.traceability.models import Lot


def note_deliveries(lot: Lot, delivered: Sequence[Weighed], *, on: date, token: str, by: int) -> int:
    """Write down who brought how much for a lot; gives how many are new. The same form again writes nothing."""
    made = sqlite_insert if is_sqlite() else postgresql_insert
    found = session.scalars(
        made(HouseholdDelivery)
        .values(
            [
                {
                    "cooperative_id": lot.cooperative_id, "lot_id": lot.id, "household": one.household,
                    "grams": one.grams, "delivered_on": on, "token": token, "position": position, "by_id": by,
                    "at": clock.now(),
                }
                for position, one in enumerate(delivered)
            ]
        )
        .on_conflict_do_nothing(index_elements=["cooperative_id", "token", "position"])
        .returning(HouseholdDelivery.id)
    ).all()  # fmt: skip
    if found:
        audit.record(
            "bookkeeping:household_delivery:note", subject="lot", subject_id=lot.id, by=by, count=len(found),
            grams=sum(one.grams for one in delivered),
        )  # fmt: skip
    return len(found)


def remove_delivery(delivery: HouseholdDelivery, *, by: int) -> None:
    """It was a slip of the pen. Closed sheets keep what they say."""
    session.execute(delete(HouseholdDelivery).where(HouseholdDelivery.id == delivery.id))
    audit.record(
        "bookkeeping:household_delivery:remove", subject="lot", subject_id=delivery.lot_id, by=by,
        grams=delivery.grams,
    )  # fmt: skip


def open_sheet(
    *, cooperative_id: int, lots: Sequence[tuple[Lot, str]], title: str, payout_id: int | None, token: str, by: int
) -> HouseholdSheet:
    """Begin a sheet over these lots (with the names of their products); the same form again gives the same sheet."""
    known = session.scalar(
        select(HouseholdSheet).where(HouseholdSheet.cooperative_id == cooperative_id, HouseholdSheet.token == token)
    )
    if known is not None:
        return known
    sheet = HouseholdSheet(
        code=f"CH{codes.random_code(7)}",
        token=token,
        cooperative_id=cooperative_id,
        title=title,
        payout_id=payout_id,
        made_by_id=by,
        made_at=clock.now(),
        lots=[HouseholdSheetLot(lot_id=lot.id, lot_code=lot.code, product_name=name) for lot, name in lots],
    )
    session.add(sheet)
    session.flush()
    audit.record(
        "bookkeeping:household_sheet:open", subject="household_sheet", subject_id=sheet.id, by=by, code=sheet.code
    )
    return sheet


def set_deductions(sheet: HouseholdSheet, *, fund_basis_points: int, costs_dong: int, costs_note: str) -> None:
    """What stays with the cooperative. Raises SheetRefused when the sheet is closed, or more is taken than was earned."""
    _hold(sheet)
    pots = [pot for pot in households.pots_of(sheet) if pot.earned_dong > 0]
    most = rules.most_costs(pots, fund_basis_points=fund_basis_points)
    if costs_dong > most:
        raise SheetRefused("takes_too_much", most_dong=most)
    sheet.fund_basis_points, sheet.costs_dong, sheet.costs_note = fund_basis_points, costs_dong, costs_note
    session.flush()


def close_sheet(sheet: HouseholdSheet, *, seen_dong: int, by: int) -> None:
    """Freeze what every household gets. The sheet that it corrects is replaced by it.

    Never more than the lots have earned and no sheet has divided before, whoever closes another one at the same time.
    `seen_dong` is what the page showed as shared: when a sale or a delivery came meanwhile, it is shown again first.
    Raises SheetRefused, and then nothing is closed.
    """
    _hold(sheet)
    pots = households.pots_of(sheet)
    codes_of = {one.lot_id: one.lot_code for one in sheet.lots}
    for pot in pots:
        if pot.earned_dong < 0:
            raise SheetRefused("more_than_earned", lot_code=codes_of[pot.lot_id])
    pots = [pot for pot in pots if pot.earned_dong]
    if not pots:
        raise SheetRefused("nothing_to_share")
    for pot in pots:
        if not pot.deliveries:
            raise SheetRefused("nobody_delivered", lot_code=codes_of[pot.lot_id])
    most = rules.most_costs(pots, fund_basis_points=sheet.fund_basis_points)
    if sheet.costs_dong > most:
        raise SheetRefused("takes_too_much", most_dong=most)
    division = rules.divide(pots, fund_basis_points=sheet.fund_basis_points, costs_dong=sheet.costs_dong)
    if division.shared_dong != seen_dong:
        raise SheetRefused("changed")
    _freeze(sheet, division, {pot.lot_id: pot.earned_dong for pot in pots})
    sheet.state, sheet.closed_by_id, sheet.closed_at = SheetState.CLOSED, by, clock.now()
    if sheet.corrects_id is not None:
        replaced = session.execute(
            update(HouseholdSheet)
            .where(HouseholdSheet.id == sheet.corrects_id, HouseholdSheet.state == SheetState.CLOSED)
            .values(state=SheetState.REPLACED)
            .returning(HouseholdSheet.id)
        ).one_or_none()
        if replaced is None:
            raise SheetRefused("changed")
    session.flush()
    audit.record(
        "bookkeeping:household_sheet:close", subject="household_sheet", subject_id=sheet.id, by=by, code=sheet.code,
        version=sheet.version, earned_dong=sheet.earned_dong, shared_dong=sheet.shared_dong, reason=sheet.reason,
    )  # fmt: skip


def _freeze(sheet: HouseholdSheet, division: rules.Division, earned: dict[int, int]) -> None:
    sheet.earned_dong, sheet.fund_dong = division.earned_dong, division.fund_dong
    sheet.shared_dong = division.shared_dong
    for one in sheet.lots:
        one.earned_dong = earned.get(one.lot_id, 0)
    session.execute(
        insert(HouseholdShare),
        [
            {
                "sheet_id": sheet.id, "lot_id": share.lot_id, "household": share.household, "grams": share.grams,
                "amount_dong": share.amount_dong,
            }
            for share in division.shares
        ],
    )  # fmt: skip


def correct_sheet(sheet: HouseholdSheet, *, reason: str, by: int) -> HouseholdSheet:
    """Begin a new version; the closed one stays as it is until the new one is closed. Raises SheetRefused when the sheet
    is not closed. A version that is begun already is given back."""
    locked = session.scalars(
        select(HouseholdSheet)
        .where(HouseholdSheet.id == sheet.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if locked.state != SheetState.CLOSED:
        raise SheetRefused("not_open")
    _before, begun = households.find_neighbours(locked)
    if begun is not None:
        return begun
    made = HouseholdSheet(
        code=f"CH{codes.random_code(7)}", token=f"corrects:{locked.id}:{codes.random_code(7)}",
        cooperative_id=locked.cooperative_id, title=locked.title, version=locked.version + 1, corrects_id=locked.id,
        reason=reason, payout_id=locked.payout_id, fund_basis_points=locked.fund_basis_points,
        costs_dong=locked.costs_dong, costs_note=locked.costs_note, made_by_id=by, made_at=clock.now(),
        lots=[
            HouseholdSheetLot(lot_id=one.lot_id, lot_code=one.lot_code, product_name=one.product_name)
            for one in locked.lots
        ],
    )  # fmt: skip
    session.add(made)
    session.flush()
    audit.record(
        "bookkeeping:household_sheet:correct", subject="household_sheet", subject_id=made.id, by=by, reason=reason,
        code=made.code, corrects=locked.code,
    )  # fmt: skip
    return made


def drop_sheet(sheet: HouseholdSheet, *, by: int) -> None:
    """A draft that nobody needs. Raises SheetRefused when it is closed."""
    _hold(sheet)
    session.execute(delete(HouseholdSheetLot).where(HouseholdSheetLot.sheet_id == sheet.id))
    session.execute(delete(HouseholdSheet).where(HouseholdSheet.id == sheet.id))
    session.expunge(sheet)
    audit.record(
        "bookkeeping:household_sheet:drop", subject="household_sheet", subject_id=sheet.id, by=by, code=sheet.code
    )


def _hold(sheet: HouseholdSheet) -> None:
    """Nobody else closes a sheet over the same lots until the transaction ends. Raises SheetRefused when it is closed."""
    lot_ids = select(HouseholdSheetLot.lot_id).where(HouseholdSheetLot.sheet_id == sheet.id)
    session.execute(select(Lot.id).where(Lot.id.in_(lot_ids)).order_by(Lot.id).with_for_update())
    locked = session.scalar(
        select(HouseholdSheet)
        .where(HouseholdSheet.id == sheet.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if locked is None or locked.state != SheetState.OPEN:
        raise SheetRefused("not_open")
