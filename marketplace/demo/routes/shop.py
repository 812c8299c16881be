"""A transfer for show: told to the market's own door for bank notices, signed like a real one."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from marketplace.foundation import jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.payments import queries as payments
from marketplace.payments.rules import find_transfer_codes

pages = Blueprint("demo_shop", __name__)


@pages.post("/gia-lap-chuyen-khoan")
@access.demo
@limits.writes_by_strangers
def transfer() -> Response:
    """Whoever knows the code of a transfer may pretend that it was made."""
    codes = find_transfer_codes(request.form.get("code", ""))
    payment = payments.find_payment_by_code(codes[0]) if codes else None
    back = request.form.get("back", "")
    if payment is None or not back.startswith("/don-hang/"):
        abort(404)
    if payment.missing_dong:
        with transaction():
            jobs.enqueue("simulate_transfer", code=codes[0], amount_dong=payment.missing_dong)
    return redirect(back, 303)
