"""Trace events as EPCIS 2.0 JSON: what a lot's life looks like to a machine (traceability.md 2, domain.md 4.4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketplace.foundation.public_address import public_url
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability.states import EventKind, ItemRole, StageKind

Document = Mapping[str, Any]

# (type, action, business step, disposition) of CBV 2.0
MEANINGS: dict[EventKind, tuple[str, str, str, str]] = {
    EventKind.HARVESTED: ("ObjectEvent", "ADD", "commissioning", "active"),
    EventKind.TRANSFORMED: ("TransformationEvent", "", "commissioning", "in_progress"),
    EventKind.RELEASED: ("ObjectEvent", "OBSERVE", "stocking", "sellable_accessible"),
    EventKind.SOLD: ("ObjectEvent", "OBSERVE", "retail_selling", "retail_sold"),
    EventKind.RETURNED: ("ObjectEvent", "OBSERVE", "receiving", "returned"),
    EventKind.LOST: ("ObjectEvent", "DELETE", "destroying", "destroyed"),
    EventKind.HELD: ("ObjectEvent", "OBSERVE", "holding", "non_sellable_other"),
    EventKind.RECALLED: ("ObjectEvent", "OBSERVE", "holding", "recalled"),
    EventKind.LABELLED: ("ObjectEvent", "ADD", "encoding", "encoded"),
    EventKind.VOIDED: ("ObjectEvent", "DELETE", "decommissioning", "inactive"),
    EventKind.SHIPPED: ("ObjectEvent", "OBSERVE", "shipping", "in_transit"),
    EventKind.UNITS_SOLD: ("ObjectEvent", "DELETE", "retail_selling", "retail_sold"),
}

# A stage as people tell it; CBV has no farming steps, so those keep a word of our own vocabulary.
STAGE_STEPS: dict[StageKind, str] = {
    StageKind.PLANTING: "planting",
    StageKind.GROWING: "growing",
    StageKind.HARVEST: "harvesting",
    StageKind.TESTING: "inspecting",
    StageKind.PROCESSING: "processing",
    StageKind.PACKING: "packing",
    StageKind.STORING: "storing",
    StageKind.SHIPPING: "transporting",
}
_OWN_STEPS = {"planting", "growing", "harvesting", "processing"}

_UNITS: dict[BaseUnit, str] = {BaseUnit.GRAM: "KGM", BaseUnit.MILLILITRE: "LTR", BaseUnit.PIECE: ""}


@dataclass(frozen=True)
class Item:
    """A lot, or part of one, in an event; `quantity` in base units of its product, None when all of it is meant."""

    role: ItemRole
    lot_id: int | None
    epc: str
    quantity: int | None = None
    unit: BaseUnit = BaseUnit.GRAM
    is_class: bool = True

    @property
    def uom(self) -> str:
        return _UNITS[self.unit] if self.quantity is not None else ""


def lot_uri(code: str) -> str:
    """A lot's identifier for good, whatever GS1 numbers its packs may get."""
    return public_url(f"/q/{code}")


def unit_uri(serial: str) -> str:
    """A single pack's identifier, as its lot's; events that name it are never public."""
    return public_url(f"/q/{serial}")


def place_uri(cooperative_slug: str) -> str:
    return public_url(f"/htx/{cooperative_slug}")


def context() -> list[Any]:
    """The `@context` of our documents: the standard's, and our own words."""
    return [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"htx": public_url("/vocab#")},
    ]


def blurred(reference: str) -> str:
    """Tells two equal deeds apart without saying which order, or whose, it was."""
    return hashlib.sha256(reference.encode()).hexdigest()[:16]


def step_of(kind: StageKind) -> str:
    word = STAGE_STEPS[kind]
    return f"htx:{word}" if word in _OWN_STEPS else word


def event(
    kind: EventKind,
    *,
    at: datetime,
    place: str,
    items: Iterable[Item],
    step: str = "",
    extra: Mapping[str, Any] | None = None,
    transformation_id: str = "",
) -> dict[str, Any]:
    """One event. `extra` adds members such as `ilmd`, or `htx:…` ones of our own vocabulary."""
    type_, action, biz_step, disposition = MEANINGS.get(kind, ("ObjectEvent", "OBSERVE", step, "in_progress"))
    told: dict[str, Any] = {
        "type": type_,
        "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": "+07:00",
    }
    if action:
        told["action"] = action
    told |= {"bizStep": step or biz_step, "disposition": disposition}
    told |= {"readPoint": {"id": place}, "bizLocation": {"id": place}}
    if transformation_id:
        told["transformationID"] = transformation_id
    names = {
        (ItemRole.WHAT, True): "quantityList",
        (ItemRole.WHAT, False): "epcList",
        (ItemRole.INPUT, True): "inputQuantityList",
        (ItemRole.OUTPUT, True): "outputQuantityList",
    }
    for item in items:
        told.setdefault(names[item.role, item.is_class], []).append(_quantity(item) if item.is_class else item.epc)
    return told | dict(extra or {})


def _quantity(item: Item) -> dict[str, Any]:
    said: dict[str, Any] = {"epcClass": item.epc}
    if item.quantity is not None:
        said["quantity"] = _amount(item.quantity, item.unit)
        if item.uom:
            said["uom"] = item.uom
    return said


def _amount(quantity: int, unit: BaseUnit) -> int | float:
    """Kilograms, litres or pieces. Three decimals at most, which JSON writes exactly and Decimal(str()) reads back."""
    if unit == BaseUnit.PIECE or quantity % 1000 == 0:
        return quantity if unit == BaseUnit.PIECE else quantity // 1000
    return quantity / 1000


def as_text(document: Document) -> str:
    """The exact text that is stored, hashed and sealed."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
