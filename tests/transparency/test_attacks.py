"""Attacks on the log and whom they are shown to: a stranger with the checker and kept files, or the nightly check."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from marketplace.foundation import database
from marketplace.foundation.database import session, transaction
from marketplace.transparency import actions, queries, signing
from marketplace.transparency.errors import LogTampered
from marketplace.transparency.rules import notes
from tests.transparency.sealing import check, document, proof, seal, sign, subject, tamper

pytestmark = pytest.mark.usefixtures("app")


def kept(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def export(numbers: range) -> dict[str, object]:
    sign()
    return {
        "epcisDocument": {"epcisBody": {"eventList": [json.loads(document(number)) for number in numbers]}},
        "proofs": queries.export_proofs({subject(number): document(number) for number in numbers}),
    }


def test_whole_files_are_right(tmp_path: Path) -> None:
    seal(0, 7)
    old = kept(tmp_path, "old", sign().note)
    seal(7, 11)
    new = kept(tmp_path, "new", sign().note)
    path = kept(tmp_path, "path", "".join(f"{notes.base64(one)}\n" for one in queries.consistency_proof(7, 11)))
    one = kept(tmp_path, "4.tlog-proof", proof(4))
    lot = kept(tmp_path, "lot.json", json.dumps(export(range(2, 6)), ensure_ascii=False))
    own = kept(tmp_path, "4.json", document(4).decode())

    assert check("proof", one)[0] == 0
    assert check("proof", one, "--document", own)[0] == 0
    assert check("consistency", old, new, "--proof", path)[0] == 0
    assert check("consistency", old, old)[0] == 0
    assert check("export", lot)[0] == 0
    assert queries.self_check(published=[old.read_text(), new.read_text()]) == []


def test_one_changed_byte_of_a_document_is_named(tmp_path: Path) -> None:
    seal(0, 5)
    lot = export(range(5))
    forged = json.dumps(lot, ensure_ascii=False).replace(
        'commissioning\\",\\"note\\":\\"lô 3', 'commissioning\\",\\"note\\":\\"lô 4'
    )
    code, words = check("export", kept(tmp_path, "lot.json", forged))
    assert (code, subject(3) in words, "changed after it was sealed" in words) == (1, True, True)

    changed = {subject(number): document(number) for number in range(5)} | {subject(2): document(2)[:-2] + b"}}"}
    assert queries.documents_that_disagree(changed) == [f"{subject(2)} is not the document that was sealed as entry 2"]


def test_one_changed_byte_of_an_exported_event_is_named(tmp_path: Path) -> None:
    seal(0, 3)
    lot = export(range(3))
    lot["epcisDocument"]["epcisBody"]["eventList"][1]["note"] = "lô 2"  # type: ignore[index]
    code, words = check("export", kept(tmp_path, "lot.json", json.dumps(lot)))
    assert (code, "differs from what was sealed" in words) == (1, True)


def test_an_event_without_proof_or_an_export_without_any_is_named(tmp_path: Path) -> None:
    seal(0, 3)
    lot = export(range(3))
    left_out = {**lot, "proofs": lot["proofs"][:2]}  # type: ignore[index]
    code, words = check("export", kept(tmp_path, "lot.json", json.dumps(left_out)))
    assert (code, "has no proof" in words) == (1, True)
    assert check("export", kept(tmp_path, "none.json", json.dumps({**lot, "proofs": []})))[0] == 1
    swapped = [{**lot["proofs"][0], "proof": lot["proofs"][1]["proof"]}, *lot["proofs"][1:]]  # type: ignore[index]
    assert check("export", kept(tmp_path, "swap.json", json.dumps({**lot, "proofs": swapped})))[0] == 1


def test_one_changed_byte_of_a_leaf_is_named(tmp_path: Path) -> None:
    seal(0, 6)
    good = proof(3)
    header, extra, rest = good.split("\n", 2)
    inside = json.loads(base64.b64decode(extra.split()[1]))
    inside["leaf"] = inside["leaf"].replace('"kind":"event"', '"kind":"evens"')
    forged = f"{header}\nextra {base64.b64encode(json.dumps(inside).encode()).decode()}\n{rest}"
    code, words = check("proof", kept(tmp_path, "3.tlog-proof", forged))
    assert (code, "not in the signed log" in words) == (1, True)

    change = "CAST(replace(CAST(leaf AS TEXT), 'event\"', 'evens\"') AS BLOB)"
    if not database.is_sqlite():
        change = "convert_to(replace(convert_from(leaf, 'UTF8'), 'event\"', 'evens\"'), 'UTF8')"
    tamper(f"UPDATE log_entry SET leaf = {change} WHERE idx = 3")
    found = queries.self_check()
    assert "the stored hash 3 at level 0 is not the hash of the entries below it" in found
    assert "the first 6 entries no longer hash to what was signed for them" in found
    # The stored tree is untouched, so a proof made now carries the changed leaf with the old hashes.
    session.remove()
    code, words = check("proof", kept(tmp_path, "now.tlog-proof", proof(3)))
    assert (code, "not in the signed log" in words) == (1, True)


@pytest.mark.parametrize(("level", "idx"), [(0, 2), (1, 1), (2, 0)])
def test_one_changed_byte_of_a_node_is_named(tmp_path: Path, level: int, idx: int) -> None:
    seal(0, 6)
    sign()
    flipped = "00" * 32
    value = f"X'{flipped}'" if database.is_sqlite() else f"'\\x{flipped}'::bytea"
    tamper(f"UPDATE log_node SET hash = {value} WHERE level = {level} AND idx = {idx}")
    assert queries.self_check() == [f"the stored hash {idx} at level {level} is not the hash of the entries below it"]
    # Whoever needs this hash for his proof gets one that does not verify.
    at = {(0, 2): 3, (1, 1): 1, (2, 0): 5}[level, idx]
    text_now = queries.proof_files(queries.entries([subject(at)]), with_salt=False)[subject(at)]
    assert check("proof", kept(tmp_path, "x.tlog-proof", text_now))[0] == 1


def drop_last() -> None:
    tamper(
        "DELETE FROM log_entry WHERE idx = 5",
        "DELETE FROM log_node WHERE level = 0 AND idx = 5 OR level = 1 AND idx = 2",
        "UPDATE log_head SET size = 5",
    )


def test_a_dropped_last_event_is_named(tmp_path: Path) -> None:
    seal(0, 6)
    published = sign()
    drop_last()
    assert queries.self_check() == ["a checkpoint was signed at 6 entries, the log has only 5: entries were removed"]
    with pytest.raises(LogTampered, match="entries were removed"), transaction():
        actions.sign_checkpoint()

    # With the signed row gone too, only whoever kept the checkpoint knows; he compares it with what is signed now.
    tamper("DELETE FROM log_checkpoint")
    assert queries.self_check() == []
    assert queries.self_check(published=[published.note]) == [
        "a checkpoint was signed at 6 entries, the log has only 5: entries were removed"
    ]
    old, new = kept(tmp_path, "old", published.note), kept(tmp_path, "new", sign().note)
    code, words = check("consistency", old, new)
    assert (code, "shrank from 6 entries to 5" in words) == (1, True)


def test_a_dropped_middle_event_is_named() -> None:
    seal(0, 6)
    tamper("DELETE FROM log_entry WHERE idx = 2")
    assert queries.self_check() == ["entry 2 is missing"]


def test_an_older_database_behind_a_newer_checkpoint_is_named(tmp_path: Path, database_url: str) -> None:
    seal(0, 4)
    sign()
    yesterday = _copy(tmp_path, database_url)
    seal(4, 6)
    today = kept(tmp_path, "today", sign().note)
    yesterday()
    session.remove()
    assert queries.size() == 4
    assert "the log has only 4" in queries.self_check(published=[today.read_text()])[0]
    shrunk = kept(tmp_path, "shrunk", sign().note)
    assert "shrank from 6 entries to 4" in check("consistency", today, shrunk)[1]

    # It grows past the kept checkpoint, with other events in the place of the lost ones.
    seal(10, 15)
    later = kept(tmp_path, "later", sign().note)
    path = kept(tmp_path, "path", "".join(f"{notes.base64(one)}\n" for one in queries.consistency_proof(6, 9)))
    code, words = check("consistency", today, later, "--proof", path)
    assert (code, "two different histories" in words) == (1, True)
    assert queries.self_check(published=[today.read_text()]) == [
        "the first 6 entries no longer hash to what was signed for them"
    ]


def _copy(folder: Path, database_url: str):  # type: ignore[no-untyped-def]
    """Keeps the log as it is; the function that it gives puts it back."""
    session.remove()
    if database.is_sqlite():
        path, copy = Path(make_url(database_url).database or ""), folder / "yesterday.sqlite"
        with database.engine().connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        shutil.copy(path, copy)

        def restore() -> None:
            session.remove()
            database.engine().dispose()
            for leftover in (f"{path}-wal", f"{path}-shm"):
                Path(leftover).unlink(missing_ok=True)
            shutil.copy(copy, path)

        return restore
    size = queries.size()
    session.remove()

    def cut() -> None:
        tamper(
            f"DELETE FROM log_entry WHERE idx >= {size}",
            f"DELETE FROM log_node WHERE idx >= ({size} >> level::integer)",
            f"DELETE FROM log_checkpoint WHERE size > {size}",
            f"UPDATE log_head SET size = {size}",
        )

    return cut


def test_two_readers_with_two_histories_find_out(tmp_path: Path) -> None:
    seal(0, 5)
    honest = kept(tmp_path, "mine", sign().note)
    forged_root = notes.sign(
        notes.checkpoint_text(signing.signer().name, 5, b"f" * 32), signing.signer().name, signing.signer().key
    )
    code, words = check("consistency", honest, kept(tmp_path, "yours", forged_root))
    assert (code, "two different histories" in words) == (1, True)


def test_a_foreign_or_forged_signature_is_named(tmp_path: Path) -> None:
    seal(0, 3)
    good = proof(1)
    assert check("proof", kept(tmp_path, "a", good.replace("\n3\n", "\n4\n")))[0] == 1
    thief = signing.Signer(signing.signer().name, Ed25519PrivateKey.generate())
    code, words = check("proof", kept(tmp_path, "b", good), key=thief.verifier_key)
    assert (code, "None of the given keys" in words) == (1, True)
    code, words = check("proof", kept(tmp_path, "c", good), key=signing.signer().verifier_key[:-3] + "AA=")
    assert code == 1


@pytest.mark.parametrize("nothing", ["", "{}", "[]", "null", "c2sp.org/tlog-proof@v1\n", '{"proofs": [1]}', "\x00"])
def test_rubbish_is_refused_with_a_sentence(tmp_path: Path, nothing: str) -> None:
    path = kept(tmp_path, "rubbish", nothing)
    for arguments in (("proof", path), ("export", path), ("consistency", path, path)):
        code, words = check(*arguments)
        assert code == 1
        assert words.startswith("SAI / WRONG: ")


def test_a_proof_of_an_empty_log_is_refused(tmp_path: Path) -> None:
    signer = signing.signer()
    seal(0, 1)
    good = proof(0)
    empty = signer.checkpoint(0, queries.tree.EMPTY_ROOT)
    forged = good[: good.index("\n\n") + 2] + empty
    code, words = check("proof", kept(tmp_path, "x", forged))
    assert (code, "has no entry 0" in words) == (1, True)
    path = kept(tmp_path, "empty", empty)
    assert check("consistency", path, path)[0] == 1


def test_the_checker_asks_the_log_itself(tmp_path: Path, app: Flask) -> None:
    code, words = check("consistency", *[kept(tmp_path, name, signing.signer().checkpoint(size, b"x" * 32)) for name, size in
                        (("a", 1), ("b", 2))], "--log", "ftp://example")  # fmt: skip
    assert (code, "must begin with https" in words) == (1, True)
