"""Importing products from Excel: a template, a file, a job that can be left and found again."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue.actions import importing
from marketplace.catalogue.forms import ImportForm
from marketplace.catalogue.routes.desk import pages as desk
from marketplace.catalogue.words import IMPORT_FAILURES, ROW_ERRORS, SUBGROUPS
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import codes, files, jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, uploads

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_BYTES = 5 * 1024 * 1024

pages: Blueprint = desk


@pages.route("/san-pham/nhap-excel", methods=["GET", "POST"])
@access.staff
def import_products(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    form = ImportForm()
    if form.validate_on_submit():
        sent = uploads.sent(form.sheet.data)
        data = sent[0].read(LARGEST_BYTES + 1) if sent else b""
        if not data:
            form.sheet.errors = [_("Choose the filled-in file.")]
        elif len(data) > LARGEST_BYTES or not data.startswith(b"PK"):
            form.sheet.errors = [_("This is not our Excel template. Download it again, fill it in and send it.")]
        else:
            key = f"imports/{codes.random_code(26).lower()}.xlsx"
            files.store().put(key, data, XLSX)
            with transaction():
                job = jobs.enqueue(
                    "import_products",
                    person_id=person.id,
                    cooperative_id=cooperative.id,
                    cooperative=cooperative.id,
                    file_key=key,
                )
            return redirect(url_for("catalogue_desk.import_result", code=job.code), 303)
    page = render_template("catalogue/desk/import_products.html", form=form)
    return (page, 422) if request.method == "POST" else page


@pages.get("/san-pham/nhap-excel/mau.xlsx")
@access.staff
def import_template(person: Person, cooperative: Cooperative) -> Response:
    answer = make_response(importing.template({code: str(words) for code, words in SUBGROUPS.items()}))
    answer.mimetype = XLSX
    answer.headers.set("Content-Disposition", "attachment", filename="san-pham-mau.xlsx")
    return answer


@pages.get("/san-pham/nhap-excel/<code>")
@access.staff
def import_result(person: Person, cooperative: Cooperative, code: str) -> Response:
    """How far the import is; the page asks again by itself until it is over."""
    job = jobs.find_job(code, cooperative_id=cooperative.id)
    if job is None or job.name != "import_products":
        abort(404)
    is_over = job.state in (jobs.JobState.DONE, jobs.JobState.FAILED)
    answer = make_response(
        render_template(
            "catalogue/desk/import_result.html",
            job=job,
            is_over=is_over,
            row_errors=ROW_ERRORS,
            failures=IMPORT_FAILURES,
        )
    )
    if not is_over:
        answer.headers["Refresh"] = "2"
    return answer
