"""Error pages in the visitor's language with an incident number; problem JSON for machines (RFC 9457)."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as PlainResponse

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(Exception, _unknown)


def _words(code: int) -> tuple[str, str]:
    """Title and what to do, for the errors that people meet."""
    return {
        400: (_("We could not read that"), _("Go back, check what you typed and try again.")),
        401: (_("Please sign in"), _("Sign in and open this page again.")),
        403: (_("You may not do that"), _("Ask the owner of your cooperative for the right to do it.")),
        404: (_("Nothing is here"), _("Check the address, or search for what you need.")),
        405: (_("That cannot be done here"), _("Go back and use the buttons on the page.")),
        409: (_("Somebody was faster"), _("It was changed meanwhile. Open the page again to see how it stands now.")),
        413: (_("That file is too large"), _("Send a file of at most 15 MB.")),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
        503: (_("We will be back in a moment"), _("Nothing you sent was lost. Try again in a minute.")),
    }.get(
        code, (_("Something went wrong on our side"), _("Try again. If it stays, call us and tell the number below."))
    )


def answer(code: int, title: str = "", message: str = "") -> Response:
    """An error as a page, or as problem JSON when the caller prefers JSON."""
    usual_title, usual_message = _words(code)
    title, message = title or usual_title, message or usual_message
    incident = g.get("request_id", "")
    if request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json":
        response = jsonify(type="about:blank", title=title, status=code, detail=message, instance=incident)
        response.mimetype = "application/problem+json"
    else:
        page = render_template("errors/error.html", code=code, title=title, message=message, incident=incident)
        response = make_response(page)
    response.status_code = code
    response.headers["Cache-Control"] = "no-store"
    return response


def _known(error: HTTPException) -> Response | PlainResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    response = answer(error.code, message=str(getattr(error, "shown", "")))
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = "300"
    return response


def _stale_form(error: CSRFError) -> Response:
    return answer(400, _("This page has been open for too long"), _("Open the page again and send the form once more."))


def _changed_meanwhile(error: StaleDataError) -> Response:
    return answer(409)


def _unknown(error: Exception) -> Response:
    log.exception("unexpected error", extra={"incident": g.get("request_id", "")})
    return answer(InternalServerError.code)
