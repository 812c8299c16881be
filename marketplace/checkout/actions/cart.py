"""Putting packs into a cart and taking them out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from marketplace.catalogue.models import Listing, Variant
from marketplace.checkout import queries, rules
from marketplace.checkout.errors import CartFull, NotOnSale
from marketplace.checkout.models import Cart, CartLine
from marketplace.foundation import clock
from marketplace.foundation.database import session

KEPT_FOR = timedelta(days=60)


def add(*, token_digest: str, variant_id: int, packs: int) -> None:
    """Put packs into the cart of this token, which begins with the first. Raises NotOnSale, CartFull."""
    on_sale = select(Variant.id).join(Listing, Listing.product_id == Variant.product_id)
    if session.scalar(on_sale.where(Variant.id == variant_id, Variant.is_active)) is None:
        raise NotOnSale(f"variant {variant_id} is not on sale")
    now = clock.now()
    cart = queries.find_cart(token_digest)
    if cart is None:
        cart = Cart(token_digest=token_digest, created_at=now, changed_at=now)
        session.add(cart)
        session.flush()
    cart.changed_at = now
    line = _line(cart.id, variant_id)
    if line is not None:
        line.quantity = min(line.quantity + packs, rules.MOST_PACKS)
        return
    count = session.scalar(select(func.count(CartLine.id)).where(CartLine.cart_id == cart.id)) or 0
    if count >= rules.MOST_LINES:
        raise CartFull(f"cart {cart.id} holds {count} lines")
    session.add(CartLine(cart_id=cart.id, variant_id=variant_id, quantity=packs))


def change_quantity(cart: Cart, *, variant_id: int, packs: int) -> None:
    """Set how many packs; a line that is no longer there stays away."""
    line = _line(cart.id, variant_id)
    if line is not None:
        line.quantity = packs
        cart.changed_at = clock.now()


def remove(cart: Cart, *, variant_id: int) -> None:
    session.execute(delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant_id))
    cart.changed_at = clock.now()


def tidy_carts() -> None:
    """Forget carts that nobody has touched for two months."""
    session.execute(delete(Cart).where(Cart.changed_at < clock.now() - KEPT_FOR))


def _line(cart_id: int, variant_id: int) -> CartLine | None:
    return session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id))
