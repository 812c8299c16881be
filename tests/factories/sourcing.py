"""Demands, forecasts and what comes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product, ProductClaim
from marketplace.certificates.models import Certificate
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.payments.states import Method
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import papers
from marketplace.sourcing.actions import DemandDetails, Terms
from marketplace.sourcing.models import CallOff, Commitment, Demand, Forecast, Quote
from marketplace.sourcing.states import Basis, BuyerKind, Frequency, PaperKind, Side
from tests.factories.accounts import make_person
from tests.factories.certificates import make_certificate
from tests.factories.farming import make_season

TONNE = 1_000_000


def details(**changes: Any) -> DemandDetails:
    """500 kg of vegetables a week for eight weeks from tomorrow on, with VietGAP, in Hưng Yên."""
    starts_on = clock.today() + timedelta(days=1)
    values: dict[str, Any] = {
        "buyer_kind": BuyerKind.CANTEEN,
        "buyer_name": "Bếp ăn khu công nghiệp Phố Nối (mẫu)",
        "phone": "+84912000001",
        "product": "Rau cải, rau muống",
        "subgroup": "food_fresh_produce",
        "unit": BaseUnit.GRAM,
        "quantity": 500_000,
        "frequency": Frequency.WEEKLY,
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=55),
        "address_line": "Cổng số 2",
        "commune_code": "11977",
        "province_code": "33",
        "payment_method": Method.VIETQR,
        "deadline_on": clock.today() + timedelta(days=10),
        "required_schemes": ("vietgap_crop",),
        **changes,
    }
    return DemandDetails(**values)


def make_demand(person: Person | None = None, **changes: Any) -> Demand:
    by = (person or make_person(full_name="Đặng Thị Bếp Trưởng")).id
    with transaction():
        return sourcing.post_demand(details(**changes), by=by)


def certify(product: Product, **changes: Any) -> Certificate:
    """VietGAP for the product, which claims it."""
    certificate = make_certificate(session.get_one(Cooperative, product.cooperative_id), product.name, **changes)
    with transaction():
        session.add(ProductClaim(product_id=product.id, certificate_id=certificate.id, counts=True))
    return certificate


def make_forecast(product: Product, *, quantity: int = 10 * TONNE, days: int = 90, **changes: Any) -> Forecast:
    """So much from a season, from today on."""
    season = make_season(product, ceiling=max(quantity, 1), ceiling_note="Nhà lưới")
    today = clock.today()
    values: dict[str, Any] = {
        "basis": Basis.SEASON,
        "season": season,
        "starts_on": today,
        "ends_on": today + timedelta(days=days),
        "quantity": quantity,
        "by": None,
        **changes,
    }
    with transaction():
        if values["season"] is not None:
            values["season"] = session.merge(values["season"])
        return sourcing.make_forecast(session.merge(product), **values)


def make_quote(demand: Demand, product: Product, *, quantity: int = 500_000, price_dong: int = 20_000) -> Quote:
    with transaction():
        return sourcing.make_quote(
            session.merge(demand),
            session.merge(product),
            terms=Terms(quantity, price_dong),
            sample_on=None,
            valid_until=clock.today() + timedelta(days=10),
            words="Giao thứ hai hằng tuần",
            by=None,
        )


def make_commitment(
    quote: Quote, *, seller: Person, kind: PaperKind = PaperKind.MEMORANDUM, signed: bool = True
) -> Commitment:
    """The buyer took the quote; both have signed unless told otherwise."""
    with transaction():
        quote = session.merge(quote)
        demand = session.get_one(Demand, quote.demand_id)
        commitment = sourcing.accept_quote(
            quote, side=Side.BUYER, seen=quote.turns, kind=kind, write=papers.write, by=demand.person_id
        )
        if signed:
            buyer = session.get_one(Person, demand.person_id)
            for side, person in ((Side.BUYER, buyer), (Side.SELLER, session.merge(seller))):
                sourcing.sign(commitment, side=side, person=person, position="Giám đốc", digest=commitment.digest)
        return commitment


def make_call_off(commitment: Commitment, *, quantity: int = 500_000, in_days: int = 2) -> CallOff:
    with transaction():
        commitment = session.merge(commitment)
        return sourcing.call_off(
            commitment,
            quantity=quantity,
            deliver_on=clock.today() + timedelta(days=in_days),
            token=codes.random_token(),
            by=commitment.person_id,
        )
