"""EPCIS documents: whole ones pass, and each broken rule is named with its place, the schema's blind spots included."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from marketplace.gs1 import epcis, vocabulary
from marketplace.gs1.epcis import NotJson, Problem, validate

GTIN_LOT = "https://cho.example/01/09520000100018/10/L1"
SERIAL = "https://cho.example/01/09520000100018/21/7K3PQ9XWM0ABC"
CRATE = "https://cho.example/00/095200001000000018"
OWN = "https://cho.example/q/ABC"
PLACE = {"id": "https://cho.example/htx/a"}

Change = Callable[[dict[str, Any]], object]


def harvest() -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T12:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "persistentDisposition": {"set": ["completeness_inferred"], "unset": ["htx:checked"]},
        "readPoint": dict(PLACE),
        "bizLocation": dict(PLACE),
        "quantityList": [
            {"epcClass": OWN, "quantity": 12.5, "uom": "KGM"},
            {"epcClass": GTIN_LOT, "quantity": 3},
        ],
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:example:po:1"}, {"bizTransaction": "urn:x:2"}],
        "sourceList": [{"type": "owning_party", "source": "https://cho.example/417/9520000000004"}],
        "destinationList": [{"type": "location", "destination": "https://cho.example/htx/b"}],
        "ilmd": {"htx:place": "Thôn Đông", "cbvmda:lotNumber": "L1", "htx:plots": [{"htx:area": 1000}]},
        "htx:reference": "abc",
    }


def storing() -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T05:00:00Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "OBSERVE",
        "bizStep": "https://ref.gs1.org/cbv/BizStep-storing",
        "readPoint": dict(PLACE),
        "sensorElementList": [
            {
                "sensorMetadata": {"startTime": "2026-03-02T04:00:00Z", "endTime": "2026-03-02T05:00:00Z"},
                "sensorReport": [
                    {"type": "Temperature", "value": 4.5, "uom": "CEL"},
                    {"type": "gs1:RelativeHumidity", "value": 70, "uom": "A93", "exception": "ALARM_CONDITION"},
                ],
            }
        ],
    }


def milling() -> dict[str, Any]:
    return {
        "type": "TransformationEvent",
        "eventTime": "2026-03-03T05:00:00.000Z",
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "htx:processing",
        "transformationID": "https://cho.example/epcis/transformations/X",
        "inputQuantityList": [{"epcClass": OWN, "quantity": 10, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": "https://cho.example/q/DEF", "quantity": 7.125, "uom": "KGM"}],
        "htx:outputs": [{"htx:lot": "https://cho.example/q/DEF"}],
    }


def packing() -> dict[str, Any]:
    return {
        "type": "AggregationEvent",
        "eventTime": "2026-03-04T05:00:00.000Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "packing",
        "parentID": CRATE,
        "childEPCs": [SERIAL],
    }


def shipping() -> dict[str, Any]:
    return {
        "type": "TransactionEvent",
        "eventTime": "2026-03-05T05:00:00.000Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:example:desadv:1"}],
        "epcList": [SERIAL],
        "errorDeclaration": {
            "declarationTime": "2026-03-06T05:00:00.000Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["ni:///sha-256;00?ver=CBV2.0"],
        },
    }


def fitting() -> dict[str, Any]:
    return {
        "type": "AssociationEvent",
        "eventTime": "2026-03-05T05:00:00.000Z",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "parentID": CRATE,
        "childQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.998877", "quantity": 1}],
    }


def document(*events: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": [vocabulary.CONTEXT, {"htx": "https://cho.example/vocab#"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-07T05:00:00.000Z",
        "epcisBody": {"eventList": list(events)},
    }


def test_a_whole_life_is_right() -> None:
    life = document(harvest(), storing(), milling(), packing(), shipping(), fitting())
    assert validate(life) == []
    assert validate(json.loads(json.dumps(life))) == []


def test_the_vocabularies_have_the_sizes_of_the_standard() -> None:
    sizes = (len(vocabulary.BUSINESS_STEPS), len(vocabulary.DISPOSITIONS), len(vocabulary.BUSINESS_TRANSACTIONS))
    assert sizes == (41, 33, 13)


@pytest.mark.parametrize("word", sorted(vocabulary.BUSINESS_STEPS))
def test_every_step_is_taken_bare_and_as_an_address(word: str) -> None:
    for step in (word, f"https://ref.gs1.org/cbv/BizStep-{word}"):
        assert validate(document({**harvest(), "bizStep": step})) == []


def test_an_event_alone_brings_its_context() -> None:
    context = [vocabulary.CONTEXT, {"htx": "https://cho.example/vocab#"}]
    assert validate({"@context": context, **harvest()}) == []
    assert Problem("", "required", "An event that comes alone needs its “@context”.") in validate(harvest())


def put(name: str, value: Any) -> Change:
    return lambda event: event.__setitem__(name, value)


def drop(name: str) -> Change:
    return lambda event: event.pop(name)


def thing(**members: Any) -> Change:
    return lambda event: event["quantityList"][0].update(members)


E = "/epcisBody/eventList/0"
BROKEN: list[tuple[Callable[[], dict[str, Any]], Change, str, str]] = [
    (harvest, drop("type"), f"{E}/type", "type"),
    (harvest, put("type", "QuantityEvent"), f"{E}/type", "type"),
    (harvest, put("type", ["ObjectEvent"]), f"{E}/type", "type"),
    (harvest, drop("eventTime"), E, "required"),
    (harvest, drop("eventTimeZoneOffset"), E, "required"),
    (harvest, drop("action"), E, "required"),
    (harvest, put("eventTime", "2026-02-30T12:00:00Z"), f"{E}/eventTime", "date-time"),
    (harvest, put("eventTime", "2026-03-01T25:00:00Z"), f"{E}/eventTime", "date-time"),
    (harvest, put("eventTime", "2026-03-01T12:00:00"), f"{E}/eventTime", "date-time"),
    (harvest, put("eventTime", "2026-03-01T12:00:00+19:00"), f"{E}/eventTime", "date-time"),
    (harvest, put("eventTime", "2026-03-01"), f"{E}/eventTime", "date-time"),
    (harvest, put("eventTime", 1772341200), f"{E}/eventTime", "type"),
    (harvest, put("eventTimeZoneOffset", "+15:00"), f"{E}/eventTimeZoneOffset", "offset"),
    (harvest, put("eventTimeZoneOffset", "07:00"), f"{E}/eventTimeZoneOffset", "offset"),
    (harvest, put("eventTimeZoneOffset", "Z"), f"{E}/eventTimeZoneOffset", "offset"),
    (harvest, put("recordTime", "2026-02-28T12:00:00Z"), f"{E}/recordTime", "order"),
    (harvest, put("action", "UPDATE"), f"{E}/action", "vocabulary"),
    (harvest, put("bizStep", "harvesting"), f"{E}/bizStep", "vocabulary"),
    (harvest, put("bizStep", "https://ref.gs1.org/cbv/BizStep-harvesting"), f"{E}/bizStep", "vocabulary"),
    (harvest, put("bizStep", "farm:harvesting"), f"{E}/bizStep", "prefix"),
    (harvest, put("disposition", "sold"), f"{E}/disposition", "vocabulary"),
    (harvest, put("persistentDisposition", {"set": ["gone"]}), f"{E}/persistentDisposition/set/0", "vocabulary"),
    (
        harvest,
        put("persistentDisposition", {"set": ["active"], "unset": ["active"]}),
        f"{E}/persistentDisposition",
        "order",
    ),
    (harvest, put("persistentDisposition", {}), f"{E}/persistentDisposition", "required"),
    (harvest, put("persistentDisposition", {"set": []}), f"{E}/persistentDisposition/set", "required"),
    (harvest, put("persistentDisposition", {"htx:set": ["active"]}), f"{E}/persistentDisposition/htx:set", "unknown"),
    (harvest, put("bizStep", "urn:epcglobal:cbv:bizstep:shipping"), f"{E}/bizStep", "vocabulary"),
    (harvest, put("readPoint", "https://cho.example/htx/a"), f"{E}/readPoint", "type"),
    (harvest, put("readPoint", {}), f"{E}/readPoint", "required"),
    (harvest, put("bizLocation", {"id": "no address"}), f"{E}/bizLocation/id", "uri"),
    (harvest, put("quantityList", {"epcClass": OWN}), f"{E}/quantityList", "type"),
    (harvest, put("quantityList", []), E, "required"),
    (harvest, thing(quantity=-1), f"{E}/quantityList/0/quantity", "negative"),
    (harvest, thing(quantity="12"), f"{E}/quantityList/0/quantity", "type"),
    (harvest, thing(quantity=True), f"{E}/quantityList/0/quantity", "type"),
    (harvest, thing(uom="kg"), f"{E}/quantityList/0/uom", "unit"),
    (harvest, thing(uom="KILO"), f"{E}/quantityList/0/uom", "unit"),
    (harvest, thing(uom="EA"), f"{E}/quantityList/0/uom", "unit"),
    (harvest, lambda event: event["quantityList"][0].pop("quantity"), f"{E}/quantityList/0/uom", "unit"),
    (harvest, lambda event: event["quantityList"][0].pop("epcClass"), f"{E}/quantityList/0", "required"),
    (harvest, lambda event: event["quantityList"][0].pop("uom"), f"{E}/quantityList/0/quantity", "unit"),
    (harvest, thing(weight=1), f"{E}/quantityList/0/weight", "unknown"),
    (
        harvest,
        thing(epcClass="https://cho.example/01/09520000100017/10/L1"),
        f"{E}/quantityList/0/epcClass",
        "digital-link",
    ),
    (
        harvest,
        thing(epcClass="https://cho.example/01/09520000100018/21/S/10/L1"),
        f"{E}/quantityList/0/epcClass",
        "digital-link",
    ),
    (
        harvest,
        thing(epcClass="https://cho.example/01/9520000100018/10/L1"),
        f"{E}/quantityList/0/epcClass",
        "digital-link",
    ),
    (harvest, thing(epcClass="lot 7"), f"{E}/quantityList/0/epcClass", "uri"),
    (harvest, thing(epcClass="farm:7"), f"{E}/quantityList/0/epcClass", "prefix"),
    (
        harvest,
        put("bizTransactionList", [{"type": "bill", "bizTransaction": "urn:x:1"}]),
        f"{E}/bizTransactionList/0/type",
        "vocabulary",
    ),
    (harvest, put("bizTransactionList", [{"type": "po"}]), f"{E}/bizTransactionList/0", "required"),
    (harvest, put("sourceList", [{"source": "urn:x:1"}]), f"{E}/sourceList/0", "required"),
    (
        harvest,
        put("sourceList", [{"type": "location", "source": "urn:x:1", "htx:more": 1}]),
        f"{E}/sourceList/0/htx:more",
        "unknown",
    ),
    (harvest, put("ilmd", {"lot": "1"}), f"{E}/ilmd/lot", "unknown"),
    (harvest, put("action", "OBSERVE"), f"{E}/ilmd", "ilmd"),
    (harvest, put("ilmd", {"farm:lot": "1"}), f"{E}/ilmd/farm:lot", "prefix"),
    (harvest, put("farmer", "An"), f"{E}/farmer", "unknown"),
    (harvest, put("farm:er", "An"), f"{E}/farm:er", "prefix"),
    (harvest, put("htx:deep", {"farm:er": 1}), f"{E}/htx:deep/farm:er", "prefix"),
    (harvest, put("htx:nothing", None), f"{E}/htx:nothing", "type"),
    (harvest, put("eventID", "not an id"), f"{E}/eventID", "uri"),
    (harvest, put("epcList", [SERIAL, SERIAL]), f"{E}/epcList", "unique"),
    (harvest, put("persistentDisposition", {"set": ["active", "active"]}), f"{E}/persistentDisposition/set", "unique"),
    (
        storing,
        lambda event: event["sensorElementList"][0]["sensorReport"][0].update(booleanValue="yes"),
        f"{E}/sensorElementList/0/sensorReport/0/booleanValue",
        "type",
    ),
    (
        storing,
        lambda event: event["sensorElementList"][0]["sensorReport"][0].update(hexBinaryValue="0xFG"),
        f"{E}/sensorElementList/0/sensorReport/0/hexBinaryValue",
        "type",
    ),
    (
        storing,
        lambda event: event["sensorElementList"][0].update(sensorReport=[]),
        f"{E}/sensorElementList/0/sensorReport",
        "required",
    ),
    (storing, drop("readPoint"), E, "required"),
    (storing, lambda event: event["sensorElementList"][0].pop("sensorReport"), f"{E}/sensorElementList/0", "required"),
    (
        storing,
        lambda event: event["sensorElementList"][0]["sensorReport"][0].update(type="Warmth"),
        f"{E}/sensorElementList/0/sensorReport/0/type",
        "vocabulary",
    ),
    (
        storing,
        lambda event: event["sensorElementList"][0]["sensorReport"][0].update(value="4"),
        f"{E}/sensorElementList/0/sensorReport/0/value",
        "type",
    ),
    (
        storing,
        lambda event: event["sensorElementList"][0]["sensorMetadata"].update(endTime="2026-03-02T03:00:00Z"),
        f"{E}/sensorElementList/0/sensorMetadata/endTime",
        "order",
    ),
    (milling, put("action", "ADD"), f"{E}/action", "unknown"),
    (packing, drop("parentID"), E, "required"),
    (packing, drop("childEPCs"), E, "required"),
    (packing, put("parentID", "https://cho.example/00/095200001000000019"), f"{E}/parentID", "digital-link"),
    (packing, put("ilmd", {}), f"{E}/ilmd", "unknown"),
    (shipping, drop("bizTransactionList"), E, "required"),
    (shipping, drop("epcList"), E, "required"),
    (packing, put("persistentDisposition", {"set": ["active"]}), f"{E}/persistentDisposition", "unknown"),
    (harvest, thing(**{"htx:more": 1}), f"{E}/quantityList/0/htx:more", "unknown"),
    (shipping, put("bizTransactionList", []), E, "required"),
    (
        shipping,
        lambda event: event["errorDeclaration"].pop("declarationTime"),
        f"{E}/errorDeclaration",
        "required",
    ),
    (
        shipping,
        lambda event: event["errorDeclaration"].update(reason="typing_error"),
        f"{E}/errorDeclaration/reason",
        "vocabulary",
    ),
    (
        shipping,
        lambda event: event["errorDeclaration"].update(declarationTime="2026-03-01T05:00:00Z"),
        f"{E}/errorDeclaration/declarationTime",
        "order",
    ),
    (fitting, drop("parentID"), E, "required"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "change", "path", "rule"), BROKEN)
def test_each_broken_rule_is_named_with_its_place(
    make: Callable[[], dict[str, Any]], change: Change, path: str, rule: str
) -> None:
    event = copy.deepcopy(make())
    change(event)
    problems = validate(document(event))
    assert (path, rule) in [(problem.path, problem.rule) for problem in problems]
    assert {problem.path for problem in problems} == {path}, problems
    assert all(problem.sentence for problem in problems)


def test_a_transformation_says_what_went_in_and_what_came_out_unless_it_is_told_in_parts() -> None:
    event = milling()
    del event["inputQuantityList"]
    assert validate(document(event)) == []
    del event["transformationID"]
    assert [problem.rule for problem in validate(document(event))] == ["required"]
    event = {**milling(), "inputQuantityList": [], "outputQuantityList": []}
    assert [problem.rule for problem in validate(document(event))] == ["required"]


def test_a_quantity_may_be_left_open() -> None:
    event = {**harvest(), "quantityList": [{"epcClass": OWN}]}
    assert validate(document(event)) == []


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        (drop("@context"), "", "required"),
        (drop("schemaVersion"), "", "required"),
        (drop("creationDate"), "", "required"),
        (drop("epcisBody"), "", "required"),
        (put("schemaVersion", "1.2"), "/schemaVersion", "version"),
        (put("creationDate", "yesterday"), "/creationDate", "date-time"),
        (put("epcisBody", []), "/epcisBody", "type"),
        (put("epcisBody", {}), "/epcisBody", "required"),
        (put("epcisBody", {"eventList": {}}), "/epcisBody/eventList", "type"),
        (put("epcisBody", {"eventList": [7]}), "/epcisBody/eventList/0", "type"),
        (put("more", 1), "/more", "unknown"),
        (put("@context", [vocabulary.CONTEXT, vocabulary.CONTEXT]), "/@context", "unique"),
        (put("@context", [vocabulary.CONTEXT, 7]), "/@context", "type"),
        (put("@context", [vocabulary.CONTEXT, {"gs1": "https://evil.example/"}]), "/@context/gs1", "prefix"),
        (put("@context", [vocabulary.CONTEXT, {"htx": 1}]), "/@context/htx", "prefix"),
    ],
)
def test_the_document_around_the_events_is_looked_at_too(change: Change, path: str, rule: str) -> None:
    broken = document()
    change(broken)
    assert [(problem.path, problem.rule) for problem in validate(broken)] == [(path, rule)]


def test_a_prefix_declared_in_one_event_is_unknown_in_the_next() -> None:
    first, second = harvest(), harvest()
    first["@context"] = {"farm": "https://farm.example/"}
    first["farm:er"] = second["farm:er"] = "An"
    assert [(problem.path, problem.rule) for problem in validate(document(first, second))] == [
        ("/epcisBody/eventList/1/farm:er", "prefix")
    ]


def test_a_long_list_of_problems_is_cut() -> None:
    assert len(validate(document(*({**harvest(), "more": 1} for _ in range(500))))) == epcis.MOST_PROBLEMS


@pytest.mark.parametrize("junk", [None, 7, "x", [], [harvest()], {}, {"type": "EPCISQueryDocument"}, {"type": None}])
def test_anything_else_is_refused_and_breaks_nothing(junk: object) -> None:
    assert validate(junk)


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', '{"a": NaN}', '{"a": Infinity}', "{", "[" * 50_000, "[" * 40 + "]" * 40, b"\xff"]
)
def test_json_that_readers_disagree_about_is_refused(text: str | bytes) -> None:
    with pytest.raises(NotJson):
        epcis.read(text)


def test_events_carry_the_context_that_they_need_alone() -> None:
    event = {**harvest(), "@context": {"farm": "https://farm.example/"}}
    (alone,) = epcis.events_of(document(event))
    assert alone["@context"] == [
        vocabulary.CONTEXT, {"htx": "https://cho.example/vocab#"}, {"farm": "https://farm.example/"},
    ]  # fmt: skip
    assert validate(alone) == []


def test_everything_that_an_event_speaks_of_is_found_with_where_it_stands() -> None:
    found = [(name, uri) for event in (harvest(), milling(), packing()) for name, uri, _ in epcis.things_of(event)]
    assert found == [
        ("quantityList", OWN), ("quantityList", GTIN_LOT),
        ("inputQuantityList", OWN), ("outputQuantityList", "https://cho.example/q/DEF"),
        ("parentID", CRATE), ("childEPCs", SERIAL),
    ]  # fmt: skip
