"""The description of the machines' interface, OpenAPI 3.1; what is written here is what the routes and rules serve."""

from __future__ import annotations

from typing import Any

from marketplace.epcis import rules
from marketplace.epcis.states import ErrorBehaviour

_DOCUMENT = "application/ld+json"
_PLAIN = "application/json"
_PROBLEM = "application/problem+json"

_MEANINGS: dict[str, str] = {
    "eventType": "ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or AssociationEvent",
    "GE_eventTime": "happened at this time or later",
    "LT_eventTime": "happened before this time",
    "GE_recordTime": "recorded at this time or later",
    "LT_recordTime": "recorded before this time",
    "EQ_action": "ADD, OBSERVE or DELETE",
    "EQ_bizStep": "business step: a bare word of CBV 2.0, its address, or one of the vocabulary “htx:”",
    "EQ_disposition": "disposition: a bare word of CBV 2.0 or its address",
    "EQ_readPoint": "where it was observed",
    "EQ_bizLocation": "where the goods are afterwards",
    "EQ_eventID": "id of the event",
    "EQ_transformationID": "id that ties the parts of one transformation together",
    "MATCH_epc": "names this pack in epcList or childEPCs",
    "MATCH_anyEPC": "names this pack anywhere",
    "MATCH_epcClass": "names this lot in quantityList or childQuantityList",
    "MATCH_anyEPCClass": "names this lot anywhere",
    "MATCH_inputEPCClass": "this lot went in",
    "MATCH_outputEPCClass": "this lot came out",
    "EXISTS_errorDeclaration": "true: only events that were declared wrong; false: only others",
    "EQ_quantity": "a quantity of the event, in kilograms, litres or pieces, is this",
    "GT_quantity": "… is more than this",
    "GE_quantity": "… is this or more",
    "LT_quantity": "… is less than this",
    "LE_quantity": "… is this or less",
    "perPage": f"events on a page, {rules.USUAL_PAGE} unless told",
    "nextPageToken": "names the page, as given in the Link header of the page before",
    "orderBy": "eventTime or recordTime; else as they were recorded",
    "orderDirection": "DESC unless told",
    "eventCountLimit": "no more than so many events, whatever matches; not with maxEventCount",
    "maxEventCount": "an error when more match; not with eventCountLimit",
}
_NUMBERS = frozenset({"perPage", "eventCountLimit", "maxEventCount"})
_LISTS = frozenset(name for name in rules.FILTERS if name.startswith(("EQ_", "MATCH_", "eventType"))) - {"EQ_quantity"}


def description(public_url: str) -> dict[str, Any]:
    """The whole document, for a market at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Chợ HTX: EPCIS 2.0",
            "version": "2.0.0",
            "description": "Capture and query of trace events as EPCIS 2.0 and CBV 2.0 describe them, in JSON. Named "
            "queries, subscriptions, XML and EPC URNs are not served. Reading events of published lots needs no token.",
        },
        "servers": [{"url": public_url}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": {name: _parameter(name) for name in rules.PARAMETERS},
            "schemas": _SCHEMAS,
            "responses": {
                "Problem": {
                    "description": "What is wrong, as RFC 7807 writes it.",
                    "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer", "minimum": 1} if name in _NUMBERS else {"type": "string"}
    if name.endswith("Time"):
        schema["format"] = "date-time"
    if name in _LISTS:
        schema = {"type": "array", "items": schema, "maxItems": rules.MOST_VALUES}
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": _MEANINGS[name]}


def _paths() -> dict[str, Any]:
    found = _answer("200", "Events, a page of them", "EPCISQueryDocument")
    every = [{"$ref": f"#/components/parameters/{name}"} for name in rules.PARAMETERS]
    return {
        "/epcis/capture": {
            "post": _post("Capture a document by a job", "EPCISDocument", _answer("202", "Taken in", "CaptureJob"))
            | {"parameters": [_BEHAVIOUR]},
            "get": _get("List captures", _answer("200", "Newest first", "CaptureJobs", _PLAIN), is_open=False)
            | {"parameters": [_ref("perPage"), _ref("nextPageToken")]},
        },
        "/epcis/capture/{code}": {
            "get": _get("How a capture went", _answer("200", "The job", "CaptureJob", _PLAIN), is_open=False)
            | {"parameters": [_path("code")]}
        },
        "/epcis/events": {
            "get": _get("Query events", found) | {"parameters": every},
            "post": _post("Capture one event at once", "Event", _answer("201", "Captured", "Event")),
        },
        "/epcis/events/{event_id}": {
            "get": _get("One event", _answer("200", "The event", "Event")) | {"parameters": [_path("event_id")]}
        },
        "/epcis/epcs/{epc}/events": {
            "get": _get("Events of a lot or pack", found) | {"parameters": [_path("epc"), *every]}
        },
        "/epcis/bizSteps/{step}/events": {
            "get": _get("Events of a business step", found) | {"parameters": [_path("step"), *_but("EQ_bizStep")]}
        },
        "/epcis/eventTypes": {"get": _get("Types of events that are here", _answer("200", "Types", "Collection"))},
        "/epcis/eventTypes/{name}/events": {
            "get": _get("Events of a type", found) | {"parameters": [_path("name"), *_but("eventType")]}
        },
        "/epcis/openapi.json": {"get": _get("This description", _answer("200", "OpenAPI 3.1", "Anything", _PLAIN))},
        "/q/{code}/epcis.json": {
            "get": _get("All that was told of a lot", _answer("200", "EPCIS document, or bundle", "LotExport"))
            | {"parameters": [_path("code"), _PROOFS]}
        },
        "/q/{code}/lot.tlog-proof": {
            "get": _get(
                "The proof that the making of a lot stands in the log",
                _answer("200", "C2SP tlog-proof@v1", "Anything", "text/plain"),
            )
            | {"parameters": [_path("code")]}
        },
    }


def _but(name: str) -> list[dict[str, str]]:
    return [_ref(each) for each in rules.PARAMETERS if each != name]


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _get(summary: str, responses: dict[str, Any], *, is_open: bool = True) -> dict[str, Any]:
    security: list[dict[str, list[str]]] = [{}, {"token": []}] if is_open else [{"token": []}]
    return {"summary": summary, "security": security, "responses": responses | _PROBLEMS}


def _post(summary: str, schema: str, responses: dict[str, Any]) -> dict[str, Any]:
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for kind in (_DOCUMENT, _PLAIN)}
    return {
        "summary": summary,
        "security": [{"token": []}],
        "requestBody": {"required": True, "content": content},
        "responses": responses | _PROBLEMS,
    }


def _answer(status: str, description: str, schema: str, *kinds: str) -> dict[str, Any]:
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for kind in kinds or (_DOCUMENT, _PLAIN)}
    return {status: {"description": description, "content": content}}


_PROBLEMS: dict[str, Any] = {"default": {"$ref": "#/components/responses/Problem"}}
_BEHAVIOUR: dict[str, Any] = {
    "name": "GS1-Capture-Error-Behaviour",
    "in": "header",
    "schema": {"type": "string", "enum": [each.value for each in ErrorBehaviour], "default": "rollback"},
    "description": "rollback: one bad event and none is captured; proceed: the good ones are.",
}
_PROOFS: dict[str, Any] = {
    "name": "proofs",
    "in": "query",
    "schema": {"type": "string", "enum": ["1"]},
    "description": "With the sealed text of each event and its proof from the market's log.",
}
_OBJECT: dict[str, Any] = {"type": "object"}
_SCHEMAS: dict[str, Any] = {
    "Anything": _OBJECT,
    "Collection": _OBJECT,
    "Event": {
        "type": "object",
        "required": ["type", "eventTime", "eventTimeZoneOffset"],
        "description": "An event of EPCIS 2.0 with its @context.",
    },
    "EPCISDocument": {
        "type": "object",
        "required": ["@context", "type", "schemaVersion", "creationDate", "epcisBody"],
        "description": f"At most {rules.MOST_EVENTS} events and {rules.MOST_BYTES} bytes.",
    },
    "EPCISQueryDocument": _OBJECT,
    "LotExport": {
        "oneOf": [
            {"$ref": "#/components/schemas/EPCISDocument"},
            {"type": "object", "required": ["epcisDocument", "proofs"]},
        ]
    },
    "CaptureJobs": {"type": "array", "items": {"$ref": "#/components/schemas/CaptureJob"}},
    "CaptureJob": {
        "type": "object",
        "required": ["captureID", "createdAt", "running", "success", "captureErrorBehaviour", "errors"],
        "properties": {
            "captureID": {"type": "string"},
            "createdAt": {"type": "string", "format": "date-time"},
            "finishedAt": {"type": "string", "format": "date-time"},
            "running": {"type": "boolean"},
            "success": {"type": "boolean"},
            "captureErrorBehaviour": {"type": "string", "enum": [each.value for each in ErrorBehaviour]},
            "capturedEvents": {"type": "integer"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
        },
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "path": {"type": "string"},
            "rule": {"type": "string"},
            "errors": {"type": "array", "items": _OBJECT},
        },
    },
}
