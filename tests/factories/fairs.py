"""Fairs with booths, at any stage of their life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.checkout import actions as checkout
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions, queries
from marketplace.fairs.actions import FairDetails, NewItem
from marketplace.fairs.models import Booth, BoothItem, Fair, Slot
from marketplace.fairs.states import FairState
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.inventory import actions as inventory
from marketplace.inventory.models import SessionOffer
from marketplace.orders.models import Order
from marketplace.payments.states import Method
from tests.factories.accounts import make_officer
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import detached
from tests.factories.traceability import make_lot

_ON_THE_WAY = [FairState.ANNOUNCED, FairState.REGISTRATION_OPEN]


def fair_details(starts_at: datetime | None = None, **changes: Any) -> FairDetails:
    """A fair of two hours that begins now, whose registration is open until then."""
    starts_at = starts_at or clock.now()
    values: dict[str, Any] = {
        "name": "Phiên chợ HTX Hưng Yên",
        "theme": "Nông sản mùa thu",
        "description": "",
        "provinces": [],
        "registration_opens_at": starts_at - timedelta(days=7),
        "registration_closes_at": starts_at,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "booth_quota": 30,
        "slot_minutes": 12,
        "gap_minutes": 2,
        "max_discount_percent": 50,
        "per_buyer": 5,
        "least_stars": 0,
        "required_schemes": [],
        "rules_text": "Chỉ bán hàng có nguồn gốc.",
        **changes,
    }
    return FairDetails(**values)


def make_fair(
    *, officer: Person | None = None, province: str = "33", to: FairState = FairState.REGISTRATION_OPEN, **changes: Any
) -> Fair:
    """A fair of Hưng Yên that takes applications, unless told another early state."""
    officer = officer or make_officer(province)
    with transaction():
        fair = actions.create_fair(fair_details(**changes), province_code=province, by=officer.id)
        if to in _ON_THE_WAY:
            actions.announce_fair(fair, by=officer.id)
        if to == FairState.REGISTRATION_OPEN:
            actions.open_registration(fair, by=officer.id)
    return fair


def make_booth(
    fair: Fair,
    cooperative: Cooperative | None = None,
    *,
    product: Product | None = None,
    packs: int = 20,
    price_dong: int = 40_000,
    per_buyer: int = 2,
    lot_grams: int = 100_000,
    submitted: bool = True,
) -> Booth:
    """An application with one product of one lot, complete and handed in."""
    cooperative = cooperative or make_cooperative()
    product = product or make_product(cooperative)
    lot = make_lot(product, quantity=lot_grams)
    with transaction():
        fair = session.get_one(Fair, fair.id)
        booth = actions.begin_booth(fair, cooperative_id=cooperative.id)
        actions.describe_booth(
            booth, profile="Trồng nhãn bốn mươi năm", wishes="", speaker_name="Nguyễn Thị Lan",
            speaker_phone="+84900000001", streams_itself=False, video_url="",
        )  # fmt: skip
        actions.add_item(
            booth,
            NewItem(
                variant_id=product.variants[0].id,
                lot_id=lot.id,
                price_dong=price_dong,
                packs=packs,
                per_buyer=per_buyer,
            ),
        )
        actions.accept_rules(booth, fair, by=1)
        if submitted:
            actions.submit(booth, fair, by=1)
    return booth


def approve_booth(booth: Booth, *, by: int = 1) -> None:
    """Its speaker is checked and its packs are cut from their lots."""
    with transaction():
        booth = session.get_one(Booth, booth.id)
        fair = session.get_one(Fair, booth.fair_id)
        actions.check_speaker(booth, fair, by=by)
        actions.approve(booth, fair, by=by)


def make_live_fair(*, booths: int = 1, officer: Person | None = None, **booth: Any) -> tuple[Fair, list[Slot]]:
    """A fair on air with so many approved booths; nobody is on yet."""
    officer = officer or make_officer("33")
    fair = make_fair(officer=officer)
    for _ in range(booths):
        approve_booth(make_booth(fair, **booth), by=officer.id)
    with transaction():
        fair = session.get_one(Fair, fair.id)
        actions.close_registration(fair, by=officer.id)
        actions.plan_booths(fair, session.query(Booth).filter_by(fair_id=fair.id).order_by(Booth.id).all())
        actions.publish_timetable(fair, by=officer.id)
        actions.go_live(fair, by=officer.id)
    return fair, queries.slots_of(fair.id)


def end_fair(fair_id: int, *, by: int = 1) -> Fair:
    """From wherever its registration stands: the timetable is out, it goes on air, and it is over."""
    with transaction():
        fair = session.get_one(Fair, fair_id)
        if fair.state == FairState.REGISTRATION_OPEN:
            actions.close_registration(fair, by=by)
        if fair.state == FairState.REGISTRATION_CLOSED:
            actions.plan_booths(fair, session.query(Booth).filter_by(fair_id=fair.id).order_by(Booth.id).all())
            actions.publish_timetable(fair, by=by)
        if fair.state == FairState.SCHEDULED:
            actions.go_live(fair, by=by)
        actions.end_fair(fair, by=by)
    return fair


def buy_in_session(
    item_id: int, *, packs: int = 1, phone: str = "+84912345678", method: Method = Method.CASH_ON_DELIVERY
) -> Order:
    """Somebody keeps packs at the session price and orders them; the price must stand."""
    token = codes.token_digest(codes.random_token())
    with transaction():
        offer_id = session.get_one(BoothItem, item_id).offer_id
        assert offer_id is not None
        inventory.hold_offer(session.get_one(SessionOffer, offer_id), token_digest=token, packs=packs)
        order = checkout.place_order(
            token_digest=token,
            checkout_token=codes.random_token(),
            buyer=checkout.BuyerDetails(
                name="Hoàng Thị Mua", phone=phone, commune_code="11977", address_line="Số 5 ngõ Vườn"
            ),
            ways={},
            method=method,
        )
    return detached(session.get_one(Order, order.id))
