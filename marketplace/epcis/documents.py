"""EPCIS documents and query answers around stored events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from marketplace.epcis.queries import StoredEvent
from marketplace.foundation import clock
from marketplace.traceability import documents

VERSION = "2.0"


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event_of(stored: StoredEvent) -> dict[str, Any]:
    """The event as it was sealed, with when it was recorded and, if it was declared wrong, that declaration."""
    event: dict[str, Any] = json.loads(stored.document)
    event["recordTime"] = moment(stored.record_time)
    if stored.declared_at is not None:
        event["errorDeclaration"] = {
            "declarationTime": moment(stored.declared_at),
            "reason": stored.error_reason,
            "correctiveEventIDs": [stored.corrective_event_id] if stored.corrective_event_id else [],
        }
    return event


def epcis_document(stored: Iterable[StoredEvent]) -> dict[str, Any]:
    """An EPCISDocument in the order in which things were recorded, so that it can be captured again from its top."""
    return _document("EPCISDocument", {"eventList": [event_of(each) for each in stored]})


def query_document(stored: Sequence[StoredEvent]) -> dict[str, Any]:
    """An EPCISQueryDocument: the answer to a simple query."""
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": [event_of(each) for each in stored]}}
    return _document("EPCISQueryDocument", {"queryResults": results})


def collection(members: Sequence[str]) -> dict[str, Any]:
    """Names of resources below one address."""
    return {"@context": documents.context(), "type": "Collection", "member": list(members)}


def single_event(stored: StoredEvent) -> dict[str, Any]:
    """One event that can be understood alone."""
    event = event_of(stored)
    own = event.get("@context", [])
    contexts = [*documents.context(), *(each for each in own if each not in documents.context())]
    return {**event, "@context": contexts}


def _document(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": documents.context(),
        "type": kind,
        "schemaVersion": VERSION,
        "creationDate": moment(clock.now()),
        "epcisBody": body,
    }
