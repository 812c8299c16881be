"""The cart: what lies in it, put in, changed, taken out."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.checkout import actions as checkout
from marketplace.checkout import queries, rules
from marketplace.checkout.errors import CartFull, NotOnSale
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, browser_token, limits
from marketplace.foundation.web.forgery import protection
from marketplace.inventory import actions as inventory
from marketplace.inventory.errors import OfferNotOpen, OfferSoldOut, OverBuyersLimit

pages = Blueprint("checkout_cart", __name__)


@pages.get("/gio-hang")
@access.public
def cart() -> str:
    """What lies in the cart, by cooperative."""
    view, lapsed = queries.cart_page(browser_token.digest(), on=clock.today())
    return render_template(
        "checkout/shop/cart.html",
        cart=view,
        lapsed=lapsed,
        most=rules.MOST_PACKS,
        was_added=request.args.get("them") == "1",
    )


@pages.get("/gio-hang/so-luong")
@access.public
def count() -> Response:
    """How many packs lie in the cart; pages are the same for all strangers and ask for it by script."""
    answer = jsonify(count=queries.count_packs(browser_token.digest()) if browser_token.is_known() else 0)
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
    token = browser_token.known_or_new()
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
    browser_token.keep(answer, token)
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
    view, variant_id, packs = queries.find_cart(browser_token.digest()), _number("variant", 0), _number("quantity", 0)
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


@pages.post("/gio-hang/giu")
@access.public
@limits.writes_by_strangers
def hold() -> AnyResponse:
    """Keep other packs of a session, the same ones once more, or none; or take them at the usual price instead."""
    digest = browser_token.digest()
    held = queries.find_held(digest, _number("offer", 0)) or abort(404)
    offer, packs = held.offer, _number("quantity", held.packs)
    cart_page = redirect(url_for("checkout_cart.cart"), 303)
    try:
        with transaction():
            if packs == 0 or "remove" in request.form:
                inventory.release_hold(offer, token_digest=digest)
            elif "usual" in request.form:
                checkout.add(token_digest=digest, variant_id=offer.variant_id, packs=held.packs)
                inventory.release_hold(offer, token_digest=digest)
            elif packs > 0:
                inventory.hold_offer(offer, token_digest=digest, packs=packs)
            else:
                flash(_("Type how many packs, from 1 to %(most)s.", most=offer.per_buyer), "error")
    except OfferNotOpen:
        flash(_("The session price is over. You can still buy at the usual price."), "error")
    except OfferSoldOut as refusal:
        flash(_("Others were faster: at the session price %(count)s are left.", count=max(refusal.left, 0)), "error")
    except OverBuyersLimit as refusal:
        flash(_("At the session price each buyer may have at most %(count)s packs.", count=refusal.limit), "error")
    except NotOnSale:
        flash(_("This pack is no longer on sale. Look at the product again for what can be had."), "error")
    except CartFull:
        flash(_("Your cart is full. Order what is in it first, then go on."), "error")
    return cart_page
