"""The log for machines: checkpoint, tiles and proofs in C2SP's formats, all plain and open to every origin."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, request

from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.transparency import actions, queries, signing
from marketplace.transparency.errors import LogTampered, NoSuchTile
from marketplace.transparency.rules import notes, tiles
from marketplace.transparency.rules.tree import BadRange

pages = Blueprint("transparency_machines", __name__)

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=2"
LONGEST_NUMBER = 15


@pages.get("/log/checkpoint")
@access.public
def checkpoint() -> Response:
    """The latest signed statement of the whole log (c2sp.org/tlog-checkpoint)."""
    try:
        return _text(_fresh_checkpoint(covering=0).note)
    except LogTampered as error:
        return _problem(503, "The log is not signed", str(error))


@pages.get("/log/key")
@access.public
def key() -> Response:
    """The verifier key, today's first; older ones below it still vouch for what they signed."""
    return _text("".join(f"{line}\n" for line in signing.signer().verifier_keys), cache="public, max-age=3600")


@pages.get("/log/tile/<int:level>/<path:address>")
@access.public
def tile(level: int, address: str) -> Response:
    """Hashes of complete subtrees, 256 to a tile (c2sp.org/tlog-tiles)."""
    place = tiles.read_address(address)
    if place is None or level >= tiles.LEVELS or request.path.split("/")[3] != str(level):
        return _problem(400, "No address of a tile", "Write tile/<level>/<index> with the index as x001/x234/067.")
    try:
        return _bytes(queries.hash_tile(level, *place))
    except NoSuchTile as error:
        return _problem(404, "No such tile", str(error))


@pages.get("/log/tile/entries/<path:address>")
@access.public
def entries(address: str) -> Response:
    """Entries, 256 to a tile, each behind its length (c2sp.org/tlog-tiles)."""
    place = tiles.read_address(address)
    if place is None:
        return _problem(400, "No address of a tile", "Write tile/entries/<index> with the index as x001/x234/067.")
    try:
        return _bytes(queries.entry_tile(*place))
    except NoSuchTile as error:
        return _problem(404, "No such tile", str(error))


@pages.get("/log/proof/<int:index>.tlog-proof")
@access.public
def proof(index: int) -> Response:
    """The proof that an entry is in the log, for offline checking (c2sp.org/tlog-proof@v1)."""
    if len(str(index)) > LONGEST_NUMBER:
        return _problem(404, "No such entry", "The log has no entry of this number.")
    return _proof(queries.find_entry_at(index), "The log has no entry of this number.")


@pages.get("/log/proof")
@access.public
def proof_of() -> Response:
    """The same proof, found by the name that the entry was sealed under."""
    subject = request.args.get("subject", "")
    if not subject:
        return _problem(400, "Name the entry", "Write ?subject=… with the name that the entry was sealed under.")
    return _proof(queries.find_entry(subject), "Nothing was sealed under this name.")


@pages.get("/log/consistency")
@access.public
def consistency() -> Response:
    """The hashes, one a line in base64, that show that one signed tree is the beginning of another (RFC 6962 §2.1.2)."""
    try:
        old, new = (_number(request.args.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return _problem(400, "Two sizes are needed", "Write ?from=<older size>&to=<newer size>.")
    signed = queries.last_signed()
    if signed is None or new > signed.size:
        return _problem(404, "No such tree", f"The log has signed {signed.size if signed else 0} entries, not {new}.")
    try:
        hashes = queries.consistency_proof(old, new)
    except BadRange as error:
        return _problem(400, "These sizes cannot be compared", str(error))
    return _text("".join(f"{notes.base64(digest)}\n" for digest in hashes), cache=FOR_EVER)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise ValueError(text)
    return int(text)


def _proof(entry: queries.Entry | None, missing: str) -> Response:
    if entry is None:
        return _problem(404, "No such entry", missing)
    try:
        _fresh_checkpoint(covering=entry.index + 1)
    except LogTampered as error:
        return _problem(503, "The log is not signed", str(error))
    # Never the salt: it lets its holder confirm what a document says, and this address is open to all.
    answer = _text(queries.proof_files([entry], with_salt=False)[entry.subject])
    answer.headers["Content-Disposition"] = f'attachment; filename="{entry.index}.tlog-proof"'
    return answer


def _fresh_checkpoint(*, covering: int) -> queries.Checkpoint:
    """The latest checkpoint; signed now when there is none yet or when it does not reach far enough."""
    latest = queries.latest_checkpoint()
    if latest is not None and latest.size >= max(covering, 1):
        return latest
    with transaction():
        return actions.sign_checkpoint()


def _text(body: str, cache: str = A_MOMENT) -> Response:
    answer = make_response(body)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return _open(answer, cache)


def _bytes(body: bytes) -> Response:
    answer = make_response(body)
    answer.headers["Content-Type"] = "application/octet-stream"
    return _open(answer, FOR_EVER)


def _open(answer: Response, cache: str) -> Response:
    # Browsers of monitors elsewhere may read the log; nothing here depends on who asks.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = cache
    return answer


def _problem(status: int, title: str, detail: str) -> Response:
    """Problem JSON (RFC 9457), whatever the caller accepts: only machines come here."""
    answer = jsonify(type="about:blank", title=title, status=status, detail=detail)
    answer.status_code = status
    answer.headers["Content-Type"] = "application/problem+json"
    return _open(answer, "no-store")
