"""Applying as a cooperative, joining one, and the list of those admitted."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives import queries
from marketplace.cooperatives.errors import (
    AdmissionMoveRefused,
    ApplicationClosed,
    ApplicationIncomplete,
    InvitationOver,
    TaxCodeTaken,
    TooManyPapers,
)
from marketplace.cooperatives.forms import ApplicationForm, values_of
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.rules import KINDS
from marketplace.cooperatives.states import OPEN_TO_CHANGE
from marketplace.cooperatives.words import ADMISSION_TONES, ADMISSIONS, PAPERS, ROLES
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, uploads
from marketplace.geography import queries as geography

pages = Blueprint("cooperatives_shop", __name__)


@pages.route("/mo-gian-hang", methods=["GET", "POST"])
@access.signed_in
def apply(person: Person) -> str | AnyResponse | tuple[str, int]:
    """The application: saved with every press, handed in with the last button."""
    application = queries.application_of(person.id)
    is_open = application is None or application.admission in OPEN_TO_CHANGE
    form = ApplicationForm(data=values_of(application) if application else {"phone": person.phone, "province": "33"})
    if request.method == "GET" or not is_open or "change_province" in request.form:
        return _show(form, application)
    hands_in = "submit" in request.form
    if not hands_in:
        form.let_be_unfinished()
    try:
        # Papers are kept even when a box is wrong: photographing them again costs more than typing.
        is_right = form.validate()
        if is_right:
            is_right, application = _save(form, application, person)
        is_complete = _change_papers(form, application)
        if not (is_right and is_complete) or application is None:
            return _show(form, application), 422
        if hands_in:
            return _hand_in(form, application, person)
    except ApplicationClosed:
        flash(_("The application was handed in or answered meanwhile. This is how it stands now."), "error")
    else:
        flash(_("Saved. Hand it in when everything is there."), "success")
    return redirect(url_for("cooperatives_shop.apply"), 303)


def _save(form: ApplicationForm, application: Cooperative | None, person: Person) -> tuple[bool, Cooperative | None]:
    """(whether it could be saved, the application)."""
    try:
        with transaction():
            if application is None:
                return True, cooperatives.start_application(form.details(), by=person.id)
            cooperatives.change_application(application, form.details())
    except TaxCodeTaken:
        form.tax_code.errors = [
            _("A cooperative with this tax code is here already. Ask its owner to invite you, or call your Alliance.")
        ]
        return False, application
    return True, application


def _change_papers(form: ApplicationForm, application: Cooperative | None) -> bool:
    """Take out and store what was asked for; False when something was refused, which stands beside its field then."""
    removed = request.form.get("remove", type=int)
    if application is not None and removed is not None:
        with transaction():
            cooperatives.remove_paper(application, paper_id=removed)
    # Every kind is tried: what is fine is kept even beside one that was refused.
    kept = [_keep_papers(form, kind, application) for kind in KINDS]
    return all(kept)


def _keep_papers(form: ApplicationForm, kind: str, application: Cooperative | None) -> bool:
    problems = []
    for upload in uploads.sent(form[kind].data):
        if application is None:
            problems.append(_("Please choose this paper again once the boxes above are right."))
            break
        try:
            paper = uploads.keep_paper(upload)
            with transaction():
                cooperatives.add_paper(application, kind=kind, **vars(paper))
        except BadUpload as problem:
            problems.append(uploads.why_refused(problem, upload.filename or ""))
        except TooManyPapers:
            problems.append(_("There are 20 papers already. Remove some that are not needed."))
            break
    form[kind].errors = [*form[kind].errors, *problems]
    return not problems


def _hand_in(form: ApplicationForm, application: Cooperative, person: Person) -> AnyResponse | tuple[str, int]:
    try:
        with transaction():
            cooperatives.submit(application, by=person.id)
    except ApplicationIncomplete as incomplete:
        for kind in incomplete.missing:
            form[kind].errors = [_("Add a photo or PDF of this paper, then hand in.")]
        return _show(form, application), 422
    except AdmissionMoveRefused:
        pass  # handed in by another click meanwhile
    flash(_("Handed in. Your Alliance answers within three working days; we will tell you."), "success")
    return redirect(url_for("cooperatives_shop.apply"), 303)


def _show(form: ApplicationForm, application: Cooperative | None) -> str:
    form.offer()
    province = form.province.data or ""
    return render_template(
        "cooperatives/shop/apply.html",
        form=form,
        application=application,
        papers=queries.papers_of(application.id) if application else [],
        communes=geography.communes_of(province),
        paper_words=PAPERS,
        admission_words=ADMISSIONS,
        tones=ADMISSION_TONES,
    )


@pages.get("/mo-gian-hang/giay-to/<int:paper_id>")
@access.signed_in
def paper(person: Person, paper_id: int) -> Response:
    """A paper, to somebody who works for its cooperative."""
    found = queries.find_own_paper(paper_id, person.id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)


@pages.route("/loi-moi/<token>", methods=["GET", "POST"])
@access.signed_in
def invitation(person: Person, token: str) -> str | AnyResponse | tuple[str, int]:
    """Who invites and as what; joining is a press of its own, so that a link opened by mistake changes nothing."""
    found = queries.find_invitation(token) or abort(404)
    if request.method == "POST":
        try:
            with transaction():
                cooperatives.accept_invitation(found.invitation, person_id=person.id)
        except InvitationOver:
            if queries.find_workplace(person.id, found.cooperative.slug) is None:
                return _show_invitation(found), 409
        flash(_("Welcome! You now work for %(name)s here.", name=found.cooperative.short_name), "success")
        return redirect(url_for("cooperatives_desk.overview", cooperative_slug=found.cooperative.slug), 303)
    return _show_invitation(found)


def _show_invitation(found: queries.FoundInvitation) -> str:
    return render_template("cooperatives/shop/invitation.html", found=found, roles=ROLES)


@pages.app_template_global()
def works_somewhere(person: Person) -> bool:
    """Whether some cooperative here counts this person among its people."""
    return bool(queries.workplaces_of(person.id))


@pages.get("/htx-cua-toi")
@access.signed_in
def my_cooperatives(person: Person) -> str | AnyResponse:
    """Where this person works; straight to the desk when it is one."""
    places = queries.workplaces_of(person.id)
    if len(places) == 1:
        return redirect(url_for("cooperatives_desk.overview", cooperative_slug=places[0].slug))
    return render_template(
        "cooperatives/shop/my_cooperatives.html", places=places, admission_words=ADMISSIONS, tones=ADMISSION_TONES
    )


@pages.get("/htx", endpoint="cooperatives")
@access.shared
def admitted() -> str:
    """All admitted cooperatives by name."""
    words, province = clean_line(request.args.get("q", ""), 80), request.args.get("tinh", "")
    province = province if geography.find_province(province) else ""
    typed = request.args.get("trang", "")
    page = int(typed) if typed.isdecimal() and 0 < int(typed[:6]) < 10_000 else 1
    found, count = queries.open_cooperatives(words=words, province=province, page=page)
    return render_template(
        "cooperatives/shop/cooperatives.html",
        found=found,
        count=count,
        words=words,
        province=province,
        provinces=geography.provinces(),
        province_names={one.code: one.bare_name for one in geography.provinces()},
        page=page,
        pages=max(1, -(-count // queries.PAGE)),
        page_url=lambda number: url_for(
            "cooperatives_shop.cooperatives",
            q=words or None,
            tinh=province or None,
            trang=number if number > 1 else None,
        ),
    )
