"""The cart: what lies in it, put in, changed, taken out."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.checkout import actions as checkout
from marketplace.checkout import queries, rules
from marketplace.checkout.errors import CartFull, NotOnSale
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.foundation.web.forgery import protection

pages = Blueprint("checkout_cart", __name__)

COOKIE = "htx_cart"
LIFE_SECONDS = 60 * 24 * 3600


def token_digest() -> str:
    """What names this browser's cart in the database."""
    return codes.token_digest(request.cookies.get(COOKIE, ""))


@pages.get("/gio-hang")
@access.public
def cart() -> str:
    """What lies in the cart, by cooperative."""
    view = queries.cart_view(token_digest(), on=clock.today())
    return render_template(
        "checkout/shop/cart.html", cart=view, most=rules.MOST_PACKS, was_added=request.args.get("them") == "1"
    )


@pages.get("/gio-hang/so-luong")
@access.public
def count() -> Response:
    """How many packs lie in the cart; pages are the same for all strangers and ask for it by script."""
    digest = token_digest() if COOKIE in request.cookies else ""
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
        return redirect(url_for("checkout_cart.cart"), 303)
    answer = redirect(url_for("checkout_cart.cart", them=1), 303)
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
    return came_from[len(request.host_url) - 1 :] if came_from.startswith(own) else url_for("checkout_cart.cart")


@pages.post("/gio-hang/doi")
@access.public
def change() -> AnyResponse:
    """Change how many packs of one line, or take it out."""
    view, variant_id, packs = queries.find_cart(token_digest()), _number("variant", 0), _number("quantity", 0)
    if view is None:
        return redirect(url_for("checkout_cart.cart"), 303)
    if not 0 <= packs <= rules.MOST_PACKS:
        flash(_("Type how many packs, from 1 to %(most)s.", most=rules.MOST_PACKS), "error")
        return redirect(url_for("checkout_cart.cart"), 303)
    with transaction():
        if packs == 0 or "remove" in request.form:
            checkout.remove(view, variant_id=variant_id)
        else:
            checkout.change_quantity(view, variant_id=variant_id, packs=packs)
    return redirect(url_for("checkout_cart.cart"), 303)
