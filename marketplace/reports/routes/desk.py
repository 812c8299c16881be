"""A cooperative reads what the fair brought it, and says how content it is."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.models import Booth, Fair
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.reports import queries
from marketplace.reports.forms import RatingForm
from marketplace.reports.papers import part as part_papers
from marketplace.reports.routes import papers
from marketplace.reports.words import MEANINGS, RATINGS, figure_words

pages = Blueprint("reports_desk", __name__)


def _find(cooperative: Cooperative, slug: str) -> tuple[Fair, Booth]:
    return queries.find_fair_of(cooperative, slug) or abort(404)


@pages.get("/phien-cho/<slug>/ket-qua")
@access.staff
def part(person: Person, cooperative: Cooperative, slug: str) -> str:
    """Our own part of the fair's report, counted now until it is handed in."""
    fair, booth = _find(cooperative, slug)
    return _show(fair, booth, cooperative, RatingForm(formdata=None))


def _show(fair: Fair, booth: Booth, cooperative: Cooperative, form: RatingForm) -> str:
    report = queries.report_of(fair)
    own = report.part_of(cooperative.id) or abort(404)
    return render_template(
        "reports/desk/part.html",
        fair=fair,
        booth=booth,
        part=own,
        figures=part_papers.figures_of(own),
        products=part_papers.products_of(report, own),
        report=report,
        ratings=RATINGS,
        form=form,
        meanings=MEANINGS,
        figure_words=figure_words,
    )


@pages.post("/phien-cho/<slug>/ket-qua/hai-long")
@access.staff
def rate(person: Person, cooperative: Cooperative, slug: str) -> Response | tuple[str, int]:
    fair, booth = _find(cooperative, slug)
    form = RatingForm()
    if not form.validate():
        return _show(fair, booth, cooperative, form), 422
    try:
        with transaction():
            fairs.rate_fair(booth, fair, height=int(form.height.data))
    except MoveRefused:
        flash(_("The report has been handed in; answers are no longer counted."), "info")
    else:
        flash(
            _("Thank you. Your answer counts in the report; nobody outside the alliance sees whose it is."), "success"
        )
    return redirect(url_for("reports_desk.part", slug=slug), 303)


@pages.get("/phien-cho/<slug>/ket-qua.<file_type>")
@access.staff
def part_file(person: Person, cooperative: Cooperative, slug: str, file_type: str) -> Response:
    fair, _booth = _find(cooperative, slug)
    if file_type not in papers.TYPES:
        abort(404)
    report = queries.report_of(fair)
    own = report.part_of(cooperative.id) or abort(404)
    make = part_papers.draw if file_type == "pdf" else part_papers.calculate
    return papers.send(make(fair, report, own), file_type=file_type, name=f"ket-qua-{fair.slug}")
