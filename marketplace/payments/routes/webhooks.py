"""Notices of providers. They carry references only: what happened is read again from the provider (payments.md 2.3)."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, current_app, jsonify, request
from werkzeug.wrappers import Response

from marketplace.foundation import clock, faults, jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.foundation.web.forgery import protection
from marketplace.payments import actions as payments
from marketplace.payments.providers import BadNotice, NoticeRequest, find_gateway
from marketplace.payments.providers.bank_notices import MESSENGERS
from marketplace.payments.states import Method

log = logging.getLogger(__name__)

pages = Blueprint("payments_webhooks", __name__, url_prefix="/webhooks")

LARGEST_BODY = 256 * 1024


@pages.post("/stripe")
@protection.exempt
@access.public
def stripe() -> Response:
    """Keeps the notice and answers at once; a worker reads the provider again, so that no page worker waits for it.

    200 means that the notice is committed and will have its effect, 400 that it is not believed.
    """
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
        notice_id = payments.keep_notice(Method.CARD, notice)
        faults.point("card notice kept")
        if notice_id is not None:
            jobs.enqueue("work_off_notice", notice_id=notice_id)
    return Response(status=200)


@pages.post("/bank/<provider>")
@protection.exempt
@access.public
def bank(provider: str) -> Response | tuple[Response, int]:
    """A movement on our account, told by a messenger that we have a secret with; the same again changes nothing."""
    settings: Settings = current_app.config["SETTINGS"]
    secret, parse = settings.bank_secrets.get(provider, ""), MESSENGERS.get(provider)
    account = settings.collecting_account
    if not secret or parse is None or account is None:
        abort(404)
    if (request.content_length or 0) > LARGEST_BODY:
        abort(413)
    try:
        notices = parse(NoticeRequest(request.get_data(), dict(request.headers)), secret, clock.now())
    except BadNotice as bad:
        log.warning("a bank notice was refused", extra={"provider": provider, "reason": str(bad)})
        return jsonify(success=False), 400
    with transaction():
        for notice in notices:
            payments.note_transaction(provider, notice, our_account=account.number)
            faults.point("bank notice worked off")
    return jsonify(success=True)
