"""Errors as machines read them: problem JSON (RFC 7807, by now RFC 9457) with the exception names of EPCIS 2.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify


class Problem(Exception):
    """The answer is an error; raised anywhere in a view."""

    def __init__(
        self, status: int, name: str, title: str, detail: str, *, errors: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(detail)
        self.status, self.name, self.title, self.detail, self.errors = status, name, title, detail, list(errors)


def answer(problem: Problem) -> Response:
    told: dict[str, Any] = {
        "type": f"epcisException:{problem.name}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        told["errors"] = problem.errors
    response = jsonify(told)
    response.status_code = problem.status
    response.mimetype = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="epcis"'
    return response


def unauthorized() -> Problem:
    return Problem(
        401, "SecurityException", "Show a token", "Send “Authorization: Bearer …” with a token of your cooperative."
    )


def missing(detail: str) -> Problem:
    return Problem(404, "NoSuchResourceException", "Nothing is here", detail)
