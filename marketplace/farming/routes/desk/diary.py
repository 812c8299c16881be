"""Writing into the diary, with network and without.

The page is one shell for every kind of entry: a service worker keeps it on the phone, its script swaps the fields and
queues entries with a key made there. The same form sends itself where no script runs.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Response as Answer
from flask import abort, current_app, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import actions, queries, rules
from marketplace.farming.actions import NewEntry
from marketplace.farming.errors import AlreadyCorrected, DayNotYet, EntryIncomplete, NotOfSeason, StillWaiting
from marketplace.farming.models import DiaryEntry
from marketplace.farming.queries import Told
from marketplace.farming.routes.desk.blueprint import own_season, pages
from marketplace.farming.routes.desk.land import DIARY_WORDS
from marketplace.farming.rules import FieldType
from marketplace.farming.states import DiaryKind
from marketplace.farming.words import FIELDS, HINTS, PROBLEMS, QUEUE
from marketplace.foundation import clock, dates, quantities
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web import access, uploads
from marketplace.transparency.errors import AlreadySealed

_CLIENT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class _Refused(Exception):
    """What was sent cannot be written down: code, a sentence, and what is wrong with which field."""

    def __init__(self, status: int, sentence: str, problems: Mapping[str, str] | None = None) -> None:
        self.status, self.sentence, self.problems = status, sentence, dict(problems or {})


@pages.route("/nhat-ky", methods=["GET", "POST"])
@access.staff
def write(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    """First the kind of work, then its fields; `loai`, `vu` and `sua` name kind, season and the entry to correct."""
    corrects = _entry_to_correct(cooperative)
    refused: _Refused | None = None
    if request.method == "POST":
        try:
            entry, _is_new = _written(person, cooperative)
        except _Refused as problem:
            refused = problem
        else:
            flash(
                _("Sent and written into the diary. It is no lot yet: make one of it below, so that it can be sold.")
                if entry.kind == DiaryKind.HARVEST and not entry.fields.get("lot_code")
                else _("Sent and written into the diary."),
                "success",
            )
            anchor = f"entry-{entry.id}"
            return redirect(url_for("farming_desk.season", season_id=entry.season_id, _anchor=anchor), 303)
    typed = request.form if request.method == "POST" else _as_typed(corrects)
    season_id = request.values.get("season", type=int) or request.args.get("vu", type=int)
    page = render_template(
        "farming/desk/write.html",
        kind=_kind(request.values.get("kind") or request.args.get("loai") or (corrects.kind if corrects else "")),
        seasons=queries.seasons_of(cooperative.id),
        season_id=corrects.season_id if corrects else season_id,
        corrects=corrects,
        typed=typed,
        happened_on=typed.get("happened_on") or dates.format_day(clock.today()),
        client_id=_client_id(typed.get("client_id", "")) or str(uuid.uuid4()),
        refused=refused,
        person=person,
        hints=HINTS,
        queue_words={key: str(words) for key, words in QUEUE.items()},
        types=FieldType,
        most_photos=rules.MOST_PHOTOS,
        **DIARY_WORDS,
    )
    return (page, refused.status) if refused else page


@pages.post("/nhat-ky/gui")
@access.staff
def send(person: Person, cooperative: Cooperative) -> Answer:
    """One entry from a phone's queue: 201 the first time, 200 with the same answer when it comes again."""
    try:
        entry, is_new = _written(person, cooperative)
    except _Refused as problem:
        answer = jsonify(
            type="about:blank",
            title=_("The entry was refused"),
            status=problem.status,
            detail=problem.sentence,
            problems=[
                {"field": name, "label": str(FIELDS.get(name, name)), "message": words}
                for name, words in problem.problems.items()
            ],
        )
        answer.mimetype = "application/problem+json"
        answer.status_code = problem.status
        return answer
    answer = jsonify(
        client_id=entry.client_id,
        id=entry.id,
        season=entry.season_id,
        entered_at=entry.entered_at.isoformat(timespec="seconds"),
        url=url_for("farming_desk.season", season_id=entry.season_id, _anchor=f"entry-{entry.id}"),
    )
    answer.status_code = 201 if is_new else 200
    return answer


@pages.get("/nhat-ky/the")
@access.staff
def token(person: Person, cooperative: Cooperative) -> Answer:
    """A fresh form token and who is signed in: asked before a queue is sent, for the kept page's token may be dead."""
    return jsonify(token=generate_csrf(), person_id=person.id)


@pages.get("/nhat-ky/sw.js")
@access.staff
def worker(person: Person, cooperative: Cooperative) -> Response:
    """The service worker. It must come from here, because its place bounds what it may serve."""
    script = Path(current_app.static_folder or "") / "js/farming/worker.js"
    answer = make_response(script.read_bytes())
    answer.mimetype = "text/javascript"
    answer.headers["Service-Worker-Allowed"] = url_for("farming_desk.write")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _written(person: Person, cooperative: Cooperative) -> tuple[DiaryEntry, bool]:
    """Read what was sent and write it down; raises _Refused with words for the sender, and 404 for others' seasons."""
    client_id = _client_id(request.form.get("client_id", ""))
    if client_id is None:
        raise _Refused(400, _("The entry has no key. Open the page again and send it once more."))
    # Before the photos are stored again: a phone on a weak network sends twice what arrived once.
    known = queries.find_sent(cooperative.id, client_id)
    if known is not None:
        return known, False
    season_id = request.form.get("season", type=int)
    if season_id is None:
        raise _Refused(422, _("Choose the season."), {"season": _("Please choose one.")})
    own_season(cooperative, season_id)
    kind = _kind(request.form.get("kind", ""))
    if kind is None:
        raise _Refused(422, _("Choose what was done."), {"kind": _("Please choose one.")})
    try:
        happened_on = dates.parse_day(request.form.get("happened_on", ""))
    except dates.BadDay:
        words = str(PROBLEMS[rules.NOT_DAY])
        raise _Refused(422, words, {"happened_on": words}) from None
    told = NewEntry(kind, happened_on, request.form, _photos(request.files.getlist("photos")))
    corrects = request.form.get("corrects", type=int)
    if corrects is not None and queries.find_entry(cooperative.id, corrects) is None:
        abort(404)
    try:
        with transaction():
            season = own_season(cooperative, season_id)
            return actions.write_entry(season, told, client_id=client_id, by=person.id, corrects=corrects)
    except EntryIncomplete as error:
        raise _Refused(422, _sentence(error.problems), _problem_words(error.problems)) from error
    except StillWaiting as waiting:
        words = str(
            _(
                "Too early: %(product)s was used here, and the first day of harvest is %(day)s. Look whether the day is"
                " right. If it was picked all the same, sell none of it and write an incident into the diary.",
                product=waiting.product,
                day=dates.format_day(waiting.until),
            )
        )
        short = _("Not before %(day)s.", day=dates.format_day(waiting.until))
        raise _Refused(422, words, {"happened_on": short}) from None
    except DayNotYet:
        words = str(PROBLEMS["future"])
        raise _Refused(422, words, {"happened_on": words}) from None
    except AlreadyCorrected:
        raise _Refused(409, _("Somebody corrected this entry before. Correct the newest one.")) from None
    except NotOfSeason:
        raise _Refused(422, _("A correction stays in the season of the entry.")) from None
    except AlreadySealed:
        raise _Refused(409, _("Another entry has this key. Write it once more.")) from None


def _photos(sent: list[FileStorage]) -> list[dict[str, Any]]:
    kept = []
    for upload in uploads.sent(sent)[: rules.MOST_PHOTOS]:
        digest = hashlib.sha256(upload.read()).hexdigest()
        upload.seek(0)
        try:
            kept.append({"picture": uploads.keep_photo(upload), "sha256": digest})
        except BadUpload as problem:
            words = uploads.why_refused(problem, upload.filename or "")
            raise _Refused(422, words, {"photos": words}) from problem
    return kept


def _problem_words(problems: Mapping[str, str]) -> dict[str, str]:
    return {name: str(PROBLEMS["no_photo" if name == "photos" else code]) for name, code in problems.items()}


def _sentence(problems: Mapping[str, str]) -> str:
    names = ", ".join(str(FIELDS[name]) for name in problems)
    return str(_("Please check: %(names)s.", names=names))


def _client_id(typed: str) -> str | None:
    return typed.lower() if _CLIENT_ID.fullmatch(typed.lower()) else None


def _kind(code: str) -> DiaryKind | None:
    try:
        return DiaryKind(code)
    except ValueError:
        return None


def _entry_to_correct(cooperative: Cooperative) -> Told | None:
    entry_id = request.values.get("corrects", type=int) or request.args.get("sua", type=int)
    return None if entry_id is None else queries.find_entry(cooperative.id, entry_id) or abort(404)


def _as_typed(entry: Told | None) -> dict[str, str]:
    """An entry's fields as one would type them."""
    if entry is None:
        return {}
    types = {field.name: field.type for field in rules.KINDS[entry.kind].fields}
    typed = {"happened_on": dates.format_day(entry.happened_on)}
    for name, value in entry.fields.items():
        if types.get(name) == FieldType.WEIGHT:
            typed[name] = quantities.format_quantity(value, BaseUnit.GRAM)
        elif types.get(name) == FieldType.DAY:
            typed[name] = dates.format_day(dates.parse_day(value))
        else:
            typed[name] = str(value)
    return typed
