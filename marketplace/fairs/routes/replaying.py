"""Officers say where a fair is seen again."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import actions, queries, rules
from marketplace.fairs.forms.replaying import ReplayForm
from marketplace.fairs.routes import streams
from marketplace.fairs.states import FairState
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access

pages = Blueprint("fairs_replaying", __name__)


@pages.route("/phien-cho/<slug>/phat-lai", methods=["GET", "POST"])
@access.officer
def replay(person: Person, slug: str) -> str | Response | tuple[str, int]:
    """The recording's address and where in it the fair opens; chapters follow from what happened in the room."""
    fair = queries.find_fair_to_run(person, slug) or abort(404)
    if fair.state not in (FairState.ENDED, FairState.REPORTED):
        flash(_("There is a recording once the fair is over."), "info")
        return redirect(url_for("fairs_alliance.fair", slug=slug), 303)
    form = ReplayForm(data={"url": fair.replay_url, "lead": rules.clock_words(fair.replay_lead_seconds)})
    form.hls_hosts = tuple(streams.settings().hls_hosts)
    if form.validate_on_submit():
        with transaction():
            actions.set_replay(fair, url=form.url.data or "", lead_seconds=form.lead_seconds, by=person.id)
        flash(_("Saved. Visitors find it on the page of the fair."), "success")
        return redirect(url_for("fairs_replaying.replay", slug=slug), 303)
    page = render_template(
        "fairs/alliance/replay.html", fair=fair, form=form, replay=queries.replay(fair, form.hls_hosts)
    )
    return (page, 422) if form.errors else page
