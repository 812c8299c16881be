"""A cooperative's own fees and its places to fetch goods, as offered to buyers."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from marketplace.checkout import actions as checkout
from marketplace.checkout import queries
from marketplace.checkout.models import DeliveryRate, PickupPoint
from marketplace.checkout.rules import Offer, Parcel, Point, Rate, Tariff, Terms, find_offer, offers, sample_fees
from marketplace.checkout.states import Way
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import VIETNAM
from marketplace.geography.rules import Zone
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative

OWNER = "+84901234567"
LIGHT = Parcel(chargeable_grams=1_400, goods_dong=100_000, shelf_life_days=30)
OWN = Tariff(
    {
        Zone.SAME_PROVINCE: Rate(10_000, 0),
        Zone.SAME_REGION: Rate(20_000, 1_500),
        Zone.INTER_REGION: Rate(40_000, 9_000),
    },
    island_dong=50_000,
)
# Monday to Friday, mornings and afternoons.
HOUSE = Point(7, "Nhà đóng gói", "Thôn Đông", (0, 1, 2, 3, 4), ((810, 1020), (420, 660)), cut_off_hours=12)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In the week that begins with Monday 23/11/2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def test_own_fees_take_the_place_of_the_markets() -> None:
    own = Terms(own_tariff=OWN)
    assert [offers(LIGHT, own, zone)[0].fee_dong for zone in Zone] == [10_000, 21_500, 49_000]
    assert offers(LIGHT, own, Zone.SAME_REGION, is_island=True)[0].fee_dong == 71_500
    assert offers(LIGHT, Terms(own_tariff=OWN, free_from_dong=100_000), Zone.SAME_REGION)[0].fee_dong == 0
    assert sample_fees(OWN)[1] == (3_000, [10_000, 26_000, 76_000])


@pytest.mark.parametrize(
    ("ordered", "ready"),
    [
        (at(23, 18, 59), "24/11/2026 07:00–11:00"),
        (at(23, 19), "24/11/2026 07:00–11:00"),
        (at(23, 19, 1), "24/11/2026 13:30–17:00"),
        (at(24, 1, 31), "25/11/2026 07:00–11:00"),
        (at(27, 9), "30/11/2026 07:00–11:00"),
        (at(29, 19, 1), "30/11/2026 13:30–17:00"),
    ],
)
def test_the_cut_off_decides_which_window_is_next(ordered: datetime, ready: str) -> None:
    window = HOUSE.next_window(ordered)
    assert window is not None
    assert window.words == ready


def test_every_open_place_is_an_offer_and_the_next_to_open_stands_first() -> None:
    market = Point(9, "Chợ Nhuế", "Phường Đông Ngạc", (0,), ((1_080, 1_200),), cut_off_hours=2)
    never = Point(11, "Kho cũ", "Thôn Tây", (), ((420, 660),), cut_off_hours=2)
    terms = Terms(has_carrier=False, has_pickup=True, points=(HOUSE, market, never))
    found = offers(LIGHT, terms, Zone.INTER_REGION, at=at(23, 10))
    assert [(offer.key, offer.fee_dong, offer.days_from) for offer in found] == [("pickup-9", 0, 0), ("pickup-7", 0, 1)]
    assert found[1].place == "Nhà đóng gói, Thôn Đông · 24/11/2026 07:00–11:00"
    assert find_offer(found, "pickup-7") is found[1]
    assert find_offer(found, Way.PICKUP) is found[0]
    assert find_offer(found, "pickup-11") is None
    # Pages that are the same for everybody say only that goods can be fetched.
    assert offers(LIGHT, terms, Zone.INTER_REGION) == [Offer(Way.PICKUP, 0, 0, 1)]


class Desk:
    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/giao-hang"
        self.browser = browser
        browser.sign_in(OWNER)

    def terms(self) -> Terms:
        session.rollback()
        return queries.terms_of([self.cooperative.id])[self.cooperative.id]


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


TYPED = {
    "has_own_tariff": "y", "first_same_province": "10k", "half_same_province": "0", "first_same_region": "20.000",
    "half_same_region": "1.500", "first_inter_region": "40k", "half_inter_region": "9k", "island": "50k",
}  # fmt: skip


def test_own_fees_are_shown_first_then_kept_then_given_up(desk: Desk) -> None:
    page = desk.browser.submit(desk.home, {**TYPED, "preview": "1"})
    assert page.status_code == 200
    assert "76.000" in desk.browser.text
    assert "Chưa lưu" in desk.browser.text
    assert desk.terms().own_tariff is None
    desk.browser.send({"preview": None})
    assert desk.terms().own_tariff == OWN
    desk.browser.submit(desk.home, {"has_own_tariff": None})
    assert desk.terms().own_tariff is None
    assert session.query(DeliveryRate).count() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"half_same_region": ""}, "Hãy điền đủ các mức phí"),
        ({"half_same_region": "ba nghìn"}, "Nhập số tiền"),
        ({"island": "20.000.000"}, "Có mức phí quá cao"),
    ],
)
def test_fees_that_cannot_be_read_change_nothing(desk: Desk, change: dict[str, str], words: str) -> None:
    page = desk.browser.submit(desk.home, TYPED | change)
    assert page.status_code == 422
    assert words in desk.browser.text
    assert desk.terms() == Terms()


PLACE = {
    "name": "Nhà đóng gói", "address": "Thôn Đông", "weekdays": ["0", "1", "2", "3", "4"], "opens": "7",
    "closes": "11h", "opens_again": "13h30", "closes_again": "17:00", "cut_off": "12",
}  # fmt: skip


def test_a_place_is_opened_changed_and_closed(desk: Desk) -> None:
    desk.browser.submit(f"{desk.home}/diem-nhan/moi", PLACE)
    (point,) = desk.terms().points
    assert point == Point(point.id, "Nhà đóng gói", "Thôn Đông", (0, 1, 2, 3, 4), ((420, 660), (810, 1020)), 12)
    assert desk.terms().has_pickup
    assert "Nhà đóng gói" in desk.browser.text
    address = f"{desk.home}/diem-nhan/{point.id}"
    desk.browser.submit(address, {"weekdays": ["6"], "opens_again": "", "closes_again": ""})
    assert (desk.terms().points[0].weekdays, desk.terms().points[0].hours) == ((6,), ((420, 660),))
    # Ways and fees leave the places alone.
    desk.browser.submit(desk.home, {"free_from": "500k"})
    assert len(desk.terms().points) == 1
    desk.browser.submit(address, action="/dong")
    assert desk.terms().points == ()
    assert session.query(PickupPoint).count() == 1
    assert session.query(AuditEntry).filter_by(tag="checkout:pickup_point:close").count() == 1
    assert desk.browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weekdays": []}, "ít nhất một ngày"),
        ({"closes": "6:30"}, "phải sau giờ bắt đầu"),
        ({"opens": "25"}, "Nhập giờ như 7:30"),
        ({"closes_again": ""}, "Điền cả hai giờ"),
        ({"opens_again": "10:00"}, "phải sau buổi thứ nhất"),
        ({"cut_off": "100"}, "từ 0 đến 72"),
        ({"name": " "}, "Nhà đóng gói"),
    ],
)
def test_a_place_that_cannot_be_is_refused(desk: Desk, change: dict[str, object], words: str) -> None:
    page = desk.browser.submit(f"{desk.home}/diem-nhan/moi", PLACE | change)
    assert page.status_code == 422
    assert words in desk.browser.text or change.get("name") == " "
    assert desk.terms().points == ()


def test_another_cooperatives_place_is_not_there(desk: Desk) -> None:
    other = make_cooperative()
    with transaction():
        point = checkout.keep_point(
            None, cooperative_id=other.id, name="Kho", address="Thôn Tây", weekdays=[0], hours=[(420, 660)],
            cut_off_hours=0,
        )  # fmt: skip
        address = f"{desk.home}/diem-nhan/{point.id}"
    assert desk.browser.get(address).status_code == 404
    desk.browser.get(desk.home)
    token = desk.browser.forms()[-1]["fields"]["csrf_token"]
    assert desk.browser.post(f"{address}/dong", {"csrf_token": token}).status_code == 404
    session.rollback()
    assert session.query(PickupPoint).one().closed_at is None


def test_terms_of_many_are_one_statement_and_belong_to_their_own(app: Flask) -> None:
    ids = [make_cooperative().id for _number in range(2)]
    with transaction():
        checkout.change_terms(cooperative_id=ids[0], terms=Terms(has_own_van=True, own_tariff=OWN))
        for name in ("Kho", "Chợ"):
            checkout.keep_point(
                None, cooperative_id=ids[0], name=name, address="Thôn Tây", weekdays=[0], hours=[(420, 660)],
                cut_off_hours=0,
            )  # fmt: skip
    session.rollback()
    found = queries.terms_of(ids)
    assert found[ids[1]] == Terms()
    assert (found[ids[0]].own_tariff, [point.name for point in found[ids[0]].points]) == (OWN, ["Kho", "Chợ"])
