"""A canteen asks for 500 kg a week, signs with a cooperative, calls off, and is stopped when VietGAP lapses: by the pages.

Done-when line 8 of the issue "The HTX market goes on air".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace import wiring
from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_day
from marketplace.orders.models import Order, OrderLine, OrderLineLot
from marketplace.orders.states import PartState
from marketplace.sourcing.models import Commitment, Demand, Forecast
from marketplace.sourcing.tasks import close_demands
from marketplace.traceability.models import Lot
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.sourcing import TONNE, certify, make_forecast
from tests.factories.traceability import make_lot
from tests.notifications.reading import bell_of, letters_to, work


class Market:
    """A canteen's cook and four cooperatives with vegetables; only the first has all that the canteen needs."""

    def __init__(self, browsers: Callable[[], Browser]) -> None:
        self.today = clock.today()
        self.cook = make_person(full_name="Đặng Thị Bếp Trưởng")
        self.owner = make_person(full_name="Nguyễn Thị Chủ Nhiệm")
        self.best = self._grower("Rau Sông Biếc", owner=self.owner, weeks=80, forecast=6 * TONNE)
        self.short = self._grower("Rau Bến Mơ", weeks=80, forecast=1_500_000)
        self.lapsing = self._grower("Rau Làng Gió", weeks=3, forecast=6 * TONNE, province="31", commune="10813")
        self.bare = self._grower("Rau Đồng Mây", weeks=0, forecast=0, province="37", commune="14236")
        self.buyer, self.desk = browsers(), browsers()
        self.buyer.sign_in(self.cook.contacts[0])
        self.desk.sign_in(self.owner.contacts[0])
        self.base = f"/htx-cua-toi/{self.best.slug}"

    def _grower(
        self,
        name: str,
        *,
        weeks: int,
        forecast: int,
        owner: Person | None = None,
        province: str = "33",
        commune: str = "11977",
    ) -> Cooperative:
        cooperative = make_cooperative(name=name, owner=owner, province=province, commune=commune)
        product = make_product(cooperative, name=f"Cải ngọt {name}", packs=(("Sọt 10 kg", 10_000, 250_000),))
        if weeks:
            certify(product, valid_to=clock.today() + timedelta(weeks=weeks))
        if forecast:
            make_forecast(product, quantity=forecast)
        return cooperative

    @property
    def product(self) -> Product:
        return session.scalars(select(Product).where(Product.cooperative_id == self.best.id)).one()


@pytest.fixture
def market(app: Flask, browsers: Callable[[], Browser]) -> Market:
    return Market(browsers)


def ask(market: Market) -> str:
    """Post the demand; its code."""
    starts_on = market.today + timedelta(days=1)
    market.buyer.submit(
        "/tai-khoan/nhu-cau/moi",
        {
            "buyer_kind": "bep_an_tap_the", "buyer_name": "Bếp ăn Phố Nối (mẫu)", "phone": "0912 000 001",
            "subgroup": "food_fresh_produce", "product": "Rau cải ngọt", "quantity": "500", "frequency": "weekly",
            "starts_on": format_day(starts_on), "ends_on": format_day(starts_on + timedelta(days=55)),
            "required_schemes": "vietgap_crop", "target": "22.000", "province": "33", "commune": "11977",
            "address_line": "Cổng số 2", "payment": "vietqr", "deadline_on": format_day(market.today + timedelta(days=9)),
        },
    )  # fmt: skip
    assert market.buyer.page is not None
    assert market.buyer.page.status_code == 200, market.buyer.text
    return session.scalars(select(Demand.code)).one()


def agree(market: Market, code: str) -> str:
    """Quote, counter-offer, take it; both sign. The code of the paper."""
    market.desk.submit(
        f"{market.base}/cung-cau/{code}", {"price": "24.000", "words": "Giao thứ hai, xe lạnh của HTX"},
        action="/bao-gia",
    )  # fmt: skip
    assert "Đang trao đổi" in market.desk.text
    link = re.search(rf"/tai-khoan/nhu-cau/{code}/bao-gia/\d+", _html(market.buyer, f"/tai-khoan/nhu-cau/{code}"))
    assert link is not None
    market.buyer.submit(link[0], {"words": "22 nghìn thì chốt", "price": "22k"}, action=link[0])
    assert "Bạn đưa ra; HTX có thể đồng ý." in market.buyer.text
    market.desk.submit(f"{market.base}/cung-cau/{code}", {"take-kind": "hop_dong"}, action="/dong-y")
    paper = session.scalars(select(Commitment.code)).one()
    assert f"{market.base}/cam-ket/{paper}" == market.desk.page.request.path  # type: ignore[union-attr]
    sign = {"position": "Giám đốc", "has_read": "y"}
    market.desk.submit(f"{market.base}/cam-ket/{paper}", sign, action="/ky")
    market.buyer.submit(f"/tai-khoan/cam-ket/{paper}", {**sign, "position": "Bếp trưởng"}, action="/ky")
    assert "Hai bên đã ký" in market.buyer.text
    return paper


def _html(browser: Browser, path: str) -> str:
    return browser.get(path).get_data(as_text=True)


def call_off(market: Market, paper: str, quantity: str, on: str) -> None:
    market.buyer.submit(f"/tai-khoan/cam-ket/{paper}", {"quantity": quantity, "deliver_on": on}, action="/goi-hang")


def confirm(market: Market, paper: str) -> None:
    market.desk.get(f"{market.base}/cam-ket/{paper}")
    action = next(form["action"] for form in market.desk.forms() if form["action"].endswith("/nhan"))
    market.desk.send(action=action)


def test_three_cooperatives_are_ranked_with_reasons(market: Market) -> None:
    code = ask(market)
    text = market.buyer.text
    names = ("1. HTX Rau Sông Biếc", "2. HTX Rau Bến Mơ", "3. HTX Rau Làng Gió", "4. HTX Rau Đồng Mây")
    places = [text.index(name) for name in names]
    assert places == sorted(places)
    first, second, third, fourth = (text[start:end] for start, end in zip(places, [*places[1:], None], strict=True))
    until = format_day(market.today + timedelta(days=56))
    assert "Phù hợp" in first
    assert "Thiếu" not in first
    assert f"Đủ 500 kg mỗi tuần đến {until}" in first
    assert "Cùng tỉnh" in first
    assert "Thiếu 2.500 kg: chỉ còn 1.500 kg" in second
    assert f"Thiếu: chứng nhận VietGAP hết hạn {format_day(market.today + timedelta(weeks=3))}" in third
    assert "Thiếu: chưa có chứng nhận VietGAP" in fourth
    assert "Thiếu: chưa có dự báo sản lượng" in fourth
    # The cooperative reads on its desk why it fits.
    assert "Rau cải ngọt" in Browser(market.buyer.client.application).get("/cung-cau").get_data(as_text=True)
    market.desk.get(f"{market.base}/cung-cau")
    assert f"Đủ 500 kg mỗi tuần đến {until}" in market.desk.text
    assert market.desk.get(f"{market.base}/cung-cau/{code}").status_code == 200


def test_from_the_demand_to_the_lapsed_certificate(market: Market) -> None:
    code = ask(market)
    paper = agree(market, code)
    commitment = session.scalars(select(Commitment)).one()
    assert (commitment.quantity, commitment.price_dong) == (4 * TONNE, 22_000)
    assert session.scalars(select(Forecast.committed).where(Forecast.id == commitment.forecast_id)).one() == 4 * TONNE
    assert "Đã thỏa thuận" in market.buyer.get(f"/tai-khoan/nhu-cau/{code}").get_data(as_text=True)
    pdf = market.buyer.get(f"/tai-khoan/cam-ket/{paper}/van-ban.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")

    # The first call-off becomes an order, out of a lot, at the price that was signed.
    lot = make_lot(market.product, quantity=3_800_000, best_before=market.today + timedelta(days=60))
    call_off(market, paper, "500", format_day(market.today + timedelta(days=2)))
    confirm(market, paper)
    assert "Đã thành đơn hàng" in market.desk.text
    order = session.scalars(select(Order)).one()
    line = session.scalars(select(OrderLine)).one()
    assert (order.total_dong, line.quantity, line.price_dong) == (11_000_000, 50, 220_000)
    assert order.parts[0].state == PartState.CONFIRMED
    taken = session.scalars(select(OrderLineLot)).one()
    assert (taken.lot_id, taken.quantity) == (lot.id, 500_000)
    assert session.scalars(select(Lot.reserved).where(Lot.id == lot.id)).one() == 500_000
    assert order.code in market.buyer.get(f"/tai-khoan/cam-ket/{paper}").get_data(as_text=True)

    # The second is larger than the rest: refused with the figure, and nothing is written.
    call_off(market, paper, "3,6 tấn", format_day(market.today + timedelta(days=9)))
    assert market.buyer.page.status_code == 422  # type: ignore[union-attr]
    assert "Cam kết này chỉ còn 3.500 kg, mà bạn gọi 3.600 kg" in market.buyer.text
    assert 'value="3,6 tấn"' in market.buyer.page.get_data(as_text=True)  # type: ignore[union-attr]
    session.expire_all()
    assert session.scalars(select(Commitment.called_off)).one() == 500_000

    # In week five the certificate ends; the night tells both, and the next call-off is blocked.
    _lapse(market, on=market.today + timedelta(days=30))
    week_five = datetime.combine(market.today + timedelta(days=31), time(8), dates.VIETNAM)
    with clock.moved_to(week_five):
        close_demands(job_id=0)
        work()
        market.buyer.sign_in(market.cook.contacts[0])  # a month later the browser is a stranger's again
        call_off(market, paper, "500", format_day(market.today + timedelta(days=33)))
        assert market.buyer.page.status_code == 422  # type: ignore[union-attr]
        assert "không có chứng nhận VietGAP còn hiệu lực mà cam kết yêu cầu" in market.buyer.text
        assert "Đang tạm ngừng gọi hàng" in market.buyer.text
    session.expire_all()
    assert session.scalars(select(Commitment.called_off)).one() == 500_000
    for person, path in (
        (market.cook, f"/tai-khoan/cam-ket/{paper}"),
        (market.owner, f"{market.base}/cam-ket/{paper}"),
    ):
        contact = person.contacts[0]
        (news,) = [text for text in letters_to(contact) if "VietGAP" in text and paper in text]
        assert path in news
        assert any(kind.endswith("/blocked") for kind in bell_of(person))
    for rule, find in wiring.INVARIANTS.items():
        assert find() == [], rule
        session.rollback()


def _lapse(market: Market, *, on: date) -> None:
    """The certificate that the market shows ends on this day, as its paper says."""
    with transaction():
        session.execute(update(Certificate).where(Certificate.cooperative_id == market.best.id).values(valid_to=on))
