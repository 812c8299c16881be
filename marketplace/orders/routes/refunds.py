"""A buyer sees what is owed back to him and why, and tells to which account it shall go."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits
from marketplace.orders.forms import RefundAccountForm
from marketplace.orders.routes import visitors
from marketplace.orders.words import REFUND_REASONS, REFUND_TONES, refund_state
from marketplace.payments import actions as payments
from marketplace.payments import queries
from marketplace.payments.errors import PaymentMoveRefused
from marketplace.payments.rules import mask

pages = Blueprint("orders_refunds", __name__)


@pages.route("/don-hang/<code>/hoan-tien", methods=["GET", "POST"])
@access.public
@limits.writes_by_strangers
def refunds(code: str) -> Response:
    """Every refund with its state; one form for all that wait for an account. What was told is shown masked, and is
    typed anew to change it, so that the link alone tells nobody a whole number."""
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    rows = queries.refunds_of_references(order.references)
    open_to_change = [refund for refund, payment in rows if payments.may_change_account(refund, payment)]
    form = RefundAccountForm()
    if open_to_change and form.validate_on_submit():
        by = current_user.id if current_user.is_authenticated else None
        try:
            with transaction():
                for refund in open_to_change:
                    payments.tell_account(
                        refund,
                        bank_bin=form.bank.data,
                        account=form.number.data or "",
                        holder=form.holder.data or "",
                        by=by,
                    )
        except PaymentMoveRefused:
            flash(_("Somebody is sending your money at this moment, so the account can no longer be changed."), "error")
        else:
            flash(_("Noted. You hear from us when the money is sent."), "success")
        return redirect(url_for("orders_refunds.refunds", code=code, k=visitors.key_of(order)), 303)
    page = render_template(
        "orders/shop/refunds.html",
        order=order,
        key=visitors.key_of(order),
        rows=rows,
        waiting=[refund for refund, payment in rows if payments.waits_for_account(refund, payment)],
        changeable=open_to_change,
        form=form,
        states=refund_state,
        tones=REFUND_TONES,
        reasons=REFUND_REASONS,
        banks=BANKS,
        mask=mask,
    )
    answer = make_response(page, 422 if request.method == "POST" else 200)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
