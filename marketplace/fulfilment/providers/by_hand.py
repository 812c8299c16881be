"""Carriers whose own web page takes a file of parcels and gives one back with their numbers.

Each column is one of what we know of a parcel under the carrier's heading; nothing else is sent. The headings are
those of the carriers' upload sheets as known on 2026-11-24; a carrier that changes one needs a change here only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from marketplace.foundation import phones
from marketplace.foundation.text import fold
from marketplace.fulfilment.providers import Carrier, Shipment, Tracked, tables
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
            Tracked(number, cells["part_code"], cells["tracking"], meant(cells["state"]), cells["state"])
            for number, cells in tables.read(data, HEADINGS, needed=("part_code", "tracking"))
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
