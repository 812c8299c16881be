"""The query language of EPCIS 2.0 (section 8.2.7) as far as it is served: parameters read strictly, pages named.

An unknown parameter is an error and never ignored: whoever misspells one must not take the whole for the part.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace.epcis.errors import BadQuery
from marketplace.gs1 import vocabulary
from marketplace.gs1.epcis import EVENT_TYPES

USUAL_PAGE = 30
LARGEST_PAGE = 1_000
LARGEST_COUNT = 1_000_000
MOST_VALUES = 100
LARGEST_NUMBER = Decimal(10) ** 12

# What one capture may hold, as told in the headers GS1-EPCIS-Capture-Limit and GS1-EPCIS-Capture-File-Size-Limit.
MOST_EVENTS = 1_000
MOST_BYTES = 4_000_000
MOST_TOKENS = 20


@dataclass(frozen=True)
class Place:
    """Where a page ends: the value ordered by, and the row."""

    row_id: int
    moment: datetime | None
    told: int  # events on the pages so far


@dataclass(frozen=True)
class Search:
    """What was asked for. All of `filters` must hold; the values of one are alternatives."""

    filters: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    per_page: int = USUAL_PAGE
    after: Place | None = None
    order_by: str = ""  # eventTime, recordTime, or as they were recorded
    descending: bool = True
    limit: int | None = None
    most: int | None = None


@dataclass
class _Draft:
    filters: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


# A filter that stands in a path only: the thing or class that is spoken of, in whatever role.
ANY_NAME = "named"


def read_search(arguments: Iterable[tuple[str, str]], **fixed: str) -> Search:
    """The question in a query string; `fixed` are filters that stand in the path. Raises BadQuery."""
    given: dict[str, list[str]] = {name: [value] for name, value in fixed.items()}
    for name, value in arguments:
        if name in fixed:
            raise BadQuery(f"“{name}” stands in the path already.")
        given.setdefault(name, []).append(value)
    draft = _Draft()
    for name, values in given.items():
        if name in FILTERS:
            draft.filters[name] = tuple(FILTERS[name](name, _alternatives(name, values)))
        elif name == ANY_NAME and name in fixed:
            draft.filters[name] = tuple(values)
        elif name in _SETTINGS:
            if len(values) > 1:
                raise BadQuery(f"“{name}” stands twice.")
            draft.settings[name] = _SETTINGS[name](name, values[0])
        else:
            raise BadQuery(f"“{name}” is no parameter that is served here; see /epcis/openapi.json.")
    return _search(draft)


def _search(draft: _Draft) -> Search:
    told = draft.settings
    if "eventCountLimit" in told and "maxEventCount" in told:
        raise BadQuery("“eventCountLimit” and “maxEventCount” exclude each other.")
    if "orderDirection" in told and "orderBy" not in told:
        raise BadQuery("“orderDirection” needs “orderBy”.")
    order_by, after = told.get("orderBy", ""), told.get("nextPageToken")
    if after is not None and (after.moment is None) != (order_by == ""):
        raise BadQuery("“nextPageToken” belongs to a question that is ordered otherwise.")
    return Search(
        filters=tuple(sorted(draft.filters.items())),
        per_page=told.get("perPage", USUAL_PAGE),
        after=after,
        order_by=order_by,
        descending=told.get("orderDirection", "DESC") == "DESC",
        limit=told.get("eventCountLimit"),
        most=told.get("maxEventCount"),
    )


# Bare words hold no comma, so some clients write several into one parameter; addresses may hold one.
_WORD_LISTS = frozenset({"eventType", "EQ_action", "EQ_bizStep", "EQ_disposition"})


def _alternatives(name: str, values: Sequence[str]) -> list[str]:
    if name in _WORD_LISTS:
        values = [part for value in values for part in value.split(",")]
    if len(values) > MOST_VALUES:
        raise BadQuery(f"“{name}” has more than {MOST_VALUES} values.")
    if any(not value.strip() for value in values) and name != "EXISTS_errorDeclaration":
        raise BadQuery(f"“{name}” is empty.")
    return [value.strip() for value in values]


def _types(name: str, values: Sequence[str]) -> Iterable[str]:
    for value in values:
        if value not in EVENT_TYPES:
            raise BadQuery(f"“{value}” is no type of event; there are {', '.join(EVENT_TYPES)}.")
    return values


def _actions(name: str, values: Sequence[str]) -> Iterable[str]:
    for value in values:
        if value not in vocabulary.ACTIONS:
            raise BadQuery(f"“{value}” is no action; there are ADD, OBSERVE and DELETE.")
    return values


def _words(space: str) -> Callable[[str, Sequence[str]], Iterable[str]]:
    """A bare word and its address mean the same, whichever of them an event was told with."""

    def read(name: str, values: Sequence[str]) -> Iterable[str]:
        for value in values:
            bare = value.removeprefix(vocabulary.NAMESPACE + space)
            yield bare
            yield vocabulary.NAMESPACE + space + bare

    return read


def _anything(name: str, values: Sequence[str]) -> Iterable[str]:
    return values


def _moments(name: str, values: Sequence[str]) -> Iterable[datetime]:
    if len(values) > 1:
        raise BadQuery(f"“{name}” stands twice.")
    # A plus that was not escaped has become a blank on the way.
    text = values[0].replace(" ", "+")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return [moment.astimezone(UTC)]
    except (ValueError, OverflowError) as error:
        raise BadQuery(f"“{name}” is a date with time and zone, such as 2026-03-01T00:00:00+07:00.") from error


def _amounts(name: str, values: Sequence[str]) -> Iterable[Decimal]:
    if len(values) > 1:
        raise BadQuery(f"“{name}” stands twice.")
    try:
        number = Decimal(values[0])
    except InvalidOperation as error:
        raise BadQuery(f"“{name}” is a number.") from error
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        raise BadQuery(f"“{name}” is a number below {LARGEST_NUMBER:f}.")
    return [number]


def _exists(name: str, values: Sequence[str]) -> Iterable[bool]:
    if len(values) > 1 or values[0] not in ("", "true", "false"):
        raise BadQuery(f"“{name}” is true or false.")
    return [values[0] != "false"]


FILTERS: dict[str, Callable[[str, Sequence[str]], Iterable[Any]]] = {
    "eventType": _types,
    "GE_eventTime": _moments,
    "LT_eventTime": _moments,
    "GE_recordTime": _moments,
    "LT_recordTime": _moments,
    "EQ_action": _actions,
    "EQ_bizStep": _words("BizStep-"),
    "EQ_disposition": _words("Disp-"),
    "EQ_readPoint": _anything,
    "EQ_bizLocation": _anything,
    "EQ_eventID": _anything,
    "EQ_transformationID": _anything,
    "MATCH_epc": _anything,
    "MATCH_anyEPC": _anything,
    "MATCH_epcClass": _anything,
    "MATCH_anyEPCClass": _anything,
    "MATCH_inputEPCClass": _anything,
    "MATCH_outputEPCClass": _anything,
    "EXISTS_errorDeclaration": _exists,
    "EQ_quantity": _amounts,
    "GT_quantity": _amounts,
    "GE_quantity": _amounts,
    "LT_quantity": _amounts,
    "LE_quantity": _amounts,
}


def _count(largest: int) -> Callable[[str, str], int]:
    def read(name: str, value: str) -> int:
        if not value.isascii() or not value.isdigit() or len(value) > 9 or not 1 <= int(value) <= largest:
            raise BadQuery(f"“{name}” is a whole number from 1 to {largest}.")
        return int(value)

    return read


def _one_of(*words: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value not in words:
            raise BadQuery(f"“{name}” is {' or '.join(words)}.")
        return value

    return read


def _place(name: str, value: str) -> Place:
    try:
        row_id, moment, told = json.loads(base64.urlsafe_b64decode(value.encode() + b"=" * (-len(value) % 4)))
        if type(row_id) is not int or type(told) is not int or row_id < 0 or told < 0:
            raise ValueError(value)
        return Place(row_id, datetime.fromtimestamp(moment / 1e6, UTC) if moment is not None else None, told)
    except (ValueError, TypeError, OverflowError, OSError, binascii.Error, RecursionError) as error:
        raise BadQuery(f"“{name}” is none that was given out here.") from error


def page_token(place: Place) -> str:
    """What names the page behind `place`; read back by `read_search`."""
    moment = round(place.moment.timestamp() * 1e6) if place.moment is not None else None
    text = json.dumps([place.row_id, moment, place.told], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


_SETTINGS: dict[str, Callable[[str, str], Any]] = {
    "perPage": _count(LARGEST_PAGE),
    "nextPageToken": _place,
    "orderBy": _one_of("eventTime", "recordTime"),
    "orderDirection": _one_of("ASC", "DESC"),
    "eventCountLimit": _count(LARGEST_COUNT),
    "maxEventCount": _count(LARGEST_COUNT),
}
PARAMETERS = (*FILTERS, *_SETTINGS)
