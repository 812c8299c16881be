"""One run of labels: its files, where its packs are, and what became of labels that no order took."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import codes
from marketplace.foundation.database import transaction
from marketplace.foundation.jobs import JobState
from marketplace.foundation.web import access
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.errors import LotMoveRefused, TooManyLabels, UnitRefused
from marketplace.traceability.forms import ReturnForm, SellLabelledForm, VoidForm
from marketplace.traceability.labels import LAYOUTS
from marketplace.traceability.models import LabelRun, Lot
from marketplace.traceability.routes.desk.blueprint import find, pages, public_url
from marketplace.traceability.routes.desk.labels import find_run, is_fresh, is_printable, job_of
from marketplace.traceability.states import LabelKind
from marketplace.traceability.words import UNIT_STATES, unit_refusal

BETWEEN_CODES = re.compile(r"[\n,;]+")


@pages.get("/lo-hang/<code>/nhan/<int:run_id>")
@access.staff
def label_run(person: Person, cooperative: Cooperative, code: str, run_id: int) -> str:
    """Its files, or how far a large run is; the page asks again by itself until they are there."""
    lot = find(cooperative, code)
    return _show(cooperative, lot, find_run(lot, run_id))


def _show(
    cooperative: Cooperative,
    lot: Lot,
    run: LabelRun,
    *,
    void_form: VoidForm | None = None,
    sell_form: SellLabelledForm | None = None,
    return_form: ReturnForm | None = None,
) -> str:
    job = job_of(cooperative, run)
    is_large = rules.is_large_run(run.count)
    return render_template(
        "traceability/desk/label_run.html",
        lot=lot,
        run=run,
        product=queries.product_of(lot),
        layout=LAYOUTS[run.layout],
        is_of_units=run.kind == LabelKind.UNIT,
        tally=queries.tally_of(run),
        unit_states=UNIT_STATES,
        job=job,
        is_large=is_large,
        is_over=not is_large or job is None or job.state in (JobState.DONE, JobState.FAILED),
        drawn=_files(lot, run, job_files=job.result["sheets"] if job is not None and is_fresh(job) else []),
        is_failed=job is not None and job.state == JobState.FAILED,
        is_printable=is_printable(lot),
        void_form=void_form or VoidForm(is_of_units=run.kind == LabelKind.UNIT, formdata=None, prefix="void-"),
        sell_form=sell_form or SellLabelledForm(formdata=None, prefix="sell-", token=codes.random_code(16)),
        return_form=return_form or ReturnForm(formdata=None, prefix="return-"),
    )


def _files(lot: Lot, run: LabelRun, *, job_files: list[str]) -> list[str]:
    """Addresses of the files that can be printed now."""
    if not rules.is_large_run(run.count):
        return [url_for("traceability_desk.label_sheet", code=lot.code, run_id=run.id)]
    return [
        url_for("traceability_desk.label_sheet", code=lot.code, run_id=run.id, number=number)
        for number in range(1, len(job_files) + 1)
    ]


@pages.post("/lo-hang/<code>/nhan/<int:run_id>/huy")
@access.staff
def void(person: Person, cooperative: Cooperative, code: str, run_id: int) -> Response | tuple[str, int]:
    """Labels that were spoilt: of a run with serials those named, or all that are still in the house."""
    lot = find(cooperative, code)
    run = find_run(lot, run_id)
    form = VoidForm(is_of_units=run.kind == LabelKind.UNIT, prefix="void-")
    if not form.validate():
        return _show(cooperative, lot, run, void_form=form), 422
    reason, number = form.reason.data or "", 0
    try:
        with transaction():
            if run.kind == LabelKind.LOT:
                number = form.count.data or 0
                actions.void_labels(run, count=number, reason=reason, by=person.id)
            elif form.rest.data:
                number = actions.void_rest(lot, run, reason=reason, by=person.id)
            else:
                number = actions.void_units(lot, _serials(form.serials.data or ""), reason=reason, by=person.id)
    except TooManyLabels as refused:
        form.count.errors = [_("This run has only %(left)s labels that are not void.", left=refused.left)]
        return _show(cooperative, find(cooperative, code), find_run(lot, run_id), void_form=form), 422
    except UnitRefused as problem:
        form.serials.errors = [unit_refusal(problem)]
        return _show(cooperative, find(cooperative, code), find_run(lot, run_id), void_form=form), 422
    flash(
        ngettext("%(num)s label is void. Tear it up.", "%(num)s labels are void. Tear them up.", number)
        if number
        else _("No label of this run is left in the house. Nothing was changed."),
        "success" if number else "info",
    )
    return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)


def _serials(typed: str) -> list[str]:
    return [_serial(one) for one in BETWEEN_CODES.split(typed) if one.strip()]


def _serial(typed: str) -> str:
    hosts = (public_url().partition("://")[2], request.host)
    return queries.serial_in(typed.strip(), hosts=hosts) or typed.strip()


@pages.post("/lo-hang/<code>/nhan/<int:run_id>/ban")
@access.staff
def sell_labelled(person: Person, cooperative: Cooperative, code: str, run_id: int) -> Response | tuple[str, int]:
    """Packs of the run that were sold at the cooperative's own stall or to a trader."""
    lot = find(cooperative, code)
    run = find_run(lot, run_id)
    form = SellLabelledForm(prefix="sell-")
    if not form.validate():
        return _show(cooperative, lot, run, sell_form=form), 422
    try:
        with transaction():
            actions.sell_labelled(
                lot,
                run,
                packs=form.packs.data or 0,
                note=form.note.data or "",
                reference=f"stall:{run.id}:{(form.token.data or '')[:40]}",
                by=person.id,
            )
    except TooManyLabels as refused:
        form.packs.errors = [_("Of these labels only %(left)s packs are left to sell.", left=refused.left)]
        return _show(cooperative, find(cooperative, code), find_run(lot, run_id), sell_form=form), 422
    except LotMoveRefused:
        flash(_("The lot is stopped: nothing of it leaves the house. Nothing was changed."), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    flash(_("Noted as sold outside the market."), "success")
    return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)


@pages.post("/lo-hang/<code>/nhan/<int:run_id>/tra-ve")
@access.staff
def take_back(person: Person, cooperative: Cooperative, code: str, run_id: int) -> Response | tuple[str, int]:
    """A sold pack came back in good order and is in the house again."""
    lot = find(cooperative, code)
    run = find_run(lot, run_id)
    form = ReturnForm(prefix="return-")
    if not form.validate():
        return _show(cooperative, lot, run, return_form=form), 422
    serial = _serial(form.serial.data or "")
    try:
        with transaction():
            actions.return_unit(lot, serial, note=form.note.data or "", by=person.id)
    except UnitRefused as problem:
        form.serial.errors = [unit_refusal(problem)]
        return _show(cooperative, find(cooperative, code), find_run(lot, run_id), return_form=form), 422
    flash(_("Taken back: code …%(end)s. The pack can be sold again.", end=serial[-4:]), "success")
    return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)
