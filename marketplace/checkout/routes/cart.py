"""The cart and the page on which it is ordered."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from marketplace.checkout import actions as checkout
from marketplace.checkout import queries, rules
from marketplace.checkout.errors import CannotDeliver, CartEmpty, CartFull, NotOnSale, PricesChanged, TooMuchCash
from marketplace.checkout.forms import CheckoutForm
from marketplace.checkout.queries import CartView
from marketplace.checkout.rules import Offer
from marketplace.checkout.words import METHOD_HINTS, WAYS, days
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.money import format_dong
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, limits
from marketplace.foundation.web.forgery import protection
from marketplace.foundation.web.languages import current_language
from marketplace.geography import queries as geography
from marketplace.inventory.errors import NotEnoughStock
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.orders.rules import access_key, open_methods
from marketplace.payments.states import Method

pages = Blueprint("checkout_shop", __name__)

COOKIE = "htx_cart"
LIFE_SECONDS = 60 * 24 * 3600


def _token_digest() -> str:
    return codes.token_digest(request.cookies.get(COOKIE, ""))


@pages.get("/gio-hang")
@access.public
def cart() -> str:
    """What lies in the cart, by cooperative."""
    view = queries.cart_view(_token_digest(), on=clock.today())
    return render_template(
        "checkout/shop/cart.html", cart=view, most=rules.MOST_PACKS, was_added=request.args.get("them") == "1"
    )


@pages.get("/gio-hang/so-luong")
@access.public
def count() -> Response:
    """How many packs lie in the cart; pages are the same for all strangers and ask for it by script."""
    digest = _token_digest() if COOKIE in request.cookies else ""
    answer = jsonify(count=queries.count_packs(digest) if digest else 0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


# The form that calls this stands on pages shared by all strangers and holds no token; the origin check guards it.
@pages.post("/gio-hang/them")
@protection.exempt
@access.public
def add() -> AnyResponse:
    variant_id, packs = _number("variant", 0), _number("quantity", 1)
    if not 1 <= packs <= rules.MOST_PACKS:
        flash(_("Type how many packs, from 1 to %(most)s.", most=rules.MOST_PACKS), "error")
        return redirect(_back(), 303)
    token = request.cookies.get(COOKIE) or codes.random_token()
    try:
        with transaction():
            checkout.add(token_digest=codes.token_digest(token), variant_id=variant_id, packs=packs)
    except NotOnSale:
        flash(_("This pack is no longer on sale. Look at the product again for what can be had."), "error")
        return redirect(_back(), 303)
    except CartFull:
        flash(_("Your cart is full. Order what is in it first, then go on."), "error")
        return redirect(url_for("checkout_shop.cart"), 303)
    answer = redirect(url_for("checkout_shop.cart", them=1), 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=LIFE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return answer


def _number(name: str, otherwise: int) -> int:
    typed = request.form.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else otherwise if not typed else -1


def _back() -> str:
    """The product page the form stood on, if the browser tells and it is ours."""
    came_from = request.referrer or ""
    own = request.host_url + "san-pham/"
    return came_from[len(request.host_url) - 1 :] if came_from.startswith(own) else url_for("checkout_shop.cart")


@pages.post("/gio-hang/doi")
@access.public
def change() -> AnyResponse:
    """Change how many packs of one line, or take it out."""
    view, variant_id, packs = queries.find_cart(_token_digest()), _number("variant", 0), _number("quantity", 0)
    if view is None:
        return redirect(url_for("checkout_shop.cart"), 303)
    if not 0 <= packs <= rules.MOST_PACKS:
        flash(_("Type how many packs, from 1 to %(most)s.", most=rules.MOST_PACKS), "error")
        return redirect(url_for("checkout_shop.cart"), 303)
    with transaction():
        if packs == 0 or "remove" in request.form:
            checkout.remove(view, variant_id=variant_id)
        else:
            checkout.change_quantity(view, variant_id=variant_id, packs=packs)
    return redirect(url_for("checkout_shop.cart"), 303)


@pages.get("/dat-hang")
@access.public
def order() -> str | AnyResponse:
    """The one page on which everything in the cart is ordered."""
    view = queries.cart_view(_token_digest(), on=clock.today())
    if view is None or not view.can_be_had:
        return redirect(url_for("checkout_shop.cart"))
    form = CheckoutForm(formdata=None, checkout_token=codes.random_token(), province=_delivery_province(view))
    if current_user.is_authenticated:
        form.name.data, form.phone.data = current_user.full_name, current_user.phone
        form.email.data = current_user.email or ""
    return _show(form, view)


def _delivery_province(view: CartView) -> str:
    asked = request.args.get("tinh", "")
    return asked if geography.find_province(asked) else view.parts[0].province_code


def _show(form: CheckoutForm, view: CartView, *, ways: dict[int, str] | None = None) -> str:
    provinces = geography.provinces()
    form.province.choices = [SelectChoice(province.code, province.name) for province in provinces]
    province = form.province.data or provinces[0].code
    is_island = queries.is_island(form.commune.code)
    offers = {part.cooperative_id: part.offers(province, is_island=is_island) for part in view.parts}
    chosen = {key: _chosen(several, (ways or {}).get(key)) for key, several in offers.items()}
    delivery = sum(offer.fee_dong for offer in chosen.values() if offer)
    form.shown_dong.data = str(view.goods_dong + delivery)
    _offer_methods(form, view.goods_dong + delivery)
    return render_template(
        "checkout/shop/order.html",
        form=form,
        cart=view,
        offers=offers,
        chosen=chosen,
        delivery_dong=delivery,
        total_dong=view.goods_dong + delivery,
        communes=geography.communes_of(province),
        ways=WAYS,
        days=days,
        method_hints=METHOD_HINTS,
        can_deliver=all(offers.values()),
    )


def _offer_methods(form: CheckoutForm, total_dong: int) -> None:
    """Only ways to pay that this market has set up and that suit the amount."""
    is_open = open_methods(_settings(), total_dong)
    form.payment.choices = [choice for choice in form.payment.choices if choice.value in is_open]


def _chosen(offers: list[Offer], typed: str | None) -> Offer | None:
    return (rules.find_offer(offers, typed) if typed else None) or (offers[0] if offers else None)


@pages.post("/dat-hang")
@access.public
@limits.writes_by_strangers
def place() -> AnyResponse | tuple[str, int]:
    """Place the order of this page; the same page pressed again leads to the order it has made."""
    form = CheckoutForm()
    token = form.checkout_token.data or ""
    placed = orders.find_by_token(token) if token else None
    if placed is not None:
        return _follow(placed)
    view = queries.cart_view(_token_digest(), on=clock.today())
    if view is None:
        return redirect(url_for("checkout_shop.cart"), 303)
    ways = _typed_ways(view)
    shown = form.shown_dong.data or ""
    _offer_methods(form, int(shown) if shown.isdecimal() and len(shown) < 16 else view.goods_dong)
    if "change_province" in request.form:
        form.commune.data = ""
        return _show(form, view, ways=ways), 200
    if not form.validate() or not token:
        form.checkout_token.data = token or codes.random_token()
        return _show(form, view, ways=ways), 422
    try:
        return _follow(_place(form, token, ways))
    except PricesChanged:
        form.form_errors = [
            _("The price or the delivery fee has changed meanwhile. Look at the new total and order again.")
        ]
    except CannotDeliver:
        form.form_errors = [_("One of the cooperatives cannot deliver there this way. Choose another way or province.")]
    except TooMuchCash:
        form.form_errors = [
            _(
                "Orders of this phone number may have at most %(most)s to pay in cash. Choose another way to pay.",
                most=format_dong(rules.MOST_OPEN_CASH_DONG),
            )
        ]
    except (NotEnoughStock, NotOnSale):
        flash(
            _("Somebody was faster: of one product less is left than you want. Change the quantity and order again."),
            "error",
        )
        return redirect(url_for("checkout_shop.cart"), 303)
    except CartEmpty:
        return redirect(url_for("checkout_shop.cart"), 303)
    fresh = queries.cart_view(_token_digest(), on=clock.today())
    return (_show(form, fresh, ways=ways), 422) if fresh else redirect(url_for("checkout_shop.cart"), 303)


def _typed_ways(view: CartView) -> dict[int, str]:
    """The key of the offer that is ticked for each cooperative."""
    typed = {part.cooperative_id: request.form.get(f"way-{part.cooperative_id}", "")[:40] for part in view.parts}
    return {key: offer_key for key, offer_key in typed.items() if offer_key}


def _place(form: CheckoutForm, token: str, ways: dict[int, str]) -> Order:
    shown = form.shown_dong.data or ""
    person_id = current_user.id if current_user.is_authenticated else None
    buyer = checkout.BuyerDetails(
        name=form.name.data or "",
        phone=str(form.phone.data),
        commune_code=form.commune.code,
        address_line=form.address_line.data or "",
        email=form.email.data or "",
        note=form.note.data or "",
        invoice=_invoice(form),
        person_id=person_id,
        language=current_language(),
    )
    try:
        with transaction():
            return checkout.place_order(
                token_digest=_token_digest(),
                checkout_token=token,
                buyer=buyer,
                ways=ways,
                method=Method(form.payment.data),
                shown_dong=int(shown) if shown.isdecimal() else None,
                is_demo=_settings().is_demo,
            )
    except IntegrityError:
        # The same page, pressed twice at the same moment: the unique token let one of the two through.
        placed = orders.find_by_token(token)
        if placed is None:
            raise
        return placed


def _invoice(form: CheckoutForm) -> dict[str, str] | None:
    if not form.wants_invoice.data:
        return None
    return {
        "company": form.company.data or "",
        "tax_code": str(form.company_tax_code.data or ""),
        "address": form.company_address.data or "",
        "email": form.email.data or "",
    }


def _follow(placed: Order) -> AnyResponse:
    key = access_key(placed.code, str(current_app.secret_key))
    if placed.payment_method == Method.CARD and placed.paid_at is None:
        return redirect(url_for("orders_paying.card", code=placed.code, k=key), 303)
    return redirect(url_for("orders_shop.order", code=placed.code, k=key), 303)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
