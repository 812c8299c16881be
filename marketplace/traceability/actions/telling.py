"""Writing down what happened to lots, once and for good: an event, what it speaks of, and its seal in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import insert, select

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session
from marketplace.gs1.event_hash import event_id
from marketplace.traceability import documents
from marketplace.traceability.documents import Document, Item
from marketplace.traceability.errors import ToldBefore
from marketplace.traceability.models.telling import TraceError, TraceEvent, TraceItem
from marketplace.traceability.states import ErrorReason, EventKind
from marketplace.transparency import actions as transparency


@dataclass(frozen=True)
class Occurrence:
    """When something happened, and, when a machine told it, its own EPCIS document, which is kept word for word."""

    at: datetime | None = None
    document: Document | None = None

    @property
    def day(self) -> date:
        """In Vietnam."""
        return (self.at or clock.now()).astimezone(dates.VIETNAM).date()


NOW = Occurrence()


def moment_of(day: date) -> datetime:
    """Noon in Vietnam of a day for which no hour was told, never later than now."""
    return min(datetime.combine(day, time(12), dates.VIETNAM), clock.now())


def tell(
    kind: EventKind,
    *,
    cooperative_id: int,
    items: Sequence[Item],
    by: int | None,
    occurrence: Occurrence = NOW,
    step: str = "",
    extra: Mapping[str, Any] | None = None,
    transformation_id: str = "",
    is_public: bool = True,
) -> TraceEvent:
    """Write one event with its items and seal it. Raises ToldBefore when this very event stands already."""
    document = occurrence.document or documents.event(
        kind,
        at=occurrence.at or clock.now(),
        place=documents.place_uri(_slug(cooperative_id)),
        items=items,
        step=step,
        extra=extra,
        transformation_id=transformation_id,
    )
    identity = identity_of(document)
    if session.scalar(select(TraceEvent.id).where(TraceEvent.event_id == identity)) is not None:
        raise ToldBefore(identity)
    text = documents.as_text({**document, "eventID": identity})
    row = TraceEvent(
        event_id=identity,
        cooperative_id=cooperative_id,
        kind=kind,
        event_type=document["type"],
        action=document.get("action", ""),
        biz_step=document.get("bizStep", ""),
        disposition=document.get("disposition", ""),
        read_point=document.get("readPoint", {}).get("id", ""),
        biz_location=document.get("bizLocation", {}).get("id", ""),
        transformation_id=document.get("transformationID", ""),
        event_time=datetime.fromisoformat(document["eventTime"]),
        record_time=clock.now(),
        document=text,
        is_public=is_public,
        by_id=by,
    )
    session.add(row)
    session.flush()
    session.execute(
        insert(TraceItem),
        [
            {
                "trace_event_id": row.id,
                "role": item.role,
                "epc": item.epc,
                "is_class": item.is_class,
                "lot_id": item.lot_id,
                "quantity": item.quantity,
                "uom": item.uom,
            }
            for item in items
        ],
    )
    transparency.seal(kind="event", subject=f"event:{identity}", document=text.encode())
    return row


def identity_of(document: Document) -> str:
    """The name that an event has here: its CBV 2.0 hash."""
    return event_id(document, context=documents.context())


def declare_wrong(event: TraceEvent, *, reason: ErrorReason, corrective: TraceEvent | None, by: int | None) -> None:
    """The event stays as it is; from now on it is shown as wrong, with what was told instead. A second time is none."""
    if session.get(TraceError, event.id) is not None:
        return
    now = clock.now()
    declaration = {
        "eventID": event.event_id,
        "errorDeclaration": {
            "declarationTime": now.isoformat(timespec="milliseconds"),
            "reason": reason.value,
            "correctiveEventIDs": [corrective.event_id] if corrective else [],
        },
    }
    session.add(
        TraceError(
            trace_event_id=event.id,
            reason=reason,
            declared_at=now,
            corrective_event_id=corrective.event_id if corrective else "",
            by_id=by,
        )
    )
    session.flush()
    text = documents.as_text(declaration)
    transparency.seal(kind="error", subject=f"error:{event.event_id}", document=text.encode())


def _slug(cooperative_id: int) -> str:
    return session.scalars(select(Cooperative.slug).where(Cooperative.id == cooperative_id)).one()
