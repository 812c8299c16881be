"""Buying from the room in two taps: a small page of its own, which scripts lay as a sheet over the room."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.fairs import queries
from marketplace.fairs.models import Fair
from marketplace.fairs.queries import ItemView
from marketplace.foundation import codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, browser_token, limits
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory.errors import OfferNotOpen, OfferSoldOut, OverBuyersLimit

pages = Blueprint("fairs_buying", __name__)


@pages.get("/phien-cho/<slug>/mua/<int:item_id>")
@access.public
def buy(slug: str, item_id: int) -> str:
    """What it costs and for how long, how many one may have, and how to go on when the price is over."""
    fair, item = _find(slug, item_id)
    return _show(fair, item)


@pages.post("/phien-cho/<slug>/mua/<int:item_id>")
@access.public
@limits.writes_by_strangers
def hold(slug: str, item_id: int) -> AnyResponse | tuple[str, int]:
    """Keep them for this browser, then ask where they go. Pressed twice it keeps the same packs."""
    fair, item = _find(slug, item_id)
    typed = request.form.get("quantity", "").strip()
    packs = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
    if not 1 <= packs <= item.offer.per_buyer:
        error = _("Type how many packs, from 1 to %(most)s.", most=item.offer.per_buyer)
        return _show(fair, item, typed=typed, error=error), 422
    token = browser_token.known_or_new()
    offer = inventory_read.find_offer(item.offer.id) or abort(404)
    try:
        with transaction():
            inventory.hold_offer(offer, token_digest=codes.token_digest(token), packs=packs)
    except OfferNotOpen:
        error = _("The session price is over. You can still buy at the usual price.")
    except OfferSoldOut as refusal:
        error = (
            _("Others were faster: at the session price %(count)s are left.", count=refusal.left)
            if refusal.left > 0
            else _("Others were faster: nothing is left at the session price. Packs that are kept may come free again.")
        )
    except OverBuyersLimit as refusal:
        error = _("At the session price each buyer may have at most %(count)s packs.", count=refusal.limit)
    else:
        answer = redirect(url_for("checkout_ordering.order"), 303)
        browser_token.keep(answer, token)
        return answer
    fair, item = _find(slug, item_id)
    return _show(fair, item, typed=typed, error=error), 422


def _find(slug: str, item_id: int) -> tuple[Fair, ItemView]:
    fair = queries.find_fair(slug) or abort(404)
    return fair, queries.item_view(fair.id, item_id) or abort(404)


def _show(fair: Fair, item: ItemView, *, typed: str = "1", error: str = "") -> str:
    view = item.offer
    seconds = int((view.closes_at - view.now).total_seconds()) if view.is_open and view.closes_at else 0
    return render_template(
        "fairs/shop/buy.html",
        fair=fair,
        item=item,
        typed=typed,
        error=error,
        minutes_left=max(seconds // 60, 0),
        most=max(min(view.per_buyer, view.free), 1),
    )
