"""Officers admit cooperatives of their provinces, suspend them, and read who did what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives import queries, rules
from marketplace.cooperatives.errors import AdmissionMoveRefused
from marketplace.cooperatives.forms import DecideForm, ReasonForm
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.cooperatives.words import (
    ADMISSION_TONES,
    ADMISSIONS,
    DEED_REASONS,
    DEEDS,
    KINDS,
    OTHER_DEED,
    PAPERS,
    ROLES,
    SECTORS,
    VAT_METHODS,
)
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, uploads
from marketplace.geography import queries as geography

pages = Blueprint("cooperatives_alliance", __name__)

WORDS = {
    "admission_words": ADMISSIONS,
    "tones": ADMISSION_TONES,
    "paper_words": PAPERS,
    "kind_words": KINDS,
    "sector_words": SECTORS,
    "vat_words": VAT_METHODS,
    "deed_words": DEEDS,
    "other_deed": OTHER_DEED,
    "deed_reasons": DEED_REASONS,
    "role_words": ROLES,
}


def _scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, Cooperative.province_code)


def _find(person: Person, cooperative_id: int) -> Cooperative:
    """Of the officer's provinces and handed in at some time; any other does not exist for him."""
    found = queries.find_in_scope(cooperative_id, _scope(person))
    return found if found is not None and found.admission != Admission.DRAFT else abort(404)


@pages.get("/")
@access.officer
def home(person: Person) -> AnyResponse:
    return redirect(url_for("cooperatives_alliance.queue"))


@pages.get("/ho-so-htx")
@access.officer
def queue(person: Person) -> str:
    """Applications, the one that waits longest on top."""
    return render_template(
        "cooperatives/alliance/queue.html",
        waiting=queries.waiting(_scope(person)),
        days_waiting=lambda one: rules.days_waiting(one.submitted_at, clock.today()),
        province_names=_province_names(),
        **WORDS,
    )


def _province_names() -> dict[str, str]:
    return {one.code: one.bare_name for one in geography.provinces()}


@pages.get("/ho-so-htx/<int:cooperative_id>")
@access.officer
def application(person: Person, cooperative_id: int) -> str:
    return _show(person, _find(person, cooperative_id), DecideForm(formdata=None))


def _show(person: Person, found: Cooperative, form: DecideForm) -> str:
    look_alikes = queries.look_alikes(found)
    form.offer(found.admission)
    return render_template(
        "cooperatives/alliance/application.html",
        shown=found,
        form=form,
        papers=queries.papers_of(found.id),
        look_alikes=look_alikes,
        within_reach={
            one.cooperative.id for one in look_alikes if accounts.answers_for(person, one.cooperative.province_code)
        },
        province_names=_province_names(),
        days_waiting=rules.days_waiting(found.submitted_at, clock.today()),
        history=queries.history_of(found.id, _deeds_scope(person)),
        full_address=geography.full_address(found.address_line, found.commune_code),
        bank=BANKS.get(found.bank_bin),
        **WORDS,
    )


@pages.post("/ho-so-htx/<int:cooperative_id>/quyet-dinh")
@access.officer
def decide(person: Person, cooperative_id: int) -> AnyResponse | tuple[str, int]:
    found = _find(person, cooperative_id)
    form = DecideForm()
    if not form.validate():
        return _show(person, found, form), 422
    note = form.note.data or ""
    deeds: dict[str, Callable[[], None]] = {
        "verify": lambda: cooperatives.verify(found, by=person.id),
        "ask_for_more": lambda: cooperatives.ask_for_more(found, by=person.id, note=note),
        "refuse": lambda: cooperatives.refuse(found, by=person.id, reason=note),
    }
    said = {
        "verify": _("%(name)s is admitted and may sell.", name=found.short_name),
        "ask_for_more": _("The cooperative is told what is missing."),
        "refuse": _("The cooperative is told why."),
    }
    _do(deeds[form.decision.data], said[form.decision.data])
    return redirect(url_for("cooperatives_alliance.queue"), 303)


def _do(deed: Callable[[], None], said: Any) -> None:
    """Carry a decision out; a colleague's, or a second click, has changed nothing."""
    try:
        with transaction():
            deed()
    except AdmissionMoveRefused as refused:
        state = ADMISSIONS[Admission(refused.from_state)]
        flash(_("Nothing was changed: it has been decided already (%(state)s).", state=state), "error")
    else:
        flash(said, "success")


@pages.get("/htx", endpoint="cooperatives")
@access.officer
def all_cooperatives(person: Person) -> str:
    words = clean_line(request.args.get("q", ""), 80)
    typed_state, page = request.args.get("tinh-trang", ""), _page()
    admission = Admission(typed_state) if typed_state in list(Admission) else None
    query: dict[str, Any] = {"q": words or None, "tinh-trang": typed_state or None}
    found, count = queries.in_scope(_scope(person), words=words, admission=admission, page=page)
    return render_template(
        "cooperatives/alliance/cooperatives.html",
        found=found,
        count=count,
        words=words,
        admission=admission,
        states=[state for state in Admission if state != Admission.DRAFT],
        page=page,
        pages=max(1, -(-count // queries.PAGE)),
        page_url=lambda number: url_for("cooperatives_alliance.cooperatives", **{**query, "trang": str(number)}),
        province_names=_province_names(),
        **WORDS,
    )


def _page() -> int:
    return min(max(request.args.get("trang", 1, type=int), 1), 10_000)


@pages.get("/htx/<int:cooperative_id>")
@access.officer
def cooperative(person: Person, cooperative_id: int) -> str:
    return _show_cooperative(person, _find(person, cooperative_id), ReasonForm(formdata=None))


def _show_cooperative(person: Person, found: Cooperative, form: ReasonForm) -> str:
    return render_template(
        "cooperatives/alliance/cooperative.html",
        shown=found,
        form=form,
        members=queries.members_of(found.id),
        papers=queries.papers_of(found.id),
        history=queries.history_of(found.id, _deeds_scope(person)),
        full_address=geography.full_address(found.address_line, found.commune_code),
        bank=BANKS.get(found.bank_bin),
        **WORDS,
    )


@pages.post("/htx/<int:cooperative_id>/tam-dung")
@access.officer
def suspend(person: Person, cooperative_id: int) -> AnyResponse | tuple[str, int]:
    found = _find(person, cooperative_id)
    form = ReasonForm()
    if not form.validate():
        return _show_cooperative(person, found, form), 422
    _do(
        lambda: cooperatives.suspend(found, by=person.id, reason=form.reason.data or ""),
        _("The cooperative is suspended. Its goods are off the market; open orders go on."),
    )
    return redirect(url_for("cooperatives_alliance.cooperative", cooperative_id=cooperative_id), 303)


@pages.post("/htx/<int:cooperative_id>/mo-lai")
@access.officer
def open_again(person: Person, cooperative_id: int) -> AnyResponse | tuple[str, int]:
    found = _find(person, cooperative_id)
    form = ReasonForm()
    if not form.validate():
        return _show_cooperative(person, found, form), 422
    _do(
        lambda: cooperatives.open_again(found, by=person.id, reason=form.reason.data or ""),
        _("The cooperative is open again."),
    )
    return redirect(url_for("cooperatives_alliance.cooperative", cooperative_id=cooperative_id), 303)


@pages.get("/giay-to/<int:paper_id>")
@access.officer
def paper(person: Person, paper_id: int) -> Response:
    """A paper of an application of his provinces."""
    found = queries.find_paper(paper_id, _scope(person), Cooperative.admission != Admission.DRAFT) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)


def _deeds_scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, AuditEntry.province_code)


@pages.get("/nhat-ky")
@access.officer
def audit(person: Person) -> str:
    """Who did what in the officer's provinces, newest first; of one person, or one kind of deed."""
    scope, page = _deeds_scope(person), _page()
    who, tag = request.args.get("nguoi", type=int), clean_line(request.args.get("viec", ""), 80)
    # A number that no row can have, instead of one that the database cannot hold.
    who = min(max(who, 0), 2**31) if who is not None else None
    deeds, count = queries.deeds(scope, person_id=who, tag=tag, page=page)
    return render_template(
        "cooperatives/alliance/audit.html",
        deeds=deeds,
        count=count,
        who=who,
        tag=tag,
        people=queries.officers_in(scope),
        page=page,
        pages=max(1, -(-count // queries.DEEDS_A_PAGE)),
        page_url=lambda number: url_for("cooperatives_alliance.audit", nguoi=who, viec=tag or None, trang=number),
        **WORDS,
    )
