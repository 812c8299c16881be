"""What readers of a lot's label will see, shown to its cooperative before anything is printed."""

from __future__ import annotations

from flask import abort, render_template

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.web import access
from marketplace.traceability import queries
from marketplace.traceability.routes.desk.blueprint import find, pages
from marketplace.traceability.words import CUSTODY, MISSING, OBLIGATIONS, ORIGINS, REASONS, STAGES, STATUS, refusal


@pages.get("/lo-hang/<code>/xem-truoc")
@access.staff
def preview(person: Person, cooperative: Cooperative, code: str) -> str:
    """The ten obligatory fields with what is missing, and below them the reader's own page, also of a draft."""
    lot = find(cooperative, code)
    shown = queries.preview_of(lot, on=clock.today()) or abort(404)
    hindrance = queries.hindrance_of(lot)
    return render_template(
        "traceability/desk/label_preview.html",
        lot=lot,
        preview=shown,
        obligation_words=OBLIGATIONS,
        missing_words=MISSING,
        hindrance=refusal(hindrance, shown.story.base_unit) if hindrance else "",
        # What the reader's page asks for.
        story=shown.story,
        status=STATUS[shown.story.status],
        stage_words=STAGES,
        custody=CUSTODY[shown.story.custody],
        origin_words=ORIGINS,
        reasons=REASONS,
    )
