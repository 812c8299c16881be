"""Stored events as they are asked for: by machines, for a lot, for a season; and the tokens and captures of machines."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true

from marketplace.catalogue.models import Product
from marketplace.epcis.errors import QueryTooLarge
from marketplace.epcis.models import ApiToken, EpcisCapture
from marketplace.epcis.rules import ANY_NAME, Place, Search
from marketplace.farming.models import DiaryEntry, Season
from marketplace.foundation import codes
from marketplace.foundation.database import session
from marketplace.gs1 import digital_link
from marketplace.gs1.digital_link import BadLink
from marketplace.gs1.epcis import EVENT_TYPES
from marketplace.traceability.models import Lot, Publicity, TraceError, TraceEvent, TraceItem
from marketplace.traceability.queries import genealogy
from marketplace.traceability.states import EventKind, ItemRole

MOST_CAPTURES = 100


@dataclass(frozen=True)
class StoredEvent:
    """One event as it was sealed, and what was said of it later."""

    id: int
    event_id: str
    document: str
    event_time: datetime
    record_time: datetime
    declared_at: datetime | None
    error_reason: str | None
    corrective_event_id: str | None


@dataclass(frozen=True)
class Page:
    """Some of the events that match, and where the next page begins, if there is one."""

    events: list[StoredEvent]
    next: Place | None


def _events() -> Select[*tuple[Any, ...]]:
    return select(
        TraceEvent.id,
        TraceEvent.event_id,
        TraceEvent.document,
        TraceEvent.event_time,
        TraceEvent.record_time,
        TraceError.declared_at,
        TraceError.reason,
        TraceError.corrective_event_id,
    ).outerjoin(TraceError, TraceError.trace_event_id == TraceEvent.id)


def _read(query: Select[*tuple[Any, ...]]) -> list[StoredEvent]:
    return [StoredEvent(*row) for row in session.execute(query)]


def _visible(cooperative_id: int | None) -> ColumnElement[bool]:
    """Strangers see what was told of published lots, serials apart; a cooperative sees all of its own."""
    of_published_lot = exists(
        select(TraceItem.id)
        .join(Lot, Lot.id == TraceItem.lot_id)
        .where(
            TraceItem.trace_event_id == TraceEvent.id,
            TraceItem.role != ItemRole.INPUT,
            Lot.published_at.is_not(None),
        )
    )
    public = and_(_is_shown(), of_published_lot)
    return public if cooperative_id is None else or_(public, TraceEvent.cooperative_id == cooperative_id)


def _is_shown() -> ColumnElement[bool]:
    """No serials, and nothing that the cooperative chose not to show of its lots.

    An event is sealed as it was told, so what holds something hidden is kept back whole instead of cut. Every event of
    a lot says how much of it is meant; who hides quantities shows no events to strangers.
    """
    hidden = exists(
        select(Publicity.cooperative_id).where(
            Publicity.cooperative_id == TraceEvent.cooperative_id,
            or_(
                Publicity.quantity.is_(False),
                and_(Publicity.operators.is_(False), TraceEvent.document.contains('"htx:operator":')),
                and_(Publicity.notes.is_(False), TraceEvent.document.contains('"htx:note":')),
            ),
        )
    )
    return and_(TraceEvent.is_public, ~hidden)


# Searching


def find_events(search: Search, *, cooperative_id: int | None) -> Page:
    """One page of what matches and may be seen. Raises QueryTooLarge when more match than the caller allowed."""
    conditions = [_visible(cooperative_id), *(_FILTERS[name](values) for name, values in search.filters)]
    if search.most is not None and search.after is None:
        found = select(TraceEvent.id).where(*conditions).limit(search.most + 1).subquery()
        if (session.scalar(select(func.count()).select_from(found)) or 0) > search.most:
            raise QueryTooLarge(f"More than {search.most} events match.")
    told = search.after.told if search.after else 0
    wanted = search.per_page if search.limit is None else min(search.per_page, search.limit - told)
    if wanted <= 0:
        return Page([], None)
    column = {"eventTime": TraceEvent.event_time, "recordTime": TraceEvent.record_time}.get(search.order_by)
    query = _events().where(*conditions, _behind(search.after, column, search.descending))
    if column is None:
        query = query.order_by(TraceEvent.id)
    elif search.descending:
        query = query.order_by(column.desc(), TraceEvent.id.desc())
    else:
        query = query.order_by(column, TraceEvent.id)
    rows = _read(query.limit(wanted + 1))
    events = rows[:wanted]
    told += len(events)
    if len(rows) <= wanted or told == search.limit:
        return Page(events, None)
    last = events[-1]
    moment = {"eventTime": last.event_time, "recordTime": last.record_time}.get(search.order_by)
    return Page(events, Place(last.id, moment, told))


def _behind(place: Place | None, column: Any, descending: bool) -> ColumnElement[bool]:
    """Nothing is counted off: the next page begins behind a row, however many came in between."""
    if place is None:
        return true()
    if column is None:
        return TraceEvent.id > place.row_id
    if descending:
        return or_(column < place.moment, and_(column == place.moment, TraceEvent.id < place.row_id))
    return or_(column > place.moment, and_(column == place.moment, TraceEvent.id > place.row_id))


Filter = Callable[[tuple[Any, ...]], ColumnElement[bool]]


def _among(column: Any) -> Filter:
    return lambda values: column.in_(values)


def _names(*roles: ItemRole, is_class: bool | None = None) -> Filter:
    """Identifiers as they were told, and as others may write the same one."""

    def condition(values: tuple[Any, ...]) -> ColumnElement[bool]:
        names = {name for value in values for name in (value, _canonical(value))}
        return exists(
            select(TraceItem.id).where(
                TraceItem.trace_event_id == TraceEvent.id,
                TraceItem.epc.in_(names),
                TraceItem.is_class == is_class if is_class is not None else true(),
                TraceItem.role.in_(roles),
            )
        )

    return condition


def _canonical(identifier: str) -> str:
    try:
        return digital_link.parse(identifier).constrained_canonical()
    except BadLink:
        return identifier


def _quantity(compare: Callable[[Any, Decimal], ColumnElement[bool]]) -> Filter:
    def condition(values: tuple[Any, ...]) -> ColumnElement[bool]:
        # Kept in base units, asked for in the unit that the event names: thousandths of a kilogram or litre.
        measured = and_(TraceItem.uom != "", compare(TraceItem.quantity, values[0] * 1000))
        counted = and_(TraceItem.uom == "", compare(TraceItem.quantity, values[0]))
        return exists(select(TraceItem.id).where(TraceItem.trace_event_id == TraceEvent.id, or_(measured, counted)))

    return condition


def _equal(column: Any, number: Decimal) -> ColumnElement[bool]:
    return column == int(number) if number == int(number) else false()


def _declared(values: tuple[Any, ...]) -> ColumnElement[bool]:
    return TraceError.trace_event_id.is_not(None) if values[0] else TraceError.trace_event_id.is_(None)


_ROLES = tuple(ItemRole)
_FILTERS: dict[str, Filter] = {
    ANY_NAME: _names(*_ROLES),
    "eventType": _among(TraceEvent.event_type),
    "GE_eventTime": lambda values: TraceEvent.event_time >= values[0],
    "LT_eventTime": lambda values: TraceEvent.event_time < values[0],
    "GE_recordTime": lambda values: TraceEvent.record_time >= values[0],
    "LT_recordTime": lambda values: TraceEvent.record_time < values[0],
    "EQ_action": _among(TraceEvent.action),
    "EQ_bizStep": _among(TraceEvent.biz_step),
    "EQ_disposition": _among(TraceEvent.disposition),
    "EQ_readPoint": _among(TraceEvent.read_point),
    "EQ_bizLocation": _among(TraceEvent.biz_location),
    "EQ_eventID": _among(TraceEvent.event_id),
    "EQ_transformationID": _among(TraceEvent.transformation_id),
    "MATCH_epc": _names(ItemRole.WHAT, ItemRole.CHILD, is_class=False),
    "MATCH_anyEPC": _names(*_ROLES, is_class=False),
    "MATCH_epcClass": _names(ItemRole.WHAT, ItemRole.CHILD, is_class=True),
    "MATCH_anyEPCClass": _names(*_ROLES, is_class=True),
    "MATCH_inputEPCClass": _names(ItemRole.INPUT, is_class=True),
    "MATCH_outputEPCClass": _names(ItemRole.OUTPUT, is_class=True),
    "EXISTS_errorDeclaration": _declared,
    "EQ_quantity": _quantity(_equal),
    "GT_quantity": _quantity(lambda column, number: column > math.floor(number)),
    "GE_quantity": _quantity(lambda column, number: column >= math.ceil(number)),
    "LT_quantity": _quantity(lambda column, number: column < math.ceil(number)),
    "LE_quantity": _quantity(lambda column, number: column <= math.floor(number)),
}


def find_event(event_id: str, *, cooperative_id: int | None) -> StoredEvent | None:
    found = _read(_events().where(TraceEvent.event_id == event_id, _visible(cooperative_id)))
    return found[0] if found else None


def types_seen(*, cooperative_id: int | None) -> list[str]:
    """Types of events that whoever asks can see any of, in one statement that stops at the first of each."""
    seen = _visible(cooperative_id)
    columns = [exists(select(TraceEvent.id).where(TraceEvent.event_type == name, seen)) for name in EVENT_TYPES]
    found = session.execute(select(*columns)).one()
    return sorted(name for name, is_there in zip(EVENT_TYPES, found, strict=True) if is_there)


def is_anything_named(epc: str, *, cooperative_id: int | None) -> bool:
    """Whether any event that may be seen speaks of the thing."""
    found = select(TraceEvent.id).where(_FILTERS[ANY_NAME]((epc,)), _visible(cooperative_id)).limit(1)
    return session.scalar(found) is not None


# Whole lives

# Who bought how much of a lot that this one was made from is no part of this one's origin.
_TRADE = (EventKind.SOLD, EventKind.RETURNED, EventKind.LOST)


def events_of_lot(lot_id: int) -> list[StoredEvent]:
    """All that was told of a lot and how the lots came about that it was made from, as far as it may be shown."""
    ancestors = genealogy.ancestors_of(lot_id)
    own = _about([lot_id], ItemRole.WHAT, ItemRole.OUTPUT, ItemRole.PARENT, ItemRole.CHILD)
    before = and_(
        _about(ancestors, ItemRole.WHAT, ItemRole.OUTPUT, ItemRole.PARENT, ItemRole.CHILD),
        TraceEvent.kind.not_in(_TRADE),
    )
    return _read(_events().where(_is_shown(), or_(own, before)).order_by(TraceEvent.id))


def making_of_lot(lot_id: int) -> StoredEvent | None:
    """The event that made the lot: its harvest, or what it was made of."""
    made = or_(
        and_(TraceEvent.kind == EventKind.HARVESTED, _about([lot_id], ItemRole.WHAT)),
        and_(TraceEvent.kind == EventKind.TRANSFORMED, _about([lot_id], ItemRole.OUTPUT)),
    )
    found = _read(_events().where(_is_shown(), made).order_by(TraceEvent.id).limit(1))
    return found[0] if found else None


@dataclass(frozen=True)
class SealedEntry:
    """An entry of the field diary as the log holds it; whether its words may be shown is its cooperative's to choose."""

    subject: str
    document: bytes
    is_shown: bool


def diary_of_lot(lot: Lot) -> list[SealedEntry]:
    """What was done until the harvest of the lot and of what it was made from, corrected entries too, in order.

    The words name people and hold notes: whoever shows the public neither sees the entries proven, not told.
    """
    rows = session.execute(
        select(DiaryEntry.client_id, DiaryEntry.document, Publicity)
        .join(Lot, Lot.season_id == DiaryEntry.season_id)
        .outerjoin(Publicity, Publicity.cooperative_id == DiaryEntry.cooperative_id)
        .where(Lot.id.in_([lot.id, *genealogy.ancestors_of(lot.id)]), DiaryEntry.happened_on <= Lot.harvested_on)
        .order_by(DiaryEntry.id)
    )
    told = {
        client_id: SealedEntry(
            f"diary:{client_id}", document, publicity is None or (publicity.operators and publicity.notes)
        )
        for client_id, document, publicity in rows
    }
    return list(told.values())


def events_of_season(season_id: int, *, cooperative_id: int) -> list[StoredEvent]:
    """All that was told of the season's lots, of what was made of them, and of what else went into that."""
    lots = set(session.scalars(select(Lot.id).where(Lot.season_id == season_id, Lot.cooperative_id == cooperative_id)))
    for lot_id in sorted(lots):
        lots |= set(genealogy.descendants_of(lot_id))
    for lot_id in sorted(lots):
        lots |= set(genealogy.ancestors_of(lot_id))
    mine = session.scalars(select(Lot.id).where(Lot.id.in_(lots), Lot.cooperative_id == cooperative_id)).all()
    return _read(
        _events()
        .where(TraceEvent.cooperative_id == cooperative_id, _about(mine, *_ROLES), TraceEvent.is_public)
        .order_by(TraceEvent.id)
    )


def _about(lot_ids: Collection[int], *roles: ItemRole) -> ColumnElement[bool]:
    return exists(
        select(TraceItem.id).where(
            TraceItem.trace_event_id == TraceEvent.id, TraceItem.lot_id.in_(lot_ids), TraceItem.role.in_(roles)
        )
    )


@dataclass(frozen=True)
class SeasonRow:
    """A season whose events can be taken along."""

    id: int
    name: str
    product_name: str
    started_on: date


def seasons_of(cooperative_id: int) -> list[SeasonRow]:
    """Newest first, those with lots only."""
    rows = session.execute(
        select(Season.id, Season.name, Product.name, Season.started_on)
        .join(Product, Product.id == Season.product_id)
        .where(Season.cooperative_id == cooperative_id, exists(select(Lot.id).where(Lot.season_id == Season.id)))
        .order_by(Season.started_on.desc(), Season.id.desc())
        .limit(50)
    )
    return [SeasonRow(*row) for row in rows]


def find_season(cooperative_id: int, season_id: int) -> Season | None:
    return session.scalar(select(Season).where(Season.id == season_id, Season.cooperative_id == cooperative_id))


# Machines


def find_token(text: str) -> ApiToken | None:
    """The token that a machine showed, while it is good."""
    return session.scalar(
        select(ApiToken).where(ApiToken.digest == codes.token_digest(text), ApiToken.revoked_at.is_(None))
    )


def tokens_of(cooperative_id: int) -> list[ApiToken]:
    """Good ones first, then the newest."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.cooperative_id == cooperative_id)
            .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
        )
    )


def find_token_of(cooperative_id: int, token_id: int) -> ApiToken | None:
    return session.scalar(select(ApiToken).where(ApiToken.cooperative_id == cooperative_id, ApiToken.id == token_id))


def captures_of(cooperative_id: int, *, limit: int, before: int | None = None) -> Sequence[EpcisCapture]:
    """Newest first."""
    query = select(EpcisCapture).where(EpcisCapture.cooperative_id == cooperative_id)
    if before is not None:
        query = query.where(EpcisCapture.id < before)
    return session.scalars(query.order_by(EpcisCapture.id.desc()).limit(limit)).all()


def find_capture(cooperative_id: int, code: str) -> EpcisCapture | None:
    return session.scalar(
        select(EpcisCapture).where(EpcisCapture.cooperative_id == cooperative_id, EpcisCapture.code == code)
    )
