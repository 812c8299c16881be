"""Visitors leave their number with a stall, and take it back."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.fairs import actions, queries
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.forms.leads import LeadForm
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.states import HAS_TIMETABLE, BoothState
from marketplace.foundation import codes
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits

pages = Blueprint("fairs_leads", __name__)


def _secret() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.secret_key


def _find(slug: str, booth_id: int) -> tuple[Fair, Booth]:
    fair = queries.find_fair(slug)
    booth = queries.find_booth(fair.id, booth_id) if fair else None
    if fair is None or booth is None or fair.state not in HAS_TIMETABLE or booth.state != BoothState.APPROVED:
        abort(404)
    return fair, booth


@pages.route("/phien-cho/<slug>/gian-hang/<int:booth_id>/lien-he", methods=["GET", "POST"])
@access.public
@limits.writes_by_strangers
def leave(slug: str, booth_id: int) -> str | Response | tuple[str, int]:
    """Name, number, what is wanted, and consent that nobody ticked beforehand."""
    fair, booth = _find(slug, booth_id)
    name = queries.booth_name(booth.id) or ""
    words = _("%(cooperative)s may call or write to me about this. Nobody else gets my number.", cooperative=name)
    known = current_user if current_user.is_authenticated else None
    form = LeadForm(
        data={"name": known.full_name if known else "", "phone": (known.phone or "") if known else ""}
        | {"key": codes.random_code(20)}
    )
    form.consent.label.text = words
    if form.validate_on_submit():
        try:
            with transaction():
                lead_id = actions.leave_number(
                    fair, booth, name=form.name.data or "", phone=form.phone.data or "", wants=form.wants.data or "",
                    consent_words=words, key=form.key.data or codes.random_code(20),
                )  # fmt: skip
        except MoveRefused:
            flash(_("This fair does not take visitors any more."), "error")
            return redirect(url_for("fairs_shop.fair", slug=slug), 303)
        return redirect(url_for("fairs_leads.left", slug=slug, ma=queries.lead_key(lead_id, _secret())), 303)
    page = render_template("fairs/shop/leave_number.html", fair=fair, booth=booth, name=name, form=form)
    return (page, 422) if request.method == "POST" else page


@pages.route("/phien-cho/<slug>/lien-he", methods=["GET", "POST"])
@access.public
def left(slug: str) -> str | Response:
    """What was left, for whoever holds its key; and one press that takes it back."""
    fair = queries.find_fair(slug) or abort(404)
    lead = queries.lead_of_key(fair.id, request.values.get("ma", ""), _secret()) or abort(404)
    if request.method == "POST":
        with transaction():
            actions.take_number_back(lead)
        flash(_("Taken back. The cooperative no longer sees your number."), "success")
        return redirect(url_for("fairs_leads.left", slug=slug, ma=request.values.get("ma", "")), 303)
    return render_template(
        "fairs/shop/left_number.html",
        fair=fair,
        lead=lead,
        name=queries.booth_name(lead.booth_id) or "",
        key=request.values.get("ma", ""),
    )
