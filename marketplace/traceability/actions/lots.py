"""The life of a lot: written down, told step by step, recorded in the balance, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from marketplace.catalogue.models import Product
from marketplace.farming import actions as farming
from marketplace.farming import queries as farming_read
from marketplace.farming.models import Season
from marketplace.farming.states import Ceiling, DiaryKind
from marketplace.foundation import audit, clock, codes, jobs, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.pictures import PictureState
from marketplace.traceability import documents, rules
from marketplace.traceability.actions import balance, telling
from marketplace.traceability.actions.stopping import stop_for_officer
from marketplace.traceability.actions.telling import NOW, Occurrence
from marketplace.traceability.documents import Item
from marketplace.traceability.errors import (
    HarvestTaken,
    ImpossibleDates,
    LotIncomplete,
    LotMoveRefused,
    LotNumberTaken,
    WrongSeason,
)
from marketplace.traceability.events import LotPublished
from marketplace.traceability.models import Lot, LotStage, TraceEvent
from marketplace.traceability.queries import desk
from marketplace.traceability.queries.origin import is_certified
from marketplace.traceability.queries.readiness import readiness_of, why_officer_of
from marketplace.traceability.states import (
    Custody,
    ErrorReason,
    EventKind,
    ItemRole,
    LotState,
    MovementKind,
    OriginKind,
    StageKind,
)


@dataclass(frozen=True)
class NewStage:
    """One step of a lot's life as it was told."""

    kind: StageKind
    place: str
    started_on: date
    ended_on: date | None = None
    name: str = ""
    operator: str = ""
    note: str = ""
    picture: dict[str, Any] | None = None


@dataclass(frozen=True)
class Whence:
    """Where a lot comes from: a season, perhaps one harvest in its diary; the own workshop; or somebody else, with the
    number of a paper that says so. Nothing at all is an answer too: then an officer looks at the lot."""

    season_id: int | None = None
    harvest_entry_id: int | None = None
    in_workshop: bool = False
    bought_from: str = ""
    bought_paper: str = ""

    @property
    def origin(self) -> OriginKind:
        if self.season_id is not None:
            return OriginKind.SEASON
        if self.in_workshop:
            return OriginKind.WORKSHOP
        return OriginKind.BOUGHT if self.bought_from and self.bought_paper else OriginKind.UNTOLD


def start_lot(
    product: Product,
    *,
    batch: str,
    harvested_on: date,
    best_before: date | None = None,
    quantity: int,
    place: str,
    commune_code: str,
    by: int | None,
    harvest: NewStage | None = None,
    whence: Whence,
    code: str | None = None,
    is_demo: bool = False,
) -> Lot:
    """Write a lot down as a draft, with its harvest as the first step.

    Raises ImpossibleDates, WrongSeason, HarvestTaken, LotNumberTaken.

    Without a best-before date it keeps as long as the product usually does. `code` is given only for a lot that was
    told elsewhere and keeps its name.
    """
    best_before = best_before or rules.usual_best_before(harvested_on, product.shelf_life_days)
    if harvested_on > clock.today() or best_before < harvested_on:
        raise ImpossibleDates("the harvest lies in the future, or the best-before date lies before it")
    _check_whence(whence, product)
    check_number_is_free(product, batch)
    lot = Lot(
        code=code or new_code(),
        cooperative_id=product.cooperative_id,
        product_id=product.id,
        batch=batch,
        harvested_on=harvested_on,
        best_before=best_before,
        quantity=quantity,
        place=place,
        commune_code=commune_code,
        created_by_id=by,
        created_at=clock.now(),
        is_demo=is_demo,
    )
    _come_from(lot, whence)
    session.add(lot)
    session.flush()
    add_stage(lot, harvest or NewStage(StageKind.HARVEST, place, harvested_on), by=by)
    return lot


def new_code() -> str:
    """A code that no lot has: 45 random bits and a check character."""
    return rules.lot_code(codes.random_code(rules.RANDOM_LENGTH))


def check_number_is_free(product: Product, batch: str, *, but: int | None = None) -> None:
    """Raises LotNumberTaken when a lot of the product that counts has this number already.

    Until the end of the transaction nobody else can ask the same of this product.
    """
    session.execute(select(Product.id).where(Product.id == product.id).with_for_update(key_share=True))
    other = desk.lot_with_number(product.id, batch, but=but)
    if other is not None:
        free = desk.next_batch(product.cooperative_id, on=clock.today())
        raise LotNumberTaken(batch, harvested_on=other.harvested_on, free=free)


def _check_whence(whence: Whence, product: Product, *, but: int | None = None) -> None:
    if whence.season_id is not None:
        season = session.get(Season, whence.season_id)
        if season is None or (season.cooperative_id, season.product_id) != (product.cooperative_id, product.id):
            raise WrongSeason(f"season {whence.season_id} does not grow product {product.id}")
    if whence.harvest_entry_id is not None:
        entry = farming_read.find_entry(product.cooperative_id, whence.harvest_entry_id)
        if entry is None or (entry.kind, entry.season_id) != (DiaryKind.HARVEST, whence.season_id):
            raise WrongSeason(f"entry {whence.harvest_entry_id} is no harvest of season {whence.season_id}")
        other = desk.lot_of_harvest(whence.harvest_entry_id)
        if other is not None and other.id != but:
            raise HarvestTaken(other.code)


def _come_from(lot: Lot, whence: Whence) -> None:
    """What is known of a lot's origin, and with it what it may claim."""
    lot.origin, lot.season_id, lot.harvest_entry_id = whence.origin, whence.season_id, whence.harvest_entry_id
    is_bought = lot.origin == OriginKind.BOUGHT
    lot.bought_from = whence.bought_from if is_bought else ""
    lot.bought_paper = whence.bought_paper if is_bought else ""
    lot.certified_permille = 1000 if is_certified(lot) else 0
    lot.custody = Custody.IDENTITY_PRESERVED if lot.origin == OriginKind.SEASON else Custody.NOT_CLAIMED


def change_draft(
    lot: Lot,
    product: Product,
    *,
    batch: str,
    harvested_on: date,
    best_before: date | None,
    quantity: int,
    place: str,
    commune_code: str,
    by: int | None,
    whence: Whence,
) -> None:
    """Put right what was written down of a lot that counts nowhere yet; its harvest is told again.

    Raises ImpossibleDates, WrongSeason, HarvestTaken, LotNumberTaken, and LotMoveRefused when it is recorded already.
    """
    best_before = best_before or rules.usual_best_before(harvested_on, product.shelf_life_days)
    if harvested_on > clock.today() or best_before < harvested_on:
        raise ImpossibleDates("the harvest lies in the future, or the best-before date lies before it")
    if lot.state != LotState.DRAFT:
        raise LotMoveRefused(f"lot {lot.code} is {lot.state}; only a draft is changed")
    _check_whence(whence, product, but=lot.id)
    check_number_is_free(product, batch, but=lot.id)
    told = next((stage for stage in reversed(lot.stages) if _tells_harvest(stage, lot)), None)
    lot.product_id, lot.batch, lot.quantity = product.id, batch, quantity
    lot.harvested_on, lot.best_before = harvested_on, best_before
    _come_from(lot, whence)
    lot.place, lot.commune_code = place, commune_code
    if told is not None and (told.place, told.started_on) != (place, harvested_on):
        again = NewStage(
            StageKind.HARVEST,
            place,
            harvested_on,
            name=told.name,
            operator=told.operator,
            note=told.note,
            picture=told.picture,
        )
        add_stage(lot, again, by=by, corrects=told)


def _tells_harvest(stage: LotStage, lot: Lot) -> bool:
    is_corrected = any(other.corrects_id == stage.id for other in lot.stages)
    return stage.kind == StageKind.HARVEST and stage.started_on == lot.harvested_on and not is_corrected


def add_stage(
    lot: Lot, stage: NewStage, *, by: int | None, corrects: LotStage | None = None, occurrence: Occurrence = NOW
) -> LotStage:
    """Tell one more step, or tell one again: the corrected step stays in the record, struck out. Raises ImpossibleDates.

    A photo is shown at once; a job makes its other sizes.
    """
    ends = stage.ended_on or stage.started_on
    if ends > clock.today() or ends < stage.started_on:
        raise ImpossibleDates("a step lies in the future, or ends before it begins")
    row = LotStage(
        lot_id=lot.id,
        kind=stage.kind,
        name=stage.name,
        place=stage.place,
        operator=stage.operator,
        note=stage.note,
        started_on=stage.started_on,
        ended_on=stage.ended_on,
        picture=stage.picture,
        corrects_id=corrects.id if corrects else None,
        created_by_id=by,
        created_at=clock.now(),
    )
    public_version.changed()
    session.add(row)
    session.flush()
    session.expire(lot, ["stages"])
    if lot.state != LotState.DRAFT:
        event = _tell_stage(lot, row, by=by, occurrence=occurrence)
        if corrects is not None and corrects.trace_event_id is not None:
            wrong = session.get_one(TraceEvent, corrects.trace_event_id)
            telling.declare_wrong(wrong, reason=ErrorReason.INCORRECT_DATA, corrective=event, by=by)
    if stage.picture and stage.picture["state"] != PictureState.READY:
        jobs.enqueue("complete_stage_picture", stage_id=row.id)
    return row


def _tell_stage(lot: Lot, stage: LotStage, *, by: int | None, occurrence: Occurrence = NOW) -> TraceEvent:
    """Seal a step. Steps told while the lot was a draft are sealed when it is recorded."""
    told = {
        "htx:place": stage.place,
        "htx:name": stage.name,
        "htx:operator": stage.operator,
        "htx:note": stage.note,
        "htx:endedOn": stage.ended_on.isoformat() if stage.ended_on else "",
        "htx:reference": f"stage-{lot.code}-{len(lot.stages)}-{stage.id}",
    }
    event = telling.tell(
        EventKind.TOLD,
        cooperative_id=lot.cooperative_id,
        items=[_whole(lot)],
        by=by,
        occurrence=Occurrence(occurrence.at or telling.moment_of(stage.started_on), occurrence.document),
        step=documents.step_of(stage.kind),
        extra={key: value for key, value in told.items() if value},
    )
    stage.trace_event_id = event.id
    session.flush()
    return event


def record(lot: Lot, *, by: int | None, occurrence: Occurrence = NOW) -> None:
    """Enter the harvest in the balance: from now on its facts stay as they are and everything made of it is counted.

    Raises farming.HarvestOverCeiling and farming.StillWaiting when the season forbids it, LotMoveRefused, and
    LotNumberTaken: two drafts may bear one number, only the first of them can be recorded with it. A harvest
    slightly over the season's ceiling is recorded, but stays on hold until an officer has approved it with a reason;
    so does a lot that goes round the seasons (rules.why_officer), and one whose waiting time a correction has lifted.
    The steps that were told so far are sealed too, unless a machine told the harvest: then it tells them itself.
    """
    product = session.get_one(Product, lot.product_id)
    if lot.state == LotState.DRAFT:
        check_number_is_free(product, lot.batch, but=lot.id)
    why_officer = why_officer_of(lot)
    ceiling = Ceiling.WITHIN
    if lot.season_id is not None:
        ceiling = farming.count_harvest(season_id=lot.season_id, quantity=lot.quantity, on=lot.harvested_on)
    _leave(lot, LotState.DRAFT, LotState.RECORDED, by=by)
    lot.recorded_at = clock.now()
    lot.certified_permille = 1000 if is_certified(lot) else 0
    session.flush()
    balance.change(lot.id, MovementKind.PRODUCED, lot.quantity, reference=f"lot:{lot.id}", by=by)
    session.refresh(lot)
    telling.tell(
        EventKind.HARVESTED,
        cooperative_id=lot.cooperative_id,
        items=[Item(ItemRole.WHAT, lot.id, documents.lot_uri(lot.code), lot.quantity, product.base_unit)],
        by=by,
        occurrence=Occurrence(occurrence.at or telling.moment_of(lot.harvested_on), occurrence.document),
        extra={"ilmd": facts_of(lot, product)},
    )
    for stage in lot.stages if occurrence.document is None else ():
        if stage.kind != StageKind.HARVEST or stage.corrects_id is not None:
            _tell_stage(lot, stage, by=by)
    if ceiling == Ceiling.OVER:
        farming.ask_approval(season_id=lot.season_id or 0, lot_id=lot.id, quantity=lot.quantity)
        stop_for_officer(lot, by=by, reason=rules.OVER_CEILING)
    if why_officer:
        stop_for_officer(lot, by=by, reason=why_officer)


def facts_of(lot: Lot, product: Product) -> dict[str, Any]:
    """What an event that makes a lot says of it: enough to write the lot down again from the event alone."""
    return {
        "cbvmda:lotNumber": lot.batch,
        "cbvmda:bestBeforeDate": lot.best_before.isoformat(),
        "htx:product": product.slug,
        "htx:madeOn": lot.harvested_on.isoformat(),
        "htx:place": lot.place,
        "htx:communeCode": lot.commune_code,
        # Not from whom it was bought: that may be a person, and what is sealed can never be erased.
        "htx:origin": lot.origin.value,
        **({"htx:season": lot.season_id} if lot.season_id is not None else {}),
    }


def publish(lot: Lot, *, by: int | None, occurrence: Occurrence = NOW) -> None:
    """Show the lot to readers of its label and put it on sale; a draft is recorded first. Announces LotPublished.

    Raises LotIncomplete (Circular 02/2024/TT-BKHCN, article on minimum data), ImpossibleDates when it is past its
    date already, LotMoveRefused, and what `record` raises. A lot that `record` put on hold stays there.
    """
    missing = readiness_of(lot).missing()
    if missing:
        raise LotIncomplete(missing)
    if lot.best_before < occurrence.day:
        raise ImpossibleDates("the lot is already past its best-before date")
    if lot.state == LotState.DRAFT:
        record(lot, by=by)
    if lot.state == LotState.ON_HOLD:
        return
    _leave(lot, LotState.RECORDED, LotState.PUBLISHED, by=by)
    lot.published_at = clock.now()
    session.flush()
    telling.tell(
        EventKind.RELEASED,
        cooperative_id=lot.cooperative_id,
        items=[_whole(lot)],
        by=by,
        occurrence=occurrence,
    )
    announce(LotPublished(lot.id, lot.product_id, lot.quantity, lot.best_before, by))


def _whole(lot: Lot) -> Item:
    # With its quantity: other programs, and older versions of the standard's schema, want one of every class.
    unit = session.get_one(Product, lot.product_id).base_unit
    return Item(ItemRole.WHAT, lot.id, documents.lot_uri(lot.code), lot.quantity, unit)


def _leave(lot: Lot, from_state: LotState, to: LotState, *, by: int | None) -> None:
    """Move only if the lot is still where we saw it, and leave a trace."""
    public_version.changed()
    moved = session.execute(
        update(Lot)
        .where(Lot.id == lot.id, Lot.state == from_state)
        .values(state=to, state_reason="")
        .returning(Lot.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(lot)
    if moved is None:
        raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot become {to}")
    audit.record(f"traceability:lot:{to}", subject="lot", subject_id=lot.id, by=by, code=lot.code, before=from_state)
