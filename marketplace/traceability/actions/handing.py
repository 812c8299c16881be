"""Goods that go from one cooperative's lot into a lot of another: offered, then accepted, refused or withdrawn."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue.models import Product
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.traceability import rules
from marketplace.traceability.actions import balance
from marketplace.traceability.actions.transforming import Input, Output, transform
from marketplace.traceability.errors import LotMoveRefused, NotEnoughInLot, TransferOver
from marketplace.traceability.events import StockChanged
from marketplace.traceability.models import Lot, LotTransfer
from marketplace.traceability.states import MovementKind, TransferState


def offer(lot: Lot, *, receiver_id: int, quantity: int, token: str, note: str, by: int | None) -> LotTransfer:
    """Offer goods to another cooperative; until it answers, nobody else can have them.

    A lot that is only recorded will do: paddy goes to the mill without ever being on sale. The same `token` a second
    time gives the first offer. Raises NotEnoughInLot, LotMoveRefused.
    """
    before = session.scalar(
        select(LotTransfer).where(LotTransfer.token == token, LotTransfer.giver_id == lot.cooperative_id)
    )
    if before is not None:
        return before
    transfer = LotTransfer(
        token=token,
        lot_id=lot.id,
        giver_id=lot.cooperative_id,
        receiver_id=receiver_id,
        quantity=quantity,
        note=note,
        offered_by_id=by,
        offered_at=clock.now(),
        state=TransferState.OFFERED,
    )
    session.add(transfer)
    session.flush()
    held = balance.change(
        lot.id, MovementKind.RESERVED, quantity, reference=_reference(transfer), by=by, states=balance.COUNTED
    )
    session.refresh(lot)
    if not held:
        if lot.state not in balance.COUNTED:
            raise LotMoveRefused(f"lot {lot.code} is {lot.state}; nothing of it is handed over")
        raise NotEnoughInLot(lot.code, asked=quantity, left=lot.available)
    if lot.to_label < quantity:  # labelled packs carry the giver's name and cannot become another's goods
        raise NotEnoughInLot(lot.code, asked=quantity, left=lot.to_label, labelled=lot.labelled)
    announce(StockChanged(lot.product_id))
    audit.record(
        "traceability:transfer:offered",
        subject="lot",
        subject_id=lot.id,
        by=by,
        code=lot.code,
        receiver=receiver_id,
        quantity=quantity,
    )
    return transfer


def accept(
    transfer: LotTransfer,
    product: Product,
    *,
    batch: str,
    best_before: date,
    place: str,
    commune_code: str,
    by: int | None,
) -> Lot:
    """Take the goods over into a lot of the receiver's own product; its origin leads back to the giver's lot.

    Raises TransferOver, and what `transform` raises: NotEnoughInLot when the giver has labelled the goods meanwhile,
    LotMoveRefused when the lot was held or recalled, UnitsDiffer, ImpossibleDates.
    """
    lot = _close(transfer, TransferState.ACCEPTED, by=by)
    (made,) = transform(
        cooperative_id=transfer.receiver_id,
        recipe=rules.RECIPES["handover"],
        inputs=[Input(lot.id, transfer.quantity)],
        outputs=[Output(product, transfer.quantity, batch, best_before)],
        place=place,
        commune_code=commune_code,
        on=clock.today(),
        by=by,
        note=transfer.note,
    )
    transfer.made_lot_id = made.id
    return made


def refuse(transfer: LotTransfer, *, reason: str, by: int | None) -> None:
    """The receiver does not take the goods; they are the giver's to sell again. Raises TransferOver."""
    _close(transfer, TransferState.REFUSED, by=by, reason=reason)


def withdraw(transfer: LotTransfer, *, by: int | None) -> None:
    """The giver keeps the goods after all. Raises TransferOver."""
    _close(transfer, TransferState.WITHDRAWN, by=by)


def _close(transfer: LotTransfer, to: TransferState, *, by: int | None, reason: str = "") -> Lot:
    closed = session.execute(
        update(LotTransfer)
        .where(LotTransfer.id == transfer.id, LotTransfer.state == TransferState.OFFERED)
        .values(state=to, reason=reason, answered_by_id=by, answered_at=clock.now())
        .returning(LotTransfer.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(transfer)
    if closed is None:
        raise TransferOver(transfer.state)
    balance.change(transfer.lot_id, MovementKind.RELEASED, transfer.quantity, reference=_reference(transfer), by=by)
    lot = session.get_one(Lot, transfer.lot_id)
    session.refresh(lot)
    announce(StockChanged(lot.product_id))
    audit.record(
        f"traceability:transfer:{to}", subject="lot", subject_id=lot.id, by=by, reason=reason, code=lot.code,
        quantity=transfer.quantity,
    )  # fmt: skip
    return lot


def _reference(transfer: LotTransfer) -> str:
    return f"transfer:{transfer.id}"
