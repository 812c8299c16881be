"""Machines ask: every listed parameter, pages, who may see what, and refusals of what is not understood."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy import event as listening

from marketplace.epcis import rules
from marketplace.foundation import database, dates, jobs
from marketplace.foundation.database import session
from marketplace.gs1 import epcis
from marketplace.traceability import documents
from marketplace.traceability.models import Lot, Publicity, TraceEvent
from tests.factories.epcis import (
    Machine,
    alone,
    code_for,
    document_of,
    harvest_event,
    make_machine,
    make_mill,
    tell_season,
    told_event,
)

PROBLEM = "application/problem+json"
PUBLIC_URL = "http://127.0.0.1:8000"


class World:
    """A season, a machine of its cooperative and a stranger."""

    def __init__(self, app: Flask) -> None:
        self.mill = make_mill()
        tell_season(self.mill)
        self.own, self.stranger = make_machine(app, self.mill.cooperative), Machine(app)
        lots = {lot.batch: lot.code for lot in session.query(Lot)}
        self.first, self.second = documents.lot_uri(lots["V1"]), documents.lot_uri(lots["V2"])
        self.rice, self.bran = documents.lot_uri(lots["G1"]), documents.lot_uri(lots["C1"])
        self.rows = session.query(TraceEvent).order_by(TraceEvent.id).all()

    def ask(self, machine: Machine | None = None, **parameters: Any) -> list[dict[str, Any]]:
        answer = (machine or self.own).get(f"/epcis/events?{urlencode(parameters, doseq=True)}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: list[dict[str, Any]] = answer.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        return found

    def steps(self, **parameters: Any) -> list[str]:
        return [event["bizStep"] for event in self.ask(**parameters)]


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def test_the_answer_is_a_query_document_with_whole_events(world: World) -> None:
    answer = world.own.get("/epcis/events?perPage=100")
    document = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (200, "application/ld+json")
    assert (document["type"], document["schemaVersion"]) == ("EPCISQueryDocument", "2.0")
    assert document["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    events = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [event["eventID"] for event in events] == [row.event_id for row in world.rows]
    assert all("recordTime" in event for event in events)
    assert epcis.validate({**document_of(*events), "@context": document["@context"]}) == []


def test_every_parameter_narrows_to_what_it_says(world: World) -> None:
    assert len(world.ask(eventType="TransformationEvent")) == 1
    assert len(world.ask(eventType=["TransformationEvent", "ObjectEvent"])) == 13
    assert len(world.ask(eventType="TransformationEvent,ObjectEvent")) == 13
    assert len(world.ask(EQ_action="ADD")) == 2
    assert world.steps(EQ_action="DELETE") == ["destroying"]
    assert world.steps(EQ_bizStep="retail_selling") == ["retail_selling"]
    assert world.steps(EQ_bizStep="https://ref.gs1.org/cbv/BizStep-retail_selling") == ["retail_selling"]
    assert len(world.ask(EQ_bizStep=["retail_selling", "storing"])) == 3
    assert len(world.ask(EQ_disposition="recalled")) == 1
    assert len(world.ask(EQ_disposition="https://ref.gs1.org/cbv/Disp-recalled")) == 1
    here = documents.place_uri(world.mill.cooperative.slug)
    assert len(world.ask(EQ_readPoint=here)) == 13
    assert world.ask(EQ_readPoint="https://elsewhere.example/") == []
    assert len(world.ask(EQ_bizLocation=here)) == 13
    assert [event["eventID"] for event in world.ask(EQ_eventID=world.rows[4].event_id)] == [world.rows[4].event_id]
    milled = next(row for row in world.rows if row.transformation_id)
    assert len(world.ask(EQ_transformationID=milled.transformation_id)) == 1
    assert len(world.ask(MATCH_epcClass=world.second)) == 3
    assert len(world.ask(MATCH_anyEPCClass=world.second)) == 4
    assert len(world.ask(MATCH_inputEPCClass=world.second)) == 1
    assert world.ask(MATCH_outputEPCClass=world.second) == []
    assert len(world.ask(MATCH_outputEPCClass=[world.rice, world.bran])) == 1
    assert world.ask(MATCH_epc=world.second) == []
    assert world.ask(MATCH_anyEPC=world.second) == []
    assert len(world.ask(EXISTS_errorDeclaration="true")) == 1
    assert len(world.ask(EXISTS_errorDeclaration="")) == 1
    assert len(world.ask(EXISTS_errorDeclaration="false")) == 12
    assert len(world.ask(EQ_bizStep="storing", EXISTS_errorDeclaration="true")) == 1


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"EQ_quantity": "5.5"}, 1),
        ({"EQ_quantity": "5.5001"}, 0),
        ({"LT_quantity": "5.5"}, 0),
        ({"LE_quantity": "5.5"}, 1),
        ({"GT_quantity": "5.4", "LT_quantity": "10"}, 1),
        ({"GE_quantity": "50", "LE_quantity": "50"}, 1),
        ({"GT_quantity": "400"}, 0),
    ],
)
def test_quantities_are_compared_in_the_units_of_the_event(
    world: World, parameters: dict[str, str], count: int
) -> None:
    events = [event for event in world.ask(**parameters) if event["type"] == "ObjectEvent"]
    one_lot = [event for event in events if len(event["quantityList"]) == 1]
    assert len(one_lot) == count


def test_times_are_compared_as_moments(world: World) -> None:
    rows = sorted(world.rows, key=lambda row: (row.event_time, row.id))
    middle = rows[4].event_time
    local = middle.astimezone(dates.VIETNAM).isoformat()
    early = world.ask(LT_eventTime=local)
    late = world.ask(GE_eventTime=local)
    assert len(early) + len(late) == 13
    assert {event["eventID"] for event in early} == {row.event_id for row in rows if row.event_time < middle}
    recorded = world.rows[5].record_time.isoformat()
    assert len(world.ask(LT_recordTime=recorded)) + len(world.ask(GE_recordTime=recorded)) == 13


@pytest.mark.parametrize("order", ["", "eventTime", "recordTime"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_hold_every_event_once_and_the_last_has_no_next(world: World, order: str, direction: str) -> None:
    asked = {"perPage": "4"} | ({"orderBy": order, "orderDirection": direction} if order else {})
    path, seen, pages = f"/epcis/events?{urlencode(asked)}", [], 0
    while path:
        answer = world.own.get(path)
        events = answer.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        seen += [event["eventID"] for event in events]
        pages += 1
        link = answer.headers.get("Link", "")
        assert link == "" or link.endswith('; rel="next"')
        path = link.split(">")[0].removeprefix(f"<{PUBLIC_URL}")
    column = {"": "id", "eventTime": "event_time", "recordTime": "record_time"}[order]
    rows = sorted(
        world.rows, key=lambda row: (getattr(row, column), row.id), reverse=bool(order) and direction == "DESC"
    )
    assert (seen, pages) == ([row.event_id for row in rows], 4)


def test_counts_limit_or_refuse(world: World) -> None:
    assert len(world.ask(eventCountLimit=5)) == 5
    first = world.own.get("/epcis/events?eventCountLimit=5&perPage=3")
    behind = first.headers["Link"].split(">")[0].removeprefix(f"<{PUBLIC_URL}")
    last = world.own.get(behind)
    assert len(last.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 2
    assert "Link" not in last.headers
    assert len(world.ask(maxEventCount=13)) == 13
    refused = world.own.get("/epcis/events?maxEventCount=12")
    assert (refused.status_code, refused.get_json()["type"]) == (413, "epcisException:QueryTooLargeException")


@pytest.mark.parametrize(
    "query",
    [
        "eq_bizStep=packing", "unknown=1", "EQ_bizStep=", "eventType=Event", "EQ_action=add", "GE_eventTime=yesterday",
        "GE_eventTime=2026-03-01T00:00:00", "GE_eventTime=2026-03-01T00:00:00Z&GE_eventTime=2026-03-02T00:00:00Z",
        "EQ_quantity=many", "EQ_quantity=NaN", "EQ_quantity=1e99", "EXISTS_errorDeclaration=perhaps", "perPage=0",
        "perPage=1001", "perPage=x", "perPage=3&perPage=4", "orderBy=bizStep", "orderDirection=ASC",
        "orderBy=eventTime&orderDirection=up", "eventCountLimit=1&maxEventCount=1", "eventCountLimit=0",
        "maxEventCount=-1", "nextPageToken=x", "nextPageToken=WzEsMl0", "nextPageToken=WzEsMSwxXQ", "named=x",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_and_never_ignored(app: Flask, query: str) -> None:
    answer = Machine(app).get(f"/epcis/events?{query}")
    assert (answer.status_code, answer.mimetype) == (400, PROBLEM)
    assert answer.get_json()["type"] == "epcisException:QueryParameterException"


def test_strangers_see_what_was_told_of_published_lots_only(world: World) -> None:
    seen = {event["eventID"] for event in world.ask(world.stranger)}
    of_second = {event["eventID"] for event in world.ask(MATCH_epcClass=world.second)}
    recalled = {event["eventID"] for event in world.ask(EQ_disposition="recalled")}
    assert of_second - seen == of_second - recalled
    assert len(seen) == 11
    hidden = next(iter(of_second - recalled))
    assert world.stranger.get(f"/epcis/events/{quote(hidden, safe='')}").status_code == 404
    assert world.own.get(f"/epcis/events/{quote(hidden, safe='')}").status_code == 200


@pytest.mark.parametrize(("hidden", "count"), [("notes", 10), ("operators", 11), ("quantity", 0), ("photos", 11)])
def test_what_a_cooperative_chose_not_to_show_is_kept_back_from_strangers(
    world: World, hidden: str, count: int
) -> None:
    chosen = Publicity.everything()
    chosen.cooperative_id = world.mill.cooperative.id
    setattr(chosen, hidden, False)
    with database.transaction():
        session.add(chosen)
    assert len(world.ask(world.stranger)) == count
    assert len(world.ask(world.own)) == 13
    rice = world.stranger.get(f"{world.rice.removeprefix(PUBLIC_URL)}/epcis.json").get_json()
    texts = [str(event) for event in rice["epcisBody"]["eventList"]]
    assert any("htx:note" in text for text in texts) == (hidden not in ("notes", "quantity"))


def test_serials_are_the_cooperatives_own(app: Flask, world: World) -> None:
    row = next(row for row in world.rows if row.biz_step == "retail_selling")
    with database.transaction():
        session.get_one(TraceEvent, row.id).is_public = False
    other = make_machine(app, make_mill("chua-xoai").cooperative)
    for machine, count in ((world.own, 1), (other, 0), (world.stranger, 0)):
        assert len(world.ask(machine, EQ_bizStep="retail_selling")) == count


def test_resources_give_the_events_below_them(world: World) -> None:
    def count(path: str) -> int:
        answer = world.own.get(path)
        assert answer.status_code == 200, path
        return len(answer.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"])

    assert count(f"/epcis/epcs/{quote(world.second, safe='')}/events") == 4
    assert count(f"/epcis/epcs/{quote(world.second, safe='')}/events?EQ_action=DELETE") == 1
    assert count("/epcis/bizSteps/storing/events") == 2
    assert count(f"/epcis/bizSteps/{quote('https://ref.gs1.org/cbv/BizStep-storing', safe='')}/events") == 2
    assert count("/epcis/eventTypes/TransformationEvent/events") == 1
    types = world.own.get("/epcis/eventTypes").get_json()
    assert types["member"] == ["ObjectEvent", "TransformationEvent"]
    event = world.own.get(f"/epcis/events/{quote(world.rows[0].event_id, safe='')}").get_json()
    assert epcis.validate(event) == []
    for path in (
        "/epcis/epcs/https%3A%2F%2Felsewhere.example%2F1/events", "/epcis/bizSteps/dancing/events",
        "/epcis/eventTypes/Event/events", "/epcis/events/ni%3A%2F%2F%2Fx", "/epcis/queries", "/epcis/subscriptions/x",
    ):  # fmt: skip
        answer = world.own.get(path)
        assert (answer.status_code, answer.mimetype) == (404, PROBLEM), path
    twice = world.own.get("/epcis/bizSteps/storing/events?EQ_bizStep=packing")
    assert twice.status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Accept": "application/xml"}, 406),
        ({"Accept": "text/html"}, 406),
        ({"Accept": "application/json"}, 200),
        ({"Accept": "*/*"}, 200),
        ({"GS1-EPC-Format": "Always_EPC_URN"}, 406),
        ({"GS1-EPC-Format": "No_Preference"}, 200),
        ({"GS1-CBV-Max": "1.2.2"}, 406),
        ({"GS1-EPCIS-Version": "2.0.0"}, 200),
        ({"Authorization": "Basic eDp5"}, 401),
    ],
)
def test_formats_that_are_not_served_are_told(app: Flask, headers: dict[str, str], status: int) -> None:
    answer = Machine(app).get("/epcis/events", **{name.replace("-", "_"): value for name, value in headers.items()})
    assert answer.status_code == status
    if status == 200:
        assert answer.mimetype in ("application/json", "application/ld+json")
    else:
        assert answer.mimetype == PROBLEM


def test_options_tell_versions_and_limits(app: Flask) -> None:
    for path in ("/epcis/events", "/epcis/capture", "/epcis/eventTypes"):
        answer = app.test_client().options(path)
        assert answer.status_code == 204
        assert (answer.headers["GS1-EPCIS-Version"], answer.headers["GS1-CBV-Version"]) == ("2.0.0", "2.0.0")
        assert answer.headers["GS1-EPCIS-Capture-Limit"] == str(rules.MOST_EVENTS)
        assert "GET" in answer.headers["Allow"]


def test_the_events_of_a_page_are_read_in_one_statement(app: Flask) -> None:
    mill = make_mill()
    machine = make_machine(app, mill.cooperative)
    counts = []
    for number in (1, 3):
        for each in range(number):
            event = harvest_event(mill, code_for(number * 10 + each))
            assert machine.post("/epcis/events", alone(event)).status_code == 201
        seen: list[str] = []

        def note(connection: object, cursor: object, statement: str, *_: object, seen: list[str] = seen) -> None:
            seen.append(statement)

        listening.listen(database.engine(), "before_cursor_execute", note)
        machine.get("/epcis/events")
        listening.remove(database.engine(), "before_cursor_execute", note)
        counts.append(sum(statement.startswith("SELECT") and "trace_event" in statement for statement in seen))
    assert counts == [1, 1]


def test_an_aggregation_is_told_and_changes_no_balance(app: Flask) -> None:
    mill = make_mill()
    machine = make_machine(app, mill.cooperative)
    lot = code_for(1)
    packed = told_event(lot, "packing", "in_progress", action="ADD")
    packed |= {"type": "AggregationEvent", "parentID": "https://id.gs1.org/00/395200000000000012"}
    packed["childQuantityList"] = packed.pop("quantityList")
    answer = machine.post("/epcis/capture", document_of(harvest_event(mill, lot), packed))
    jobs.run_all_due()
    assert machine.get(answer.headers["Location"].removeprefix(PUBLIC_URL)).get_json()["errors"] == []
    assert session.query(Lot).one().available == 100_000
    found = machine.get(f"/epcis/events?MATCH_epcClass={documents.lot_uri(lot)}&eventType=AggregationEvent").get_json()
    assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1
    found = machine.get("/epcis/events?MATCH_anyEPC=https://x.example/00/395200000000000012").get_json()
    assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1
