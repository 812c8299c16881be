"""A badge lives exactly as long as its certificate; the origin page keeps telling what was true on the day of harvest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pypdfium2
import pytest
from flask import Flask

from marketplace.catalogue import actions as catalogue
from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import Review
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions as traceability
from marketplace.traceability import sheets
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

ENDS_IN = timedelta(days=3)


@pytest.fixture
def market(app: Flask) -> tuple[Product, Lot, Certificate]:
    """A product with one VietGAP certificate that ends in three days, and a lot harvested yesterday."""
    cooperative = make_cooperative()
    product = make_product(cooperative, name="Nhãn lồng Hưng Yên")
    certificate = make_certificate(cooperative, "Nhãn lồng", valid_to=clock.today() + ENDS_IN)
    with transaction():
        catalogue.refresh_claims_of_certificate(certificate.id)
    return product, make_lot(product, best_before=clock.today() + timedelta(days=60)), certificate


def at(day: date) -> datetime:
    """Two minutes past midnight in Vietnam."""
    return datetime.combine(day, time(0, 2), dates.VIETNAM)


def claims(browser: Browser, product: Product) -> dict[str, bool]:
    """Where the badge's words stand."""
    address = f"/san-pham/{product.slug}"
    return {path: "VietGAP" in browser.get(path).get_data(as_text=True) for path in ("/san-pham?q=nhan+long", address)}


def label_claims(product: Product, lot: Lot) -> bool:
    """Whether a sheet of labels printed now would carry the badge."""
    with transaction():
        lot, variant = session.merge(lot), session.merge(product.variants[0])
        run = traceability.print_labels(lot, variant, count=1, layout="21", by=None)
    sheet = pypdfium2.PdfDocument(sheets.draw(run.id, public_url="http://127.0.0.1:8000"))
    return "VietGAP" in sheet[1].get_textpage().get_text_bounded()


def test_the_badge_is_gone_on_the_day_after_the_last(
    browsers: Callable[[], Browser], market: tuple[Product, Lot, Certificate]
) -> None:
    product, lot, certificate = market
    with clock.moved_to(at(certificate.valid_to)):
        assert set(claims(browsers(), product).values()) == {True}
        assert label_claims(product, lot)
    with clock.moved_to(at(certificate.valid_to + timedelta(days=1))):
        assert set(claims(browsers(), product).values()) == {False}
        assert not label_claims(product, lot)


def test_the_origin_page_tells_what_was_true_on_the_day_of_harvest(
    browser: Browser, market: tuple[Product, Lot, Certificate]
) -> None:
    _product, lot, certificate = market
    with clock.moved_to(at(certificate.valid_to + timedelta(days=1))):
        browser.get(f"/q/{lot.code}")
    assert "có chứng nhận đã hết hạn sau ngày thu hoạch" in browser.text
    assert certificate.number in browser.text
    assert "Có giá trị vào ngày thu hoạch; nay đã hết hạn." in browser.text


@pytest.mark.parametrize("review", [Review.PENDING, Review.NEED_INFO, Review.REFUSED, Review.SUSPENDED])
def test_only_a_verified_certificate_counts(
    browser: Browser, market: tuple[Product, Lot, Certificate], review: Review
) -> None:
    product, _lot, certificate = market
    with transaction():
        session.merge(certificate).review = review
    assert set(claims(browser, product).values()) == {False}


def test_a_new_name_loses_what_covers_the_old_one_only(
    browser: Browser, market: tuple[Product, Lot, Certificate]
) -> None:
    product, _lot, _certificate = market
    with transaction():
        product = session.merge(product)
        product.name = "Cam đường canh"
        catalogue.refresh_claims(product)
        catalogue.refresh_listing(product)
    assert "VietGAP" not in browser.get(f"/san-pham/{product.slug}").get_data(as_text=True)
