"""The REST interface of EPCIS 2.0 (section 12): capture and query, JSON only.

Strangers read what was told of published lots. With a token a machine reads all events of its cooperative and tells new
ones. Cookies mean nothing here, so a browser that another site commands can do no harm.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from marketplace.epcis import actions, documents, queries, rules
from marketplace.epcis.errors import BadQuery, CaptureRefused, QueryTooLarge
from marketplace.epcis.models import ApiToken, EpcisCapture
from marketplace.epcis.openapi import description
from marketplace.epcis.routes import problems
from marketplace.epcis.routes.problems import Problem
from marketplace.epcis.states import ErrorBehaviour
from marketplace.epcis.tasks import problem_of
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits
from marketplace.foundation.web.forgery import protection
from marketplace.gs1 import epcis, vocabulary
from marketplace.traceability import queries as traceability
from marketplace.traceability.models import Lot
from marketplace.transparency import actions as log
from marketplace.transparency import queries as proofs
from marketplace.transparency.errors import LogTampered, NotInLog

pages = Blueprint("epcis_machines", __name__)
protection.exempt(pages)

JSON, LINKED_DATA, PROBLEM = "application/json", "application/ld+json", "application/problem+json"
CAPTURES_PER_HOUR = "600 per hour"
VERSIONS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
}
LIMITS = {
    "GS1-EPC-Format": "Always_GS1_Digital_Link",
    "GS1-EPCIS-Capture-Limit": str(rules.MOST_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(rules.MOST_BYTES),
}
BEHAVIOUR = "GS1-Capture-Error-Behaviour"


@pages.before_request
def check_what_is_wanted() -> None:
    """Formats and versions that are not served are refused before anything is read."""
    if request.method == "OPTIONS":
        return
    if request.accept_mimetypes and not request.accept_mimetypes.best_match((JSON, LINKED_DATA, PROBLEM)):
        raise Problem(406, "NotAcceptableException", "Not served", f"Only {JSON} and {LINKED_DATA} are served.")
    if request.headers.get("GS1-EPC-Format", "No_Preference") not in ("No_Preference", "Always_GS1_Digital_Link"):
        raise Problem(
            406, "NotAcceptableException", "Not served", "Identifiers are GS1 Digital Links or web addresses."
        )
    for name in ("GS1-EPCIS-Version", "GS1-EPCIS-Max", "GS1-CBV-Version", "GS1-CBV-Max"):
        if not request.headers.get(name, "2").startswith("2"):
            raise Problem(406, "NotAcceptableException", "Not served", f"{name}: only 2.0 is served.")
    if request.method == "POST" and request.mimetype not in (JSON, LINKED_DATA):
        raise Problem(415, "UnsupportedMediaTypeException", "Not read", f"Only {JSON} and {LINKED_DATA} are read.")


@pages.after_request
def tell_versions(response: AnyResponse) -> AnyResponse:
    response.headers.update(VERSIONS | LIMITS)
    response.headers.setdefault(BEHAVIOUR, ErrorBehaviour.ROLLBACK)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = f"Link, Location, {BEHAVIOUR}, {', '.join(VERSIONS | LIMITS)}"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
        response.headers["Access-Control-Allow-Headers"] = f"Authorization, Content-Type, {BEHAVIOUR}"
        response.status_code = 204
    response.vary.update(("Accept", "Authorization"))
    return response


@pages.errorhandler(Problem)
def tell_problem(problem: Problem) -> Response:
    return problems.answer(problem)


@pages.errorhandler(HTTPException)
def tell_error(error: HTTPException) -> Response | AnyResponse:
    """What the framework refuses, in the words of machines."""
    if error.code is None or error.code < 400:
        return error.get_response()
    names = {413: "CaptureLimitExceededException", 429: "TooManyRequestsException"}
    name = names.get(error.code, "ImplementationException" if error.code >= 500 else "ValidationException")
    return problems.answer(Problem(error.code, name, error.name, error.description or error.name))


# Who asks


def _token() -> ApiToken | None:
    """The token shown, or None for a stranger; one that is no good is an error, so that nobody takes less for all."""
    if "epcis_token" not in g:
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        if not kind:
            g.epcis_token = None
        else:
            g.epcis_token = queries.find_token(text.strip()) if kind.lower() == "bearer" else None
            if g.epcis_token is None:
                raise problems.unauthorized()
    token: ApiToken | None = g.epcis_token
    return token


def _machine() -> ApiToken:
    token = _token()
    if token is None:
        raise problems.unauthorized()
    return token


def _reader() -> int | None:
    token = _token()
    return token.cooperative_id if token else None


# Capture


@pages.post("/epcis/capture")
@limits.limiter.limit(CAPTURES_PER_HOUR)
@access.public
def capture() -> Response:
    """Take a document in; a job captures its events, and its address says how that went."""
    token = _machine()
    behaviour = _behaviour()
    document = _read_body()
    if not isinstance(document, dict) or document.get("type") != "EPCISDocument":
        raise _invalid([{"detail": "Send an EPCISDocument; one event alone goes to /epcis/events.", "path": "/type"}])
    if outside := [problem for problem in epcis.validate(document) if not _is_inside_an_event(problem, document)]:
        raise _invalid([problem_of(problem) for problem in outside])
    if len(document["epcisBody"]["eventList"]) > rules.MOST_EVENTS:
        raise _too_large(f"A capture holds at most {rules.MOST_EVENTS} events.")
    with transaction():
        row = actions.receive(token, document=request.get_data(as_text=True), behaviour=behaviour)
    response = jsonify(_job(row))
    response.status_code = 202
    response.headers["Location"] = _absolute("epcis_machines.capture_job", code=row.code)
    response.headers[BEHAVIOUR] = behaviour
    return _private(response)


def _behaviour() -> ErrorBehaviour:
    wanted = request.headers.get(BEHAVIOUR, ErrorBehaviour.ROLLBACK)
    if wanted not in set(ErrorBehaviour):
        raise Problem(400, "ValidationException", "Unknown behaviour", f"{BEHAVIOUR} is rollback or proceed.")
    return ErrorBehaviour(wanted)


def _read_body() -> Any:
    if (request.content_length or 0) > rules.MOST_BYTES or len(request.get_data()) > rules.MOST_BYTES:
        raise _too_large(f"A capture has at most {rules.MOST_BYTES} bytes.")
    try:
        return epcis.read(request.get_data())
    except epcis.NotJson as error:
        raise _invalid([{"detail": str(error), "path": ""}]) from error


def _is_inside_an_event(problem: epcis.Problem, document: dict[str, Any]) -> bool:
    """Whether the other events can be captured all the same."""
    parts = problem.path.split("/")
    if parts[:3] != ["", "epcisBody", "eventList"] or len(parts) < 4:
        return False
    return isinstance(document["epcisBody"]["eventList"][int(parts[3])], dict)


def _invalid(errors: list[dict[str, Any]]) -> Problem:
    return Problem(400, "ValidationException", "The document is not valid", errors[0]["detail"], errors=errors)


def _too_large(detail: str) -> Problem:
    return Problem(413, "CaptureLimitExceededException", "Too large", detail)


@pages.get("/epcis/capture")
@access.public
def capture_jobs() -> Response:
    """The cooperative's captures, newest first."""
    token = _machine()
    per_page, before = _paging(("perPage", "nextPageToken"))
    rows = queries.captures_of(token.cooperative_id, limit=per_page + 1, before=before)
    response = jsonify([_job(row) for row in rows[:per_page]])
    if len(rows) > per_page:
        _link_next(response, {"perPage": str(per_page), "nextPageToken": str(rows[per_page - 1].id)})
    return _private(response)


def _paging(known: tuple[str, ...]) -> tuple[int, int | None]:
    for name in request.args:
        if name not in known:
            raise _bad_query(f"“{name}” is no parameter that is served here.")
    numbers: dict[str, int] = {}
    for name, largest in (("perPage", rules.LARGEST_PAGE), ("nextPageToken", 10**15)):
        text = request.args.get(name, "1")
        if not text.isascii() or not text.isdigit() or len(text) > 16 or not 1 <= int(text) <= largest:
            raise _bad_query(f"“{name}” cannot be {text[:40]}.")
        numbers[name] = int(text)
    per_page = numbers["perPage"] if "perPage" in request.args else rules.USUAL_PAGE
    return per_page, numbers["nextPageToken"] if "nextPageToken" in request.args else None


@pages.get("/epcis/capture/<code>")
@access.public
def capture_job(code: str) -> Response:
    """How a capture went: running, then success or the errors of each event."""
    row = queries.find_capture(_machine().cooperative_id, code)
    if row is None:
        raise problems.missing("Your cooperative has no such capture.")
    return _private(jsonify(_job(row)))


def _job(row: EpcisCapture) -> dict[str, Any]:
    told: dict[str, Any] = {
        "captureID": row.code,
        "createdAt": documents.moment(row.created_at),
        "running": row.finished_at is None,
        "success": row.finished_at is not None and not row.errors,
        "captureErrorBehaviour": row.behaviour,
        "errors": row.errors,
    }
    if row.finished_at is not None:
        told |= {"finishedAt": documents.moment(row.finished_at), "capturedEvents": row.captured}
    return told


@pages.post("/epcis/events")
@limits.limiter.limit(CAPTURES_PER_HOUR)
@access.public
def capture_event() -> Response:
    """Take one event in at once."""
    token = _machine()
    event = _read_body()
    if not isinstance(event, dict) or event.get("type") == "EPCISDocument":
        raise _invalid([{"detail": "Send one event; a document goes to /epcis/capture.", "path": "/type"}])
    if wrong := epcis.validate(event):
        raise _invalid([problem_of(problem) for problem in wrong])
    try:
        try:
            identity = _take_in(event, token.cooperative_id)
        except (IntegrityError, CaptureRefused):
            # The same event, sent twice at the same moment: one of the two got through, and then what it tells is
            # taken already. Asked again it is known; what is truly wrong is refused again.
            identity = _take_in(event, token.cooperative_id)
    except CaptureRefused as refused:
        raise Problem(422, "CaptureException", "The event was refused", refused.sentence) from refused
    stored = queries.find_event(identity, cooperative_id=token.cooperative_id)
    if stored is None:
        raise problems.missing("The event is somebody else's.")
    response = jsonify(documents.single_event(stored))
    response.status_code = 201
    response.headers["Location"] = _absolute("epcis_machines.event", event_id=identity)
    return _private(response)


def _take_in(event: dict[str, Any], cooperative_id: int) -> str:
    with transaction():
        identity = actions.capture(event, cooperative_id=cooperative_id, by=None)
        if "errorDeclaration" in event:
            actions.declare(event, cooperative_id=cooperative_id, by=None)
    return identity


# Query


@pages.get("/epcis/events")
@access.public
def events() -> Response:
    """The simple event query."""
    return _found()


@pages.get("/epcis/events/<path:event_id>", merge_slashes=False)
@access.public
def event(event_id: str) -> Response:
    """One event by its id, alone."""
    stored = queries.find_event(event_id, cooperative_id=_reader())
    if stored is None:
        raise problems.missing("No event that you may see has this id.")
    return _open(_linked(documents.single_event(stored)))


@pages.get("/epcis/epcs/<path:epc>/events", merge_slashes=False)
@access.public
def events_of_epc(epc: str) -> Response:
    """What was told of one thing or class, in whatever role."""
    if not queries.is_anything_named(epc, cooperative_id=_reader()):
        raise problems.missing("No event that you may see speaks of this.")
    return _found(**{rules.ANY_NAME: epc})


@pages.get("/epcis/bizSteps/<path:step>/events", merge_slashes=False)
@access.public
def events_of_step(step: str) -> Response:
    bare = step.removeprefix(vocabulary.NAMESPACE + "BizStep-")
    if bare not in vocabulary.BUSINESS_STEPS and ":" not in bare:
        raise problems.missing("CBV 2.0 has no such business step.")
    return _found(EQ_bizStep=step)


@pages.get("/epcis/eventTypes")
@access.public
def event_types() -> Response:
    """Types of which events are here."""
    _paging(())
    return _open(_linked(documents.collection(queries.types_seen(cooperative_id=_reader()))))


@pages.get("/epcis/eventTypes/<name>/events")
@access.public
def events_of_type(name: str) -> Response:
    if name not in epcis.EVENT_TYPES:
        raise problems.missing("EPCIS 2.0 has no such type of event.")
    return _found(eventType=name)


def _found(**fixed: str) -> Response:
    try:
        search = rules.read_search(request.args.items(multi=True), **fixed)
        page = queries.find_events(search, cooperative_id=_reader())
    except BadQuery as error:
        raise _bad_query(str(error)) from error
    except QueryTooLarge as error:
        raise Problem(413, "QueryTooLargeException", "Too many events match", str(error)) from error
    response = _linked(documents.query_document(page.events))
    if page.next is not None:
        asked = [(name, value) for name, value in request.args.items(multi=True) if name != "nextPageToken"]
        _link_next(response, [*asked, ("nextPageToken", rules.page_token(page.next))])
    return _open(response)


def _bad_query(detail: str) -> Problem:
    return Problem(400, "QueryParameterException", "The question cannot be read", detail)


def _link_next(response: Response, arguments: Any) -> None:
    here = _settings().public_url + request.path
    response.headers["Link"] = f'<{here}?{urlencode(arguments)}>; rel="next"'


# Whole lives


@pages.get("/q/<code>/epcis.json")
@access.public
def lot_export(code: str) -> Response:
    """All that was told of a published lot and of what it was made from; with `?proofs=1` also that nobody changed it."""
    lot = traceability.find_public_lot(code)
    if lot is None:
        raise problems.missing("No published lot has this code.")
    return _open(_export(lot))


def _export(lot: Lot) -> Response:
    stored = queries.events_of_lot(lot.id)
    document = documents.epcis_document(stored)
    if not request.args.get("proofs"):
        return _linked(document)
    told = queries.diary_of_lot(lot)
    response = jsonify(epcisDocument=document, proofs=_proofs(stored), diary=_diary_proofs(told))
    response.headers["Content-Disposition"] = f'attachment; filename="{lot.code}.json"'
    return response


@pages.get("/q/<code>/lot.tlog-proof")
@access.public
def lot_proof(code: str) -> Response:
    """The proof that how the lot came about stands in the log: a small file that anybody can check without us."""
    lot = traceability.find_public_lot(code)
    made = queries.making_of_lot(lot.id) if lot is not None else None
    if lot is None or made is None:
        raise problems.missing("No published lot has this code.")
    subject = f"event:{made.event_id}"
    try:
        _sign_for([subject])
    except (LogTampered, NotInLog) as error:
        raise _unsigned(error) from error
    # Without the salt, as at /log/proof: whoever wants the words takes the whole export.
    response = Response(proofs.proof_files(proofs.entries([subject]), with_salt=False)[subject])
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="lo-{lot.code}.tlog-proof"'
    return _open(response)


def _proofs(stored: list[queries.StoredEvent]) -> list[dict[str, str]]:
    sealed = {f"event:{each.event_id}": each.document.encode() for each in stored}
    try:
        _sign_for(list(sealed))
        return proofs.export_proofs(sealed)
    except (LogTampered, NotInLog) as error:
        raise _unsigned(error) from error


def _diary_proofs(told: list[queries.SealedEntry]) -> list[dict[str, str]]:
    """Each entry with its proof; the words, and the salt that would confirm a guess of them, only where they are shown."""
    shown = {each.subject: each.document for each in told if each.is_shown}
    withheld = [each.subject for each in told if not each.is_shown]
    try:
        _sign_for([each.subject for each in told])
        with_words = {one["subject"]: one for one in proofs.export_proofs(shown)}
    except (LogTampered, NotInLog) as error:
        raise _unsigned(error) from error
    bare = proofs.proof_files(proofs.entries(withheld), with_salt=False) if withheld else {}
    return [with_words.get(each.subject) or {"subject": each.subject, "proof": bare[each.subject]} for each in told]


def _sign_for(subjects: list[str]) -> None:
    """Sign the log when its last signature does not reach these entries yet."""
    end = max((entry.index for entry in proofs.entries(subjects)), default=-1) + 1
    signed = proofs.latest_checkpoint()
    if signed is None or signed.size < end:
        with transaction():
            log.sign_checkpoint()


def _unsigned(error: Exception) -> Problem:
    return Problem(503, "ImplementationException", "The log is not signed", str(error))


@pages.get("/epcis/openapi.json")
@access.public
def openapi() -> Response:
    """This interface for machines and their makers (OpenAPI 3.1)."""
    response = jsonify(description(_settings().public_url))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@pages.route("/epcis/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@access.public
def nothing(rest: str) -> Response:
    """Also what is not there is told as machines read it."""
    raise problems.missing(f"{request.method} {request.path} is not served; see /epcis/openapi.json.")


def _linked(document: dict[str, Any]) -> Response:
    response = jsonify(document)
    response.mimetype = LINKED_DATA
    if request.accept_mimetypes.best_match((LINKED_DATA, JSON), LINKED_DATA) == JSON:
        response.mimetype = JSON
    return response


def _open(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store" if g.get("epcis_token") else "public, max-age=30"
    return response


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _absolute(endpoint: str, **values: Any) -> str:
    return _settings().public_url + url_for(endpoint, **values)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
