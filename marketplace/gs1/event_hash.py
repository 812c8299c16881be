"""The CBV 2.0 event hash: one identifier for one event, whoever computes it and whenever.

CBV 2.0, section 8.9: the event's fields in a fixed order as one text, hashed with SHA-256. Record time, event id and
error declaration stay out, so an event that is told twice has one id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from marketplace.gs1 import digital_link
from marketplace.gs1.digital_link import BadLink

_IGNORED = frozenset({"@context", "recordTime", "eventID", "type", "errorDeclaration", "isA"})
_VOCABULARY = "https://ref.gs1.org/cbv/"
_WORDS = {"bizStep": "BizStep-", "disposition": "Disp-", "set": "Disp-", "unset": "Disp-", "component": "Comp-"}
_SENSOR_VOCABULARY = "https://gs1.org/voc/"
_LIST_TYPES = {"bizTransactionList": "BTT-", "sourceList": "SDT-", "destinationList": "SDT-"}
_LIST_MEMBERS = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}

_QUANTITY = ("epcClass", "quantity", "uom")
_ORDER = (
    "eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID", "epcList", "inputEPCList", "childEPCs",
    "quantityList", "childQuantityList", "inputQuantityList", "outputEPCList", "outputQuantityList", "action",
    "transformationID", "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation",
    "bizTransactionList", "sourceList", "destinationList", "sensorElementList",
)  # fmt: skip
_SENSOR_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
)  # fmt: skip
_SENSOR_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism",
    "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
    "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip


def event_id(event: Mapping[str, Any], *, context: Sequence[Any] = ()) -> str:
    """The event's identifier, `ni:///sha-256;…?ver=CBV2.0`. `context` declares the prefixes that it uses."""
    text = pre_hash(event, context=context)
    return f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], *, context: Sequence[Any] = ()) -> str:
    """The text that is hashed; of use to find out where two computations differ."""
    spaces = _namespaces(context) | _namespaces(event.get("@context", ()))
    parts = [f"eventType={event['type']}"]
    parts += [_standard(name, event[name], spaces) for name in _ORDER if name in event]
    rest = [name for name in event if name not in _ORDER and name not in _IGNORED]
    parts += sorted(text for name in rest for text in _free(name, event[name], spaces))
    return "".join(parts)


def _namespaces(context: Any) -> dict[str, str]:
    parts = context if isinstance(context, list | tuple) else [context]
    return {key: value for part in parts if isinstance(part, Mapping) for key, value in part.items()}


def _standard(name: str, value: Any, spaces: Mapping[str, str]) -> str:
    if name in ("epcList", "inputEPCList", "childEPCs", "outputEPCList"):
        return _named(name, sorted(f"epc={_value('epc', epc, spaces)}" for epc in value))
    if name.endswith("uantityList"):
        return _named(name, sorted("quantityElement" + _members(each, _QUANTITY, spaces) for each in value))
    if name in ("readPoint", "bizLocation"):
        return name + _members(value, ("id",), spaces)
    if name == "persistentDisposition":
        return name + "".join(
            sorted(f"{kind}={_value(kind, word, spaces)}" for kind in ("set", "unset") for word in value.get(kind, ()))
        )
    if name in _LIST_MEMBERS:
        return _named(name, sorted(_typed(name, each, spaces) for each in value))
    if name == "sensorElementList":
        return _named(name, sorted(_sensor(each, spaces) for each in value))
    if isinstance(value, list | Mapping):
        return "".join(sorted(_free(name, value, spaces)))
    return f"{name}={_value(name, value, spaces)}"


def _named(name: str, parts: list[str]) -> str:
    return name + "".join(parts) if parts else ""


def _typed(name: str, each: Mapping[str, Any], spaces: Mapping[str, str]) -> str:
    member = _LIST_MEMBERS[name]
    kind = f"type={_word(_LIST_TYPES[name], each['type'])}" if "type" in each else ""
    return kind + f"{member}={_value(member, each[member], spaces)}"


def _sensor(element: Mapping[str, Any], spaces: Mapping[str, str]) -> str:
    text = "sensorElement"
    if "sensorMetadata" in element:
        text += "sensorMetadata" + _members(element["sensorMetadata"], _SENSOR_METADATA, spaces)
    reports = sorted(
        "sensorReport" + _members(_in_full(each), _SENSOR_REPORT, spaces) for each in element.get("sensorReport", ())
    )
    return text + "".join(reports)


def _in_full(report: Mapping[str, Any]) -> dict[str, Any]:
    """What was measured, and which alarm was raised, are bare words of GS1's web vocabulary."""
    words = {name: report[name] for name in ("type", "exception") if ":" not in str(report.get(name, ":"))}
    return {**report, **{name: _SENSOR_VOCABULARY + str(word) for name, word in words.items()}}


def _members(value: Mapping[str, Any], order: Sequence[str], spaces: Mapping[str, str]) -> str:
    known = "".join(f"{name}={_value(name, value[name], spaces)}" for name in order if name in value)
    own = sorted(text for name in value if name not in order for text in _free(name, value[name], spaces))
    return known + "".join(own)


def _free(name: str, value: Any, spaces: Mapping[str, str]) -> Iterator[str]:
    """A member of a vocabulary of one's own, or of `ilmd`: name, value and all below it, each level sorted."""
    prefix, colon, local = name.partition(":")
    full = f"{{{spaces[prefix]}}}{local}" if colon and prefix in spaces else name
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield full + "".join(sorted(text for key in each for text in _free(key, each[key], spaces)))
        else:
            yield f"{full}={_value(local or name, each, spaces)}"


def _value(name: str, value: Any, spaces: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    text = str(value).strip()
    if name in _WORDS:
        return _word(_WORDS[name], text, spaces)
    if name == "time" or name.endswith("Time"):
        return _moment(text)
    return _link(text)


def _word(kind: str, text: str, spaces: Mapping[str, str] | None = None) -> str:
    """A bare word of the standard's vocabulary stands for its address; an own one for that of its prefix."""
    prefix, colon, local = text.partition(":")
    if not colon:
        return f"{_VOCABULARY}{kind}{text}"
    return spaces[prefix] + local if spaces and prefix in spaces else text


def _number(value: float | Decimal) -> str:
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(text: str) -> str:
    """UTC with milliseconds, rounded."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    moment = moment.astimezone(UTC)
    moment += timedelta(microseconds=round(moment.microsecond, -3) - moment.microsecond)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _link(text: str) -> str:
    """GS1 Digital Links to their canonical form at the finest level; everything else stays as it is."""
    if not text.lower().startswith(("http://", "https://")):
        return text
    try:
        return digital_link.parse(text).constrained_canonical()
    except BadLink:
        return text
