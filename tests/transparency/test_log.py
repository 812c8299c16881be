"""Sealing: in the transaction or not at all, in order, without gaps, cheap; signed only when nothing was lost."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from marketplace.foundation import clock, database
from marketplace.foundation.database import WriteOutsideTransaction, session, transaction
from marketplace.transparency import actions, queries, signing
from marketplace.transparency.errors import AlreadySealed, NotInLog, TooLong
from marketplace.transparency.rules import notes
from tests.transparency.sealing import document, proof, seal, sign, subject

pytestmark = pytest.mark.usefixtures("app")


def seal_one(name: str, content: bytes = b"x") -> None:
    actions.seal(kind="test", subject=name, document=content)


def subjects() -> list[str]:
    return list(session.scalars(text("SELECT subject FROM log_entry ORDER BY idx")))


def test_an_entry_says_what_it_commits_to_and_nothing_of_the_document() -> None:
    with clock.moved_to(datetime(2026, 11, 23, 7, 5, 1, 250_000, tzinfo=UTC)), transaction():
        actions.seal(kind="diary", subject="diary:1", document=b"secret")
    entry = queries.find_entry("diary:1")
    assert entry is not None
    assert entry.salt is not None
    record = json.loads(entry.leaf)
    assert list(record) == ["v", "item", "kind", "commitment", "time"]
    assert (record["item"], record["kind"], record["time"]) == ("diary:1", "diary", "2026-11-23T07:05:01.250Z")
    assert len(entry.salt) == 16
    assert queries.documents_that_disagree({"diary:1": b"secret"}) == []
    assert queries.documents_that_disagree({"diary:1": b"Secret", "diary:2": b""}) == [
        "diary:1 is not the document that was sealed as entry 0", "diary:2 was never sealed",
    ]  # fmt: skip


def test_entries_stand_in_the_order_of_the_calls() -> None:
    with transaction():
        for name in ("c", "a", "b"):
            seal_one(name)
    with transaction():
        seal_one("0")
    assert subjects() == ["c", "a", "b", "0"]
    assert queries.self_check() == []


def test_a_failed_transaction_leaves_nothing_and_no_gap() -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        seal_one("lost")
        raise ZeroDivisionError
    with transaction():
        seal_one("kept")
    assert subjects() == ["kept"]
    assert queries.size() == 1


def test_what_was_sealed_inside_a_failed_savepoint_is_forgotten() -> None:
    with transaction():
        seal_one("before")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            seal_one("lost")
            with session.begin_nested():
                seal_one("lost deeper")
            raise ZeroDivisionError
        with session.begin_nested():
            seal_one("inside")
        seal_one("after")
    assert subjects() == ["before", "inside", "after"]


def test_nothing_is_sealed_twice() -> None:
    with pytest.raises(AlreadySealed), transaction():
        seal_one("a")
        seal_one("a")
    with transaction():
        seal_one("a")
    with pytest.raises(AlreadySealed), transaction():
        seal_one("b")
        seal_one("a")
    assert subjects() == ["a"]
    assert queries.self_check() == []


def test_sealing_outside_a_transaction_or_without_measure_is_refused() -> None:
    with pytest.raises(WriteOutsideTransaction):
        seal_one("a")
    with pytest.raises(TooLong), transaction():
        seal_one("x" * 501)
    assert subjects() == []


def test_an_erased_salt_takes_the_proof_of_the_content_and_leaves_the_log_whole() -> None:
    seal(0, 3)
    checkpoint = sign()
    with transaction():
        actions.forget(subject(1))
    entry = queries.find_entry(subject(1))
    assert entry is not None
    assert entry.salt is None
    assert queries.self_check(published=[checkpoint.note]) == []
    assert queries.documents_that_disagree({subject(1): b"anything"}) == []
    with pytest.raises(NotInLog), transaction():
        actions.forget("never")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET leaf = subject_bytes WHERE idx = 0",
        "UPDATE log_entry SET subject = 'other' WHERE idx = 0",
        "UPDATE log_entry SET salt = leaf WHERE idx = 0",
        "DELETE FROM log_entry",
        "UPDATE log_node SET level = 9",
        "DELETE FROM log_node",
        "UPDATE log_checkpoint SET note = ''",
        "DELETE FROM log_checkpoint",
        "UPDATE log_head SET size = size - 1",
        "DELETE FROM log_head",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(statement: str) -> None:
    seal(0, 2)
    sign()
    statement = statement.replace("subject_bytes", "salt")
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session.execute(text(statement))
    assert queries.self_check() == []


def test_an_entry_costs_at_most_four_statements_and_a_hundred_cost_no_more(app: Flask) -> None:
    said: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    seal(0, 3)
    event.listen(database.engine(), "before_cursor_execute", note)
    try:
        for count in (1, 1, 100):
            said.clear()
            with transaction():
                for number in range(count):
                    seal_one(f"{len(said)}:{count}:{number}:{queries.size()}")
            log = [one for one in said if "log_" in one and not one.startswith("SELECT log_head")]
            assert len(log) <= 4, log
    finally:
        event.remove(database.engine(), "before_cursor_execute", note)


def test_a_checkpoint_is_signed_once_for_each_size() -> None:
    seal(0, 2)
    first, again = sign(), sign()
    assert first == again
    assert notes.open_checkpoint(first.note, signing.signer().verifier_keys).size == 2
    assert first.root == queries.root(2)
    seal(2, 3)
    assert sign().size == 3


def test_a_new_key_signs_the_same_log_again_and_old_proofs_stay_valid() -> None:
    before = signing.signer()
    seal(0, 2)
    old = sign()
    try:
        signing.use(name=before.name, seed=bytes(range(32)), old_keys=(before.verifier_key,))
        assert queries.latest_checkpoint() is None
        new = sign()
        assert (new.size, new.root, new.note == old.note) == (2, old.root, False)
        for note in (old.note, new.note):
            assert notes.open_checkpoint(note, signing.signer().verifier_keys).root == old.root
        assert queries.self_check() == []
    finally:
        signing._signer[:] = [before]


def test_the_check_of_thousands_of_entries_keeps_its_chunks_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CHUNK", 64)
    with transaction():
        for number in range(300):
            seal_one(f"s{number}")
    sign()
    seal(0, 5)
    sign()
    assert queries.self_check() == []


def test_many_who_append_at_once_leave_no_gap_and_no_double(app: Flask) -> None:
    threads, each = 4, 15
    failed: list[BaseException] = []
    start = threading.Barrier(threads)

    def append(name: int) -> None:
        try:
            start.wait()
            for number in range(each):
                with transaction():
                    seal_one(f"{name}:{number}:a")
                    seal_one(f"{name}:{number}:b")
        except BaseException as error:
            failed.append(error)
        finally:
            session.remove()

    workers = [threading.Thread(target=append, args=(name,)) for name in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    indexes = list(session.scalars(text("SELECT idx FROM log_entry ORDER BY idx")))
    assert indexes == list(range(threads * each * 2))
    assert queries.size() == len(indexes)
    assert queries.self_check() == []
    names = subjects()
    for first, second in zip(names[::2], names[1::2], strict=True):
        assert first[:-1] == second[:-1]


def test_many_proofs_cost_as_many_statements_as_one(app: Flask) -> None:
    seal(0, 40)
    sign()
    found = queries.entries([subject(number) for number in range(40)])
    for some in (found[:1], found):
        said: list[str] = []

        def note(connection: object, cursor: object, statement: str, *_: object, said: list[str] = said) -> None:
            said.append(statement)

        event.listen(database.engine(), "before_cursor_execute", note)
        files = queries.proof_files(some, with_salt=True)
        event.remove(database.engine(), "before_cursor_execute", note)
        assert len(files) == len(some)
        assert len([one for one in said if one.startswith("SELECT")]) == 2
    assert proof(7).startswith("c2sp.org/tlog-proof@v1\nextra ")
    assert document(7)
