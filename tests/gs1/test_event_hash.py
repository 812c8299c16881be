"""The CBV 2.0 event hash: the same event has one id, a changed one another. The texts below agree with the reference
program that the standard's authors maintain."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from marketplace.gs1.event_hash import event_id, pre_hash

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"htx": "https://cho.example/vocab#"},
]
HARVEST: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T05:00:00.000Z",
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "disposition": "active",
    "readPoint": {"id": "https://cho.example/htx/a"},
    "quantityList": [
        {"epcClass": "https://cho.example/q/ABC", "quantity": 12.5, "uom": "KGM"},
        {"epcClass": "https://cho.example/01/09520000100018/10/L1", "quantity": 1200.0, "uom": "KGM"},
    ],
    "bizTransactionList": [{"type": "po", "bizTransaction": "https://x.example/po/1"}],
    "ilmd": {"htx:place": "Thon Dong", "htx:madeOn": "2026-03-01"},
    "htx:reference": "abc",
}


def test_fields_stand_in_the_order_of_the_standard() -> None:
    own = "{https://cho.example/vocab#}"
    text = (
        "eventType=ObjectEventeventTime=2026-03-01T05:00:00.000ZeventTimeZoneOffset=+07:00"
        "quantityListquantityElementepcClass=https://cho.example/q/ABCquantity=12.5uom=KGM"
        "quantityElementepcClass=https://id.gs1.org/01/09520000100018/10/L1quantity=1200uom=KGM"
        "action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioning"
        "disposition=https://ref.gs1.org/cbv/Disp-activereadPointid=https://cho.example/htx/a"
        "bizTransactionListtype=https://ref.gs1.org/cbv/BTT-pobizTransaction=https://x.example/po/1"
        f"ilmd{own}madeOn=2026-03-01{own}place=Thon Dong{own}reference=abc"
    )
    assert pre_hash(HARVEST, context=CONTEXT) == text
    assert (
        event_id(HARVEST, context=CONTEXT)
        == f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"recordTime": "2026-03-02T05:00:00.000Z"},
        {"eventID": "urn:uuid:1"},
        {"errorDeclaration": {"declarationTime": "2026-03-02T05:00:00Z"}},
        {"eventTime": "2026-03-01T12:00:00.0004+07:00"},
        {"quantityList": list(reversed(HARVEST["quantityList"]))},
    ],
    ids=["record time", "event id", "error", "same moment elsewhere", "order of a list"],
)
def test_what_is_not_the_event_itself_changes_nothing(change: dict[str, Any]) -> None:
    assert event_id(HARVEST | change, context=CONTEXT) == event_id(HARVEST, context=CONTEXT)


@pytest.mark.parametrize(
    "change",
    [
        {"action": "OBSERVE"},
        {"eventTime": "2026-03-01T05:00:00.001Z"},
        {"htx:reference": "abd"},
        {"ilmd": {"htx:place": "Thon Tay", "htx:madeOn": "2026-03-01"}},
        {"quantityList": HARVEST["quantityList"][:1]},
    ],
)
def test_any_change_of_the_event_changes_its_id(change: dict[str, Any]) -> None:
    assert event_id(HARVEST | change, context=CONTEXT) != event_id(HARVEST, context=CONTEXT)


def test_prefixes_stand_for_what_the_context_says() -> None:
    other = [{"htx": "https://other.example/#"}]
    assert event_id(HARVEST, context=other) != event_id(HARVEST, context=CONTEXT)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        event_id(HARVEST | {"eventTime": "2026-03-01T05:00:00"})
