"""Money that a card provider took back: what is known of the order, until when to answer, and who bears it in the end."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation.database import transaction
from marketplace.foundation.money import format_dong
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.orders import actions as orders
from marketplace.orders import queries
from marketplace.orders.errors import SharesRefused
from marketplace.orders.models import Order
from marketplace.orders.words import PART_STATES, PART_TONES
from marketplace.payments import queries as payments_read
from marketplace.payments.errors import PaymentMoveRefused
from marketplace.payments.words import DISPUTE_REASONS, WITHDRAWAL_KINDS, WITHDRAWAL_STATES, WITHDRAWAL_TONES

pages = Blueprint("orders_withdrawals", __name__)


@pages.get("/tien-bi-rut")
@access.admin
def withdrawals(person: Person) -> str:
    """What is not decided, the most urgent first, with what may prove the delivery."""
    undecided = payments_read.withdrawals_undecided()
    orders_of = {row.id: queries.find_order_of(payment.reference) for row, payment in undecided}
    return render_template(
        "orders/alliance/withdrawals.html",
        undecided=undecided,
        orders_of=orders_of,
        most_borne=orders.most_borne,
        ended=payments_read.withdrawals_ended(),
        kinds=WITHDRAWAL_KINDS,
        reasons=DISPUTE_REASONS,
        states=WITHDRAWAL_STATES,
        tones=WITHDRAWAL_TONES,
        part_states=PART_STATES,
        part_tones=PART_TONES,
    )


@pages.post("/tien-bi-rut/<int:withdrawal_id>")
@access.admin
def settle(person: Person, withdrawal_id: int) -> Response:
    """The cooperatives bear what is typed for them, the market the rest."""
    row, payment = payments_read.find_withdrawal(withdrawal_id) or abort(404)
    order = queries.find_order_of(payment.reference) or abort(404)
    back = redirect(url_for("orders_withdrawals.withdrawals"), 303)
    reason = clean_line(request.form.get("reason", ""), 200)
    shares = _shares(order)
    if not reason or shares is None:
        flash(_("Type whole đồng for each cooperative, 0 when it bears nothing, and why."), "error")
        return back
    try:
        with transaction():
            orders.settle_withdrawal(row, order, shares=shares, reason=reason, by=person.id)
    except SharesRefused as refused:
        flash(_("%(what)s can bear at most %(most)s.", what=refused.what, most=format_dong(refused.most_dong)), "error")
    except PaymentMoveRefused:
        flash(_("It is settled already, or the bank has not decided yet."), "info")
    else:
        flash(_("Settled. It stands in the books."), "success")
    return back


def _shares(order: Order) -> dict[int, int] | None:
    found = {}
    for part in order.parts:
        typed = request.form.get(f"share-{part.id}", "").replace(".", "").strip() or "0"
        if not (typed.isascii() and typed.isdigit() and len(typed) < 13):
            return None
        found[part.id] = int(typed)
    return {part_id: share for part_id, share in found.items() if share}
