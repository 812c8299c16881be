"""A lot is published, and its labels printed, when it shows the ten fields of Circular 02/2024/TT-BKHCN, not before."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.catalogue.models import Product, ProductClaim, ProductPicture, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.farming.models import Season
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.actions import NewStage, Whence
from marketplace.traceability.errors import LotIncomplete, LotMoveRefused, LotNumberNotGs1, LotNumberTaken
from marketplace.traceability.models import Lot, LotStage
from marketplace.traceability.states import LotState, StageKind
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.epcis import alone, code_for, harvest_event, make_machine, make_mill
from tests.factories.farming import make_season
from tests.factories.traceability import make_lot

OWNER = "+84901234567"
GTIN = "09520000100018"
PICTURE = {
    "key": "pictures/x", "width": 400, "height": 300, "mean_colour": "#8a7f52", "widths": [400], "formats": ["jpg"],
    "state": "ready",
}  # fmt: skip


class Desk:
    """A cooperative with a draft that has all ten fields, and its owner signed in."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.product = make_product(self.cooperative)
        with transaction():
            session.add(ProductPicture(product_id=self.product.id, picture=PICTURE))
        season = make_season(self.product)
        with transaction():
            self.lot = actions.start_lot(
                session.merge(self.product),
                batch="NL-1",
                harvested_on=clock.today(),
                quantity=100_000,
                place="Vườn bà Lan",
                commune_code="11977",
                by=None,
                whence=Whence(season_id=season.id),
            )
        session.expunge(self.lot)
        self.page = f"/htx-cua-toi/{self.cooperative.slug}/lo-hang/{self.lot.code}"
        self.browser = browser
        browser.sign_in(OWNER)

    def change(self, table: type[Any], **values: object) -> None:
        with transaction():
            session.query(table).update(dict(values))

    def claim(self, scheme: str, **certificate: Any) -> None:
        paper = make_certificate(self.cooperative, scheme=scheme, **certificate)
        self.change(Season, certificate_id=paper.id)
        with transaction():
            session.add(ProductClaim(product_id=self.product.id, certificate_id=paper.id, counts=True))

    def publish(self) -> Lot:
        session.rollback()
        with transaction():
            lot = session.query(Lot).filter_by(batch=self.lot.batch).one()
            actions.publish(lot, by=None)
        return lot

    def readiness(self) -> rules.Readiness:
        session.rollback()
        return queries.readiness_of(session.get_one(Lot, self.lot.id))

    def html(self) -> str:
        assert self.browser.page is not None
        return self.browser.page.get_data(as_text=True)


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def without_pictures(desk: Desk) -> None:
    with transaction():
        session.query(ProductPicture).delete()


def without_steps(desk: Desk) -> None:
    with transaction():
        session.query(LotStage).delete()


# What is missing, how it went missing, how the farmer reads it, and where he mends it.
LACKS: dict[str, tuple[Callable[[Desk], object], str, str]] = {
    "product_name": (lambda desk: desk.change(Product, name=" "), "tên sản phẩm", "/san-pham/"),
    "images": (without_pictures, "ảnh sản phẩm", "/san-pham/"),
    "producer_name": (lambda desk: desk.change(Cooperative, legal_name=""), "tên hợp tác xã", "/ho-so"),
    "producer_address": (lambda desk: desk.change(Cooperative, address_line=" "), "địa chỉ hợp tác xã", "/ho-so"),
    "stages": (without_steps, "ít nhất một công đoạn", "#new-step"),
    "stage_place": (lambda desk: desk.change(LotStage, place=""), "nơi làm và ngày làm của từng công đoạn", "#diary"),
    "place": (lambda desk: desk.change(Lot, place=""), "nơi sản xuất", "/sua"),
    "lot_number": (
        lambda desk: (desk.change(Variant, gtin=GTIN), desk.change(Lot, batch="Nhãn số 1")),
        "số lô dùng được với mã vạch",
        "/sua",
    ),
    "brand": (lambda desk: desk.claim("collective_mark"), "thương hiệu, vì sản phẩm mang nhãn hiệu", "/san-pham/"),
    "standards": (lambda desk: desk.change(Product, standard=""), "tiêu chuẩn áp dụng: số tiêu chuẩn", "/san-pham/"),
}


@pytest.mark.parametrize("lacking", LACKS)
def test_nothing_is_published_without_one_of_the_ten(desk: Desk, lacking: str) -> None:
    take_away, words, where = LACKS[lacking]
    take_away(desk)
    lot_id = desk.lot.id
    session.rollback()
    with pytest.raises(LotIncomplete) as refused, transaction():
        actions.publish(session.get_one(Lot, lot_id), by=None)
    assert refused.value.missing == [lacking]
    session.rollback()
    assert session.get_one(Lot, lot_id).state == LotState.DRAFT

    desk.browser.get(desk.page)
    token = next(form["fields"]["csrf_token"] for form in desk.browser.forms() if "csrf_token" in form["fields"])
    desk.browser.post(f"{desk.page}/cong-bo", {"csrf_token": token})
    assert f"còn thiếu: {words}" in desk.browser.text
    for address in (desk.page, f"{desk.page}/xem-truoc"):
        desk.browser.get(address)
        assert f"Còn thiếu: {words}" in desk.browser.text
        (mends,) = re.findall(r'<a class="mend" href="([^"]+)">(?!Về trang lô)', desk.html())
        assert where in mends
        assert "/cong-bo" not in desk.html()


@pytest.mark.parametrize(
    ("lacking", "changed"),
    [
        ("made_on", {"made_on": None}),
        ("trace_code", {"trace_code": ""}),
        ("expiry", {"best_before": None}),
        ("stage_place", {"stages": [("Vườn", None)]}),
    ],
)
def test_what_the_tables_always_hold_is_asked_for_as_well(desk: Desk, lacking: str, changed: dict[str, Any]) -> None:
    assert replace(desk.readiness(), **changed).missing() == [lacking]


def test_what_is_missing_is_named_in_the_order_of_the_circular() -> None:
    empty = rules.Readiness(
        product_name="", pictures=0, producer_name="", producer_address="", place="", stages=[], made_on=None,
        trace_code="", batch="", gtins=[], brand="", bears_mark=True, best_before=None, standards=[],
    )  # fmt: skip
    ten = [one.key for one in empty.obligations()]
    assert ten == [
        "product_name", "images", "producer_name", "producer_address", "stages", "made_on", "trace_code", "brand",
        "expiry", "standards",
    ]  # fmt: skip
    assert empty.missing() == ten


def test_a_lot_with_all_ten_is_published(desk: Desk) -> None:
    assert desk.readiness().missing() == []
    assert [one.key for one in desk.readiness().obligations() if not one.is_there] == ["brand"]
    assert desk.publish().state == LotState.PUBLISHED


def test_a_registered_mark_wants_its_brand_and_gets_it(desk: Desk) -> None:
    desk.claim("collective_mark")
    desk.change(Product, brand="Nhãn Nhà Lan")
    assert desk.publish().state == LotState.PUBLISHED


@pytest.mark.parametrize(
    ("scheme", "ended_days_ago", "is_enough"),
    [("vietgap_crop", 0, True), ("vietgap_crop", 1, False), ("ocop", 0, False)],
)
def test_a_certificate_on_the_day_of_harvest_stands_for_the_standard(
    desk: Desk, scheme: str, ended_days_ago: int, is_enough: bool
) -> None:
    desk.change(Product, standard="")
    desk.claim(scheme, valid_to=clock.today() - timedelta(days=ended_days_ago))
    assert (desk.readiness().missing() == []) is is_enough


def test_a_corrected_step_no_longer_counts(desk: Desk) -> None:
    desk.change(LotStage, place="")
    assert desk.readiness().missing() == ["stage_place"]
    with transaction():
        lot = session.get_one(Lot, desk.lot.id)
        told_again = NewStage(StageKind.HARVEST, "Vườn bà Lan", clock.today())
        actions.add_stage(lot, told_again, by=None, corrects=lot.stages[0])
    assert desk.readiness().missing() == []


def test_the_number_of_a_recorded_lot_stays_so_it_is_sold_without_labels_that_bear_a_gtin(desk: Desk) -> None:
    desk.change(Variant, gtin=GTIN)
    lot = make_lot(desk.product, batch="Nhãn số 1", state=LotState.RECORDED, published_at=None)
    with transaction():
        lot = session.get_one(Lot, lot.id)
        actions.publish(lot, by=None)
    desk.browser.get(f"{desk.page.removesuffix(desk.lot.code)}{lot.code}/xem-truoc")
    assert "Số lô Nhãn số 1 không ghi được vào mã của Túi 1 kg" in desk.browser.text
    with pytest.raises(LotNumberNotGs1), transaction():
        actions.print_labels(lot, session.query(Variant).one(), count=1, layout="21", by=None)


def test_nothing_is_printed_before_it_is_published(desk: Desk) -> None:
    with pytest.raises(LotMoveRefused), transaction():
        lot = session.get_one(Lot, desk.lot.id)
        actions.print_labels(lot, session.query(Variant).one(), count=1, layout="21", by=None)


def test_the_preview_of_a_draft_is_the_page_that_its_readers_will_see(desk: Desk) -> None:
    desk.browser.get(desk.page)
    assert "Xem trước trang người quét tem sẽ thấy" in desk.browser.text
    assert desk.browser.get(f"/q/{desk.lot.code}").status_code == 404
    desk.browser.get(f"{desk.page}/xem-truoc")
    assert "Đã đủ cả. Hãy công bố lô rồi in tem." in desk.browser.text
    assert "không có, không bắt buộc" in desk.browser.text  # the brand
    before = desk.html().partition('<div class="preview-page">')[2]
    desk.browser.submit(f"{desk.page}/xem-truoc", action="/cong-bo")
    assert "Đã công bố lô" in desk.browser.text
    desk.browser.get(f"/q/{desk.lot.code}")
    page = desk.html().partition('<div class="container container-narrow page">')[2].partition("</main>")[0]
    assert page.rpartition("</div>")[0].strip() in before
    assert "TCCS 01:2026" in page
    desk.browser.get(f"{desk.page}/xem-truoc")
    assert "#labels" in desk.html()
    assert "/cong-bo" not in desk.html()


def test_nobody_else_sees_a_preview(desk: Desk, browsers: Callable[[], Browser]) -> None:
    other = make_cooperative(name="Khác", owner=make_person(phone="+84907654321"))
    stranger = browsers()
    stranger.sign_in("+84907654321")
    assert stranger.get(f"/htx-cua-toi/{other.slug}/lo-hang/{desk.lot.code}/xem-truoc").status_code == 404
    assert stranger.get(f"{desk.page}/xem-truoc").status_code == 404


def test_a_machine_cannot_use_a_lot_number_twice_either(app: Flask) -> None:
    mill = make_mill()
    machine = make_machine(app, mill.cooperative)
    first, second = harvest_event(mill, code_for(1)), harvest_event(mill, code_for(2))
    second["ilmd"]["cbvmda:lotNumber"] = first["ilmd"]["cbvmda:lotNumber"].lower()
    assert machine.post("/epcis/events", alone(first)).status_code == 201
    refused = machine.post("/epcis/events", alone(second))
    assert refused.status_code == 422
    assert "belongs to the lot harvested on" in refused.get_json()["detail"]
    session.rollback()
    assert session.query(Lot).count() == 1


def test_two_drafts_of_one_number_are_never_both_recorded(app: Flask) -> None:
    product_id = make_product(make_cooperative()).id
    for attempt in range(4):
        lots = []
        for _draft in range(2):
            with transaction():
                lot = actions.start_lot(
                    session.get_one(Product, product_id), batch=f"N-{attempt}", harvested_on=clock.today(),
                    quantity=1_000, place="Thôn Đông", commune_code="11977", by=None,
                    whence=Whence(bought_from="Chợ đầu mối", bought_paper="PX 12"),
                )  # fmt: skip
                lots.append(lot.id)
        begin, refused = threading.Barrier(2), []

        def record(lot_id: int, begin: threading.Barrier = begin, refused: list[str] = refused) -> None:
            with app.app_context():
                begin.wait(10)
                try:
                    with transaction():
                        actions.record(session.get_one(Lot, lot_id), by=None)
                except LotNumberTaken as problem:
                    refused.append(problem.batch)
                finally:
                    session.remove()

        threads = [threading.Thread(target=record, args=[lot_id]) for lot_id in lots]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        session.rollback()
        assert refused == [f"N-{attempt}"]
        assert session.query(Lot).filter_by(batch=f"N-{attempt}", state=LotState.RECORDED).count() == 1
