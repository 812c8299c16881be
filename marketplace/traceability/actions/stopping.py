"""Holds and recalls. Both reach everything that was made from the lot, in the same transaction (I10)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, select, update

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, clock, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import documents
from marketplace.traceability.actions import telling
from marketplace.traceability.actions.telling import NOW, Occurrence
from marketplace.traceability.documents import Item
from marketplace.traceability.errors import LotMoveRefused, NeedsOfficer
from marketplace.traceability.events import LotClosed, LotReopened, LotsRecalled
from marketplace.traceability.models import Lot, LotHold, Unit
from marketplace.traceability.queries.genealogy import descendants_of
from marketplace.traceability.states import EventKind, ItemRole, LotState, UnitState

_STOPPABLE = (LotState.RECORDED, LotState.PUBLISHED, LotState.ON_HOLD)


def hold(lot: Lot, *, by: int | None, reason: str, occurrence: Occurrence = NOW) -> None:
    """Stop the sale of the lot and of all that was made from it, for now. Announces LotClosed; raises LotMoveRefused."""
    _stop(lot, by=by, reason=reason, needs_officer=False)
    _tell(EventKind.HELD, [lot], by=by, occurrence=occurrence)


def stop_for_officer(lot: Lot, *, by: int | None, reason: str) -> None:
    """Stop a lot that only an officer may release: more came in than its land can give, or its label was copied.

    A lot that its cooperative holds already is held for this reason too, so that it cannot go free without the
    officer; the same reason a second time adds nothing. Raises LotMoveRefused when it was recalled.
    """
    waits_already = select(LotHold.id).where(
        LotHold.lot_id == lot.id,
        LotHold.root_lot_id == lot.id,
        LotHold.needs_officer,
        LotHold.reason == reason,
        LotHold.released_at.is_(None),
    )
    if session.scalar(waits_already.limit(1)) is not None:
        return
    _stop(lot, by=by, reason=reason, needs_officer=True)
    _tell(EventKind.HELD, [lot], by=by, occurrence=NOW)


def release(lot: Lot, *, by: int | None, reason: str, is_officer: bool = False, occurrence: Occurrence = NOW) -> None:
    """End the holds that began with this lot; each lot goes back to where it was unless another hold stops it still.

    An officer ends what waits for officers; a hold of the cooperative beside it is the cooperative's to end.
    Announces LotReopened; raises LotMoveRefused when it is not on hold, NeedsOfficer when its cooperative may not.
    """
    holds = session.scalars(
        select(LotHold)
        .where(LotHold.root_lot_id == lot.id, LotHold.released_at.is_(None))
        .order_by(LotHold.lot_id)
        .with_for_update()
    ).all()
    if lot.state != LotState.ON_HOLD or not holds:
        raise LotMoveRefused(f"lot {lot.code} is {lot.state}; no hold of its own stops it")
    for_officer = [each for each in holds if each.needs_officer]
    if for_officer and not is_officer:
        raise NeedsOfficer(lot.code)
    ended = for_officer or holds
    public_version.changed()
    for each in ended:
        each.released_at = clock.now()
    session.flush()
    for each in ended:
        _go_back(each)
    session.refresh(lot)
    audit.record(
        "traceability:lot:release",
        subject="lot",
        subject_id=lot.id,
        by=by,
        province_code=session.get_one(Cooperative, lot.cooperative_id).province_code if is_officer else None,
        reason=reason,
        code=lot.code,
    )
    if len(ended) < len(holds):
        return  # its own cooperative holds it still, so nobody is told that it is free
    _tell(EventKind.RELEASED, [lot], by=by, occurrence=occurrence)


def recall(lot: Lot, *, by: int | None, reason: str, occurrence: Occurrence = NOW) -> list[int]:
    """Call the lot and all that was made from it back for good; gives the lots reached.

    Announces LotClosed for each and LotsRecalled once; raises LotMoveRefused. Units are recalled with their lots;
    open orders can no longer be packed or sent with them.
    """
    public_version.changed()
    recalled: set[int] = set()
    reached = {lot.id}
    # Again until nothing new turns up: while we waited for a lot's row, somebody may have made another one of it.
    while reached:
        recalled |= _recall_these(reached, reason=reason)
        if lot.id not in recalled:
            session.refresh(lot)
            raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot be recalled")
        reached = set(descendants_of(lot.id, states=_STOPPABLE)) - recalled
    session.refresh(lot)
    lots = _load(recalled)
    for each in lots:
        _note("recalled", each, root=lot, by=by, reason=reason)
        announce(LotClosed(each.id, each.product_id, reason))
    _tell(EventKind.RECALLED, lots, by=by, occurrence=occurrence)
    announce(LotsRecalled(lot.id, tuple(each.id for each in lots), reason))
    return [each.id for each in lots]


def _recall_these(lot_ids: Collection[int], *, reason: str) -> set[int]:
    moved = session.execute(
        update(Lot)
        .where(Lot.id.in_(lot_ids), Lot.state.in_(_STOPPABLE))
        .values(state=LotState.RECALLED, state_reason=reason)
        .returning(Lot.id)
        .execution_options(synchronize_session=False)
    )
    recalled = set(moved.scalars())
    session.execute(
        update(Unit)
        .where(Unit.lot_id.in_(recalled), Unit.state != UnitState.VOID)
        .values(state=UnitState.RECALLED, state_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return recalled


def _stop(lot: Lot, *, by: int | None, reason: str, needs_officer: bool) -> None:
    public_version.changed()
    # A cooperative holds a lot once; what an officer must look at is added to whatever stops the lot.
    if lot.state not in (_STOPPABLE if needs_officer else (LotState.RECORDED, LotState.PUBLISHED)):
        raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot be held")
    held: set[int] = set()
    reached = {lot.id}
    while reached:  # as in a recall: a lot may have been made while we waited
        for each in _load(reached):
            _hold_one(each, root=lot, by=by, reason=reason, needs_officer=needs_officer)
        held |= reached
        reached = set(descendants_of(lot.id, states=_STOPPABLE)) - held
    session.refresh(lot)


def _hold_one(lot: Lot, *, root: Lot, by: int | None, reason: str, needs_officer: bool) -> None:
    was = lot.state
    if was not in _STOPPABLE:
        return
    if was == LotState.ON_HOLD:
        # The hold that it has remembers where it goes back to; this one outlives it or ends before it.
        was = session.scalars(select(LotHold.was_state).where(LotHold.lot_id == lot.id).order_by(LotHold.id)).all()[-1]
    else:
        moved = session.execute(
            update(Lot)
            .where(Lot.id == lot.id, Lot.state == was)
            .values(state=LotState.ON_HOLD, state_reason=reason)
            .returning(Lot.id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
        session.refresh(lot)
        if moved is None:
            raise LotMoveRefused(f"lot {lot.code} is {lot.state} meanwhile")
        announce(LotClosed(lot.id, lot.product_id, reason))
    session.add(
        LotHold(
            lot_id=lot.id,
            root_lot_id=root.id,
            was_state=was,
            reason=reason,
            needs_officer=needs_officer,
            by_id=by,
            at=clock.now(),
        )
    )
    session.flush()
    _note("on_hold", lot, root=root, by=by, reason=reason)


def _note(what: str, lot: Lot, *, root: Lot, by: int | None, reason: str) -> None:
    """Among the deeds that officers of the province read, by the lot's number and its cooperative."""
    owner = session.get_one(Cooperative, lot.cooperative_id)
    audit.record(
        f"traceability:lot:{what}",
        subject="lot",
        subject_id=lot.id,
        by=by,
        province_code=owner.province_code,
        reason=reason,
        root=root.code,
        name=f"{lot.batch}, {owner.short_name}",
    )


def _go_back(hold: LotHold) -> None:
    still = exists().where(LotHold.lot_id == hold.lot_id, LotHold.released_at.is_(None))
    back = session.execute(
        update(Lot)
        .where(Lot.id == hold.lot_id, Lot.state == LotState.ON_HOLD, ~still)
        .values(state=hold.was_state, state_reason="")
        .returning(Lot.id, Lot.product_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if back is not None:
        announce(LotReopened(back.id, back.product_id))


def _load(lot_ids: Collection[int]) -> list[Lot]:
    """In the order of their keys, locked, as they stand now."""
    return list(
        session.scalars(
            select(Lot)
            .where(Lot.id.in_(lot_ids))
            .order_by(Lot.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _tell(kind: EventKind, lots: list[Lot], *, by: int | None, occurrence: Occurrence) -> None:
    telling.tell(
        kind,
        cooperative_id=lots[0].cooperative_id,
        items=[Item(ItemRole.WHAT, lot.id, documents.lot_uri(lot.code), lot.quantity, _unit(lot)) for lot in lots],
        by=by,
        occurrence=occurrence,
    )


def _unit(lot: Lot) -> BaseUnit:
    return session.get_one(Product, lot.product_id).base_unit
