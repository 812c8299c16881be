"""Nobody enters by default: before every view the guard compares what it declared with who is asking.

What a person may not see does not exist for him (404); a stranger is asked to sign in first. The view receives the
person and the cooperative that the guard found, so that it never looks them up by an id from outside.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives import queries as cooperatives
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation import audit
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.foundation.web.access import Audience

log = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "::1")


def install(app: Flask, settings: Settings) -> None:
    access.public(app.view_functions["static"])

    @app.before_request
    def guard() -> Response | None:
        if request.endpoint is None:
            return None  # no such page; the router answers 404
        rule = access.of(app.view_functions[request.endpoint])
        if rule is None:
            log.error("view without a declared audience", extra={"endpoint": request.endpoint})
            abort(403)
        g.access = rule
        return _let_in(rule.audience, settings)

    @app.url_defaults
    def stay_in_cooperative(endpoint: str, values: dict[str, Any]) -> None:
        """Links inside a cooperative's desk stay in that cooperative."""
        if "cooperative_slug" not in values and app.url_map.is_endpoint_expecting(endpoint, "cooperative_slug"):
            cooperative = g.get("cooperative")
            if cooperative is not None:
                values["cooperative_slug"] = cooperative.slug


def _let_in(audience: Audience, settings: Settings) -> Response | None:
    if audience == Audience.PUBLIC:
        return None
    if audience == Audience.DEMO:
        return None if settings.mode in ("demo", "test") else abort(404)
    if audience == Audience.OPERATOR:
        # Behind a proxy everybody seems local, so a forwarded request is never an operator's.
        is_local = request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers
        return None if is_local else abort(404)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    person: Person = current_user._get_current_object()
    values = request.view_args = request.view_args or {}
    values["person"] = person
    if audience in (Audience.STAFF, Audience.OWNER):
        return _let_into_desk(person, audience, values)
    if audience == Audience.OFFICER and not accounts.is_officer(person):
        return _refuse(404)
    if audience == Audience.INSPECTOR and not accounts.may_inspect(person):
        return _refuse(404)
    if audience == Audience.ADMIN and not accounts.is_admin(person):
        return _refuse(403 if accounts.is_officer(person) else 404)
    return None


def _let_into_desk(person: Person, audience: Audience, values: dict[str, Any]) -> Response | None:
    found = cooperatives.find_workplace(person.id, values.pop("cooperative_slug"))
    if found is None:
        return _refuse(404)
    cooperative, role = found
    if audience == Audience.OWNER and role != MemberRole.OWNER:
        return _refuse(403)
    g.cooperative, g.member_role = cooperative, role
    values["cooperative"] = cooperative
    return None


def _ask_to_sign_in() -> Response:
    target = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(url_for("accounts_shop.sign_in", next=target))


def _refuse(code: int) -> Response | None:
    """Leave a trace of every refusal (ASVS 5.0 16.3.2), then answer."""
    person_id = current_user.id
    session.rollback()
    with transaction():
        audit.record(
            "door:page:refuse", subject="endpoint", subject_id=None, by=person_id, endpoint=request.endpoint, code=code
        )
    abort(code)
