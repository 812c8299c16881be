"""The CBV 2.0 event hash: the same event has one id, a changed one another. The texts below agree with the reference
program that the standard's authors maintain."""

from __future__ import annotations

import copy
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
    assert event_id(HARVEST, context=CONTEXT) == f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


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


SHIPPED: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-02T08:30:00+07:00",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "disposition": "in_transit",
    "persistentDisposition": {"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
    "epcList": ["https://cho.example/q/B", "https://example.com/01/09520000100018/21/A1"],
    "bizTransactionList": [
        {"type": "po", "bizTransaction": "https://x.example/po/1"},
        {"type": "inv", "bizTransaction": "https://x.example/inv/0"},
    ],
}
STORED: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-02T05:00:00.000Z",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "storing",
    "readPoint": {"id": "https://x.example/store"},
    "epcList": ["https://cho.example/q/S1"],
    "certificationInfo": ["https://x.example/cert/2", "https://x.example/cert/1"],
    "sensorElementList": [
        {
            "sensorMetadata": {"time": "2026-03-02T12:00:00+07:00", "deviceID": "https://x.example/d/1"},
            "sensorReport": [
                {"type": "Temperature", "value": 26.0, "uom": "CEL"},
                {"type": "RelativeHumidity", "value": 12.1, "uom": "A93"},
                {"type": "Temperature", "exception": "ALARM_CONDITION"},
            ],
        }
    ],
}
MILLED: dict[str, Any] = {
    "type": "TransformationEvent",
    "eventTime": "2026-03-05T05:00:00.000Z",
    "eventTimeZoneOffset": "+07:00",
    "transformationID": "https://cho.example/epcis/transformations/X",
    "bizStep": "commissioning",
    "disposition": "in_progress",
    "inputQuantityList": [{"epcClass": "https://cho.example/q/ABC", "quantity": 100, "uom": "KGM"}],
    "outputQuantityList": [
        {"epcClass": "https://cho.example/q/ABE", "quantity": 20, "uom": "KGM"},
        {"epcClass": "https://cho.example/q/ABD", "quantity": 60.5, "uom": "KGM"},
    ],
    "htx:recipe": "rice_milling",
    "htx:outputs": [
        {"htx:lot": "https://cho.example/q/ABD", "cbvmda:lotNumber": "L-8", "htx:place": "Xưởng xay"},
        {"htx:lot": "https://cho.example/q/ABE", "cbvmda:lotNumber": "L-9", "htx:place": "Xưởng xay"},
    ],
}
PACKED: dict[str, Any] = {
    "type": "AggregationEvent",
    "eventTime": "2026-03-06T05:00:00.000Z",
    "eventTimeZoneOffset": "+07:00",
    "action": "ADD",
    "bizStep": "packing",
    "parentID": "https://x.example/00/395200000000000012",
    "childQuantityList": [{"epcClass": "https://cho.example/q/ABC", "quantity": 3}],
}
PLANTED: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-02-01T05:00:00.000Z",
    "eventTimeZoneOffset": "+07:00",
    "action": "OBSERVE",
    "bizStep": "htx:planting",
    "disposition": "in_progress",
    "quantityList": [{"epcClass": "https://cho.example/q/ABC"}],
    "htx:note": "Gieo thẳng",
    "errorDeclaration": {"declarationTime": "2026-02-02T05:00:00Z", "reason": "incorrect_data"},
}


@pytest.mark.filterwarnings("ignore")  # the program's own, about how it opens its files
@pytest.mark.parametrize("event", [HARVEST, SHIPPED, STORED, MILLED, PACKED, PLANTED])
def test_the_reference_program_computes_the_same(event: dict[str, Any]) -> None:
    reading = pytest.importorskip("epcis_event_hash_generator.json_to_py")
    hashing = pytest.importorskip("epcis_event_hash_generator.hash_generator")
    document = {"@context": CONTEXT, "type": "EPCISDocument", "epcisBody": {"eventList": [copy.deepcopy(event)]}}
    events = reading.event_list_from_epcis_document_json(document)
    assert [pre_hash(event, context=CONTEXT)] == hashing.derive_prehashes_from_events(events)


def test_measured_words_stand_for_the_addresses_of_the_web_vocabulary() -> None:
    text = pre_hash(STORED, context=CONTEXT)
    assert "sensorReporttype=https://gs1.org/voc/Temperaturevalue=26uom=CEL" in text
    assert "type=https://gs1.org/voc/Temperatureexception=https://gs1.org/voc/ALARM_CONDITION" in text
