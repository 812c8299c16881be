"""EPCIS 2.0 documents read strictly: everything that the published JSON schema refuses, and what it does not see.

A problem names the place in the document (JSON Pointer), the broken rule and, in a sentence, what to change. The
standard: EPCIS 2.0 (GS1, 2022), sections 7 and 10; the bare words: CBV 2.0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NoReturn

from marketplace.gs1 import digital_link, vocabulary
from marketplace.gs1.digital_link import BadLink, NoPrimaryKey

MOST_PROBLEMS = 100
DEEPEST = 30


@dataclass(frozen=True)
class Problem:
    """What is wrong, where (JSON Pointer) and by which rule."""

    path: str
    rule: str
    sentence: str


class NotJson(ValueError):
    """The text is no JSON that everybody reads alike."""


def read(text: bytes | str) -> Any:
    """JSON without what readers disagree about: repeated members, NaN and Infinity. Raises NotJson."""
    try:
        found = json.loads(text, object_pairs_hook=_members_once, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error) or "the document is nested too deeply") from error
    if _depth(found) > DEEPEST:
        raise NotJson("the document is nested too deeply")
    return found


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member stands twice in one object")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        below = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(each, depth + 1) for each in below]
    return deepest


def validate(document: Any) -> list[Problem]:
    """What is wrong with an EPCISDocument, or with one event that carries its own `@context`; nothing when all is right.

    At most MOST_PROBLEMS are told.
    """
    check = _Check()
    if not isinstance(document, Mapping):
        return [Problem("", "type", "An EPCIS document is a JSON object.")]
    if document.get("type") == "EPCISDocument":
        check.document(document)
    else:
        check.alone(document)
    return check.problems[:MOST_PROBLEMS]


def events_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events of a valid document, each with the context that it needs to be understood alone."""
    if document["type"] != "EPCISDocument":
        return [dict(document)]
    events = document["epcisBody"]["eventList"]
    contexts = _as_list(document["@context"])
    return [{**event, "@context": [*contexts, *_as_list(event.get("@context", []))]} for event in events]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_MOMENT = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})"
)
_OFFSET = re.compile(r"[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_VERSION = re.compile(r"2(?:\.\d+){0,2}")
_SCHEMES = frozenset({"http", "https", "urn", "ni", "tag", "did", "geo", "mailto", "tel", "info"})

# Units of UN/ECE recommendation 20 that only count things; the standard leaves the member out for those.
_COUNTING_UNITS = frozenset({"EA", "H87", "C62", "PCE", "NMB", "NAR"})


class _Check:
    """One look at one document; `problems` grow as it goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.prefixes: set[str] = set(vocabulary.DECLARED_PREFIXES)

    def refuse(self, path: str, rule: str, sentence: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(path, rule, sentence))

    # Documents

    def document(self, document: Mapping[str, Any]) -> None:
        self.needs(document, "", ("@context", "schemaVersion", "creationDate", "epcisBody"))
        if "@context" in document:
            self.context(document["@context"], "/@context")
        known: dict[str, _Rule] = {
            "@context": _anything, "type": _anything, "id": _Check.uri, "schemaVersion": _Check.version,
            "creationDate": _Check.moment, "sender": _Check.text, "receiver": _Check.text,
            "instanceIdentifier": _Check.text, "epcisHeader": _Check.mapping, "epcisBody": _Check.body,
        }  # fmt: skip
        self.members(document, "", known)

    def alone(self, event: Mapping[str, Any]) -> None:
        if "@context" not in event:
            self.refuse("", "required", "An event that comes alone needs its “@context”.")
        self.event(event, "")

    def body(self, value: Any, path: str) -> None:
        if not self.mapping(value, path):
            return
        self.needs(value, path, ("eventList",))
        self.members(value, path, {"eventList": _Check.event_list})

    def event_list(self, value: Any, path: str) -> None:
        for index, event in enumerate(self.list(value, path)):
            self.event(event, f"{path}/{index}")

    def context(self, value: Any, path: str) -> None:
        parts = _as_list(value)
        if isinstance(value, list) and len({json.dumps(part, sort_keys=True) for part in parts}) < len(parts):
            self.refuse(path, "unique", "One context stands twice.")
        for part in parts:
            if isinstance(part, str):
                self.uri(part, path)
            elif isinstance(part, Mapping):
                self.declare(part, path)
            else:
                self.refuse(path, "type", "A context is an address, or an object that declares prefixes.")

    def declare(self, part: Mapping[str, Any], path: str) -> None:
        for prefix, meaning in part.items():
            if prefix.startswith("@"):
                continue
            if not _PREFIX.fullmatch(prefix) or prefix in vocabulary.DECLARED_PREFIXES:
                self.refuse(f"{path}/{prefix}", "prefix", f"“{prefix}” cannot be declared as a prefix of your own.")
            elif not isinstance(meaning, str) or not _URI.fullmatch(meaning):
                self.refuse(f"{path}/{prefix}", "prefix", f"The prefix “{prefix}” must stand for an address.")
            else:
                self.prefixes.add(prefix)

    # Events

    def event(self, event: Any, path: str) -> None:
        if not self.mapping(event, path):
            return
        before = set(self.prefixes)
        if "@context" in event:
            self.context(event["@context"], f"{path}/@context")
        kind = event.get("type")
        shape = _SHAPES.get(kind) if isinstance(kind, str) else None
        if shape is None:
            self.refuse(f"{path}/type", "type", f"An event is one of {', '.join(_SHAPES)}.")
        else:
            self.needs(event, path, ("eventTime", "eventTimeZoneOffset", *shape.required))
            self.members(event, path, shape.known)
            self.what(event, path, shape)
            if "ilmd" in event and event.get("action") in ("OBSERVE", "DELETE"):
                self.refuse(f"{path}/ilmd", "ilmd", "“ilmd” describes what is made, so it stands with action ADD only.")
            self.times(event, path)
        self.prefixes = before

    def said(self, event: Mapping[str, Any], path: str, names: Collection[str]) -> None:
        if not any(event.get(name) for name in names):
            told = " or ".join(f"“{name}”" for name in names)
            self.refuse(path, "required", f"This event must say what it is about: {told}.")

    def what(self, event: Mapping[str, Any], path: str, shape: _Shape) -> None:
        for names in shape.one_of:
            self.said(event, path, names)
        if event["type"] == "TransactionEvent" and event.get("action") != "DELETE":
            self.said(event, path, ("epcList", "quantityList"))
        if event["type"] == "TransformationEvent":
            # One that is told in parts may leave out what went in, or what came out, but not both.
            for names in (_INPUTS + _OUTPUTS,) if "transformationID" in event else (_INPUTS, _OUTPUTS):
                self.said(event, path, names)
        if shape.is_family and "parentID" not in event and event.get("action") != "OBSERVE":
            self.refuse(path, "required", "“parentID” may be left out with action OBSERVE only.")
        has_children = event.get("childEPCs") or event.get("childQuantityList")
        if shape.is_family and not has_children and event.get("action") != "DELETE":
            self.refuse(path, "required", "Children may be left out with action DELETE only.")
        only_measured = event.get("sensorElementList") and not (event.get("epcList") or event.get("quantityList"))
        if event["type"] == "ObjectEvent" and only_measured and "readPoint" not in event:
            self.refuse(path, "required", "What is measured without a thing is measured somewhere: “readPoint”.")

    def times(self, event: Mapping[str, Any], path: str) -> None:
        told, recorded = _time_of(event.get("eventTime")), _time_of(event.get("recordTime"))
        if told and recorded and recorded < told:
            self.refuse(f"{path}/recordTime", "order", "It was recorded before it happened.")
        declaration = event.get("errorDeclaration")
        declared = _time_of(declaration.get("declarationTime")) if isinstance(declaration, Mapping) else None
        if told and declared and declared < told:
            self.refuse(
                f"{path}/errorDeclaration/declarationTime", "order", "It was declared wrong before it happened."
            )

    # Kinds of values

    def needs(self, value: Mapping[str, Any], path: str, names: Collection[str]) -> None:
        for name in names:
            if name not in value:
                self.refuse(path, "required", f"“{name}” is missing.")

    def members(self, value: Mapping[str, Any], path: str, known: Mapping[str, _Rule]) -> None:
        for name, member in value.items():
            place = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            rule = known.get(name)
            if rule is not None:
                rule(self, member, place)
            else:
                self.extension(name, member, place)

    def extension(self, name: str, value: Any, path: str) -> None:
        """A member of a vocabulary of one's own: its prefix is declared, or its name is a whole address."""
        prefix, colon, local = name.partition(":")
        if not colon:
            self.refuse(path, "unknown", f"The standard has no member “{name}” here; write your own with a prefix.")
        elif not (local and (prefix in self.prefixes or _is_address(name))):
            self.refuse(path, "prefix", f"The prefix “{prefix}” is declared in no “@context”.")
        else:
            self.own_value(value, path)

    def own_value(self, value: Any, path: str) -> None:
        if isinstance(value, Mapping):
            for name, member in value.items():
                place = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
                if ":" in name:
                    self.extension(name, member, place)
                else:
                    self.own_value(member, place)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                self.own_value(each, f"{path}/{index}")
        elif value is None:
            self.refuse(path, "type", "Leave a member out instead of writing null.")

    def mapping(self, value: Any, path: str) -> bool:
        if not isinstance(value, Mapping):
            self.refuse(path, "type", "This must be an object.")
            return False
        return True

    def list(self, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            self.refuse(path, "type", "This must be a list.")
            return []
        return value

    def text(self, value: Any, path: str) -> bool:
        if not isinstance(value, str) or not value.strip():
            self.refuse(path, "type", "This must be text.")
            return False
        return True

    def version(self, value: Any, path: str) -> None:
        if self.text(value, path) and not _VERSION.fullmatch(value):
            self.refuse(path, "version", "Documents of EPCIS 2 are read here: write “2.0”.")

    def moment(self, value: Any, path: str) -> None:
        if self.text(value, path) and _time_of(value) is None:
            self.refuse(path, "date-time", f"{value!r} is no time; write 2026-11-23T08:15:00.000+07:00.")

    def offset(self, value: Any, path: str) -> None:
        if self.text(value, path) and not _OFFSET.fullmatch(value):
            self.refuse(path, "offset", f"{value!r} is no time zone; write +07:00.")

    def number(self, value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            self.refuse(path, "type", "This must be a number.")

    def boolean(self, value: Any, path: str) -> None:
        if not isinstance(value, bool):
            self.refuse(path, "type", "This must be true or false.")

    def hexadecimal(self, value: Any, path: str) -> None:
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            self.refuse(path, "type", "This must be hexadecimal digits.")

    def uri(self, value: Any, path: str) -> None:
        """An address, or a name with a declared prefix; as a GS1 Digital Link it keeps all rules of one."""
        if not self.text(value, path):
            return
        prefix = value.partition(":")[0]
        if not _URI.fullmatch(value):
            self.refuse(path, "uri", f"{value[:80]!r} is no address.")
        elif value.lower().startswith(("http://", "https://")):
            self.link(value, path)
        elif prefix.lower() not in _SCHEMES and prefix not in self.prefixes:
            self.refuse(path, "prefix", f"The prefix “{prefix}” is declared in no “@context”.")

    def link(self, value: str, path: str) -> None:
        try:
            digital_link.parse(value)
        except NoPrimaryKey:
            return  # an address of one's own, which EPCIS allows as an identifier
        except BadLink as error:
            if _names_a_key(value):
                self.refuse(path, "digital-link", f"No GS1 Digital Link: {error}.")

    def uris(self, value: Any, path: str) -> None:
        found = self.list(value, path)
        for index, each in enumerate(found):
            self.uri(each, f"{path}/{index}")
        if len({each for each in found if isinstance(each, str)}) < len(found):
            self.refuse(path, "unique", "One identifier stands twice, or something is no text.")

    def word(self, words: Collection[str], space: str, what: str, value: Any, path: str) -> None:
        if not self.text(value, path):
            return
        bare = value.removeprefix(vocabulary.NAMESPACE + space)
        if value.startswith(vocabulary.OLD_NAMESPACES):
            self.refuse(
                path, "vocabulary", f"Write the {what} as CBV 2.0 does: a bare word, or your own with a prefix."
            )
            return
        if ":" not in bare:
            if bare not in words:
                self.refuse(path, "vocabulary", f"“{bare}” is no {what} of CBV 2.0; write your own with a prefix.")
            return
        self.uri(value, path)

    def biz_step(self, value: Any, path: str) -> None:
        self.word(vocabulary.BUSINESS_STEPS, "BizStep-", "business step", value, path)

    def disposition(self, value: Any, path: str) -> None:
        self.word(vocabulary.DISPOSITIONS, "Disp-", "disposition", value, path)

    def dispositions(self, value: Any, path: str) -> None:
        found = self.list(value, path)
        if isinstance(value, list) and not found:
            self.refuse(path, "required", "Name at least one disposition, or leave this out.")
        for index, each in enumerate(found):
            self.disposition(each, f"{path}/{index}")
        if len(set(map(str, found))) < len(found):
            self.refuse(path, "unique", "One disposition stands twice.")

    def persistent(self, value: Any, path: str) -> None:
        if not self.mapping(value, path):
            return
        for name in value:
            if name not in ("set", "unset"):
                self.refuse(f"{path}/{name}", "unknown", "A lasting disposition is “set” or “unset”.")
        if not value:
            self.refuse(path, "required", "A lasting disposition is “set” or “unset”.")
        both = [value.get(name) for name in ("set", "unset")]
        for name, words in zip(("set", "unset"), both, strict=True):
            if name in value:
                self.dispositions(words, f"{path}/{name}")
        if all(isinstance(one, list) for one in both) and set(map(str, both[0])) & set(map(str, both[1])):
            self.refuse(path, "order", "One disposition is set and unset at once.")

    def action(self, value: Any, path: str) -> None:
        if not isinstance(value, str) or value not in vocabulary.ACTIONS:
            self.refuse(path, "vocabulary", "An action is ADD, OBSERVE or DELETE.")

    def place(self, value: Any, path: str) -> None:
        if self.mapping(value, path):
            self.needs(value, path, ("id",))
            self.members(value, path, {"id": _Check.uri})

    def quantities(self, value: Any, path: str) -> None:
        for index, each in enumerate(self.list(value, path)):
            place = f"{path}/{index}"
            if self.mapping(each, place):
                self.quantity(each, place)

    def quantity(self, value: Mapping[str, Any], path: str) -> None:
        self.needs(value, path, ("epcClass",))
        known: dict[str, _Rule] = {"epcClass": _Check.uri, "quantity": _Check.amount, "uom": _Check.unit}
        for name, rule in known.items():
            if name in value:
                rule(self, value[name], f"{path}/{name}")
        if "uom" in value and "quantity" not in value:
            self.refuse(f"{path}/uom", "unit", "A unit without a quantity measures nothing.")
        for name in value:
            if name not in known:
                self.refuse(f"{path}/{name}", "unknown", f"A quantity has no member “{name}”.")
        counted = value.get("quantity")
        if "uom" not in value and isinstance(counted, float) and not counted.is_integer():
            self.refuse(f"{path}/quantity", "unit", "Without a unit things are counted, so the number must be whole.")

    def amount(self, value: Any, path: str) -> None:
        self.number(value, path)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value < 0:
            self.refuse(path, "negative", "There is no quantity below zero.")

    def unit(self, value: Any, path: str) -> None:
        if not isinstance(value, str) or not _UNIT.fullmatch(value):
            self.refuse(path, "unit", "A unit is two or three capitals or digits of UN/ECE recommendation 20, as KGM.")
        elif value in _COUNTING_UNITS:
            self.refuse(path, "unit", "Leave the unit out when things are counted.")

    def transactions(self, value: Any, path: str) -> None:
        self.typed(value, path, "bizTransaction", vocabulary.BUSINESS_TRANSACTIONS, "BTT-", is_typed=False)

    def sources(self, value: Any, path: str) -> None:
        self.typed(value, path, "source", vocabulary.SOURCES_AND_DESTINATIONS, "SDT-", is_typed=True)

    def destinations(self, value: Any, path: str) -> None:
        self.typed(value, path, "destination", vocabulary.SOURCES_AND_DESTINATIONS, "SDT-", is_typed=True)

    def typed(self, value: Any, path: str, member: str, words: Collection[str], space: str, *, is_typed: bool) -> None:
        for index, each in enumerate(self.list(value, path)):
            place = f"{path}/{index}"
            if not self.mapping(each, place):
                continue
            self.needs(each, place, ("type", member) if is_typed else (member,))
            if "type" in each:
                self.word(words, space, f"type of “{member}”", each["type"], f"{place}/type")
            if member in each:
                self.uri(each[member], f"{place}/{member}")
            for name in each:
                if name not in ("type", member):
                    self.refuse(f"{place}/{name}", "unknown", f"“{member}” has no member “{name}”.")

    def ilmd(self, value: Any, path: str) -> None:
        if self.mapping(value, path):
            self.members(value, path, {})

    def certification(self, value: Any, path: str) -> None:
        for each in _as_list(value):
            self.uri(each, path)

    def error(self, value: Any, path: str) -> None:
        if not self.mapping(value, path):
            return
        self.needs(value, path, ("declarationTime",))
        known: dict[str, _Rule] = {
            "declarationTime": _Check.moment, "reason": _Check.reason, "correctiveEventIDs": _Check.uris
        }  # fmt: skip
        self.members(value, path, known)

    def reason(self, value: Any, path: str) -> None:
        self.word(vocabulary.ERROR_REASONS, "ER-", "reason of an error", value, path)

    def measured(self, value: Any, path: str) -> None:
        self.word(vocabulary.MEASUREMENTS, "", "kind of measurement", value, path)

    def alert(self, value: Any, path: str) -> None:
        self.word(vocabulary.SENSOR_ALERTS, "", "alert of a sensor", value, path)

    def component(self, value: Any, path: str) -> None:
        self.word(vocabulary.COMPONENTS, "Comp-", "component of a measurement", value, path)

    def sensors(self, value: Any, path: str) -> None:
        for index, each in enumerate(self.list(value, path)):
            place = f"{path}/{index}"
            if self.mapping(each, place):
                self.needs(each, place, ("sensorReport",))
                self.members(each, place, {"sensorMetadata": _Check.sensor_metadata, "sensorReport": _Check.reports})

    def sensor_metadata(self, value: Any, path: str) -> None:
        if self.mapping(value, path):
            self.members(value, path, _SENSOR_METADATA)
            begins, ends = _time_of(value.get("startTime")), _time_of(value.get("endTime"))
            if begins and ends and ends < begins:
                self.refuse(f"{path}/endTime", "order", "The measurement ends before it begins.")

    def reports(self, value: Any, path: str) -> None:
        found = self.list(value, path)
        if isinstance(value, list) and not found:
            self.refuse(path, "required", "A sensor element holds at least one report.")
        for index, each in enumerate(found):
            place = f"{path}/{index}"
            if self.mapping(each, place):
                self.needs(each, place, ("type",))
                self.members(each, place, _SENSOR_REPORT)


_Rule = Callable[[_Check, Any, str], object]


def _anything(check: _Check, value: Any, path: str) -> None:
    """Looked at elsewhere."""


def _time_of(value: Any) -> datetime | None:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        told = datetime.fromisoformat(value)
        offset = told.utcoffset()
    except ValueError:
        return None
    return told if offset is not None and abs(offset.total_seconds()) <= 14 * 3600 else None


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://", "urn:")) and bool(_URI.fullmatch(name))


def _names_a_key(address: str) -> bool:
    """Whether somebody meant a Digital Link: a key of the standard stands in the path before something numeric."""
    parts = address.partition("://")[2].partition("?")[0].split("/")[1:]
    return any(part in ("01", "00", "414", "417") and behind[:1].isdigit() for part, behind in pairwise(parts))


_INPUTS = ("inputEPCList", "inputQuantityList")
_OUTPUTS = ("outputEPCList", "outputQuantityList")


@dataclass(frozen=True)
class _Shape:
    """The members of one type of event; of each of `one_of` at least one list says something."""

    known: Mapping[str, _Rule]
    required: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    is_family: bool = False  # a parent and its children


_COMMON: dict[str, _Rule] = {
    "@context": _anything, "type": _anything, "eventTime": _Check.moment,
    "recordTime": _Check.moment, "eventTimeZoneOffset": _Check.offset, "eventID": _Check.uri,
    "errorDeclaration": _Check.error, "certificationInfo": _Check.certification, "bizStep": _Check.biz_step,
    "disposition": _Check.disposition, "readPoint": _Check.place,
    "bizLocation": _Check.place, "bizTransactionList": _Check.transactions, "sourceList": _Check.sources,
    "destinationList": _Check.destinations, "sensorElementList": _Check.sensors,
}  # fmt: skip

_LASTING: dict[str, _Rule] = {"persistentDisposition": _Check.persistent}

_PARENT: dict[str, _Rule] = {
    "parentID": _Check.uri, "childEPCs": _Check.uris, "childQuantityList": _Check.quantities, "action": _Check.action
}  # fmt: skip

_SHAPES: dict[str, _Shape] = {
    "ObjectEvent": _Shape(
        _COMMON | _LASTING | {"epcList": _Check.uris, "quantityList": _Check.quantities, "action": _Check.action,
                              "ilmd": _Check.ilmd},
        required=("action",),
        one_of=(("epcList", "quantityList", "sensorElementList"),),
    ),
    "AggregationEvent": _Shape(
        _COMMON | _PARENT, required=("action",),
        is_family=True,
    ),
    "AssociationEvent": _Shape(
        _COMMON | _PARENT, required=("action", "parentID"), is_family=True
    ),
    "TransactionEvent": _Shape(
        _COMMON | {"parentID": _Check.uri, "epcList": _Check.uris, "quantityList": _Check.quantities,
                   "action": _Check.action},
        required=("action", "bizTransactionList"), one_of=(("bizTransactionList",),),
    ),
    "TransformationEvent": _Shape(
        _COMMON | _LASTING | {"inputEPCList": _Check.uris, "outputEPCList": _Check.uris,
                   "inputQuantityList": _Check.quantities, "outputQuantityList": _Check.quantities,
                   "transformationID": _Check.uri, "ilmd": _Check.ilmd},
    ),
}  # fmt: skip

EVENT_TYPES = tuple(_SHAPES)

_SENSOR_METADATA: dict[str, _Rule] = {
    "time": _Check.moment, "startTime": _Check.moment, "endTime": _Check.moment, "deviceID": _Check.uri,
    "deviceMetadata": _Check.uri, "rawData": _Check.uri, "dataProcessingMethod": _Check.uri, "bizRules": _Check.uri,
}  # fmt: skip

_SENSOR_REPORT: dict[str, _Rule] = {
    "type": _Check.measured, "exception": _Check.alert, "deviceID": _Check.uri, "deviceMetadata": _Check.uri,
    "rawData": _Check.uri, "dataProcessingMethod": _Check.uri, "time": _Check.moment, "microorganism": _Check.uri,
    "chemicalSubstance": _Check.uri, "value": _Check.number, "component": _Check.component, "stringValue": _Check.text,
    "booleanValue": _Check.boolean, "hexBinaryValue": _Check.hexadecimal, "uriValue": _Check.uri,
    "minValue": _Check.number, "maxValue": _Check.number, "meanValue": _Check.number, "sDev": _Check.number,
    "percRank": _Check.number, "percValue": _Check.number, "uom": _Check.text, "coordinateReferenceSystem": _Check.uri,
}  # fmt: skip


def things_of(event: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(list that it stands in, identifier, quantity element or nothing) of all that a valid event speaks of."""
    if "parentID" in event:
        yield "parentID", event["parentID"], {}
    for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
        for epc in event.get(name, ()):
            yield name, epc, {}
    for name in ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"):
        for element in event.get(name, ()):
            yield name, element["epcClass"], element
