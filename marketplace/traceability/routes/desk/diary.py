"""The steps of a lot: telling one more, and telling one again that was told wrongly."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import access, uploads
from marketplace.traceability import actions, queries
from marketplace.traceability.actions import NewStage
from marketplace.traceability.errors import ImpossibleDates
from marketplace.traceability.forms import StageForm
from marketplace.traceability.models import Lot, LotStage
from marketplace.traceability.routes.desk.blueprint import find, pages
from marketplace.traceability.routes.desk.lots import show
from marketplace.traceability.states import StageKind


@pages.post("/lo-hang/<code>/buoc")
@access.staff
def add_stage(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    lot, form = find(cooperative, code), StageForm()
    if form.validate() and _tell(lot, form, by=person.id):
        flash(_("The step is in the lot's diary."), "success")
        return redirect(url_for("traceability_desk.lot", code=code, _anchor="diary"), 303)
    return show(cooperative, code, stage_form=form), 422


@pages.route("/lo-hang/<code>/buoc/<int:stage_id>", methods=["GET", "POST"])
@access.staff
def correct_stage(
    person: Person, cooperative: Cooperative, code: str, stage_id: int
) -> str | Response | tuple[str, int]:
    """Once; a step that was corrected wrongly is put right in the newer one."""
    lot = find(cooperative, code)
    stage = queries.find_stage(lot.id, stage_id) or abort(404)
    if any(other.corrects_id == stage.id for other in lot.stages):
        flash(_("This step was corrected already. Correct the newer one instead."), "info")
        return redirect(url_for("traceability_desk.lot", code=code, _anchor="diary"), 303)
    form = StageForm(
        kind=stage.kind.value,
        name=stage.name,
        started_on=stage.started_on,
        ended_on=stage.ended_on,
        place=stage.place,
        operator=stage.operator,
        note=stage.note,
    )
    if form.validate_on_submit() and _tell(lot, form, by=person.id, corrects=stage):
        flash(_("Corrected. The old words stay readable, struck out."), "success")
        return redirect(url_for("traceability_desk.lot", code=code, _anchor="diary"), 303)
    page = render_template("traceability/desk/correct_stage.html", form=form, lot=lot, stage=stage)
    return (page, 422) if request.method == "POST" else page


def _tell(lot: Lot, form: StageForm, *, by: int, corrects: LotStage | None = None) -> bool:
    """Whether it could be written down; if not, the form says why."""
    sent = uploads.sent(form.photo.data)
    picture: dict[str, Any] | None = corrects.picture if corrects else None
    try:
        picture = uploads.keep_photo(sent[0]) if sent else picture
    except BadUpload as problem:
        form.photo.errors = [uploads.why_refused(problem, sent[0].filename or "")]
        return False
    stage = NewStage(
        kind=StageKind(form.kind.data),
        name=form.name.data or "",
        place=form.place.data or "",
        operator=form.operator.data or "",
        note=form.note.data or "",
        started_on=form.started_on.data or clock.today(),
        ended_on=form.ended_on.data,
        picture=picture,
    )
    try:
        with transaction():
            actions.add_stage(lot, stage, by=by, corrects=corrects)
    except ImpossibleDates:
        form.started_on.errors = [_("A step lies today or earlier, and begins before it ends. Check the days.")]
        return False
    return True
