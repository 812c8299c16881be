"""The whole origin of a lot, for officers and inspectors: every entry, its proof, the balance, the family, the papers."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries as farming
from marketplace.farming import rules as diary
from marketplace.farming.words import CHOICES, FIELDS, KINDS
from marketplace.foundation import clock, dates
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.geography import queries as geography
from marketplace.traceability import graph, queries
from marketplace.traceability.forms import DecisionForm
from marketplace.traceability.models import Lot
from marketplace.traceability.queries import balance_sheet, inspection, scans
from marketplace.traceability.states import LotState
from marketplace.traceability.words import (
    CUSTODY,
    ERROR_REASONS,
    EVENTS,
    HANDED_OVER,
    LOT_STATES,
    LOT_TONES,
    MOVEMENTS,
    ORIGINS,
    RECIPE_WORDS,
    STAGES,
    why_stopped,
)

pages = Blueprint("traceability_inspector", __name__)

ON_A_PAGE, EVENTS_ON_A_PAGE, MOVEMENTS_SHOWN = 30, 100, 200


def _scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, Cooperative.province_code)


def _find(person: Person, code: str) -> tuple[Lot, Product, Cooperative]:
    return inspection.find_in_scope(code, _scope(person)) or abort(404)


@pages.get("/lo-hang")
@access.inspector
def lots(person: Person) -> str:
    """By code, lot number, product or cooperative; the newest harvests without a search."""
    typed = clean_line(request.args.get("tim", ""), 100)
    page = max(request.args.get("trang", 1, type=int), 1)
    rows, count = inspection.search_lots(typed, _scope(person), limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
    return render_template(
        "traceability/inspection/lots.html",
        typed=typed,
        rows=rows,
        count=count,
        page=page,
        last_page=max(1, -(-count // ON_A_PAGE)),
        lot_states=LOT_STATES,
        lot_tones=LOT_TONES,
        today=clock.today(),
    )


@pages.get("/lo-hang/<code>")
@access.inspector
def lot(person: Person, code: str) -> str:
    found, product, cooperative = _find(person, code)
    page = max(request.args.get("trang", 1, type=int), 1)
    events, count = inspection.events_of(found, limit=EVENTS_ON_A_PAGE, offset=(page - 1) * EVENTS_ON_A_PAGE)
    family = inspection.family_of(found, _scope(person))
    may_stop = accounts.is_officer(person) and found.state in (LotState.RECORDED, LotState.PUBLISHED)
    return render_template(
        "traceability/inspection/lot.html",
        lot=found,
        product=product,
        owner=cooperative,
        place=geography.full_address(found.place, found.commune_code),
        page=page,
        last_page=max(1, -(-count // EVENTS_ON_A_PAGE)),
        events=events,
        events_count=count,
        sheet=balance_sheet.balance_sheet(found),
        movements=balance_sheet.movements_of(found, limit=MOVEMENTS_SHOWN),
        movements_shown=MOVEMENTS_SHOWN,
        family=family,
        relatives={relative.id: relative for relative in family.lots},
        drawing=graph.draw([relative.id for relative in family.lots], family.edges, all_in=family.all_in),
        box=(graph.WIDTH, graph.HEIGHT),
        transformations=queries.transformations_with(found),
        stages=queries.stages_of(found.id),
        holds=queries.open_holds_of(found),
        approval=farming.find_approval(found.id),
        papers=inspection.papers_of(found, on=clock.today()),
        seasons=[
            (season, farming.season_facts(season), farming.diary_of(season.id))
            for season in inspection.seasons_behind(found)
        ],
        reports=queries.reports_of(found.id),
        scans=scans.scan_figures(found.id),
        scan_map=scans.MAP_SIZE,
        may_decide=accounts.is_officer(person),
        custody=CUSTODY,
        origin_words=ORIGINS,
        diary_kinds=KINDS,
        kind_rules=diary.KINDS,
        field_words=FIELDS,
        choice_words=CHOICES,
        stop_form=DecisionForm(prefix="stop-") if may_stop else None,
        error_reasons=ERROR_REASONS,
        event_words=EVENTS,
        handed_over=HANDED_OVER,
        lot_states=LOT_STATES,
        lot_tones=LOT_TONES,
        movement_words=MOVEMENTS,
        recipe_words=RECIPE_WORDS,
        stage_words=STAGES,
        why_stopped=why_stopped,
    )


@pages.get("/lo-hang/<code>/so.csv")
@access.inspector
def book(person: Person, code: str) -> Response:
    """Every movement of the lot, for a spreadsheet; quantities in base units, exactly as stored."""
    found, product, _cooperative = _find(person, code)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(
        [
            _("Time"),
            _("What"),
            _("Quantity"),
            _("Unit"),
            _("Reference"),
            _("Note"),
            _("Who"),
            _("Lot number"),
            _("Trace code"),
        ]
    )
    for movement in balance_sheet.movements_of(found):
        writer.writerow(
            [
                movement.at.astimezone(dates.VIETNAM).isoformat(timespec="seconds"),
                str(MOVEMENTS[movement.kind]),
                movement.quantity,
                product.base_unit.value,
                *(_harmless(text) for text in (movement.reference, movement.note, movement.by, found.batch)),
                found.code,
            ]
        )
    # The mark at the beginning makes Excel read Vietnamese as UTF-8.
    answer = make_response("\ufeff" + file.getvalue())
    answer.mimetype = "text/csv"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.code}.csv")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _harmless(text: str) -> str:
    """A cell that begins like a formula would be one in the reader's spreadsheet (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
