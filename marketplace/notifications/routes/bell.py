"""A person's bell: what happened, the newest first, each leading to its page."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.notifications import actions, queries, rules
from marketplace.notifications.words import ICONS, of_notice

pages = Blueprint("notifications_bell", __name__)

LAST_PAGE = 500


@pages.get("/tai-khoan/thong-bao")
@access.signed_in
def notices(person: Person) -> str:
    page = min(max(request.args.get("trang", 1, type=int), 1), LAST_PAGE)
    found = queries.notices_of(person.id, page=page)
    return render_template(
        "notifications/shop/notices.html",
        notices=found[: queries.BELL_PAGE],
        page=page,
        last_page=page + (len(found) > queries.BELL_PAGE),
        words=of_notice,
        icon_of=lambda notice: ICONS[rules.topic_of(notice.kind)],
    )


@pages.get("/tai-khoan/thong-bao/<int:notice_id>")
@access.signed_in
def open_notice(person: Person, notice_id: int) -> Response:
    """On to its page. Whoever opens it has read it: a link, so that a device's own notice can lead here, too."""
    with transaction():
        path = actions.mark_read(notice_id, person_id=person.id)
    return redirect(path or abort(404))


@pages.post("/tai-khoan/thong-bao/da-doc")
@access.signed_in
def mark_all_read(person: Person) -> Response:
    with transaction():
        actions.mark_all_read(person.id)
    flash(_("All marked as read."), "success")
    return redirect(url_for("notifications_bell.notices"), 303)


@pages.post("/tai-khoan/thong-bao/<int:notice_id>/da-doc")
@access.signed_in
def mark_read(person: Person, notice_id: int) -> Response:
    with transaction():
        found = actions.mark_read(notice_id, person_id=person.id)
    if found is None:
        abort(404)
    return redirect(url_for("notifications_bell.notices", trang=request.form.get("trang", 1, type=int)), 303)
