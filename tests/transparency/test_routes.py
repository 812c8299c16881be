"""The log's addresses: C2SP's forms, headers, and answers to wrong questions."""

from __future__ import annotations

import hashlib

import pytest
from flask import Flask

from marketplace.foundation import codes
from marketplace.foundation.database import session, transaction
from marketplace.transparency import actions, queries, signing
from marketplace.transparency.rules import notes, tree
from tests.client import Browser
from tests.transparency.sealing import CHECKER, check, seal, sign, subject


def test_the_checkpoint_is_the_whole_log_and_the_key_opens_it(browser: Browser) -> None:
    seal(0, 3)
    page = browser.get("/log/checkpoint")
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert page.headers["Cache-Control"] == "public, max-age=2"
    keys = browser.get("/log/key").text.split()
    assert keys == [signing.signer().verifier_key]
    said = notes.open_checkpoint(page.text, keys)
    assert (said.origin, said.size, said.root) == ("127.0.0.1:8000/log", 3, queries.root(3))


def test_tiles_are_served_full_partial_and_above(browser: Browser) -> None:
    with transaction():
        for number in range(600):
            actions.seal(kind="t", subject=f"s{number}", document=b"")
    assert browser.get("/log/tile/0/000").status_code == 404  # nobody signed it yet
    sign()
    leaves = b"".join(browser.get(f"/log/tile/entries/{name}").data for name in ("000", "001", "002.p/88"))
    entries = []
    while leaves:
        length = int.from_bytes(leaves[:2])
        entries.append(leaves[2 : 2 + length])
        leaves = leaves[2 + length :]
    assert len(entries) == 600
    hashes = b"".join(browser.get(f"/log/tile/0/{name}").data for name in ("000", "001", "002.p/88"))
    assert hashes == b"".join(tree.leaf_hash(leaf) for leaf in entries)
    above = browser.get("/log/tile/1/000.p/2")
    assert above.headers["Content-Type"] == "application/octet-stream"
    assert "immutable" in above.headers["Cache-Control"]
    assert above.data == queries.root(256) + tree.hashes([(256, 512)], queries._nodes([(8, 1)]))[0]
    missing = (
        "/log/tile/0/002",
        "/log/tile/0/002.p/89",
        "/log/tile/1/000",
        "/log/tile/entries/003",
        "/log/tile/63/000",
    )
    for address in missing:
        assert browser.get(address).status_code == 404, address
    for address in (
        "/log/tile/64/000",
        "/log/tile/0/0",
        "/log/tile/0/000.p/256",
        "/log/tile/00/000",
        "/log/tile/entries/x",
    ):
        page = browser.get(address)
        assert (page.status_code, page.mimetype) == (400, "application/problem+json"), address


def test_a_proof_is_served_at_once_and_without_its_salt(browser: Browser, tmp_path) -> None:  # type: ignore[no-untyped-def]
    seal(0, 2)
    sign()
    seal(2, 5)
    page = browser.get("/log/proof", query_string={"subject": subject(4)})
    assert page.headers["Content-Disposition"] == 'attachment; filename="4.tlog-proof"'
    assert page.data == browser.get("/log/proof/4.tlog-proof").data
    entry = queries.find_entry(subject(4))
    assert entry is not None
    assert entry.salt is not None
    assert '"salt"' not in notes.b64decode(page.text.split("\n")[1].split()[1]).decode()
    path = tmp_path / "4.tlog-proof"
    path.write_bytes(page.data)
    assert check("proof", path)[0] == 0


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/log/proof", 400),
        ("/log/proof?subject=nobody", 404),
        ("/log/proof/5.tlog-proof", 404),
        ("/log/proof/99999999999999999999.tlog-proof", 404),
        ("/log/consistency", 400),
        ("/log/consistency?from=0&to=2", 400),
        ("/log/consistency?from=2&to=1", 400),
        ("/log/consistency?from=-1&to=1", 400),
        ("/log/consistency?from=1&to=9", 404),
        ("/log/consistency?from=1&to=99999999999999999999", 400),
        ("/log/tile/99999999999999999999/000", 400),
        ("/log/tile/0/x999/x999/x999/x999/x999/999", 404),
        ("/log/tile/63/x999/x999/x999/x999/x999/999", 404),
    ],
)
def test_wrong_questions_get_problem_json(browser: Browser, address: str, status: int) -> None:
    seal(0, 3)
    sign()
    page = browser.get(address)
    assert (page.status_code, page.mimetype) == (status, "application/problem+json")
    assert page.get_json()["status"] == status


def test_consistency_is_one_hash_a_line(browser: Browser) -> None:
    seal(0, 7)
    sign()
    assert browser.get("/log/consistency?from=3&to=7").text.split() == [
        notes.base64(one) for one in queries.consistency_proof(3, 7)
    ]
    assert browser.get("/log/consistency?from=7&to=7").text == ""


def test_the_page_leads_to_the_file_of_the_lot_whose_label_was_read(browser: Browser) -> None:
    code = "7K2M9QXDA"
    code += codes.check_character(code)
    page = browser.get("/xac-minh", query_string={"lo": code.lower()}).get_data(as_text=True)
    assert f'href="/q/{code}/epcis.json?proofs=1"' in page
    for wrong in ("", "hỏng", '"><script>', code[::-1]):
        page = browser.get("/xac-minh", query_string={"lo": wrong}).get_data(as_text=True)
        assert "proofs=1" not in page


def test_the_page_shows_the_latest_checkpoint_and_gives_the_checker_verbatim(app: Flask, browser: Browser) -> None:
    assert browser.get("/xac-minh").status_code == 200
    seal(0, 3)
    checkpoint = sign()
    session.remove()
    browser.get("/xac-minh")
    for shown in (notes.base64(checkpoint.root), signing.signer().verifier_key):
        assert shown in browser.text
    given = browser.get("/xac-minh/kiem-tra.py").data
    assert hashlib.sha256(given).digest() == hashlib.sha256(CHECKER.read_bytes()).digest()
    runner = app.test_cli_runner()
    assert "3 entries checked, 0 breaches" in runner.invoke(args=["check-log"]).output
