"""Diaries that an officer should look into: written long after the work, or corrected so that a waiting time fell."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import actions, queries
from marketplace.farming.forms import SeenForm
from marketplace.farming.words import KINDS
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access

pages = Blueprint("farming_alliance", __name__)


def _scope(person: Person) -> ColumnElement[bool]:
    return accounts.in_provinces_of(person, Cooperative.province_code)


@pages.get("/nhat-ky-dong-ruong")
@access.officer
def diaries(person: Person) -> str:
    return _show(person)


def _show(person: Person, wrong: SeenForm | None = None) -> str:
    """`wrong` is the form that lacked its note; the others begin empty."""
    waiting = queries.notices_waiting(_scope(person))
    forms = {one.season.id: SeenForm(formdata=None, prefix=f"{one.season.id}-") for one in waiting}
    if wrong is not None:
        forms[int(wrong._prefix.removesuffix("-"))] = wrong
    return render_template("farming/alliance/diaries.html", waiting=waiting, forms=forms, kind_words=KINDS)


@pages.post("/nhat-ky-dong-ruong/<int:season_id>/da-xem")
@access.officer
def seen(person: Person, season_id: int) -> Response | tuple[str, int]:
    found = queries.find_season_in(season_id, _scope(person)) or abort(404)
    form = SeenForm(prefix=f"{season_id}-")
    if not form.validate():
        return _show(person, form), 422
    newest_id = request.form.get("newest", 0, type=int)
    with transaction():
        count = actions.note_seen(found, newest_id=newest_id, note=form.note.data or "", by=person.id)
    if count:
        flash(_("Noted. Lots that were stopped for it wait among the lots to decide on."), "success")
    else:
        flash(_("A colleague has looked at it before. Nothing was changed."), "info")
    return redirect(url_for("farming_alliance.diaries"), 303)
