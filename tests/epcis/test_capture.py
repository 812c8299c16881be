"""Machines tell events: only of their cooperative's lots, only what can be, and each one once."""

from __future__ import annotations

import threading
from contextvars import Context
from typing import Any

import pytest
from flask import Flask

from marketplace.epcis import actions, rules
from marketplace.epcis.models import ApiToken, EpcisCapture
from marketplace.foundation import jobs
from marketplace.foundation.database import session, transaction
from marketplace.traceability import documents
from marketplace.traceability.models import Lot, TraceError, TraceEvent
from marketplace.traceability.states import LotState
from marketplace.transparency import queries as log
from tests.factories.epcis import (
    Machine,
    Mill,
    alone,
    code_for,
    document_of,
    harvest_event,
    make_machine,
    make_mill,
    told_event,
)

PUBLIC_URL = "http://127.0.0.1:8000"
A, B = code_for(1), code_for(2)
PROBLEM = "application/problem+json"


def stand() -> tuple[int, int, int]:
    session.rollback()
    return session.query(Lot).count(), session.query(TraceEvent).count(), log.size()


def finished(machine: Machine, document: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = machine.post("/epcis/capture", document, **headers)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    jobs.run_all_due()
    job: dict[str, Any] = machine.get(answer.headers["Location"].removeprefix(PUBLIC_URL)).get_json()
    return job


@pytest.fixture
def mill(app: Flask) -> Mill:
    return make_mill()


@pytest.fixture
def machine(app: Flask, mill: Mill) -> Machine:
    return make_machine(app, mill.cooperative)


def test_a_document_is_taken_in_and_captured_by_a_job(machine: Machine, mill: Mill) -> None:
    answer = machine.post("/epcis/capture", document_of(harvest_event(mill, A)))
    assert (answer.status_code, answer.headers["GS1-Capture-Error-Behaviour"]) == (202, "rollback")
    assert answer.get_json()["running"] is True
    assert stand() == (0, 0, 0)
    jobs.run_all_due()
    job = machine.get(answer.headers["Location"].removeprefix(PUBLIC_URL)).get_json()
    assert (job["running"], job["success"], job["errors"], job["capturedEvents"]) == (False, True, [], 1)
    lot = session.query(Lot).one()
    assert (lot.code, lot.produced, lot.place, lot.batch) == (A, 100_000, "Thôn Đông", f"L-{A}")
    event = session.query(TraceEvent).one()
    assert log.find_entry(f"event:{event.event_id}") is not None


@pytest.mark.parametrize(("behaviour", "events", "success"), [("rollback", 0, False), ("proceed", 2, False)])
def test_one_bad_event_undoes_all_or_only_itself(
    machine: Machine, mill: Mill, behaviour: str, events: int, success: bool
) -> None:
    too_much = told_event(A, "destroying", "destroyed", action="DELETE", kilograms=101)
    document = document_of(harvest_event(mill, A), too_much, harvest_event(mill, B))
    job = finished(machine, document, GS1_Capture_Error_Behaviour=behaviour)
    assert (job["success"], job["captureErrorBehaviour"], job["capturedEvents"]) == (success, behaviour, events)
    assert [(each["path"], each["rule"]) for each in job["errors"]] == [("/epcisBody/eventList/1", "NotEnoughInLot")]
    assert stand() == (events, events, events)


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_a_good_document_succeeds_whatever_the_behaviour(machine: Machine, mill: Mill, behaviour: str) -> None:
    document = document_of(harvest_event(mill, A), harvest_event(mill, B))
    job = finished(machine, document, GS1_Capture_Error_Behaviour=behaviour)
    assert (job["success"], job["errors"], job["capturedEvents"]) == (True, [], 2)


@pytest.mark.parametrize(("behaviour", "events"), [("rollback", 0), ("proceed", 1)])
def test_an_event_that_is_no_epcis_is_told_by_its_place(
    machine: Machine, mill: Mill, behaviour: str, events: int
) -> None:
    bad = harvest_event(mill, A, kilograms=-1)
    del bad["eventTimeZoneOffset"]
    job = finished(machine, document_of(bad, harvest_event(mill, B)), GS1_Capture_Error_Behaviour=behaviour)
    assert {each["path"] for each in job["errors"]} == {
        "/epcisBody/eventList/0",
        "/epcisBody/eventList/0/quantityList/0/quantity",
    }
    assert stand() == (events, events, events)


def test_a_document_captured_twice_writes_nothing_the_second_time(machine: Machine, mill: Mill) -> None:
    document = document_of(harvest_event(mill, A), told_event(A, "retail_selling", "retail_sold", kilograms=10))
    assert finished(machine, document)["success"]
    before = stand()
    assert finished(machine, document)["success"]
    assert stand() == before
    assert session.query(Lot).one().sold == 10_000


def test_a_job_that_is_done_twice_captures_once(machine: Machine, mill: Mill) -> None:
    finished(machine, document_of(harvest_event(mill, A)))
    row = session.query(EpcisCapture).one()
    with transaction():
        actions.finish_capture(row.id, captured=0, errors=[{"detail": "late"}])
    assert (session.query(EpcisCapture).one().captured, session.query(EpcisCapture).one().errors) == (1, [])


MILLED: dict[str, Any] = {
    "type": "TransformationEvent",
    "bizStep": "commissioning",
    "disposition": "in_progress",
    "htx:recipe": "rice_milling",
}


def milled(mill: Mill, *, rice: float, recipe: str = "rice_milling") -> dict[str, Any]:
    told = told_event(A, "commissioning", "in_progress")
    facts = harvest_event(mill, B)["ilmd"] | {"htx:product": mill.rice.slug, "htx:lot": documents.lot_uri(B)}
    return {
        **{name: told[name] for name in ("eventTime", "eventTimeZoneOffset")},
        **MILLED,
        "htx:recipe": recipe,
        "inputQuantityList": [{"epcClass": documents.lot_uri(A), "quantity": 100, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": documents.lot_uri(B), "quantity": rice, "uom": "KGM"}],
        "htx:outputs": [facts],
    }


def test_milling_uses_up_the_paddy(machine: Machine, mill: Mill) -> None:
    assert finished(machine, document_of(milled(mill, rice=70), harvest_event(mill, A)))["errors"] == []
    paddy, rice = (session.query(Lot).filter_by(code=code).one() for code in (A, B))
    assert (paddy.consumed, paddy.available, rice.produced, rice.product_id) == (100_000, 0, 70_000, mill.rice.id)


def test_more_rice_than_paddy_can_give_is_refused(machine: Machine, mill: Mill) -> None:
    job = finished(machine, document_of(harvest_event(mill, A), milled(mill, rice=73)))
    assert [each["rule"] for each in job["errors"]] == ["OverCeiling"]
    assert stand() == (0, 0, 0)


def test_only_ones_own_lots_are_told_of(app: Flask, machine: Machine, mill: Mill) -> None:
    assert finished(machine, document_of(harvest_event(mill, A)))["success"]
    other = make_machine(app, make_mill("chua-xoai").cooperative)
    before = stand()
    for event in (
        told_event(A, "retail_selling", "retail_sold", kilograms=1),
        told_event(A, "destroying", "destroyed", action="DELETE", kilograms=1),
        told_event(A, "holding", "non_sellable_other"),
        told_event(A, "holding", "recalled"),
        told_event(A, "stocking", "sellable_accessible"),
        told_event(A, "htx:growing", "in_progress", **{"htx:place": "Ruộng"}),
        told_event(A, "shipping", "in_transit"),
        told_event(A, "inspecting", "conformant"),
        harvest_event(mill, B),
        milled(mill, rice=10),
    ):
        answer = other.post("/epcis/events", alone(event))
        assert (answer.status_code, answer.mimetype) == (422, PROBLEM), event
    assert stand() == before


@pytest.mark.parametrize(
    ("step", "disposition", "state"),
    [
        ("stocking", "sellable_accessible", LotState.PUBLISHED),
        ("holding", "non_sellable_other", LotState.ON_HOLD),
        ("https://ref.gs1.org/cbv/BizStep-holding", "https://ref.gs1.org/cbv/Disp-recalled", LotState.RECALLED),
    ],
)
def test_a_machine_starts_and_stops_the_sale(
    machine: Machine, mill: Mill, step: str, disposition: str, state: LotState
) -> None:
    told = told_event(A, step, disposition)
    assert finished(machine, document_of(harvest_event(mill, A), told))["errors"] == []
    assert session.query(Lot).one().state == state


def test_a_step_told_by_a_machine_is_told_to_readers_of_the_label(machine: Machine, mill: Mill) -> None:
    step = told_event(A, "storing", "in_progress", **{"htx:place": "Kho lạnh", "htx:note": "4 độ"})
    assert finished(machine, document_of(harvest_event(mill, A), step))["errors"] == []
    assert [(stage.kind, stage.place, stage.note) for stage in session.query(Lot).one().stages] == [
        ("harvest", "Thôn Đông", ""),
        ("storing", "Kho lạnh", "4 độ"),
    ]


def test_a_step_declared_wrong_stays_and_names_what_was_told_instead(machine: Machine, mill: Mill) -> None:
    wrong = alone(told_event(A, "shipping", "in_transit"))
    right = alone(told_event(A, "transporting", "in_transit"))
    assert finished(machine, document_of(harvest_event(mill, A)))["success"]
    wrong_id = machine.post("/epcis/events", wrong).get_json()["eventID"]
    right_id = machine.post("/epcis/events", right).get_json()["eventID"]
    declaration = {
        "declarationTime": wrong["eventTime"],
        "reason": "incorrect_data",
        "correctiveEventIDs": [right_id],
    }
    answer = machine.post("/epcis/events", {**wrong, "errorDeclaration": declaration})
    assert answer.status_code == 201
    told = machine.get(f"/epcis/events?EQ_eventID={_escaped(wrong_id)}").get_json()
    event = told["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]
    assert event["errorDeclaration"]["correctiveEventIDs"] == [right_id]
    assert session.query(TraceError).count() == 1


def test_what_changed_a_balance_is_not_declared_wrong(machine: Machine, mill: Mill) -> None:
    event = harvest_event(mill, A)
    assert finished(machine, document_of(event))["success"]
    declaration = {
        "declarationTime": told_event(A, "x", "y")["eventTime"], "reason": "did_not_occur", "correctiveEventIDs": []
    }  # fmt: skip
    answer = machine.post("/epcis/events", alone({**event, "errorDeclaration": declaration}))
    assert answer.status_code == 422
    assert session.query(TraceError).count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2099-01-01T00:00:00Z"},
        {"eventID": "urn:uuid:2b9bd8a8-5a5b-4a5f-8d3b-0a9b8a1b2c3d"},
        {"action": "ADD", "epcList": ["https://cho.example/q/X"]},
        {"quantityList": [{"epcClass": "https://elsewhere.example/q/X", "quantity": 1, "uom": "KGM"}]},
        {"quantityList": [{"epcClass": f"{PUBLIC_URL}/q/{A}", "quantity": 1, "uom": "LTR"}]},
        {"quantityList": [{"epcClass": f"{PUBLIC_URL}/q/{A}", "quantity": 0.0001, "uom": "KGM"}]},
        {"quantityList": [{"epcClass": f"{PUBLIC_URL}/q/{A}"}]},
    ],
    ids=["future", "foreign name", "serials", "foreign lot", "unit of liquids", "less than a gram", "no quantity"],
)
def test_what_cannot_be_is_refused_with_a_sentence(machine: Machine, mill: Mill, change: dict[str, Any]) -> None:
    assert finished(machine, document_of(harvest_event(mill, A)))["success"]
    before = stand()
    answer = machine.post("/epcis/events", alone(told_event(A, "retail_selling", "retail_sold", kilograms=1) | change))
    assert answer.status_code in (400, 422)
    assert answer.mimetype == PROBLEM
    assert answer.get_json()["detail"]
    assert stand() == before


def test_one_event_is_captured_at_once_and_found_by_its_id(machine: Machine, mill: Mill) -> None:
    answer = machine.post("/epcis/events", alone(harvest_event(mill, A)))
    assert answer.status_code == 201
    event = answer.get_json()
    found = machine.get(answer.headers["Location"].removeprefix(PUBLIC_URL))
    assert (found.status_code, found.get_json()) == (200, event)
    assert machine.post("/epcis/events", alone(harvest_event(mill, A))).status_code == 201
    assert stand() == (1, 1, 1)


def test_strangers_and_revoked_tokens_capture_nothing(app: Flask, machine: Machine, mill: Mill) -> None:
    document = document_of(harvest_event(mill, A))
    with transaction():
        actions.revoke_token(session.query(ApiToken).one(), by=1)
    for stranger in (Machine(app), Machine(app, "wrong"), machine):
        for answer in (
            stranger.post("/epcis/capture", document),
            stranger.post("/epcis/events", alone(harvest_event(mill, A))),
            stranger.get("/epcis/capture"),
        ):
            assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert machine.get("/epcis/events").status_code == 401
    assert stand() == (0, 0, 0)


def test_captures_are_the_cooperatives_own(app: Flask, machine: Machine, mill: Mill) -> None:
    codes = [finished(machine, document_of(harvest_event(mill, code)))["captureID"] for code in (A, B)]
    listed = machine.get("/epcis/capture?perPage=1")
    assert [job["captureID"] for job in listed.get_json()] == [codes[1]]
    behind = listed.headers["Link"].split(">")[0].removeprefix(f"<{PUBLIC_URL}")
    last = machine.get(behind)
    assert ([job["captureID"] for job in last.get_json()], "Link" in last.headers) == ([codes[0]], False)
    other = make_machine(app, make_mill("chua-xoai").cooperative)
    assert other.get("/epcis/capture").get_json() == []
    assert other.get(f"/epcis/capture/{codes[0]}").status_code == 404


def test_the_stated_limits_hold(machine: Machine, mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = machine.get("/epcis/events").headers
    assert headers["GS1-EPCIS-Capture-Limit"] == str(rules.MOST_EVENTS)
    assert headers["GS1-EPCIS-Capture-File-Size-Limit"] == str(rules.MOST_BYTES)
    event = harvest_event(mill, A)
    answer = machine.post("/epcis/capture", document_of(*([event] * (rules.MOST_EVENTS + 1))))
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)
    answer = machine.post("/epcis/capture", document_of(event | {"htx:note": "x" * rules.MOST_BYTES}))
    assert (answer.status_code, answer.mimetype) == (413, PROBLEM)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"type": "EPCISDocument", "type": "EPCISDocument"}', {}, 400),
        (b'{"type": "EPCISDocument"}', {}, 400),
        (b"<epcis/>", {"Content-Type": "application/xml"}, 415),
        (b"{}", {"Accept": "application/xml"}, 406),
        (b"{}", {"GS1-EPC-Format": "Always_EPC_URN"}, 406),
        (b"{}", {"GS1-EPCIS-Max": "1.2"}, 406),
        (b"{}", {"GS1-Capture-Error-Behaviour": "ignore"}, 400),
    ],
)
def test_what_is_no_capture_is_a_problem(machine: Machine, body: bytes, headers: dict[str, str], status: int) -> None:
    sent = {"Content-Type": "application/json", **machine.headers(), **headers}
    answer = Context().run(machine.app.test_client().post, "/epcis/capture", data=body, headers=sent)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)
    assert answer.get_json()["status"] == status


def _escaped(text: str) -> str:
    return text.replace("?", "%3F").replace("=", "%3D")


def test_one_event_sent_many_times_at_the_same_moment_is_one(app: Flask, machine: Machine, mill: Mill) -> None:
    event, begin, answers = alone(harvest_event(mill, A)), threading.Barrier(6), []

    def send() -> None:
        begin.wait(10)
        answers.append(machine.post("/epcis/events", event).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [201] * 6
    assert stand() == (1, 1, 1)
