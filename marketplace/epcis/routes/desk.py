"""A cooperative's machines: letting one in, shutting it out, taking a season's record along."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.epcis import actions, documents, queries
from marketplace.epcis.errors import TooManyTokens
from marketplace.epcis.forms import TokenForm
from marketplace.foundation.database import transaction
from marketplace.foundation.public_address import public_url
from marketplace.foundation.web import access

pages = Blueprint("epcis_desk", __name__)


@pages.route("/ket-noi", methods=["GET", "POST"])
@access.owner
def connections(person: Person, cooperative: Cooperative) -> AnyResponse:
    """The machines that may tell and read. A new token stands on the answer itself and nowhere afterwards."""
    form = TokenForm()
    if form.validate_on_submit():
        try:
            with transaction():
                token = actions.make_token(cooperative.id, name=form.name.data or "", by=person.id)
        except TooManyTokens:
            form.name.errors = [_("You have many connections already. End one that is no longer needed first.")]
        else:
            return _page(cooperative, TokenForm(formdata=None), new_token=token, new_name=form.name.data)
    page = _page(cooperative, form)
    if form.errors:
        page.status_code = 422
    return page


def _page(cooperative: Cooperative, form: TokenForm, **more: Any) -> Response:
    page = make_response(
        render_template(
            "epcis/desk/connections.html",
            form=form,
            tokens=queries.tokens_of(cooperative.id),
            seasons=queries.seasons_of(cooperative.id),
            address=public_url("/epcis"),
            **more,
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page


@pages.post("/ket-noi/<int:token_id>/ngat")
@access.owner
def revoke(person: Person, cooperative: Cooperative, token_id: int) -> AnyResponse:
    token = queries.find_token_of(cooperative.id, token_id) or abort(404)
    with transaction():
        actions.revoke_token(token, by=person.id)
    flash(_("The connection is ended. Nobody gets in with its key any more."), "success")
    return redirect(url_for("epcis_desk.connections"), 303)


@pages.get("/ket-noi/mua-vu/<int:season_id>.json")
@access.staff
def season_export(person: Person, cooperative: Cooperative, season_id: int) -> Response:
    """All that was told of a season's lots and of what was made of them, as one EPCIS document."""
    season = queries.find_season(cooperative.id, season_id) or abort(404)
    response = jsonify(documents.epcis_document(queries.events_of_season(season.id, cooperative_id=cooperative.id)))
    response.mimetype = "application/ld+json"
    response.headers["Content-Disposition"] = f'attachment; filename="epcis-{season.id}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response
