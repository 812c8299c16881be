"""Notices of providers. They carry references only: what happened is read again from the provider (payments.md 2.3)."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.foundation.web.forgery import protection
from marketplace.payments import actions as payments
from marketplace.payments import tasks
from marketplace.payments.providers import BadNotice, NoticeRequest, ProviderRefused, ProviderUnreachable, find_gateway
from marketplace.payments.states import Method, NoticeState

log = logging.getLogger(__name__)

pages = Blueprint("payments_webhooks", __name__, url_prefix="/webhooks")

LARGEST_BODY = 256 * 1024


@pages.post("/stripe")
@protection.exempt
@access.public
def stripe() -> Response:
    """Answers 200 once the effect is written or was before, 400 for what cannot be believed, 500 to be asked again."""
    gateway = find_gateway(Method.CARD)
    if gateway is None:
        abort(404)
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)
    try:
        notice = gateway.parse_notice(NoticeRequest(request.get_data(), dict(request.headers)))
    except BadNotice as bad:
        log.warning("a notice was refused", extra={"reason": str(bad)})
        return Response(status=400)
    if notice.is_live != gateway.is_live:
        log.error("a notice of the other mode was refused", extra={"event": notice.event_id})
        return Response(status=400)
    with transaction():
        kept = payments.keep_notice(Method.CARD, notice)
        notice_id, state = kept.id, kept.state
    if state in (NoticeState.DONE, NoticeState.IGNORED):
        return Response(status=200)
    try:
        tasks.work_off_notice(notice_id)
    except (ProviderUnreachable, ProviderRefused):
        return Response(status=500)
    return Response(status=200)
