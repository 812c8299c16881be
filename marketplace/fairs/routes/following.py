"""Visitors follow a fair or a booth, put it into their calendar, and show it to others."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from marketplace.fairs import actions as fairs_actions
from marketplace.fairs import queries
from marketplace.fairs.forms.calling import FollowForm
from marketplace.fairs.models import Fair
from marketplace.fairs.rules import calendar_file
from marketplace.fairs.states import FairState
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.public_address import public_url
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits
from marketplace.traceability import qr

pages = Blueprint("fairs_following", __name__)

TO_COME = frozenset(
    {FairState.ANNOUNCED, FairState.REGISTRATION_OPEN, FairState.REGISTRATION_CLOSED, FairState.SCHEDULED}
)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _find(slug: str) -> Fair:
    return queries.find_fair(slug) or abort(404)


@pages.route("/phien-cho/<slug>/nhac-toi", methods=["GET", "POST"])
@access.public
@limits.writes_by_strangers
def follow(slug: str) -> str | AnyResponse | tuple[str, int]:
    """Ask for a reminder: of the whole fair or of one booth; by e-mail or text message."""
    fair = _find(slug)
    known = (current_user.email or current_user.phone or "") if current_user.is_authenticated else ""
    form = FollowForm(data={"contact": known, "booth": request.args.get("gian", "")})
    form.offer([(card.id, card.cooperative_name) for card in queries.booth_cards(fair.id)])
    if fair.state not in TO_COME:
        return redirect(url_for("fairs_shop.fair", slug=slug), 303)
    if form.validate_on_submit():
        with transaction():
            fairs_actions.follow(
                fair,
                booth_id=int(form.booth.data) if form.booth.data else None,
                contact=str(form.contact.data),
                person_id=current_user.id if current_user.is_authenticated else None,
                language=str(get_locale()),
            )
        flash(_("We remind you some hours before it begins."), "success")
        return redirect(url_for("fairs_following.follow", slug=slug), 303)
    page = render_template("fairs/shop/follow.html", fair=fair, form=form)
    return (page, 422) if request.method == "POST" else page


@pages.route("/phien-cho/<slug>/thoi-nhac", methods=["GET", "POST"])
@access.public
def stop(slug: str) -> str | AnyResponse:
    """End the reminders; a press, since mail programs open links by themselves."""
    fair = _find(slug)
    key = request.values.get("ma", "")
    follower_id = queries.follower_of_key(key, _settings().secret_key)
    if follower_id is None:
        abort(404)
    if request.method == "POST":
        with transaction():
            fairs_actions.unfollow(fair, follower_id)
        flash(_("You get no more letters of this fair."), "success")
        return redirect(url_for("fairs_shop.fairs"), 303)
    return render_template("fairs/shop/stop.html", fair=fair, key=key)


@pages.get("/phien-cho/<slug>/lich.ics")
@access.shared
def calendar(slug: str) -> Response:
    """For the calendar of a phone."""
    fair = _find(slug)
    text = calendar_file(
        uid=f"{fair.slug}@{public_url().partition('://')[2]}",
        title=fair.name,
        details=fair.theme,
        url=public_url(url_for("fairs_shop.fair", slug=slug)),
        starts_at=fair.starts_at,
        ends_at=fair.ends_at,
        now=clock.now(),
        is_cancelled=fair.state == FairState.CANCELLED,
    )
    answer = current_app.response_class(text, mimetype="text/calendar")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{fair.slug}.ics")
    return answer


@pages.get("/phien-cho/<slug>/chia-se")
@access.shared
def share(slug: str) -> str:
    """A card with its code for Zalo, and words to copy."""
    fair = _find(slug)
    return render_template(
        "fairs/shop/share.html", fair=fair, address=public_url(url_for("fairs_shop.fair", slug=slug))
    )


@pages.get("/phien-cho/<slug>/ma.png")
@access.shared
def code(slug: str) -> Response:
    """The fair's address as a QR code."""
    fair = _find(slug)
    matrix = qr.matrix(public_url(url_for("fairs_shop.fair", slug=fair.slug)), correction=qr.Correction.M)
    return current_app.response_class(qr.png(matrix), mimetype="image/png")
