"""Whoever shares a host desk finds the fairs he helps to run, officer or not."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace.accounts.models import Person
from marketplace.fairs import queries
from marketplace.fairs.words import CREW_ROLES, FAIR_STATES, FAIR_TONES
from marketplace.foundation.web import access

pages = Blueprint("fairs_helping", __name__)


@pages.app_template_global()
def helps_at_fairs(person: Person) -> bool:
    return queries.helps_at_fairs(person.id)


@pages.get("/tai-khoan/phien-cho")
@access.signed_in
def helped_fairs(person: Person) -> str:
    page = min(max(request.args.get("trang", 1, type=int), 1), 1000)
    return render_template(
        "fairs/shop/helped_fairs.html",
        rows=queries.fairs_helped(person.id, page=page),
        page=page,
        most=queries.PAGE,
        states=FAIR_STATES,
        tones=FAIR_TONES,
        roles=CREW_ROLES,
    )
