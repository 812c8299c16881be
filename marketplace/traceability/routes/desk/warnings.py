"""Alarms about copied labels and what readers reported, for the cooperative whose labels they are."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.foundation.web import access
from marketplace.traceability import actions
from marketplace.traceability.errors import AlarmSettled, LotMoveRefused
from marketplace.traceability.forms import SettleForm
from marketplace.traceability.models import Lot, ScanAlarm
from marketplace.traceability.queries import scans
from marketplace.traceability.routes.desk.blueprint import pages
from marketplace.traceability.states import AlarmState
from marketplace.traceability.words import REPORTS

ON_A_PAGE = 20


@pages.get("/canh-bao")
@access.staff
def warnings(person: Person, cooperative: Cooperative) -> str:
    return _show(cooperative)


def _show(cooperative: Cooperative, wrong: SettleForm | None = None) -> str:
    """`wrong` is the form that lacked its words; the others begin empty."""
    page, reports_page = (max(request.args.get(name, 1, type=int), 1) for name in ("trang", "bao"))
    alarms, count = scans.alarms_of(cooperative.id, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
    reports, reports_count = scans.reports_about(cooperative.id, limit=ON_A_PAGE, offset=(reports_page - 1) * ON_A_PAGE)
    forms = {
        row.alarm.id: SettleForm(formdata=None, prefix=f"{row.alarm.id}-")
        for row in alarms
        if row.alarm.state == AlarmState.OPEN
    }
    if wrong is not None:
        forms[int(wrong._prefix.removesuffix("-"))] = wrong
    return render_template(
        "traceability/desk/warnings.html",
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


@pages.post("/canh-bao/<int:alarm_id>/giai-thich")
@access.staff
def explain_warning(person: Person, cooperative: Cooperative, alarm_id: int) -> Response | tuple[str, int]:
    alarm, form = _find(cooperative, alarm_id), SettleForm(prefix=f"{alarm_id}-")
    if form.validate() and not form.note.data:
        form.note.errors = [_("Please fill this in.")]
    if form.errors:
        return _show(cooperative, form), 422
    try:
        with transaction():
            actions.explain_alarm(alarm, note=form.note.data or "", by=person.id)
    except AlarmSettled:
        _tell_decided()
    else:
        flash(_("Noted. If the same goes on, the warning comes back."), "success")
    return redirect(url_for("traceability_desk.warnings"), 303)


@pages.post("/canh-bao/<int:alarm_id>/nhan-gia")
@access.staff
def confirm_warning(person: Person, cooperative: Cooperative, alarm_id: int) -> Response | tuple[str, int]:
    alarm, form = _find(cooperative, alarm_id), SettleForm(prefix=f"{alarm_id}-")
    if not form.validate():
        return _show(cooperative, form), 422
    lot = session.get(Lot, alarm.lot_id) if alarm.lot_id and form.stop.data else None
    try:
        with transaction():
            actions.confirm_copy(
                alarm,
                note=form.note.data or "",
                by=person.id,
                stop=lot,
                reason=_("Labels of this lot may have been copied; we are looking into it."),
            )
    except AlarmSettled:
        _tell_decided()
    except LotMoveRefused:
        flash(_("This lot was recalled, so it cannot be put on hold. Nothing was changed."), "info")
    else:
        said = _("Noted as a copy, and the sale of the lot is stopped.") if lot else _("Noted as a copy.")
        flash(said + " " + _("Keep a pack with the copied label and call the Alliance."), "success")
    return redirect(url_for("traceability_desk.warnings"), 303)


def _find(cooperative: Cooperative, alarm_id: int) -> ScanAlarm:
    return scans.find_alarm(cooperative.id, alarm_id) or abort(404)


def _tell_decided() -> None:
    flash(_("A colleague decided about this warning before. Nothing was changed."), "info")
