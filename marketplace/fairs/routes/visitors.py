"""A cooperative reads who left a number with its stall."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import queries
from marketplace.foundation.web import access

pages = Blueprint("fairs_visitors", __name__)


@pages.get("/phien-cho/<slug>/khach-hen")
@access.staff
def leads(person: Person, cooperative: Cooperative, slug: str) -> str:
    fair = queries.find_fair(slug)
    if fair is None or not queries.has_booth(fair.id, cooperative.id):
        abort(404)
    return render_template("fairs/desk/leads.html", fair=fair, leads=queries.leads_of(fair.id, cooperative.id))
