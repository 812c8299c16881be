"""Lots that wait for an officer: harvests over their ceiling, and holds that a cooperative cannot end."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries as farming
from marketplace.farming.errors import AlreadyDecided, StillWaiting
from marketplace.farming.states import Verdict
from marketplace.foundation import dates
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.traceability import actions
from marketplace.traceability.errors import LotMoveRefused
from marketplace.traceability.forms import DecisionForm
from marketplace.traceability.models import Lot
from marketplace.traceability.queries import inspection
from marketplace.traceability.words import why_stopped

pages = Blueprint("traceability_alliance", __name__)


def _scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, Cooperative.province_code)


@pages.get("/lo-cho-duyet")
@access.officer
def queue(person: Person) -> str:
    return _show(person)


def _show(person: Person, wrong: DecisionForm | None = None) -> str:
    """`wrong` is the form that lacked its reason; the others begin empty."""
    waiting = inspection.harvests_waiting(_scope(person))
    stopped = inspection.stopped_for_officer(_scope(person))
    codes = [each.lot.code for each in waiting] + [each.code for each in stopped]
    forms = {code: DecisionForm(formdata=None, prefix=f"{code}-") for code in codes}
    if wrong is not None:
        forms[wrong._prefix.removesuffix("-")] = wrong
    return render_template(
        "traceability/alliance/queue.html", waiting=waiting, stopped=stopped, forms=forms, why_stopped=why_stopped
    )


def _find(person: Person, code: str) -> Lot:
    found = inspection.find_in_scope(code, _scope(person)) or abort(404)
    return found[0]


@pages.post("/lo-cho-duyet/<code>/duyet")
@access.officer
def approve(person: Person, code: str) -> Response | tuple[str, int]:
    return _decide(person, code, Verdict.APPROVED, _("Approved. The lot is free; its cooperative can sell it."))


@pages.post("/lo-cho-duyet/<code>/tu-choi")
@access.officer
def refuse(person: Person, code: str) -> Response | tuple[str, int]:
    return _decide(person, code, Verdict.REFUSED, _("Refused. The lot stays on hold, and the cooperative reads why."))


def _decide(person: Person, code: str, verdict: Verdict, done: str) -> Response | tuple[str, int]:
    lot, form = _find(person, code), DecisionForm(prefix=f"{code}-")
    approval = farming.find_approval(lot.id) or abort(404)
    if not form.validate():
        return _show(person, form), 422
    try:
        with transaction():
            actions.decide_harvest(approval, lot, verdict, by=person.id, reason=form.reason.data or "")
    except AlreadyDecided:
        flash(_("A colleague decided about this lot before. Nothing was changed."), "info")
    except LotMoveRefused:
        flash(_("This lot is not on hold any more. Nothing was changed."), "info")
    except StillWaiting as early:
        flash(
            _(
                "Not approved: it was harvested too soon after spraying %(product)s; the first day was %(day)s."
                " Refuse it, or have it tested.",
                product=early.product,
                day=dates.format_day(early.until),
            ),
            "warning",
        )
    else:
        flash(done, "success")
    return redirect(url_for("traceability_alliance.queue"), 303)


@pages.post("/lo-cho-duyet/<code>/cho-ban")
@access.officer
def release(person: Person, code: str) -> Response | tuple[str, int]:
    """End a hold that its cooperative cannot end."""
    lot, form = _find(person, code), DecisionForm(prefix=f"{code}-")
    if not form.validate():
        return _show(person, form), 422
    try:
        with transaction():
            actions.release(lot, by=person.id, reason=form.reason.data or "", is_officer=True)
    except LotMoveRefused:
        flash(_("This lot is not on hold any more. Nothing was changed."), "info")
    else:
        flash(_("Released. The cooperative can sell the lot again."), "success")
    return redirect(url_for("traceability_alliance.queue"), 303)


@pages.post("/lo-hang/<code>/dung-ban")
@access.officer
def stop(person: Person, code: str) -> Response:
    """Whatever an officer has seen: nothing of the lot is sold until one releases it."""
    lot, form = _find(person, code), DecisionForm(prefix="stop-")
    if not form.validate():
        flash(_("Say why the lot is stopped; its readers and its cooperative want to know."), "warning")
        return redirect(url_for("traceability_inspector.lot", code=code), 303)
    try:
        with transaction():
            actions.stop_for_officer(lot, by=person.id, reason=form.reason.data or "")
    except LotMoveRefused:
        flash(_("This lot was recalled. It is not sold any more."), "info")
    else:
        flash(_("The lot and all that was made from it is stopped. It waits among the lots to decide on."), "success")
    return redirect(url_for("traceability_inspector.lot", code=code), 303)
