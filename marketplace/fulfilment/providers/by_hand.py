"""Carriers whose own web page takes a file of parcels and gives one back with their numbers.

Each column is one of what we know of a parcel under the carrier's heading; nothing else is sent. The headings are
those of the carriers' upload sheets as known on 2026-11-24; a carrier that changes one needs a change here only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from marketplace.foundation import codes, dates, money, phones
from marketplace.foundation.text import fold
from marketplace.fulfilment.providers import Billed, Carrier, Remitted, Shipment, Tracked, tables
from marketplace.fulfilment.states import CarrierState

Cell = Callable[[Shipment], str | int]

_CODE: Cell = lambda some: some.part_code  # noqa: E731
_NAME: Cell = lambda some: some.name  # noqa: E731
_PHONE: Cell = lambda some: phones.format_phone(some.phone).replace(" ", "")  # noqa: E731
_ADDRESS: Cell = lambda some: some.address  # noqa: E731
_CONTENTS: Cell = lambda some: some.contents  # noqa: E731
_GRAMS: Cell = lambda some: some.grams  # noqa: E731
_KILOGRAMS: Cell = lambda some: f"{some.grams // 1000}.{some.grams % 1000:03}"  # noqa: E731
_CASH: Cell = lambda some: some.collected_dong  # noqa: E731
_VALUE: Cell = lambda some: some.goods_dong  # noqa: E731
_NOTE: Cell = lambda some: some.note  # noqa: E731

# The first spelling is the one we ask for.
HEADINGS = {
    "part_code": (
        "ma don", "ma don hang", "ma don khach hang", "ma don hang rieng", "client order code", "order number",
        "so tham chieu", "part code",
    ),
    "tracking": ("ma van don", "ma don ghn", "ma don ghtk", "ma buu gui", "so hieu buu gui", "tracking number"),
    "state": ("trang thai", "tinh trang", "trang thai don hang", "status", "state"),
}  # fmt: skip

OF_STATEMENTS = {
    "part_code": HEADINGS["part_code"],
    "collected": ("tien thu ho", "so tien thu ho", "cod", "tien cod", "thu ho", "collected"),
    "shipping": ("phi van chuyen", "cuoc van chuyen", "phi giao hang", "cuoc phi", "shipping"),
    "fee": ("phi thu ho", "phi cod", "cuoc thu ho", "fee"),
    "paid_out_on": ("ngay tra tien", "ngay doi soat", "ngay chuyen tien", "paid out on"),
}

# Longest first where one stands inside another.
_SAID = (
    (CarrierState.RETURNED, ("chuyen hoan", "hoan hang", "da hoan", "tra hang", "returned", "return")),
    (CarrierState.DELIVERED, ("giao thanh cong", "da giao", "giao hang thanh cong", "phat thanh cong", "delivered")),
    (
        CarrierState.ON_THE_WAY,
        (
            "dang giao", "da lay", "lay thanh cong", "dang van chuyen", "dang luan chuyen", "nhap kho", "dang phat",
            "picked", "shipped", "in transit", "delivering", "transporting", "storing",
        ),
    ),
)  # fmt: skip


def meant(said: str) -> CarrierState | None:
    """A row without a word has its number only: it is on its way."""
    folded = fold(said)
    if not folded:
        return CarrierState.ON_THE_WAY
    # "Chưa giao", "giao không thành công" hold the words of what did not happen.
    if any(no in f" {folded} " for no in (" chua ", " khong ", " that bai ", " not ", " failed ")):
        return None
    return next((state for state, words in _SAID if any(word in folded for word in words)), None)


def our_code(typed: str) -> str:
    """Sheets and people change the case of a code and put blanks in it; its dash belongs to it."""
    return "-".join(codes.normalise_code(piece) for piece in typed.split("-"))


def _dong(cells: Mapping[str, str], name: str, row: int) -> int:
    try:
        return money.parse_dong(cells[name]) if cells[name] else 0
    except money.BadAmount:
        raise tables.BadTable("bad_cell", OF_STATEMENTS[name][0], row) from None


def _day(typed: str, row: int) -> date | None:
    try:
        return dates.parse_day(typed[:10]) if typed else None
    except dates.BadDay:
        raise tables.BadTable("bad_cell", OF_STATEMENTS["paid_out_on"][0], row) from None


@dataclass(frozen=True)
class FileCarrier:
    """`follow` is the address of a parcel's page with its number in place of {}."""

    code: str
    name: str
    columns: tuple[tuple[str, Cell], ...]
    follow: str = ""

    def announce(self, shipments: Sequence[Shipment]) -> bytes:
        return tables.write(
            [heading for heading, _cell in self.columns],
            ([cell(shipment) for _heading, cell in self.columns] for shipment in shipments),
        )

    def tracked(self, data: bytes) -> list[Tracked]:
        return [
            Tracked(number, our_code(cells["part_code"]), cells["tracking"], meant(cells["state"]), cells["state"])
            for number, cells in tables.read(data, HEADINGS, needed=("part_code", "tracking"))
        ]

    def remitted(self, data: bytes) -> list[Remitted]:
        return [
            Remitted(
                row=number,
                part_code=our_code(cells["part_code"]),
                collected_dong=_dong(cells, "collected", number),
                shipping_dong=_dong(cells, "shipping", number),
                fee_dong=_dong(cells, "fee", number),
                paid_out_on=_day(cells["paid_out_on"], number),
            )
            for number, cells in tables.read(data, OF_STATEMENTS, needed=("part_code", "collected"))
        ]

    def billed(self, data: bytes) -> list[Billed]:
        return [
            Billed(number, our_code(cells["part_code"]), _dong(cells, "shipping", number))
            for number, cells in tables.read(data, OF_STATEMENTS, needed=("part_code", "shipping"))
        ]

    def tracking_url(self, tracking: str) -> str:
        return self.follow.format(quote(tracking, safe="")) if self.follow and tracking else ""


CARRIERS: dict[str, Carrier] = {
    carrier.code: carrier
    for carrier in (
        FileCarrier(
            "ghn",
            "Giao Hàng Nhanh",
            (
                ("Mã đơn khách hàng", _CODE), ("Tên người nhận", _NAME), ("Số điện thoại", _PHONE),
                ("Địa chỉ", _ADDRESS), ("Tên sản phẩm", _CONTENTS), ("Khối lượng (gram)", _GRAMS),
                ("Tiền thu hộ (COD)", _CASH), ("Giá trị hàng hóa", _VALUE), ("Ghi chú", _NOTE),
            ),
            "https://donhang.ghn.vn/?order_code={}",
        ),
        FileCarrier(
            "ghtk",
            "Giao Hàng Tiết Kiệm",
            (
                ("Mã đơn hàng riêng", _CODE), ("Tên khách hàng", _NAME), ("Số điện thoại", _PHONE),
                ("Địa chỉ", _ADDRESS), ("Tên hàng hóa", _CONTENTS), ("Khối lượng (kg)", _KILOGRAMS),
                ("Tiền thu hộ", _CASH), ("Giá trị hàng", _VALUE), ("Ghi chú", _NOTE),
            ),
            "https://i.ghtk.vn/{}",
        ),
        FileCarrier(
            "viettel_post",
            "Viettel Post",
            (
                ("Mã đơn hàng", _CODE), ("Tên người nhận", _NAME), ("Điện thoại người nhận", _PHONE),
                ("Địa chỉ người nhận", _ADDRESS), ("Tên hàng hóa", _CONTENTS), ("Trọng lượng (gram)", _GRAMS),
                ("Tiền thu hộ", _CASH), ("Giá trị hàng hóa", _VALUE), ("Ghi chú", _NOTE),
            ),
        ),
        FileCarrier(
            "vnpost",
            "Bưu điện Việt Nam (VNPost)",
            (
                ("Số tham chiếu", _CODE), ("Họ tên người nhận", _NAME), ("Điện thoại", _PHONE),
                ("Địa chỉ nhận", _ADDRESS), ("Nội dung hàng", _CONTENTS), ("Khối lượng (gram)", _GRAMS),
                ("Số tiền thu hộ", _CASH), ("Giá trị khai báo", _VALUE), ("Ghi chú", _NOTE),
            ),
        ),
    )
}  # fmt: skip
