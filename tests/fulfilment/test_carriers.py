"""Parcels to a carrier and back: what its file gets, what its answer changes, and that half a file is never taken in."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment.models import CarriedParcel
from marketplace.fulfilment.providers import tables
from marketplace.fulfilment.providers.by_hand import CARRIERS, meant
from marketplace.fulfilment.states import CarrierState
from marketplace.orders.models import Order
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move, now, only_part

OWNER = "+84901234567"


class Desk:
    def __init__(self, browser: Browser) -> None:
        self.cooperative: Cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/dong-goi/hang-van-chuyen"
        self.product = make_sold_product(self.cooperative)
        self.browser = browser
        browser.sign_in(OWNER)

    def packed(self, **given: str) -> Order:
        order = make_order(self.product, **given)  # type: ignore[arg-type]
        move(order, PartState.CONFIRMED, PartState.PACKED)
        return order

    def send(self, *rows: str, heading: str = "Mã đơn,Mã vận đơn,Trạng thái", carrier: str = "ghn") -> int:
        file = (io.BytesIO("\r\n".join([heading, *rows]).encode("utf-8-sig")), "ghn.csv")
        return self.browser.submit(
            self.home,
            {"carrier": carrier, "table": file},
            action="/hang-van-chuyen",
            content_type="multipart/form-data",
        ).status_code


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def where(order: Order) -> tuple[PartState, str]:
    part = only_part(now(order))
    return part.state, part.tracking


def test_the_carriers_file_holds_what_it_needs_and_runs_nothing(desk: Desk) -> None:
    order = desk.packed(name="=HYPERLINK(1)")
    desk.packed()
    make_order(desk.product)
    answer = desk.browser.get(f"{desk.home}/kien.csv?hang=ghn")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    heading, row, _other = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert dict(zip(heading, row, strict=True)) == {
        "Mã đơn khách hàng": only_part(order).code,
        "Tên người nhận": "'=HYPERLINK(1)",
        "Số điện thoại": "0912345678",
        "Địa chỉ": "Số 5 ngõ Vườn, Hưng Yên",
        "Tên sản phẩm": "Nông sản, 2 gói",
        "Khối lượng (gram)": "1000",
        "Tiền thu hộ (COD)": str(only_part(order).total_dong),
        "Giá trị hàng hóa": str(only_part(order).goods_dong),
        "Ghi chú": "Gọi trước khi giao",
    }
    assert desk.browser.get(f"{desk.home}/kien.csv?hang=xxx").status_code == 404


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=list(CARRIERS))
def test_every_carrier_gives_back_what_it_was_told(carrier: object) -> None:
    known = CARRIERS[carrier.code]  # type: ignore[attr-defined]
    heading = known.announce([]).decode("utf-8-sig").strip().split(",")
    (said,) = known.tracked(f"{heading[0]};Mã vận đơn\nHTX1-1;X1\n\n;\n".encode())
    assert (said.row, said.part_code, said.tracking, said.state) == (2, "HTX1-1", "X1", CarrierState.ON_THE_WAY)
    assert known.tracking_url("") == ""
    assert known.tracking_url("A/&b").startswith("https://") or known.tracking_url("A/&b") == ""
    assert "A/&b" not in known.tracking_url("A/&b")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Đang giao", CarrierState.ON_THE_WAY),
        ("ĐÃ GIAO HÀNG", CarrierState.DELIVERED),
        ("Giao hàng thành công", CarrierState.DELIVERED),
        ("Giao không thành công", None),
        ("Chưa giao", None),
        ("not delivered", None),
        ("Chuyển hoàn", CarrierState.RETURNED),
        ("Mất hàng", None),
        ("", CarrierState.ON_THE_WAY),
    ],
)
def test_a_carriers_words_are_understood_or_asked_about(said: str, state: CarrierState | None) -> None:
    assert meant(said) == state


def test_a_file_moves_parcels_on_and_the_same_file_again_changes_nothing(desk: Desk) -> None:
    sent, brought, on_the_way = desk.packed(), desk.packed(), desk.packed()
    move(on_the_way, PartState.SHIPPED)
    rows = [
        f"{only_part(sent).code.lower()},GHN1,",
        f"{only_part(brought).code},GHN2,Đã giao",
        f"{only_part(on_the_way).code},GHN3,Đang giao",
    ]
    assert desk.send(*rows) == 200
    assert "Đã nhận 3 dòng" in desk.browser.text
    reached = [(PartState.SHIPPED, "GHN1"), (PartState.DELIVERED, "GHN2"), (PartState.SHIPPED, "GHN3")]
    assert [where(order) for order in (sent, brought, on_the_way)] == reached
    assert desk.send(*rows) == 200
    assert desk.browser.text.count("Đã có từ trước") == 3
    assert [where(order) for order in (sent, brought, on_the_way)] == reached
    assert session.query(CarriedParcel).count() == 3


def test_one_wrong_row_and_nothing_is_taken_in(desk: Desk) -> None:
    good, unpacked, twice, foreign = (
        desk.packed(),
        make_order(desk.product),
        desk.packed(),
        make_order(make_sold_product()),
    )
    code = only_part(good).code
    wrong = {
        f"{only_part(foreign).code},X,": "HTX không có đơn mang mã này",
        f"{only_part(unpacked).code},X,": "Chưa đóng gói",
        f"{only_part(twice).code},,": "Thiếu mã vận đơn",
        f"{only_part(twice).code},X,Mất hàng": "Không hiểu trạng thái này",
        f"{only_part(twice).code},X,Hoàn hàng": "Hàng bị hoàn về",
        f"{code},X,": "có hai dòng",
    }
    for row, words in wrong.items():
        assert desk.send(f"{code},GHN1,", row) == 422
        assert "Chưa nhận dòng nào" in desk.browser.text
        assert words in desk.browser.text
        assert where(good) == (PartState.PACKED, "")
    assert session.query(CarriedParcel).count() == 0


def test_a_stopped_lot_stops_the_whole_file(desk: Desk) -> None:
    good, stopped = desk.packed(), make_order(make_sold_product(desk.cooperative))
    move(stopped, PartState.CONFIRMED, PartState.PACKED)
    with transaction():
        session.get_one(Lot, only_part(stopped).lines[0].lots[0].lot_id).state = LotState.ON_HOLD
    assert desk.send(f"{only_part(good).code},GHN1,", f"{only_part(stopped).code},GHN2,") == 422
    assert "tạm giữ hoặc thu hồi" in desk.browser.text
    assert [where(good), where(stopped)] == [(PartState.PACKED, ""), (PartState.PACKED, "")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no_rows"),
        ("Mã đơn,Mã vận đơn\r\n".encode(), "no_rows"),
        (b"\xff\xfe\x00", "not_text"),
        (b"PK\x03\x04\x00\x00", "not_text"),
        ("Mã đơn,Tên\nHTX1-1,X".encode(), "no_column"),
        ('Mã đơn,Mã vận đơn\n"HTX'.encode(), "not_text"),
        (b"x" * (tables.LARGEST_BYTES + 1), "too_large"),
        ("Mã đơn,Mã vận đơn\n".encode() + b"a,b\n" * tables.MOST_ROWS, "too_many_rows"),
    ],
)
def test_what_is_no_table_is_said(data: bytes, reason: str) -> None:
    with pytest.raises(tables.BadTable) as refused:
        CARRIERS["ghn"].tracked(data)
    assert refused.value.reason == reason


def test_a_bad_file_keeps_the_page(desk: Desk) -> None:
    assert desk.send("HTX1-1,X", heading="Mã đơn,Tên") == 422
    assert "Tệp thiếu cột “ma van don”" in desk.browser.text
    assert desk.send("HTX1-1,X", carrier="xxx") == 422


def test_only_the_orders_link_leads_to_the_carrier(desk: Desk, app: Flask) -> None:
    order = desk.packed()
    desk.send(f"{only_part(order).code},GHN 1,")
    address = f"/don-hang/{order.code}/van-don/{only_part(order).code}"
    key = access_key(order.code, str(app.secret_key))
    answer = desk.browser.client.get(f"{address}?k={key}")
    assert (answer.status_code, answer.location) == (303, "https://donhang.ghn.vn/?order_code=GHN%201")
    for wrong in ("", "?k=x", f"?k={key[:-1]}x"):
        assert desk.browser.client.get(f"{address}{wrong}").location == "/don-hang"
    offered = "Theo dõi kiện hàng trên"
    assert f"{offered} Giao Hàng Nhanh" in (desk.browser.get(f"/don-hang/{order.code}?k={key}") and desk.browser.text)
    other = desk.packed()
    own_page = f"/don-hang/{order.code}?k={key}"
    foreign = f"/don-hang/{order.code}/van-don/{only_part(other).code}?k={key}"
    assert desk.browser.client.get(foreign).location == own_page
    desk.send(f"{only_part(order).code},V1,", carrier="vnpost")
    assert desk.browser.client.get(f"{address}?k={key}").location == own_page
    assert "Hãng này không có trang tra cứu" in (desk.browser.get(own_page) and desk.browser.text)
    assert offered not in desk.browser.text
    assert "V1" in desk.browser.text
