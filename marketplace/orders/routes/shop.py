"""A buyer follows his orders: by the link he was sent, by code and phone number, or signed in."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation import clock, phones
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import CollectingAccount, Settings
from marketplace.foundation.web import access, limits
from marketplace.orders import actions as orders
from marketplace.orders import queries, rules
from marketplace.orders.errors import MoveRefused
from marketplace.orders.forms import FindOrderForm
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.routes import panels, visitors
from marketplace.orders.states import MOVES, OrderState, PartState
from marketplace.orders.words import (
    METHODS,
    ORDER_STATES,
    PART_TONES,
    REFUND_STATES,
    REFUND_TONES,
    SURPLUS_TONES,
    SURPLUSES,
    WAYS,
    journey,
    part_state,
    told,
)
from marketplace.payments import actions as payments_act
from marketplace.payments import queries as payments
from marketplace.payments.models import Payment
from marketplace.payments.rules import vietqr_payload
from marketplace.payments.states import UNPAID, Method, PaymentState
from marketplace.traceability import qr

pages = Blueprint("orders_shop", __name__)

ON_A_PAGE = 20
SOON = 3600  # seconds
LOOKS = 30  # a minute of asking how a payment stands


@pages.route("/don-hang", methods=["GET", "POST"])
@access.public
@limits.code_look_ups
def find_order() -> str | Response | tuple[str, int]:
    """For a buyer without the link. What is wrong with a wrong pair is not told."""
    form = FindOrderForm()
    if form.validate_on_submit():
        found = queries.find_order_by_phone(rules.typed_code(form.code.data or ""), str(form.phone.data))
        if found is not None:
            return redirect(visitors.link(found), 303)
        form.form_errors = [
            _("We found no order with this code and this phone number. Compare both with the message we sent you.")
        ]
    page = render_template("orders/shop/find_order.html", form=form)
    return (page, 422) if request.method == "POST" else page


@pages.get("/don-hang/<code>")
@access.public
def order(code: str) -> Response:
    shown = visitors.find_order(code)
    if shown is None:
        return redirect(url_for("orders_shop.find_order"))
    payment, account = payments.payment_of(shown.code), _settings().collecting_account
    history, surpluses = queries.steps_of(shown.id), queries.surplus_payments(shown)
    refunds = payments.refunds_of_references(shown.references)
    page = render_template(
        "orders/shop/order.html",
        order=shown,
        fetched={part.id for part in shown.parts if part.delivery_way in rules.FETCHED_WAYS},
        payment=payment,
        key=visitors.key_of(shown),
        other_methods=_other_methods(shown, payment),
        account=account if _awaits_transfer(payment) else None,
        bank=BANKS.get(account.bank_bin) if account else None,
        is_expired=payment.state == PaymentState.EXPIRED,
        is_late=_is_over(payment),
        is_fresh=shown.state == OrderState.OPEN and clock.now() - shown.placed_at < rules.FRESH,
        longer=payments_act.longer(payment),
        seconds_left=_seconds_left(payment),
        look_again=_look_again(shown, next(iter(surpluses.values()), payment)),
        surpluses=surpluses,
        surplus_account=_settings().collecting_account,
        banks=BANKS,
        surplus_words=SURPLUSES,
        surplus_tones=SURPLUS_TONES,
        refunds=[refund for refund, _payment in refunds],
        needs_account=any(payments_act.waits_for_account(refund, asked) for refund, asked in refunds),
        refund_states=REFUND_STATES,
        refund_tones=REFUND_TONES,
        panels=panels.below_parts(shown, visitors.key_of(shown)),
        journeys={part.id: journey(part, history) for part in shown.parts},
        cancellable={part.id for part in shown.parts if PartState.CANCELLED in MOVES[part.state]},
        part_state=part_state,
        part_tones=PART_TONES,
        order_states=ORDER_STATES,
        ways=WAYS,
        methods=METHODS,
        told=told(shown),
    )
    answer = PlainResponse(page)
    left = _seconds_left(payment)
    if 0 < left <= SOON:
        # At its end the page is asked for anew, so that nobody without script scans a code that is over.
        answer.headers["Refresh"] = str(left + 1)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    # The address holds the key. "no-referrer" would hide our own origin from our own forms and have them refused.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer


def _other_methods(order: Order, payment: Payment) -> list[Method]:
    """Other ways to pay what is still open. Cash is agreed when ordering: who brings the goods must know of it."""
    if order.state != OrderState.OPEN or order.paid_at is not None or payment.received_dong:
        return []
    others = {payment.method, Method.CASH_ON_DELIVERY}
    return [method for method in rules.open_methods(_settings(), order.live_dong) if method not in others]


def _awaits_transfer(payment: Payment) -> bool:
    return (
        payment.method == Method.VIETQR
        and payment.state == PaymentState.PENDING
        and (payment.expires_at is None or payment.expires_at > clock.now())
    )


def _look_again(order: Order, payment: Payment) -> str | None:
    """Where this page leads in a moment while a worker asks the provider; not for ever."""
    looked = request.args.get("cho", 0, type=int)
    is_asked = payment.asked_provider_at is not None or _settings().is_demo
    if not 0 < looked <= LOOKS or not is_asked or payment.state not in UNPAID:
        return None
    return url_for("orders_shop.order", code=order.code, k=visitors.key_of(order), cho=looked + 1)


def _is_over(payment: Payment) -> bool:
    return payment.state in UNPAID and payment.expires_at is not None and payment.expires_at <= clock.now()


def _seconds_left(payment: Payment) -> int:
    """Until the goods are no longer held for this payment; 0 when there is no such time."""
    if payment.state not in UNPAID or payment.expires_at is None:
        return 0
    return max(0, int((payment.expires_at - clock.now()).total_seconds()))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@pages.get("/don-hang/<code>/vietqr.<any(svg, png):kind>")
@access.public
def vietqr(code: str, kind: str) -> Response:
    """The code that a bank's app scans, as a drawing or as a picture to save."""
    shown, account = visitors.find_order(code), _settings().collecting_account
    payment = visitors.asked_payment(shown) if shown else None
    if payment is None or account is None or not _awaits_transfer(payment):
        abort(404)
    matrix = qr.matrix(_payload(payment, account), correction=qr.Correction.M)
    body: str | bytes = qr.svg(matrix) if kind == "svg" else qr.png(matrix)
    answer = PlainResponse(body, mimetype="image/svg+xml" if kind == "svg" else "image/png")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _payload(payment: Payment, account: CollectingAccount) -> str:
    return vietqr_payload(account.bank_bin, account.number, payment.missing_dong, payment.transfer_code)


@pages.post("/don-hang/<code>/huy")
@access.public
@limits.writes_by_strangers
def cancel(code: str) -> Response:
    """Cancel what one cooperative would send, as long as it is not packed."""
    shown = visitors.find_order(code)
    if shown is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    part = _part_in_form(shown)
    by = current_user.id if current_user.is_authenticated else None
    try:
        with transaction():
            orders.move_part(part, PartState.CANCELLED, by=by)
    except MoveRefused as refused:
        if refused.from_state in (PartState.CANCELLED, PartState.REFUSED):
            flash(_("This part is cancelled already. You pay nothing for it."), "info")
        else:
            flash(_too_late(part.seller), "error")
    else:
        flash(_("Cancelled. The goods are on sale again, and nobody sends them to you."), "success")
    return redirect(visitors.link(shown), 303)


@pages.post("/don-hang/<code>/khong-tra-them")
@access.public
@limits.writes_by_strangers
def decline(code: str) -> Response:
    """The buyer does not want to pay more for heavier goods; he still gets what he has paid for."""
    shown = visitors.find_order(code)
    if shown is None:
        return redirect(url_for("orders_shop.find_order"), 303)
    part = _part_in_form(shown)
    with transaction():
        is_declined = orders.decline_surplus(part, by=current_user.id if current_user.is_authenticated else None)
    if is_declined:
        flash(
            _("You pay no more. The cooperative sends something lighter, or gives you the difference free."), "success"
        )
    else:
        flash(_("Nothing is asked of you any more. Nothing was changed."), "info")
    return redirect(visitors.link(shown), 303)


def _part_in_form(order: Order) -> CooperativeOrder:
    typed = request.form.get("part", "")
    part = queries.find_part_of(order, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    return part or abort(404)


def _too_late(seller: dict[str, str]) -> str:
    phone = phones.format_phone(seller["phone"])
    return str(
        _(
            "The parcel is packed already, so it can no longer be cancelled here. Call %(seller)s: %(phone)s.",
            seller=seller["short_name"],
            phone=phone,
        )
    )


@pages.get("/tai-khoan/don-hang")
@access.signed_in
def my_orders(person: Person) -> str:
    count = queries.count_orders_of(person.id)
    last_page = max(1, -(-count // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    return render_template(
        "orders/shop/my_orders.html",
        orders=queries.orders_of(person.id, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        page=page,
        last_page=last_page,
        order_states=ORDER_STATES,
        part_state=part_state,
        part_tones=PART_TONES,
    )
