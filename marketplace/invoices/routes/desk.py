"""A cooperative sees which goods want an invoice and what must stand on it, and hands the issued one to the buyer."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import dates
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.text import harmless_cell
from marketplace.foundation.web import access, uploads
from marketplace.invoices import actions as invoices
from marketplace.invoices import queries
from marketplace.invoices.actions import StoredFile
from marketplace.invoices.errors import IssuedAlready, NotWanted
from marketplace.invoices.forms import InvoiceForm, ReplaceForm
from marketplace.invoices.models import Invoice
from marketplace.invoices.queries import InvoiceView
from marketplace.invoices.rules import Line
from marketplace.invoices.states import Heap
from marketplace.invoices.words import HEAPS
from marketplace.orders.words import PART_STATES, PART_TONES

pages = Blueprint("invoices_desk", __name__)

ON_A_PAGE = 20
MOST_IN_A_FILE = 2_000
COLUMNS = (
    "don_hang", "ngay_dat", "ngay_giao", "ten_cong_ty", "mst", "dia_chi", "email", "ten_hang", "don_vi_tinh", "so_luong",
    "thanh_tien_chua_thue", "thue_suat", "tien_thue", "thanh_tien_co_thue",
)  # fmt: skip


def _heap() -> Heap:
    asked = request.args.get("xem", "")
    return Heap(asked) if asked in list(Heap) else Heap.MISSING


@pages.get("/hoa-don", endpoint="invoices")
@access.staff
def all_invoices(person: Person, cooperative: Cooperative) -> str:
    """One heap; the missing ones first, and of these the ones that are due longest."""
    heap = _heap()
    sizes = {one: queries.count_in(cooperative.id, one) for one in Heap}
    last_page = max(1, -(-sizes[heap] // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    return render_template(
        "invoices/desk/invoices.html",
        heap=heap,
        tabs_shown=[
            {
                "label": HEAPS[one],
                "url": url_for("invoices_desk.invoices", xem=one.value),
                "is_current": one == heap,
                "count": sizes[one] if one == Heap.MISSING else 0,
            }
            for one in Heap
        ],
        views=queries.invoices_in(cooperative.id, heap, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        page=page,
        last_page=last_page,
        part_states=PART_STATES,
        part_tones=PART_TONES,
    )


@pages.get("/hoa-don/du-lieu.csv")
@access.staff
def file_of_data(person: Person, cooperative: Cooperative) -> Response:
    """What must stand on the invoices of a heap, a row for each line, to be read by the e-invoice provider's program."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for view in queries.invoices_in(cooperative.id, _heap(), limit=MOST_IN_A_FILE):
        for line in _lines(view):
            writer.writerow(_row(view, line))
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=hoa-don.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _row(view: InvoiceView, line: Line) -> list[str | int]:
    invoice, delivered_at = view.invoice, view.part.delivered_at
    words = (invoice.company, invoice.tax_code, invoice.address, invoice.email, line.name, line.unit)
    return [
        view.part.code,
        dates.format_day(dates.vietnam_day(view.order.placed_at)),
        dates.format_day(dates.vietnam_day(delivered_at)) if delivered_at else "",
        *(harmless_cell(text) for text in words),
        line.quantity,
        line.net_dong,
        line.rate,
        "" if line.tax_dong is None else line.tax_dong,
        line.amount_dong,
    ]


def _lines(view: InvoiceView) -> list[Line]:
    return queries.lines_of(view.part, view.order, delivery_words=str(_("Delivery")))


@pages.route("/hoa-don/<code>", methods=["GET", "POST"])
@access.staff
def invoice(person: Person, cooperative: Cooperative, code: str) -> str | AnyResponse | tuple[str, int]:
    """What must stand on it, to copy; and what was issued, or the form to hand it in, or to replace it."""
    view = queries.find_of(cooperative.id, code) or abort(404)
    standing = view.invoice.paper
    form = ReplaceForm() if standing else InvoiceForm()
    if isinstance(form, ReplaceForm) and standing and request.method == "GET":
        form.instead_of.data = str(standing.id)
    if form.validate_on_submit():
        files = _files(form)
        if files is not None and _hand_in(view.invoice, form, files, person, cooperative):
            return redirect(url_for("invoices_desk.invoice", code=code), 303)
    lines = _lines(view)
    page = render_template(
        "invoices/desk/invoice.html",
        view=view,
        invoice=view.invoice,
        standing=standing,
        form=form,
        lines=lines,
        net_dong=sum(line.net_dong for line in lines),
        tax_dong=sum(line.tax_dong or 0 for line in lines),
        total_dong=sum(line.amount_dong for line in lines),
        is_deducting=queries.is_deducting(view.part),
        is_wanted=not queries.wants_none_any_more(view.part.state),
        part_states=PART_STATES,
        part_tones=PART_TONES,
    )
    return (page, 422) if request.method == "POST" else page


def _files(form: InvoiceForm) -> list[StoredFile] | None:
    """The files that were sent, stored; None when there is none or one was refused, which stands beside the field."""
    kept: list[StoredFile] = []
    for upload in uploads.sent(form.files.data):
        try:
            paper = uploads.keep_electronic_paper(upload)
        except BadUpload as problem:
            form.files.errors = [uploads.why_electronic_paper_refused(problem, upload.filename or "")]
            return None
        kept.append(StoredFile(paper.file_key, paper.file_name, paper.content_type))
    if not kept:
        form.files.errors = [_("Add the file of the invoice: without it the buyer has nothing to fetch.")]
        return None
    return kept


def _hand_in(
    row: Invoice, form: InvoiceForm, files: list[StoredFile], person: Person, cooperative: Cooperative
) -> bool:
    """False when the page must be shown again; what happened is told."""
    province = cooperative.province_code
    try:
        with transaction():
            if isinstance(form, ReplaceForm):
                shown = form.instead_of.data or ""
                invoices.replace(
                    row,
                    form.issued(),
                    files,
                    instead_of=int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 16 else 0,
                    reason=form.reason.data or "",
                    by=person.id,
                    province_code=province,
                )
            else:
                invoices.issue(row, form.issued(), files, by=person.id, province_code=province)
    except (IssuedAlready, IntegrityError):
        flash(_("Somebody handed an invoice in a moment ago. Compare it with yours before you replace it."), "warning")
    except NotWanted:
        flash(_("These goods are not sent after all. No invoice is needed for them."), "info")
    else:
        flash(_("Sent. The buyer is told and can fetch it from his order."), "success")
    return True


@pages.get("/hoa-don/tep/<int:invoice_file_id>")
@access.staff
def file(person: Person, cooperative: Cooperative, invoice_file_id: int) -> Response:
    found = queries.find_file(invoice_file_id, Invoice.cooperative_id == cooperative.id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)
