"""The code of a lot as a drawing, and its labels on sheets of stickers."""

from __future__ import annotations

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates, files, jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.jobs import Job, JobState
from marketplace.foundation.web import access
from marketplace.traceability import actions, qr, queries, rules, sheets
from marketplace.traceability.errors import LotMoveRefused, TooManyLabels
from marketplace.traceability.forms import LabelForm
from marketplace.traceability.labels import LabelTooSmall
from marketplace.traceability.models import LabelRun, Lot
from marketplace.traceability.routes.desk.blueprint import find, pages, public_url
from marketplace.traceability.routes.desk.lots import pack_choices, show
from marketplace.traceability.states import LotState


@pages.get("/lo-hang/<code>/qr.svg")
@access.staff
def qr_svg(person: Person, cooperative: Cooperative, code: str) -> FlaskResponse:
    return _sent(qr.svg(_matrix(find(cooperative, code))), "image/svg+xml", f"{code}.svg")


@pages.get("/lo-hang/<code>/qr.png")
@access.staff
def qr_png(person: Person, cooperative: Cooperative, code: str) -> FlaskResponse:
    return _sent(qr.png(_matrix(find(cooperative, code))), "image/png", f"{code}.png")


def _matrix(lot: Lot) -> qr.QrMatrix:
    """Of a published lot only: nobody should stick a code on a pack that leads nowhere yet."""
    if lot.state == LotState.DRAFT:
        abort(404)
    return qr.matrix(public_url() + url_for("traceability_shop.origin", code=lot.code))


def _sent(body: str | bytes, mimetype: str, name: str, *, disposition: str = "attachment") -> FlaskResponse:
    answer = make_response(body)
    answer.mimetype = mimetype
    answer.headers.set("Content-Disposition", disposition, filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.post("/lo-hang/<code>/nhan")
@access.staff
def print_labels(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    """Note the run, then open its sheet; a large one is drawn by a job."""
    lot = find(cooperative, code)
    product = queries.product_of(lot)
    form = LabelForm(pack_choices(lot, product))
    if not form.validate():
        return show(cooperative, code, label_form=form), 422
    pack = next(pack for pack in queries.packs_of(product.id) if pack.id == form.pack.data)
    try:
        with transaction():
            run = actions.print_labels(lot, pack, count=form.count.data or 0, layout=form.layout.data, by=person.id)
            sheets.check(run.id, public_url=public_url())
            if rules.is_large_run(run.count):
                actions.order_sheet(lot, run, public_url=public_url(), by=person.id)
    except TooManyLabels as refused:
        form.count.errors = [_how_many_are_left(refused.left)]
        return show(cooperative, code, label_form=form), 422
    except LabelTooSmall:
        form.layout.errors = [_too_small()]
        return show(cooperative, code, label_form=form), 422
    except LotMoveRefused:
        flash(_("Labels are printed for published lots only. Nothing was printed."), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    return redirect(_where(lot, run), 303)


def _too_small() -> str:
    return str(_("These stickers are too small for what must stand on them. Choose a larger sheet."))


def _how_many_are_left(left: int) -> str:
    if left:
        return str(_("This lot has only %(left)s packs without a label. Type at most %(left)s.", left=left))
    return str(_("Every pack of this lot has its label already. Choose a smaller pack, or print for another lot."))


def _where(lot: Lot, run: LabelRun) -> str:
    endpoint = "label_run" if rules.is_large_run(run.count) else "label_sheet"
    return url_for(f"traceability_desk.{endpoint}", code=lot.code, run_id=run.id)


@pages.get("/lo-hang/<code>/nhan/<int:run_id>")
@access.staff
def label_run(person: Person, cooperative: Cooperative, code: str, run_id: int) -> str:
    """How far a large run is; the page asks again by itself until the sheet is there."""
    lot = find(cooperative, code)
    run = queries.find_label_run(lot.id, run_id) or abort(404)
    job = _job(cooperative, run)
    is_over = job is None or job.state in (JobState.DONE, JobState.FAILED)
    return render_template(
        "traceability/desk/label_run.html",
        lot=lot,
        run=run,
        product=queries.product_of(lot),
        job=job,
        is_over=is_over,
        is_ready=job is not None and _is_fresh(job),
        is_failed=job is not None and job.state == JobState.FAILED,
        is_printable=lot.state == LotState.PUBLISHED,
    )


@pages.post("/lo-hang/<code>/nhan/<int:run_id>")
@access.staff
def draw_again(person: Person, cooperative: Cooperative, code: str, run_id: int) -> Response:
    """A large sheet from another day may claim a certificate that has run out since."""
    lot = find(cooperative, code)
    run = queries.find_label_run(lot.id, run_id) or abort(404)
    with transaction():
        actions.order_sheet(lot, run, public_url=public_url(), by=person.id)
    return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)


def _job(cooperative: Cooperative, run: LabelRun) -> Job | None:
    return jobs.find_job(run.job_code, cooperative_id=cooperative.id) if run.job_code else None


def _is_fresh(job: Job) -> bool:
    finished = job.finished_at
    return job.state == JobState.DONE and finished is not None and dates.vietnam_day(finished) == clock.today()


@pages.get("/lo-hang/<code>/nhan/<int:run_id>.pdf")
@access.staff
def label_sheet(person: Person, cooperative: Cooperative, code: str, run_id: int) -> Any:
    lot = find(cooperative, code)
    run = queries.find_label_run(lot.id, run_id) or abort(404)
    if lot.state != LotState.PUBLISHED:
        flash(_("Labels are printed for published lots only. Nothing was printed."), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    if not rules.is_large_run(run.count):
        try:
            data = sheets.draw(run.id, public_url=public_url())
        except LabelTooSmall:
            flash(_too_small(), "warning")
            return redirect(url_for("traceability_desk.lot", code=code, _anchor="labels"), 303)
        return _sent(data, "application/pdf", f"{code}-{run.id}.pdf", disposition="inline")
    job = _job(cooperative, run)
    if job is None or not _is_fresh(job):
        return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)
    return _sent(
        files.store().read(job.result["sheet"]), "application/pdf", f"{code}-{run.id}.pdf", disposition="inline"
    )
