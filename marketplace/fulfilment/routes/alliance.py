"""Transfers that came in: officers compare with the account and confirm by hand."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.fulfilment import queries
from marketplace.fulfilment.words import PAYMENT_STATES
from marketplace.orders.rules import typed_code
from marketplace.orders.states import OrderState
from marketplace.payments import actions as payments_actions
from marketplace.payments.errors import MatchRefused
from marketplace.payments.queries import waiting_subjects
from marketplace.payments.rules import find_transfer_codes
from marketplace.payments.states import UNPAID, Deed

pages = Blueprint("fulfilment_alliance", __name__)

ON_A_PAGE = 50


@pages.get("/thanh-toan")
@access.officer
def payments(person: Person) -> str:
    """What is waited for, oldest first; or what a transfer code, an order code or a bank's whole notice leads to."""
    typed = clean_line(request.args.get("ma", ""), 500)
    count = queries.count_pending_transfers(person)
    last_page = max(1, -(-count // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    if typed:
        found = queries.search_transfers(
            person, transfer_codes=find_transfer_codes(typed), order_code=typed_code(typed)
        )
    else:
        found = queries.pending_transfers(person, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE)
    return render_template(
        "fulfilment/alliance/payments.html",
        transfers=found,
        typed=typed,
        count=count,
        page=page,
        last_page=1 if typed else last_page,
        payment_states=PAYMENT_STATES,
        looked_at=waiting_subjects([Deed.CONFIRM]),
        unpaid=UNPAID,
    )


@pages.post("/thanh-toan/<int:payment_id>/xac-nhan")
@access.officer
def confirm(person: Person, payment_id: int) -> Response:
    found = queries.find_transfer(person, payment_id) or abort(404)
    payment, order = found.payment, found.order
    code = order.code
    back = redirect(url_for("fulfilment_alliance.payments"), 303)
    reason = clean_line(request.form.get("reason", ""), 200)
    if not reason:
        flash(_("Type the bank's number of the movement, so that it can be found again."), "error")
        return back
    try:
        with transaction():
            province = queries.province_of(person, order)
            is_done = payments_actions.confirm(payment, by=person.id, reason=reason, province_code=province)
    except MatchRefused:
        flash(_("This transfer was confirmed already. Nothing was changed a second time."), "info")
        return back
    if not is_done:
        flash(_("So much money needs a second person: it waits under Second person."), "info")
    elif order.state == OrderState.CANCELLED:
        flash(
            _("Noted. The order %(code)s is cancelled, so this money must go back to the buyer.", code=code), "warning"
        )
    else:
        flash(_("The transfer for %(code)s is confirmed. Buyer and cooperatives are told.", code=code), "success")
    return back
