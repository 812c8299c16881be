"""Who delivered for a lot, and sharing what it earned: names of households are seen here and nowhere else."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.bookkeeping import rules
from marketplace.bookkeeping.actions import households as actions
from marketplace.bookkeeping.errors import BadRows, SheetRefused
from marketplace.bookkeeping.forms import CorrectForm, DeductionsForm, DeliveriesForm, DeliveryForm
from marketplace.bookkeeping.models import HouseholdSheet
from marketplace.bookkeeping.papers import households as papers
from marketplace.bookkeeping.papers import workbooks
from marketplace.bookkeeping.queries import households
from marketplace.bookkeeping.routes import answering
from marketplace.bookkeeping.rules import Weighed
from marketplace.bookkeeping.states import SheetState
from marketplace.bookkeeping.words import ROW_PROBLEMS, SHEET_TONES, SHEETS, sheet_refused
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import codes
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, uploads
from marketplace.ledger.queries import payouts
from marketplace.traceability.models import Lot

pages = Blueprint("bookkeeping_households", __name__)


def _lot(cooperative: Cooperative, lot_code: str) -> tuple[Lot, str]:
    return households.find_lot(cooperative.id, lot_code) or abort(404)


@pages.get("/lo-hang/<lot_code>/ho-giao")
@access.staff
def deliveries(person: Person, cooperative: Cooperative, lot_code: str) -> str:
    """Who brought how much for this lot."""
    return _show_deliveries(cooperative, lot_code)


def _show_deliveries(
    cooperative: Cooperative,
    lot_code: str,
    one: DeliveryForm | None = None,
    several: DeliveriesForm | None = None,
    wrong: BadRows | None = None,
) -> str:
    lot, product_name = _lot(cooperative, lot_code)
    found = households.deliveries_of(lot.id)
    start = {"delivered_on": lot.harvested_on, "token": codes.random_code(12)}
    return render_template(
        "bookkeeping/desk/deliveries.html",
        lot=lot,
        product_name=product_name,
        deliveries=found[::-1],
        total_grams=sum(row.grams for row in found),
        names=households.known_households(cooperative.id),
        one=one or DeliveryForm(formdata=None, data=start),
        several=several or DeliveriesForm(formdata=None, data={**start, "token": codes.random_code(12)}),
        wrong=wrong,
        problems=ROW_PROBLEMS,
        kilograms=papers.kilograms,
    )


@pages.post("/lo-hang/<lot_code>/ho-giao")
@access.staff
def note_delivery(person: Person, cooperative: Cooperative, lot_code: str) -> Response | tuple[str, int]:
    lot, _name = _lot(cooperative, lot_code)
    form = DeliveryForm()
    if not form.validate():
        return _show_deliveries(cooperative, lot_code, one=form), 422
    weighed = Weighed(form.household.data or "", cast("int", form.weight.data))
    with transaction():
        actions.note_deliveries(
            lot, [weighed], on=cast("date", form.delivered_on.data), token=(form.token.data or "")[:40], by=person.id
        )
    flash(_("Written down: %(name)s, %(weight)s kg", name=weighed.household, weight=papers.kilograms(weighed.grams)))
    return redirect(url_for("bookkeeping_households.deliveries", lot_code=lot_code), 303)


@pages.post("/lo-hang/<lot_code>/ho-giao/nhieu")
@access.staff
def note_deliveries(person: Person, cooperative: Cooperative, lot_code: str) -> Response | tuple[str, int]:
    """All lines of a list or of a workbook, or none."""
    lot, _name = _lot(cooperative, lot_code)
    form = DeliveriesForm()
    if not form.validate():
        return _show_deliveries(cooperative, lot_code, several=form), 422
    try:
        delivered = _read(form)
    except BadRows as wrong:
        return _show_deliveries(cooperative, lot_code, several=form, wrong=wrong), 422
    except workbooks.NotAWorkbook:
        form.table.errors = [_("This is no Excel file that we can read. Save it as .xlsx, with at most 2.000 rows.")]
        return _show_deliveries(cooperative, lot_code, several=form), 422
    if not delivered:
        form.rows.errors = [_("Paste a list, or choose a file.")]
        return _show_deliveries(cooperative, lot_code, several=form), 422
    with transaction():
        new = actions.note_deliveries(
            lot, delivered, on=cast("date", form.delivered_on.data), token=(form.token.data or "")[:40], by=person.id
        )
    flash(ngettext("%(num)s delivery written down.", "%(num)s deliveries written down.", new), "success")
    return redirect(url_for("bookkeeping_households.deliveries", lot_code=lot_code), 303)


def _read(form: DeliveriesForm) -> list[Weighed]:
    """Raises BadRows, NotAWorkbook."""
    sent = uploads.sent(form.table.data)
    if sent:
        lines = workbooks.read_rows(sent[0].read(workbooks.LARGEST_BYTES + 1))
    else:
        lines = (form.rows.data or "").split("\n")
    found: list[Weighed] = []
    wrong: list[tuple[int, str, str]] = []
    for place, line in enumerate(lines[: workbooks.MOST_ROWS], start=1):
        if not line.strip():
            continue
        try:
            found.append(rules.read_row(line))
        except ValueError as problem:
            # The headings of a sheet are no row; a first household without a weight looks alike and is asked for again.
            if place > 1 or any(letter.isdigit() for letter in line):
                wrong.append((place, str(problem), clean_line(line, 60)))
    if wrong:
        raise BadRows(wrong)
    return found


@pages.post("/lo-hang/<lot_code>/ho-giao/<int:delivery_id>/bo")
@access.staff
def remove_delivery(person: Person, cooperative: Cooperative, lot_code: str, delivery_id: int) -> Response:
    lot, _name = _lot(cooperative, lot_code)
    row = households.find_delivery(cooperative.id, delivery_id)
    if row is not None and row.lot_id == lot.id:
        with transaction():
            actions.remove_delivery(row, by=person.id)
        flash(
            _("Taken out: %(name)s, %(weight)s kg", name=row.household, weight=papers.kilograms(row.grams)), "success"
        )
    return redirect(url_for("bookkeeping_households.deliveries", lot_code=lot_code), 303)


@pages.get("/chia-tien")
@access.owner
def sheets(person: Person, cooperative: Cooperative) -> str:
    """Sheets so far, and lots whose earnings can be shared."""
    return _show_sheets(cooperative)


def _show_sheets(cooperative: Cooperative, *, problem: str = "") -> str:
    code = clean_line(request.args.get("chi-tra", ""), 20)
    payout = payouts.find_payout_of(cooperative.id, code) if code else None
    return render_template(
        "bookkeeping/desk/sheets.html",
        sheets=households.sheets_of(cooperative.id),
        earnings=households.earnings(cooperative.id, payout=payout),
        payout=payout,
        payouts=payouts.payouts_of(cooperative.id, limit=6),
        token=codes.random_code(12),
        problem=problem,
        states=SHEETS,
        tones=SHEET_TONES,
        kilograms=papers.kilograms,
    )


@pages.post("/chia-tien")
@access.owner
def open_sheet(person: Person, cooperative: Cooperative) -> Response | tuple[str, int]:
    """Over the lots that were ticked, of this cooperative only."""
    wanted = dict.fromkeys(clean_line(code, 40) for code in request.form.getlist("lot")[:60])
    found = [row for code in wanted if (row := households.find_lot(cooperative.id, code)) is not None]
    if not found:
        return _show_sheets(cooperative, problem=_("Choose at least one lot.")), 422
    code = clean_line(request.form.get("payout", ""), 20)
    payout = payouts.find_payout_of(cooperative.id, code) if code else None
    title = clean_line(request.form.get("title", ""), 80) or ", ".join(dict.fromkeys(name for _lot, name in found))[:80]
    with transaction():
        sheet = actions.open_sheet(
            cooperative_id=cooperative.id,
            lots=found,
            title=title,
            payout_id=payout.id if payout else None,
            token=clean_line(request.form.get("token", ""), 40) or codes.random_code(12),
            by=person.id,
        )
        made = sheet.code
    return redirect(url_for("bookkeeping_households.sheet", code=made), 303)


def _sheet(cooperative: Cooperative, code: str) -> HouseholdSheet:
    return households.find_sheet(cooperative.id, code) or abort(404)


@pages.get("/chia-tien/<code>")
@access.owner
def sheet(person: Person, cooperative: Cooperative, code: str) -> str:
    return _show_sheet(cooperative, code)


def _show_sheet(
    cooperative: Cooperative, code: str, form: DeductionsForm | None = None, correct: CorrectForm | None = None
) -> str:
    found = _sheet(cooperative, code)
    before, after = households.find_neighbours(found)
    start = {"fund": found.fund_basis_points, "costs": found.costs_dong or None, "costs_note": found.costs_note}
    return render_template(
        "bookkeeping/desk/sheet.html",
        sheet=found,
        view=households.view(found),
        before=before,
        after=after,
        form=form or DeductionsForm(formdata=None, data=start),
        correct=correct or CorrectForm(formdata=None),
        states=SHEETS,
        tones=SHEET_TONES,
        percent=papers.percent,
        kilograms=papers.kilograms,
    )


@pages.post("/chia-tien/<code>")
@access.owner
def set_deductions(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    found = _sheet(cooperative, code)
    form = DeductionsForm()
    if not form.validate():
        return _show_sheet(cooperative, code, form), 422
    try:
        with transaction():
            actions.set_deductions(
                found,
                fund_basis_points=cast("int", form.fund.data),
                costs_dong=form.costs.data or 0,
                costs_note=form.costs_note.data or "",
            )
    except SheetRefused as refused:
        form.costs.errors = [sheet_refused(refused)]
        return _show_sheet(cooperative, code, form), 422
    return redirect(url_for("bookkeeping_households.sheet", code=code), 303)


@pages.post("/chia-tien/<code>/chot")
@access.owner
def close_sheet(person: Person, cooperative: Cooperative, code: str) -> Response:
    found = _sheet(cooperative, code)
    seen = request.form.get("seen", type=int)
    try:
        with transaction():
            actions.close_sheet(found, seen_dong=-1 if seen is None else seen, by=person.id)
    except SheetRefused as refused:
        flash(sheet_refused(refused), "error")
    else:
        flash(_("Closed. Print it and let every household sign."), "success")
    return redirect(url_for("bookkeeping_households.sheet", code=code), 303)


@pages.post("/chia-tien/<code>/sua")
@access.owner
def correct_sheet(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    found = _sheet(cooperative, code)
    form = CorrectForm()
    if not form.validate():
        return _show_sheet(cooperative, code, correct=form), 422
    try:
        with transaction():
            made = actions.correct_sheet(found, reason=form.reason.data or "", by=person.id).code
    except SheetRefused as refused:
        flash(sheet_refused(refused), "error")
        return redirect(url_for("bookkeeping_households.sheet", code=code), 303)
    return redirect(url_for("bookkeeping_households.sheet", code=made), 303)


@pages.post("/chia-tien/<code>/bo")
@access.owner
def drop_sheet(person: Person, cooperative: Cooperative, code: str) -> Response:
    found = _sheet(cooperative, code)
    try:
        with transaction():
            actions.drop_sheet(found, by=person.id)
    except SheetRefused as refused:
        flash(sheet_refused(refused), "error")
        return redirect(url_for("bookkeeping_households.sheet", code=code), 303)
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for("bookkeeping_households.sheets"), 303)


@pages.get("/chia-tien/<code>/phieu.<file_type>")
@access.owner
def sheet_file(person: Person, cooperative: Cooperative, code: str, file_type: str) -> Response:
    answering.wanted_type(file_type, "pdf", "xlsx")
    view = households.view(_sheet(cooperative, code))
    data = papers.draw(view, cooperative) if file_type == "pdf" else papers.calculate(view, cooperative)
    is_draft = "-nhap" if view.sheet.state == SheetState.OPEN else ""
    return answering.send(data, file_type=file_type, name=f"chia-tien-{code}-v{view.sheet.version}{is_draft}")
