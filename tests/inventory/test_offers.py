"""Session offers: cut from a lot, bought only in their window, never more than there is nor than one buyer may have."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.inventory import actions, queries
from marketplace.inventory.errors import HoldLapsed, NotEnoughStock, OfferNotOpen, OfferSoldOut, OverBuyersLimit
from marketplace.inventory.models import SessionOffer
from marketplace.inventory.states import OfferState
from marketplace.traceability.models import Lot
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot


def cut(*, packs: int = 5, per_buyer: int = 2, lot_packs: int = 8) -> SessionOffer:
    product = make_product(make_cooperative())
    lot = make_lot(product, quantity=lot_packs * 1000)
    with transaction():
        return actions.cut_offer(
            variant=product.variants[0], lot_id=lot.id, price_dong=40_000, packs=packs, per_buyer=per_buyer, by=None
        )


def opened(**values: int) -> SessionOffer:
    offer = cut(**values)
    with transaction():
        actions.open_offer(offer, until=clock.now() + timedelta(minutes=15))
    return offer


def hold(offer: SessionOffer, token: str, packs: int = 1) -> None:
    with transaction():
        actions.hold_offer(offer, token_digest=token, packs=packs)


def buy(offer: SessionOffer, token: str, packs: int = 1, *, phone: str = "", line: str = "") -> None:
    with transaction():
        actions.take_offered(
            offer,
            token_digest=token,
            buyer_digest=phone or token,
            packs=packs,
            reference=line or f"line:{token}",
            by=None,
        )


def lot_of(offer: SessionOffer) -> Lot:
    session.rollback()
    return session.get_one(Lot, offer.lot_id, populate_existing=True)


def view(offer: SessionOffer) -> queries.OfferView:
    session.rollback()
    return queries.offer_views([offer.id])[offer.id]


def test_cutting_takes_the_packs_out_of_the_shop(app: Flask) -> None:
    offer = cut(packs=5, lot_packs=8)
    assert (lot_of(offer).reserved, lot_of(offer).available) == (5000, 3000)
    assert view(offer).state == OfferState.SCHEDULED
    with pytest.raises(OfferNotOpen):
        hold(offer, "a")
    assert queries.offers_that_disagree() == []


def test_cutting_more_than_the_lot_has_is_refused_and_writes_nothing(app: Flask) -> None:
    with pytest.raises(NotEnoughStock):
        cut(packs=9, lot_packs=8)
    assert session.query(SessionOffer).count() == 0
    assert session.query(Lot.reserved).scalar() == 0


def test_what_is_held_is_free_for_nobody_else_until_ten_minutes_are_over(app: Flask) -> None:
    offer = opened(packs=3)
    hold(offer, "a", 2)
    with pytest.raises(OfferSoldOut) as refusal:
        hold(offer, "b", 2)
    assert refusal.value.left == 1
    with clock.moved_to(clock.now() + timedelta(minutes=11)):
        hold(offer, "b", 2)
        with pytest.raises(HoldLapsed):
            buy(offer, "a", 2)
    assert view(offer).sold == 0


def test_a_hold_never_outlives_the_price(app: Flask) -> None:
    offer = opened()
    with transaction():
        actions.close_offer(offer, after=timedelta(minutes=1))
    with transaction():
        kept = actions.hold_offer(offer, token_digest="a", packs=1)
        assert kept.until == offer.closes_at
    with clock.moved_to(clock.now() + timedelta(minutes=2)), pytest.raises(OfferNotOpen):
        buy(offer, "a")


def test_bought_packs_move_from_the_offer_to_the_line(app: Flask) -> None:
    offer = opened(packs=5)
    hold(offer, "a", 2)
    buy(offer, "a", 2, line="line:1")
    assert lot_of(offer).reserved == 5000
    assert (view(offer).sold, view(offer).free) == (2, 3)
    assert queries.offers_that_disagree() == []


def test_one_buyer_gets_no_more_than_his_share_whatever_browsers_he_uses(app: Flask) -> None:
    offer = opened(per_buyer=2)
    hold(offer, "phone", 2)
    buy(offer, "phone", 2, phone="0912", line="line:1")
    hold(offer, "laptop", 1)
    with pytest.raises(OverBuyersLimit) as refusal:
        buy(offer, "laptop", 1, phone="0912", line="line:2")
    assert refusal.value.left == 0
    assert view(offer).sold == 2
    assert queries.offers_that_disagree() == []


def test_nothing_is_bought_after_the_host_closed(app: Flask) -> None:
    offer = opened()
    hold(offer, "a")
    with transaction():
        actions.close_offer(offer)
    with pytest.raises(OfferNotOpen):
        buy(offer, "a")
    assert view(offer).state == OfferState.CLOSED


def test_unsold_packs_go_back_on_sale_once(app: Flask) -> None:
    offer = opened(packs=5, lot_packs=8)
    hold(offer, "a", 2)
    buy(offer, "a", 2)
    for _ in range(2):
        with transaction():
            actions.end_offer(offer, by=None)
    assert (lot_of(offer).reserved, lot_of(offer).available) == (2000, 6000)
    assert queries.offers_that_disagree() == []


@pytest.mark.parametrize("is_open", [True, False])
def test_what_an_order_gives_back_returns_to_an_open_offer_only(app: Flask, is_open: bool) -> None:
    offer = opened(packs=5, lot_packs=8)
    hold(offer, "a", 2)
    buy(offer, "a", 2, line="line:1")
    if not is_open:
        with transaction():
            actions.close_offer(offer)
    with transaction():
        actions.give_back(lot_id=offer.lot_id, product_id=offer.product_id, quantity=2000, reference="line:1", by=None)
        taken = actions.put_back(offer, packs=2, buyer_digest="a", reference="line:1", by=None)
    assert taken == is_open
    assert lot_of(offer).available == (3000 if is_open else 5000)
    assert (view(offer).packs, view(offer).sold) == ((5, 0) if is_open else (3, 0))
    assert queries.offers_that_disagree() == []
