"""Bills of carriers: taken in from their file, and matched with the transfer that paid them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, uploads
from marketplace.fulfilment import billing, queries
from marketplace.fulfilment.errors import BillRefused
from marketplace.fulfilment.forms import BillForm
from marketplace.fulfilment.providers import tables
from marketplace.fulfilment.providers.by_hand import CARRIERS
from marketplace.fulfilment.words import BILL_ROWS, bad_table
from marketplace.payments import queries as payments_read
from marketplace.payments.errors import MatchRefused

pages = Blueprint("fulfilment_bills", __name__)

ON_A_PAGE = 30
_BEFORE_THE_BILL = timedelta(days=7)


@pages.route("/hoa-don-van-chuyen", methods=["GET", "POST"])
@access.admin
def bills(person: Person) -> str | Response | tuple[str, int]:
    form, wrong = BillForm(), list[tuple[int, str, str]]()
    if form.validate_on_submit():
        sent = uploads.sent(form.table.data)
        data = sent[0].read(tables.LARGEST_BYTES + 1) if sent else b""
        carrier, number = form.carrier.data, form.number.data or ""
        try:
            said = CARRIERS[carrier].billed(data)
            with transaction():
                billing.take_bill(
                    said, carrier=carrier, number=number, billed_on=cast("date", form.billed_on.data), by=person.id
                )
        except tables.BadTable as problem:
            form.table.errors = [bad_table(problem)]
        except BillRefused as refused:
            wrong = refused.rows
            if refused.reason == "known":
                form.number.errors = [_("This bill is booked already. Nothing was changed a second time.")]
            else:
                form.table.errors = [_("Nothing was booked: look at the rows below, or the sum is 0.")]
        except IntegrityError:
            form.table.errors = [_("Somebody sent the same lines at this moment. Send the file again.")]
        else:
            flash(_("Booked. What buyers paid for the way is set off against it."), "success")
            return redirect(url_for("fulfilment_bills.bills"), 303)
    found = queries.bills(limit=ON_A_PAGE)
    page = render_template(
        "fulfilment/alliance/bills.html",
        form=form,
        wrong=wrong,
        row_words=BILL_ROWS,
        bills=found,
        movements=payments_read.movements_out(since=_since(found[-1].billed_on)) if found else [],
        carriers=CARRIERS,
    )
    return (page, 422) if request.method == "POST" else page


def _since(day: date) -> date:
    return day - _BEFORE_THE_BILL


@pages.post("/hoa-don-van-chuyen/<int:bill_id>/<int:transaction_id>")
@access.admin
def pay_bill(person: Person, bill_id: int, transaction_id: int) -> Response:
    bill = queries.find_bill(bill_id) or abort(404)
    row = payments_read.find_transaction(transaction_id) or abort(404)
    reason = clean_line(request.form.get("reason", ""), 200)
    back = redirect(url_for("fulfilment_bills.bills"), 303)
    if not reason:
        flash(_("Write how you know that this transfer paid the bill."), "error")
        return back
    try:
        with transaction():
            billing.pay_bill(bill, row, by=person.id, reason=reason)
    except MatchRefused:
        flash(_("This bill or this transfer is explained already, or the amounts differ. Nothing was changed."), "info")
    else:
        flash(_("Noted. The bill is paid."), "success")
    return back
