"""Labels of a lot: how many of which kind, and the files to print."""

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
from marketplace.traceability.errors import LotMoveRefused, LotNumberNotGs1, TooManyLabels
from marketplace.traceability.forms import LabelForm
from marketplace.traceability.labels import LabelTooSmall
from marketplace.traceability.models import LabelRun, Lot
from marketplace.traceability.routes.desk.blueprint import find, pages, public_url
from marketplace.traceability.states import LabelKind, LotState
from marketplace.traceability.words import refusal


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


@pages.get("/lo-hang/<code>/nhan")
@access.staff
def labels(person: Person, cooperative: Cooperative, code: str) -> str:
    """What was printed for the lot, and the form for more."""
    return _show(find(cooperative, code))


def _show(lot: Lot, form: LabelForm | None = None) -> str:
    product = queries.product_of(lot)
    packs = pack_choices(lot)
    return render_template(
        "traceability/desk/labels.html",
        lot=lot,
        product=product,
        is_printable=is_printable(lot),
        form=form or LabelForm(packs, formdata=None),
        most_labels=max(
            (rules.labels_left(to_label=lot.to_label, content=one.content) for one in _packs(lot)), default=0
        ),
        runs=queries.label_runs_of(lot.id),
        pack_names={pack.id: pack.name for pack in product.variants},
    )


def _packs(lot: Lot) -> Any:
    return queries.packs_of(lot.product_id)


def pack_choices(lot: Lot) -> list[tuple[int, str]]:
    """Pack sizes with how many of them can still get a label."""
    choices = []
    for pack in _packs(lot):
        left = rules.labels_left(to_label=lot.to_label, content=pack.content)
        choices.append((pack.id, _("%(pack)s (%(left)s can still get a label)", pack=pack.name, left=left)))
    return choices


@pages.post("/lo-hang/<code>/nhan")
@access.staff
def print_labels(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    """Note the run, then show its page with the files; a large one is drawn by a job."""
    lot = find(cooperative, code)
    form = LabelForm(pack_choices(lot))
    if not form.validate():
        return _show(lot, form), 422
    pack = next(pack for pack in _packs(lot) if pack.id == form.pack.data)
    make = actions.print_units if form.kind.data == LabelKind.UNIT.value else actions.print_labels
    try:
        with transaction():
            run = make(lot, pack, count=form.count.data or 0, layout=form.layout.data, by=person.id)
            sheets.check(run.id, public_url=public_url())
            if rules.is_large_run(run.count):
                actions.order_sheet(lot, run, public_url=public_url(), by=person.id)
    except TooManyLabels as refused:
        form.count.errors = [_how_many_are_left(refused.left)]
    except LabelTooSmall:
        form.layout.errors = [_too_small()]
    except LotNumberNotGs1 as problem:
        form.pack.errors = [refusal(problem, queries.product_of(lot).base_unit)]
    except LotMoveRefused:
        flash(_not_printable(), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    else:
        return redirect(url_for("traceability_desk.label_run", code=code, run_id=run.id), 303)
    return _show(find(cooperative, code), form), 422


def is_printable(lot: Lot) -> bool:
    return rules.may_be_labelled(lot.state, best_before=lot.best_before, on=clock.today())


def _not_printable() -> str:
    return str(_("Labels are printed only for published lots within their date. Nothing was printed."))


def _too_small() -> str:
    return str(_("These stickers are too small for what must stand on them. Choose a larger sheet."))


def _how_many_are_left(left: int) -> str:
    if left:
        return str(_("This lot has only %(left)s packs without a label. Type at most %(left)s.", left=left))
    return str(_("Every pack of this lot has its label already. Choose a smaller pack, or print for another lot."))


def find_run(lot: Lot, run_id: int) -> LabelRun:
    return queries.find_label_run(lot.id, run_id) or abort(404)


def job_of(cooperative: Cooperative, run: LabelRun) -> Job | None:
    return jobs.find_job(run.job_code, cooperative_id=cooperative.id) if run.job_code else None


def is_fresh(job: Job) -> bool:
    finished = job.finished_at
    return job.state == JobState.DONE and finished is not None and dates.vietnam_day(finished) == clock.today()


@pages.post("/lo-hang/<code>/nhan/<int:run_id>/ve")
@access.staff
def draw_again(person: Person, cooperative: Cooperative, code: str, run_id: int) -> Response:
    """A large sheet from another day may claim a certificate that has run out since."""
    lot = find(cooperative, code)
    run = find_run(lot, run_id)
    with transaction():
        actions.order_sheet(lot, run, public_url=public_url(), by=person.id)
    return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)


@pages.get("/lo-hang/<code>/nhan/<int:run_id>.pdf")
@pages.get("/lo-hang/<code>/nhan/<int:run_id>-<int:number>.pdf")
@access.staff
def label_sheet(person: Person, cooperative: Cooperative, code: str, run_id: int, number: int = 1) -> Any:
    """A file of the run: drawn now when it is small, by its job when it is large."""
    lot = find(cooperative, code)
    run = find_run(lot, run_id)
    if not is_printable(lot):
        flash(_not_printable(), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    name = f"{code}-{run.id}-{number}.pdf"
    if not rules.is_large_run(run.count):
        try:
            data = sheets.draw(run.id, public_url=public_url()) if number == 1 else abort(404)
        except LabelTooSmall:
            flash(_too_small(), "warning")
            return redirect(url_for("traceability_desk.labels", code=code), 303)
        return _sent(data, "application/pdf", name, disposition="inline")
    job = job_of(cooperative, run)
    if job is None or not is_fresh(job):
        return redirect(url_for("traceability_desk.label_run", code=code, run_id=run_id), 303)
    drawn = job.result["sheets"]
    if not 1 <= number <= len(drawn):
        abort(404)
    return _sent(files.store().read(drawn[number - 1]), "application/pdf", name, disposition="inline")


@pages.get("/lo-hang/<code>/nhan/<int:run_id>/huong-dan.pdf")
@access.staff
def label_cover(person: Person, cooperative: Cooperative, code: str, run_id: int) -> FlaskResponse:
    """How to print and stick; sheets begin with it, on a roll it has no room."""
    run = find_run(find(cooperative, code), run_id)
    data = sheets.cover(run.id, public_url=public_url())
    return _sent(data, "application/pdf", f"{code}-{run.id}-0.pdf", disposition="inline")
