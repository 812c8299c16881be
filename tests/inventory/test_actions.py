"""Stock is taken first expired first, in whole packs, never more than there is."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.catalogue.models import Listing
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.inventory import actions
from marketplace.inventory.errors import NotEnoughStock
from marketplace.traceability import actions as traceability
from marketplace.traceability.models import Lot, LotMovement
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot


def take(product_id: int, packs: int, *, content: int = 1000, reference: str = "line:1") -> list[actions.Taken]:
    with transaction():
        return actions.take(
            product_id=product_id, content=content, packs=packs, reference=reference, on=clock.today(), by=None
        )


def test_take_empties_first_what_expires_first(app: Flask) -> None:
    product = make_product(make_cooperative())
    later = make_lot(product, quantity=5000, best_before=clock.today() + timedelta(days=9))
    sooner = make_lot(product, quantity=2500, best_before=clock.today() + timedelta(days=3))
    # A pack is never cut from two lots: 500 g of the sooner lot stay behind.
    assert take(product.id, 4) == [actions.Taken(sooner.id, 2000), actions.Taken(later.id, 2000)]


def test_take_refuses_more_than_there_is_and_writes_nothing(app: Flask) -> None:
    product = make_product(make_cooperative())
    make_lot(product, quantity=3000)
    with pytest.raises(NotEnoughStock) as refusal:
        take(product.id, 4)
    assert (refusal.value.asked, refusal.value.left) == (4, 3)
    assert session.query(Lot.produced, Lot.reserved).all() == [(3000, 0)]
    assert session.query(LotMovement).count() == 1


def test_take_leaves_expired_and_closed_lots_alone(app: Flask) -> None:
    product = make_product(make_cooperative())
    make_lot(product, harvested_on=clock.today() - timedelta(days=30), best_before=clock.today() - timedelta(days=1))
    held = make_lot(product)
    with transaction():
        traceability.hold(held, by=None, reason="Kiểm tra lại")
    with pytest.raises(NotEnoughStock):
        take(product.id, 1)


def test_listing_says_sold_out_with_the_last_pack_and_on_sale_when_given_back(app: Flask) -> None:
    product = make_product(make_cooperative())
    lot = make_lot(product, quantity=2000)
    assert session.get_one(Listing, product.id).in_stock_until == lot.best_before
    take(product.id, 2)
    session.rollback()
    assert session.get_one(Listing, product.id).in_stock_until is None
    for _ in range(2):  # the second time writes nothing
        with transaction():
            actions.give_back(lot_id=lot.id, product_id=product.id, quantity=2000, reference="line:1", by=None)
    session.rollback()
    assert session.get_one(Listing, product.id).in_stock_until == lot.best_before
    assert session.get_one(Lot, lot.id, populate_existing=True).available == 2000
