"""Packing day: what is fetched for all parcels, what lies in each, and what is printed for it."""

from __future__ import annotations

import subprocess
import sys

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import event

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import engine, session, transaction
from marketplace.fulfilment import queries
from marketplace.fulfilment.models import PackingTick
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move, now, only_part, pay

OWNER = "+84901234567"


class Desk:
    """A cooperative with an owner who is signed in, and two of its products."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative: Cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/dong-goi"
        self.product = make_sold_product(self.cooperative)
        self.browser = browser
        browser.sign_in(OWNER)

    def confirmed(self, **given: int | str | Method) -> Order:
        order = make_order(self.product, **given)  # type: ignore[arg-type]
        move(order, PartState.CONFIRMED)
        return order

    def day(self) -> queries.PackingDay:
        session.rollback()
        return queries.packing_day(self.cooperative.id)


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def codes(parcels: list[queries.PackingParcel]) -> list[str]:
    return [parcel.part.code for parcel in parcels]


def test_the_day_holds_what_may_go_out_and_nothing_else(desk: Desk) -> None:
    make_order(desk.product)
    unpaid = desk.confirmed(method=Method.VIETQR)
    cash = desk.confirmed(quantity=3)
    packed = desk.confirmed()
    move(packed, PartState.PACKED)
    gone = desk.confirmed()
    move(gone, PartState.PACKED, PartState.SHIPPED)
    other = make_order(make_sold_product())
    move(other, PartState.CONFIRMED)
    day = desk.day()
    assert codes(day.parcels) == [only_part(cash).code, only_part(packed).code]
    assert codes(day.to_pack) == [only_part(cash).code]
    assert [(pick.packs, pick.missing_packs) for pick in day.picks] == [(3, 3)]
    assert day.collected_dong == only_part(cash).total_dong + only_part(packed).total_dong
    pay(unpaid)
    assert codes(desk.day().to_pack) == [only_part(unpaid).code, only_part(cash).code]
    assert desk.day().collected_dong == only_part(cash).total_dong + only_part(packed).total_dong


def test_packs_of_one_lot_are_fetched_together_and_a_later_order_stays_to_be_fetched(desk: Desk) -> None:
    first, second = desk.confirmed(quantity=2), desk.confirmed(quantity=5)
    desk.browser.get(desk.home)
    assert f"7 × {only_part(first).lines[0].product_name}" in desk.browser.text
    assert only_part(first).lines[0].lots[0].lot_code in desk.browser.text
    late = desk.confirmed(quantity=4)
    desk.browser.send(action="/dong-goi")
    assert [(pick.packs, pick.missing_packs) for pick in desk.day().picks] == [(11, 4)]
    assert "Còn 4 gói chưa lấy" in desk.browser.text
    desk.browser.send(action="/dong-goi")
    assert [(pick.packs, pick.missing_packs) for pick in desk.day().picks] == [(11, 0)]
    assert session.query(PackingTick).count() == 3
    desk.browser.send(action="/dong-goi")
    assert [(pick.packs, pick.missing_packs) for pick in desk.day().picks] == [(11, 11)]
    for order in (first, second, late):
        move(order, PartState.PACKED)
    assert desk.day().picks == []


def test_a_parcel_is_ticked_and_packed_on_one_page(desk: Desk) -> None:
    order = desk.confirmed()
    part = only_part(order)
    desk.browser.get(f"{desk.home}/kien")
    for words in (
        part.code,
        "Hoàng Thị Mua",
        "0912 345 678",
        "Số 5 ngõ Vườn",
        "125.000",
        part.lines[0].lots[0].lot_code,
    ):
        assert words in desk.browser.text
    desk.browser.send(action=f"/kien/{part.code}")
    assert [parcel.is_laid_in for parcel in desk.day().parcels] == [True]
    desk.browser.send(action=f"/kien/{part.code}")
    assert [parcel.is_laid_in for parcel in desk.day().parcels] == [False]
    page = desk.browser.send(action=f"/{part.code}/dong-goi")
    assert page.request.path == f"{desk.home}/kien"
    assert now(order).parts[0].state == PartState.PACKED
    assert [parcel.is_packed for parcel in desk.day().parcels] == [True]


def test_what_the_page_did_not_show_is_not_ticked(desk: Desk) -> None:
    mine = desk.confirmed()
    foreign = make_order(make_sold_product())
    move(foreign, PartState.CONFIRMED)
    line, lot = only_part(foreign).lines[0], only_part(foreign).lines[0].lots[0]
    desk.browser.get(desk.home)
    for items in (f"{line.id}-{lot.lot_id}", "x 1- -1 99999999999999999999-1", ""):
        desk.browser.send({"items": items}, action="/dong-goi")
        desk.browser.get(f"{desk.home}/kien")
        desk.browser.send({"items": items}, action=f"/kien/{only_part(mine).code}")
        desk.browser.get(desk.home)
    assert session.query(PackingTick).count() == 0
    token = desk.browser.forms()[-1]["fields"]["csrf_token"]
    refused = desk.browser.post(f"{desk.home}/kien/{only_part(foreign).code}", {"csrf_token": token})
    assert refused.status_code == 404


def test_an_empty_day_leads_to_new_orders(desk: Desk) -> None:
    for address in (desk.home, f"{desk.home}/kien", f"{desk.home}/phieu.pdf"):
        assert desk.browser.get(address).status_code == 200
        assert "Hôm nay chưa có gì cần đóng gói" in desk.browser.text


def test_a_strangers_parcel_is_not_printed(desk: Desk) -> None:
    foreign = make_order(make_sold_product())
    address = f"/htx-cua-toi/{desk.cooperative.slug}/don-hang/{only_part(foreign).code}/phieu.pdf"
    assert desk.browser.get(address).status_code == 404


def test_the_pages_ask_the_same_number_of_questions_for_one_parcel_and_for_three(desk: Desk) -> None:
    asked: list[str] = []
    counting = lambda *given: asked.append(given[2])  # noqa: E731
    sizes = []
    for more in (1, 2):
        for _number in range(more):
            desk.confirmed()
        for address in (desk.home, f"{desk.home}/kien"):
            desk.browser.get(address)
            asked.clear()
            event.listen(engine(), "before_cursor_execute", counting)
            desk.browser.get(address)
            event.remove(engine(), "before_cursor_execute", counting)
            sizes.append(len(asked))
    assert sizes[:2] == sizes[2:]


class Paper:
    """What a PDF of ours says, read and drawn by a program that is not ours."""

    def __init__(self, data: bytes) -> None:
        document = pypdfium2.PdfDocument(data)
        self.pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
        self.codes = [
            [found.text for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())] for page in document
        ]


def test_the_carrier_reads_outside_what_he_needs_and_the_buyers_link_lies_inside(desk: Desk, app: Flask) -> None:
    order = desk.confirmed(quantity=3)
    part = only_part(order)
    answer = desk.browser.get(f"/htx-cua-toi/{desk.cooperative.slug}/don-hang/{part.code}/phieu.pdf")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    paper = Paper(answer.data)
    outside, inside = paper.pages
    lot = part.lines[0].lots[0].lot_code
    for words in (part.code, "Hoàng Thị Mua", "0912 345 678", "Số 5 ngõ Vườn", "Gọi trước khi giao", "175.000"):
        assert words in outside
    assert (lot in outside, lot in inside) == (False, True)
    for words in ("Hoàng Thị Mua", "0912 345 678", "Số 5 ngõ Vườn", "175.000"):
        assert words not in inside
    key = access_key(order.code, str(app.secret_key))
    assert paper.codes == [[], [f"http://127.0.0.1:8000/don-hang/{order.code}?k={key}"]]
    assert key not in outside


def test_what_is_paid_or_fetched_says_so(desk: Desk) -> None:
    order = desk.confirmed(method=Method.VIETQR)
    pay(order)
    with transaction():
        session.get_one(CooperativeOrder, only_part(order).id).delivery_way = "pickup"
    answer = desk.browser.get(f"{desk.home}/phieu.pdf")
    outside, _inside = Paper(answer.data).pages
    assert "không thu tiền" in outside
    assert "Số 5 ngõ Vườn" not in outside
    assert "₫" not in outside


def test_all_parcels_of_the_day_are_one_file_and_a_long_list_goes_on_overleaf(desk: Desk) -> None:
    orders = [desk.confirmed(), desk.confirmed()]
    many = [make_sold_product(desk.cooperative) for _number in range(14)]
    long = make_order(*many)
    move(long, PartState.CONFIRMED)
    paper = Paper(desk.browser.get(f"{desk.home}/phieu.pdf").data)
    assert len(paper.pages) == 2 + 2 + 3
    assert [only_part(order).code in paper.pages[2 * number] for number, order in enumerate(orders)] == [True, True]
    lots = [some.lot_code for line in only_part(long).lines for some in line.lots]
    assert all(lot in paper.pages[5] + paper.pages[6] for lot in lots)


def test_the_pages_of_others_stay_light(desk: Desk) -> None:
    """The PDF writer is loaded with the first paper, not with the pages (see tests/architecture/test_memory.py)."""
    program = "import marketplace.fulfilment.slips, sys; sys.exit('fpdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
