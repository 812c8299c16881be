"""Paying an order: on the card provider's page and back, and changing one's mind about how."""

from __future__ import annotations

import logging

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.foundation.database import session, transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits
from marketplace.orders import actions as orders
from marketplace.orders import exchanges, rules
from marketplace.orders.models import Order
from marketplace.orders.routes import visitors
from marketplace.payments import exchanges as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.providers import ProviderRefused, ProviderUnreachable
from marketplace.payments.states import Method

log = logging.getLogger(__name__)

pages = Blueprint("orders_paying", __name__)


@pages.get("/don-hang/<code>/tra-the")
@access.public
@limits.writes_by_strangers
def card(code: str) -> Response:
    """Lead to the provider's page; opened twice it is the same page, and nothing is paid by opening it."""
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"))
    payment = payments_read.payment_of(order.code)
    if payment.method != Method.CARD:
        return redirect(visitors.link(order))
    back, payment_id = visitors.link(order), payment.id
    session.rollback()
    try:
        address = exchanges.start_payment(payment_id)
    except (ProviderUnreachable, ProviderRefused):
        log.warning("a card payment could not be started", extra={"payment": payment_id}, exc_info=True)
        flash(_("The card page does not answer at the moment. Try again in a minute, or pay another way."), "error")
        return redirect(back)
    return redirect(address or back)


@pages.get("/don-hang/<code>/da-tra")
@access.public
def returned(code: str) -> Response:
    """Back from the provider's page. The address proves nothing: the provider is asked."""
    order = visitors.find_order(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"))
    payment = payments_read.payment_of(order.code)
    back, payment_id = visitors.link(order), payment.id
    if payment.provider_id is None or request.args.get("session_id") != payment.provider_id:
        return redirect(back)
    session.rollback()
    try:
        payments.sync(payment_id)
    except (ProviderUnreachable, ProviderRefused):
        log.warning("a card payment could not be read again", extra={"payment": payment_id}, exc_info=True)
        flash(_("We are still asking whether your payment arrived. This page tells you in a few minutes."), "info")
    return redirect(back)


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
    payment_id, order_id, back = payments_read.payment_of(order.code).id, order.id, visitors.link(order)
    session.rollback()
    try:
        is_closed = exchanges.close_for_another(payment_id)
    except (ProviderUnreachable, ProviderRefused):
        flash(_("The card page does not answer at the moment. Try again in a minute."), "error")
        return redirect(back, 303)
    if not is_closed:
        flash(_("Your payment has arrived already. Nothing else is to be paid."), "success")
        return redirect(back, 303)
    with transaction():
        orders.pay_otherwise(session.get_one(Order, order_id), Method(typed))
    if typed == Method.CARD:
        return redirect(url_for("orders_paying.card", code=code, k=request.args.get("k", "")), 303)
    return redirect(back, 303)
