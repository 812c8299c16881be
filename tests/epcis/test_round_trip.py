"""A season taken along and told to an empty market is the same season: the same events, the same balances."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from marketplace.epcis import documents, queries
from marketplace.farming.states import DiaryKind
from marketplace.foundation import clock, database, jobs
from marketplace.foundation.database import session, transaction
from marketplace.gs1 import epcis
from marketplace.gs1.event_hash import event_id
from marketplace.traceability import documents as traceability
from marketplace.traceability.actions import choose_publicity
from marketplace.traceability.models import Lot, TraceEvent
from marketplace.traceability.queries import invariants
from tests.conftest import empty
from tests.factories.accounts import make_person
from tests.factories.epcis import Machine, make_machine, make_mill, tell_season
from tests.factories.farming import make_entry
from tests.transparency.sealing import CHECKER, check

COUNTERS = (
    "produced",
    "consumed",
    "reserved",
    "sold",
    "returned",
    "lost",
    "available",
    "state",
    "batch",
    "best_before",
)


def balances() -> dict[str, tuple[Any, ...]]:
    session.rollback()
    return {lot.code: tuple(getattr(lot, name) for name in COUNTERS) for lot in session.query(Lot)}


def event_ids() -> list[str]:
    session.rollback()
    return sorted(name for (name,) in session.query(TraceEvent.event_id))


def wrong_ones() -> list[tuple[str, str]]:
    return [
        (event["eventID"], event["errorDeclaration"]["correctiveEventIDs"][0])
        for event in map(documents.event_of, every_event())
        if "errorDeclaration" in event
    ]


def every_event() -> list[queries.StoredEvent]:
    session.rollback()
    return queries._read(queries._events().order_by(TraceEvent.id))


def told_elsewhere(app: Flask, database_url: str, document: dict[str, Any]) -> Machine:
    """The same cooperative with the same products and land on an empty market captures the document."""
    session.remove()
    empty(database.engine(), database_url)
    machine = make_machine(app, make_mill().cooperative)
    capture(machine, document)
    return machine


def capture(machine: Machine, document: dict[str, Any]) -> dict[str, Any]:
    answer = machine.post("/epcis/capture", document)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    jobs.run_all_due()
    job: dict[str, Any] = machine.get(answer.headers["Location"].removeprefix("http://127.0.0.1:8000")).get_json()
    return job


def test_a_season_exported_and_captured_is_the_same_season(app: Flask, database_url: str) -> None:
    mill = make_mill()
    season_id = tell_season(mill)
    document = documents.epcis_document(queries.events_of_season(season_id, cooperative_id=mill.cooperative.id))
    assert epcis.validate(document) == []
    before, ids, wrong = balances(), event_ids(), wrong_ones()
    assert len(ids) == 13
    assert len(wrong) == 1
    machine = told_elsewhere(app, database_url, document)
    assert event_ids() == ids
    assert balances() == before
    assert wrong_ones() == wrong
    assert invariants.counters_that_disagree() == []
    again = capture(machine, document)
    assert (again["success"], again["errors"]) == (True, [])
    assert event_ids() == ids
    assert balances() == before


def test_every_id_is_the_hash_of_what_is_exported(app: Flask) -> None:
    mill = make_mill()
    season_id = tell_season(mill)
    exported = documents.epcis_document(queries.events_of_season(season_id, cooperative_id=mill.cooperative.id))
    events = exported["epcisBody"]["eventList"]
    assert [event_id(event, context=exported["@context"]) for event in events] == [event["eventID"] for event in events]


def test_a_lot_is_exported_with_what_it_was_made_of_but_not_with_who_bought_that(app: Flask) -> None:
    mill = make_mill()
    tell_season(mill)
    rice = session.query(Lot).filter_by(product_id=mill.rice.id).one()
    answer = Machine(app).get(f"/q/{rice.code}/epcis.json")
    assert answer.mimetype == "application/ld+json"
    document = answer.get_json()
    assert epcis.validate(document) == []
    told = [(event.get("bizStep"), event["disposition"]) for event in document["epcisBody"]["eventList"]]
    assert told.count(("commissioning", "active")) == 2
    assert told.count(("commissioning", "in_progress")) == 1
    assert ("retail_selling", "retail_sold") not in told
    assert ("holding", "recalled") in told
    rice_uri = traceability.lot_uri(rice.code)
    assert any(rice_uri == uri for event in document["epcisBody"]["eventList"] for _, uri, _ in epcis.things_of(event))


def test_a_lot_is_exported_with_proofs_of_every_event(app: Flask) -> None:
    mill = make_mill()
    tell_season(mill)
    rice = session.query(Lot).filter_by(product_id=mill.rice.id).one()
    bundle = Machine(app).get(f"/q/{rice.code}/epcis.json?proofs=1").get_json()
    named = [f"event:{event['eventID']}" for event in bundle["epcisDocument"]["epcisBody"]["eventList"]]
    assert [each["subject"] for each in bundle["proofs"]] == named
    assert all(each["proof"].startswith("c2sp.org/tlog-proof@v1") for each in bundle["proofs"])


def test_strangers_check_the_export_with_the_small_program_and_it_finds_a_changed_event(
    app: Flask, tmp_path: Path
) -> None:
    mill = make_mill()
    tell_season(mill)
    rice = session.query(Lot).filter_by(product_id=mill.rice.id).one()
    text = Machine(app).get(f"/q/{rice.code}/epcis.json?proofs=1").get_data(as_text=True)
    (tmp_path / "lot.json").write_text(text, "utf-8")
    assert check("export", tmp_path / "lot.json")[0] == 0
    bundle = json.loads(text)
    bundle["epcisDocument"]["epcisBody"]["eventList"][0]["quantityList"][0]["quantity"] += 1
    (tmp_path / "lot.json").write_text(json.dumps(bundle), "utf-8")
    code, words = check("export", tmp_path / "lot.json")
    assert code == 1
    assert "differs from what was sealed" in words


def test_the_diary_goes_along_with_its_words_only_where_they_are_public(app: Flask, tmp_path: Path) -> None:
    mill = make_mill()
    entry = make_entry(mill.season, DiaryKind.LAND_PREP, on=clock.today() - timedelta(days=30), worker="Bà Lan")
    tell_season(mill)
    rice = session.query(Lot).filter_by(product_id=mill.rice.id).one()
    address = f"/q/{rice.code}/epcis.json?proofs=1"
    text = Machine(app).get(address).get_data(as_text=True)
    (told,) = json.loads(text)["diary"]
    assert told["document"].encode() == entry.document
    (tmp_path / "lot.json").write_text(text, "utf-8")
    code, words = check("export", tmp_path / "lot.json")
    assert code == 0
    assert "nhật ký 1 lần ghi, 1 lần kèm nội dung" in words
    forged = json.loads(text)
    forged["diary"][0]["document"] = told["document"].replace("Bà Lan", "Bà Mơ")
    (tmp_path / "lot.json").write_text(json.dumps(forged), "utf-8")
    assert check("export", tmp_path / "lot.json")[0] == 1
    somebody = make_person().id
    with transaction():
        choose_publicity(
            mill.cooperative.id,
            by=somebody,
            quantity=True,
            operators=False,
            notes=True,
            photos=True,
            coarse_place=True,
        )
    (withheld,) = json.loads(Machine(app).get(address).get_data(as_text=True))["diary"]
    assert set(withheld) == {"subject", "proof"}
    assert "salt" not in base64.b64decode(withheld["proof"].splitlines()[1].removeprefix("extra ")).decode()
    (tmp_path / "lot.json").write_text(Machine(app).get(address).get_data(as_text=True), "utf-8")
    assert "nhật ký 1 lần ghi, 0 lần kèm nội dung" in check("export", tmp_path / "lot.json")[1]


def test_every_file_that_is_offered_is_understood_by_the_small_program(app: Flask, tmp_path: Path) -> None:
    mill = make_mill()
    tell_season(mill)
    rice = session.query(Lot).filter_by(product_id=mill.rice.id).one()
    machine = Machine(app)
    answer = machine.get(f"/q/{rice.code}/lot.tlog-proof")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="lo-{rice.code}.tlog-proof"'
    offered = {
        f"/q/{rice.code}/lot.tlog-proof": (0, "Đúng: event:"),
        f"/q/{rice.code}/epcis.json?proofs=1": (0, "khớp với sổ đã ký"),
        "/log/checkpoint": (0, "đây là mã gốc đã ký"),
        "/log/key": (0, "khóa công khai của sổ"),
        f"/q/{rice.code}/epcis.json": (2, "không kèm bằng chứng"),
    }
    for address, (code, words) in offered.items():
        path = tmp_path / "tep"
        path.write_text(machine.get(address).get_data(as_text=True), "utf-8")
        said = check("proof", path)
        assert said[0] == code, said
        assert words in said[1]
    alone = subprocess.run(
        [sys.executable, "-I", str(CHECKER), "proof", str(path)], capture_output=True, text=True, cwd="/", timeout=60
    )
    assert alone.returncode == 2
    assert "CHƯA KIỂM ĐƯỢC" in alone.stdout
    assert "SAI" not in alone.stdout


def test_a_lot_that_was_never_published_is_not_exported(app: Flask) -> None:
    mill = make_mill()
    tell_season(mill)
    bran = session.query(Lot).filter_by(product_id=mill.bran.id).one()
    answer = Machine(app).get(f"/q/{bran.code}/epcis.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
