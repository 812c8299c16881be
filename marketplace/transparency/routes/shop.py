"""The page that explains the log to whoever has never heard of one, and the checker to take home."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, request

from marketplace.foundation import codes
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.transparency import queries, signing
from marketplace.transparency.rules import notes

pages = Blueprint("transparency_shop", __name__)

LONGEST_CODE = 40
COMMANDS = (
    "pip install cryptography",
    "python kiem-tra.py proof 12.tlog-proof",
    "python kiem-tra.py export lot.json",
    "python kiem-tra.py consistency old.txt new.txt --log {address}/log",
)


@pages.get("/xac-minh")
@access.public
def explain() -> str:
    """What the log is, its latest checkpoint and the check in the browser. Not kept: the checkpoint moves by itself.

    ?lo= names the lot whose label led here.
    """
    checkpoint = queries.latest_checkpoint()
    lot = codes.normalise_code(request.args.get("lo", "")[:LONGEST_CODE])
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "transparency/shop/explain.html",
        checkpoint=checkpoint,
        lot_code=lot if codes.is_checked(lot) else "",
        root=notes.base64(checkpoint.root) if checkpoint else "",
        keys=signing.signer().verifier_keys,
        commands=[line.format(address=settings.public_url) for line in COMMANDS],
    )


@pages.get("/xac-minh/kiem-tra.py")
@access.public
def checker() -> Response:
    """The checker, verbatim as it stands in the repository."""
    answer = make_response(Path(current_app.static_folder or "", "transparency", "kiem-tra.py").read_bytes())
    answer.headers["Content-Type"] = "text/x-python; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="kiem-tra.py"'
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
