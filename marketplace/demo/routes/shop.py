"""For show: a transfer, told to the market's own door for bank notices and signed like a real one; days
that pass; and what a parcel service would write of its cash."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.demo import money
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.fulfilment.rules import cash_of
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


@pages.post("/gia-lap-het-han-khieu-nai")
@access.demo
@limits.writes_by_strangers
def complaints_over() -> Response:
    """As if the days in which buyers may complain were over for everything that is delivered."""
    money.release_ripe(timedelta(0))
    flash(_("Three days have passed: what is delivered can be paid out."), "success")
    return redirect(url_for("ledger_alliance.payouts"), 303)


@pages.get("/bang-ke-thu-ho-mau.csv")
@access.demo
def carrier_statement() -> PlainResponse:
    """What a parcel service would say of the cash that it still holds, to be taken in as its real file would be."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["mã đơn", "tiền thu hộ", "phí vận chuyển", "phí thu hộ", "ngày trả tiền"])
    for part, order in money.cash_with_carriers():
        row = [part.code, cash_of(part, order), part.delivery_dong, 0, clock.today().strftime("%d/%m/%Y")]
        writer.writerow(row)
    answer = PlainResponse("\ufeff" + table.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=bang-ke-thu-ho-ghn-mau.csv"
    return answer
