"""A cooperative hands its certificates in and follows them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.certificates import actions as certificates
from marketplace.certificates import queries
from marketplace.certificates.actions import Evidence
from marketplace.certificates.errors import NoEvidence, ReviewMoveRefused
from marketplace.certificates.forms import CertificateForm, values_of
from marketplace.certificates.models import Certificate
from marketplace.certificates.rules import format_amount
from marketplace.certificates.schemes import SCHEMES
from marketplace.certificates.words import ISSUER_LEVELS, REVIEW_TONES, REVIEWS
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import access, uploads

pages = Blueprint("certificates_desk", __name__)

WORDS = {
    "review_words": REVIEWS,
    "tones": REVIEW_TONES,
    "schemes": SCHEMES,
    "level_words": ISSUER_LEVELS,
    "amount": format_amount,
}


@pages.get("/chung-nhan", endpoint="certificates")
@access.staff
def all_certificates(person: Person, cooperative: Cooperative) -> str:
    return render_template(
        "certificates/desk/certificates.html",
        certificates=queries.certificates_of(cooperative.id),
        today=clock.today(),
        **WORDS,
    )


@pages.route("/chung-nhan/moi", methods=["GET", "POST"])
@access.staff
def new_certificate(person: Person, cooperative: Cooperative) -> str | AnyResponse | tuple[str, int]:
    form = CertificateForm()
    form.offer()
    if form.validate_on_submit():
        evidence = _evidence(form)
        try:
            if evidence is not None:
                with transaction():
                    certificates.submit_certificate(cooperative, form.details(), evidence, by=person.id)
                flash(
                    _("Handed in. An officer of the Alliance compares it with the paper; we will tell you."), "success"
                )
                return redirect(url_for("certificates_desk.certificates"), 303)
        except NoEvidence:
            form.files.errors = [_("Add a photo or PDF of the paper, so that the officer can compare.")]
    page = render_template("certificates/desk/new_certificate.html", form=form, **WORDS)
    return (page, 422) if request.method == "POST" else page


def _evidence(form: CertificateForm) -> list[Evidence] | None:
    """The scans that were sent, stored; None when one was refused, which stands beside the field then."""
    kept: list[Evidence] = []
    for upload in uploads.sent(form.files.data):
        try:
            paper = uploads.keep_paper(upload)
        except BadUpload as problem:
            form.files.errors = [uploads.why_refused(problem, upload.filename or "")]
            return None
        kept.append(Evidence(paper.file_key, paper.file_name, paper.content_type))
    return kept


@pages.route("/chung-nhan/<int:certificate_id>", methods=["GET", "POST"])
@access.staff
def certificate(person: Person, cooperative: Cooperative, certificate_id: int) -> str | AnyResponse | tuple[str, int]:
    """One certificate; changing it sends it back to the officer."""
    found = queries.find_of(cooperative.id, certificate_id) or abort(404)
    form = CertificateForm(data=values_of(found, cooperative.legal_name))
    form.offer()
    form.offer_files(found)
    if form.validate_on_submit():
        evidence = _evidence(form)
        try:
            if evidence is not None:
                with transaction():
                    certificates.change_certificate(
                        found,
                        form.details(),
                        evidence,
                        by=person.id,
                        without_files=form.without_files.data or (),
                    )
                flash(_("Handed in again. Its badges come back once an officer has checked it."), "success")
                return redirect(url_for("certificates_desk.certificates"), 303)
        except NoEvidence:
            form.files.errors = [_("One photo or PDF of the paper must stay. Add a new one before you take this away.")]
        except ReviewMoveRefused:
            flash(_("An officer decided about it at this moment. Look at his answer, then hand in again."), "error")
    page = render_template("certificates/desk/certificate.html", form=form, shown=found, today=clock.today(), **WORDS)
    return (page, 422) if request.method == "POST" else page


@pages.get("/chung-nhan/tep/<int:file_id>")
@access.staff
def file(person: Person, cooperative: Cooperative, file_id: int) -> Response:
    found = queries.find_file(file_id, Certificate.cooperative_id == cooperative.id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)
