"""Officers look at what a fair came to, hand its report in, and read their year."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.models import Fair
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography
from marketplace.reports import actions, queries, rules
from marketplace.reports.papers import closing
from marketplace.reports.papers import year as year_papers
from marketplace.reports.routes import papers
from marketplace.reports.rules import ClosingReport
from marketplace.reports.words import GROUPS, MEANINGS, count_words, figure_words, year_sentence

pages = Blueprint("reports_alliance", __name__)

MOST_BARS = 12


def _find(person: Person, slug: str) -> Fair:
    return queries.find_fair_to_report(person, slug) or abort(404)


def _province_name(fair: Fair) -> str:
    province = geography.find_province(fair.province_code)
    return province.name if province else ""


@pages.get("/phien-cho/<slug>/bao-cao")
@access.officer
def report(person: Person, slug: str) -> str:
    """As it was handed in, or as it would be now. `?so=1` counts the frozen report again, as of its own moment and as of
    now: the first must agree, the second says what has happened since."""
    fair = _find(person, slug)
    shown = queries.report_of(fair)
    again = _count_again(fair, shown) if fair.report is not None and request.args.get("so") == "1" else None
    return render_template(
        "reports/alliance/report.html",
        fair=fair,
        province_name=_province_name(fair),
        report=shown,
        is_frozen=fair.report is not None,
        pending=None if fair.report is not None else queries.pending(fair, shown),
        again=again,
        best=shown.best_booths()[:MOST_BARS],
        standards=closing.standard_rows(shown),
        steps=closing.step_rows(shown),
        booth_names={one.booth_id: one.name for one in shown.booths},
        groups=GROUPS,
        meanings=MEANINGS,
        figure_words=figure_words,
        count_words=count_words,
    )


def _count_again(fair: Fair, kept: ClosingReport) -> tuple[list[rules.Difference], list[rules.Difference]]:
    return queries.differences_then(fair, kept), queries.differences_now(fair, kept)


@pages.post("/phien-cho/<slug>/bao-cao")
@access.officer
def hand_in(person: Person, slug: str) -> Response:
    fair = _find(person, slug)
    try:
        with transaction():
            actions.hand_in(fair, by=person.id)
    except MoveRefused:
        flash(_("This report was handed in already. Its figures stand."), "info")
    else:
        flash(_("Handed in. The figures are frozen, and the alliance and the cooperatives are told."), "success")
    return redirect(url_for("reports_alliance.report", slug=slug), 303)


@pages.get("/phien-cho/<slug>/bao-cao.<file_type>")
@access.officer
def report_file(person: Person, slug: str, file_type: str) -> Response:
    fair = _find(person, slug)
    if file_type not in papers.TYPES:
        abort(404)
    make = closing.draw if file_type == "pdf" else closing.calculate
    data = make(fair, queries.report_of(fair), province_name=_province_name(fair))
    return papers.send(data, file_type=file_type, name=f"bao-cao-{fair.slug}")


def _asked_year(person: Person) -> tuple[int, list[int]]:
    years = queries.years_with_fairs(person)
    asked = request.args.get("nam", years[0], type=int)
    return (asked if asked in years else years[0]), years


@pages.get("/so-lieu-nam")
@access.officer
def year(person: Person) -> str:
    """Each province's year in one sentence, and the fairs behind it."""
    asked, years = _asked_year(person)
    return render_template(
        "reports/alliance/year.html",
        year=asked,
        years=years,
        provinces=queries.province_years(person, asked),
        sentence=year_sentence,
        figure_words=figure_words,
        count_words=count_words,
    )


@pages.get("/so-lieu-nam.xlsx")
@access.officer
def year_file(person: Person) -> Response:
    asked, _years = _asked_year(person)
    data = year_papers.calculate(asked, queries.province_years(person, asked))
    return papers.send(data, file_type="xlsx", name=f"so-lieu-nam-{asked}")
