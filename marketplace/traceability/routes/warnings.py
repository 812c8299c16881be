"""Alarms about copied labels and readers' reports in an officer's provinces; inspectors read, officers may stop a lot."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.foundation.web import access
from marketplace.traceability import actions
from marketplace.traceability.errors import LotMoveRefused
from marketplace.traceability.forms import DecisionForm
from marketplace.traceability.models import Lot
from marketplace.traceability.queries import scans
from marketplace.traceability.states import LotState
from marketplace.traceability.words import REPORTS

pages = Blueprint("traceability_warnings", __name__)

ON_A_PAGE = 20


def _scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, Cooperative.province_code)


@pages.get("/canh-bao")
@access.inspector
def warnings(person: Person) -> str:
    return _show(person)


def _show(person: Person, wrong: DecisionForm | None = None) -> str:
    page, reports_page = (max(request.args.get(name, 1, type=int), 1) for name in ("trang", "bao"))
    alarms, count = scans.alarms_in(_scope(person), limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
    reports, reports_count = scans.reports_in(_scope(person), limit=ON_A_PAGE, offset=(reports_page - 1) * ON_A_PAGE)
    forms = {
        row.alarm.id: DecisionForm(formdata=None, prefix=f"{row.alarm.id}-")
        for row in alarms
        if accounts.is_officer(person) and row.lot is not None and row.lot.state != LotState.RECALLED
    }
    if wrong is not None:
        forms[int(wrong._prefix.removesuffix("-"))] = wrong
    return render_template(
        "traceability/alliance/warnings.html",
        alarms=alarms,
        count=count,
        page=page,
        last_page=max(1, -(-count // ON_A_PAGE)),
        reports=reports,
        reports_count=reports_count,
        reports_page=reports_page,
        last_reports_page=max(1, -(-reports_count // ON_A_PAGE)),
        report_words=REPORTS,
        forms=forms,
    )


@pages.post("/canh-bao/<int:alarm_id>/dung")
@access.officer
def stop(person: Person, alarm_id: int) -> Response | tuple[str, int]:
    """Stop the lot of an alarm; only an officer can release it."""
    alarm = scans.find_alarm_in(_scope(person), alarm_id) or abort(404)
    lot = session.get(Lot, alarm.lot_id) if alarm.lot_id else None
    if lot is None:
        abort(404)
    form = DecisionForm(prefix=f"{alarm_id}-")
    if not form.validate():
        return _show(person, form), 422
    try:
        with transaction():
            actions.stop_for_officer(lot, by=person.id, reason=form.reason.data or "")
    except LotMoveRefused:
        flash(_("This lot was recalled, so it cannot be put on hold. Nothing was changed."), "info")
    else:
        flash(_("The lot is on hold until an officer releases it."), "success")
    return redirect(url_for("traceability_warnings.warnings"), 303)
