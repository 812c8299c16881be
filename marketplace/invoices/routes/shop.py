"""A buyer asks for the invoices of his order, sees and fetches them, with the link that opens the order."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits, uploads
from marketplace.invoices import actions as invoices_act
from marketplace.invoices import queries, rules
from marketplace.invoices.errors import IssuedAlready
from marketplace.invoices.forms import CompanyForm
from marketplace.invoices.words import FILE_KINDS
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.orders.rules import access_key, is_access_key

pages = Blueprint("invoices_shop", __name__)


def _find(code: str) -> Order | None:
    """Whoever has the order's link, or is signed in as its buyer."""
    found = orders.find_order(code)
    if found is None:
        return None
    is_buyer = current_user.is_authenticated and found.person_id == current_user.id
    has_key = is_access_key(code, request.args.get("k", ""), str(current_app.secret_key))
    return found if is_buyer or has_key else None


@pages.get("/don-hang/<code>/hoa-don")
@access.public
def invoices(code: str) -> Response:
    """Which cooperatives have sent theirs, and the files."""
    order = _find(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    return _show(order, CompanyForm(formdata=None, data=order.invoice or {"email": order.email}))


def _show(order: Order, form: CompanyForm) -> Response:
    views = queries.invoices_of_order(order.code)
    page = render_template(
        "invoices/shop/invoices.html",
        order=order,
        views=views,
        key=access_key(order.code, str(current_app.secret_key)),
        wants_none=queries.wants_none_any_more,
        file_kinds=FILE_KINDS,
        can_be_asked=rules.can_be_asked(
            [part.state for part in order.parts], [view.invoice.issued_at for view in views]
        ),
        form=form,
    )
    answer = make_response(page, 422 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


@pages.post("/don-hang/<code>/hoa-don")
@access.public
@limits.writes_by_strangers
def ask(code: str) -> Response:
    """For which company, after the order was placed."""
    order = _find(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    form = CompanyForm()
    if not form.validate():
        return _show(order, form)
    key = access_key(order.code, str(current_app.secret_key))
    try:
        with transaction():
            invoices_act.ask_later(order.id, wanted=form.wanted())
    except (IssuedAlready, IntegrityError):
        flash(
            _("An invoice was issued meanwhile, or the order is over. Call the seller if something is wrong."), "info"
        )
    else:
        flash(_("Noted. Every cooperative of the order is told."), "success")
    return redirect(url_for("invoices_shop.invoices", code=code, k=key), 303)


@pages.get("/don-hang/<code>/hoa-don/<int:invoice_file_id>")
@access.public
def file(code: str, invoice_file_id: int) -> Response:
    order = _find(code)
    if order is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    found = queries.find_file(invoice_file_id, Order.id == order.id) or abort(404)
    return uploads.show_paper(found.file_key, found.file_name)
