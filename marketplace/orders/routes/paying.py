"""Paying an order: on the card provider's page and back, and changing one's mind about how."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.foundation import jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits
from marketplace.orders import actions as orders
from marketplace.orders import rules
from marketplace.orders.models import Order
from marketplace.orders.routes import visitors
from marketplace.payments import queries as payments_read
from marketplace.payments.states import UNPAID, Method

pages = Blueprint("orders_paying", __name__)


@pages.get("/don-hang/<code>/tra-the")
@access.public
@limits.waiting_pages
def card(code: str) -> Response | str:
    """Lead to the provider's page. A worker asks for it meanwhile, so that a slow provider holds up no page of the shop.

    Opened twice it is the same page, and nothing is paid by opening it.
    """
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"))
    payment = visitors.asked_payment(order)
    if payment is None or payment.method != Method.CARD or payment.state not in UNPAID:
        return redirect(visitors.link(order))
    if payment.pay_url is not None:
        return redirect(payment.pay_url)
    tried = request.args.get("lan", type=int)
    if tried is not None and tried < payment.attempt:
        flash(_("The card page cannot be opened at the moment. Try again in a minute, or pay another way."), "error")
        return redirect(visitors.link(order))
    if tried is None:
        with transaction():
            jobs.enqueue("start_payment", payment_id=payment.id)
        return redirect(
            url_for(
                "orders_paying.card",
                code=code,
                k=request.args.get("k", ""),
                phan=request.args.get("phan"),
                lan=payment.attempt,
            )
        )
    return render_template("orders/shop/card.html", order=order, payment=payment, back=visitors.link(order))


@pages.get("/don-hang/<code>/da-tra")
@access.public
def returned(code: str) -> Response:
    """Back from the provider's page. The address proves nothing: the provider is asked, by a worker."""
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"))
    session_id = request.args.get("session_id", "")
    known = payments_read.payments_of(*order.references)
    payment = next((one for one in known if one.provider_id == session_id), None)
    if payment is None:
        return redirect(visitors.link(order))
    if payment.state in UNPAID:
        with transaction():
            jobs.enqueue("sync_payment", payment_id=payment.id)
    return redirect(url_for("orders_shop.order", code=code, k=visitors.key_of(order), cho=1))


@pages.post("/don-hang/<code>/them-gio")
@access.public
@limits.writes_by_strangers
def renew(code: str) -> Response:
    """The buyer needs more time to transfer the money; not after the end, and not for ever."""
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    with transaction():
        is_renewed = orders.renew_hold(session.get_one(Order, order.id))
    if is_renewed:
        flash(_("Your goods are held longer."), "success")
    else:
        flash(_("The goods cannot be held any longer. Please pay before the time is over."), "info")
    return redirect(visitors.link(order), 303)


@pages.post("/don-hang/<code>/doi-cach-tra")
@access.public
@limits.writes_by_strangers
def pay_otherwise(code: str) -> Response:
    """Another way to pay. The card provider's page is closed first, so that nobody pays twice."""
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    typed = request.form.get("method", "")
    settings: Settings = current_app.config["SETTINGS"]
    if typed not in rules.open_methods(settings, order.live_dong) or typed == Method.CASH_ON_DELIVERY:
        abort(404)
    payment = payments_read.payment_of(order.code)
    key = visitors.key_of(order)
    if payment.asked_provider_at is not None:
        with transaction():
            jobs.enqueue("change_payment_method", payment_id=payment.id, method=typed)
        return redirect(url_for("orders_shop.order", code=code, k=key, cho=1), 303)
    with transaction():
        orders.pay_otherwise(session.get_one(Order, order.id), Method(typed))
    if typed == Method.CARD:
        return redirect(url_for("orders_paying.card", code=code, k=key), 303)
    return redirect(visitors.link(order), 303)
