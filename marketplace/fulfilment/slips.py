"""What is printed for a parcel, on A5: outside the delivery note for the carrier, inside the packing list for the buyer.

The code on the packing list opens the buyer's order, so it lies inside; whoever carries the parcel reads only where
it goes, whom to call and what to collect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.checkout.states import Way
from marketplace.foundation import clock, dates, money, phones, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.fulfilment.hub_day import HubOrder
from marketplace.fulfilment.models import HubParcel
from marketplace.fulfilment.queries import PackingItem, PackingParcel
from marketplace.orders.words import WAYS
from marketplace.traceability import qr
from marketplace.traceability.labels.paper import POINT, Pen, Word, open_paper
from marketplace.traceability.labels.typesetting import broken, line_height, wrap

if TYPE_CHECKING:
    from fpdf import FPDF

_PAGE = (148.0, 210.0)
_LEFT, _TOP, _RIGHT, _BOTTOM = 12.0, 12.0, 136.0, 198.0
_HUGE, _TITLE, _LARGE, _TEXT, _SMALL = 34.0, 17.0, 13.0, 10.5, 8.5
_COUNTS = 17.0  # width of the column of counts
_CODE = 34.0  # side of the QR code with its quiet zone
_LIGHT, _DARK = 170, 0


def draw(parcels: Sequence[tuple[PackingParcel, str]], *, title: str) -> bytes:
    """Both sheets of each parcel, one parcel after the other; beside each parcel the address of its buyer's order."""
    with open_paper(title, _PAGE) as paper:
        pen = Pen(paper)
        for parcel, order_url in parcels:
            _delivery_note(_Sheet(paper, pen), parcel)
            _packing_list(_Sheet(paper, pen), parcel, order_url)
        return bytes(paper.output())


def draw_hub_parcel(row: HubOrder, parcel: HubParcel, *, order_url: str) -> bytes:
    """Both sheets of a parcel in which several cooperatives' parts go on together from a collecting place."""
    with open_paper(parcel.code, _PAGE) as paper:
        pen = Pen(paper)
        _hub_note(_Sheet(paper, pen), row, parcel)
        _hub_list(_Sheet(paper, pen), row, parcel, order_url)
        return bytes(paper.output())


def _hub_note(sheet: _Sheet, row: HubOrder, parcel: HubParcel) -> None:
    order, hub = row.order, row.hub
    sheet.line(_("Delivery note – stick it on the outside"), size=_SMALL)
    sheet.line(parcel.code, size=_TITLE, is_bold=True)
    sheet.line(_("Gathered parcel") + f" · {dates.format_day(clock.today())}", size=_TEXT)
    sheet.rule()
    sheet.line(_("From"), size=_SMALL)
    sheet.line(hub.name, size=_TEXT, is_bold=True)
    sheet.line(f"{hub.address} · {phones.format_phone(hub.phone)}", size=_TEXT)
    sheet.rule()
    sheet.line(_("Goes to"), size=_SMALL)
    sheet.line(order.buyer_name, size=_TITLE, is_bold=True)
    sheet.line(phones.format_phone(order.phone), size=_TITLE, is_bold=True)
    sheet.line(WAYS[Way.HUB_PICKUP] if row.is_fetched else order.address, size=_LARGE)
    if order.note:
        sheet.line(_("Note: %(note)s", note=order.note), size=_TEXT)
    sheet.skip(5)
    _cash(sheet, row.cash_of(row.inside(parcel)))


def _hub_list(sheet: _Sheet, row: HubOrder, parcel: HubParcel, order_url: str) -> None:
    sheet.line(_("Packing list – lay it into the parcel"), size=_SMALL)
    top = sheet.y
    sheet.room = _CODE + 4
    sheet.line(parcel.code, size=_TITLE, is_bold=True)
    sheet.line(_("Scan with your phone: where each pack comes from, and how your order stands."), size=_TEXT)
    sheet.code(order_url, x=_RIGHT - _CODE, y=top, side=_CODE)
    sheet.room = 0.0
    sheet.y = max(sheet.y, top + _CODE)
    for one in row.inside(parcel):
        sheet.keep_together(16)
        sheet.rule()
        sheet.line(f"{one.part.seller['short_name']} · {one.part.code}", size=_TEXT, is_bold=True)
        for line in one.part.lines:
            lots = ", ".join(some.lot_code for some in line.lots)
            sheet.line(f"{line.quantity} × {line.product_name}, {line.variant_name}", size=_TEXT)
            sheet.line(_("Lot %(code)s", code=lots), size=_TEXT)


def _delivery_note(sheet: _Sheet, parcel: PackingParcel) -> None:
    part, order, hub_place = parcel.part, parcel.order, parcel.hub_place
    top = sheet.y
    if hub_place:
        # Only the code of the part: whoever carries it reads nothing of the order with it.
        sheet.room = _CODE + 4
        sheet.code(part.code, x=_RIGHT - _CODE, y=top, side=_CODE)
    sheet.line(_("Delivery note – stick it on the outside"), size=_SMALL)
    sheet.line(part.code, size=_TITLE, is_bold=True)
    sheet.line(f"{WAYS[Way(part.delivery_way)]} · {dates.format_day(clock.today())}", size=_TEXT)
    if hub_place:
        sheet.room, sheet.y = 0.0, max(sheet.y, top + _CODE)
    sheet.rule()
    sheet.line(_("From"), size=_SMALL)
    sheet.line(part.seller["name"], size=_TEXT, is_bold=True)
    sheet.line(f"{part.seller['address']} · {phones.format_phone(part.seller['phone'])}", size=_TEXT)
    sheet.rule()
    sheet.line(_("Goes to"), size=_SMALL)
    sheet.line(order.buyer_name, size=_TITLE, is_bold=True)
    sheet.line(phones.format_phone(order.phone), size=_TITLE, is_bold=True)
    if hub_place:
        sheet.line(_("Over the collecting place: %(place)s", place=hub_place), size=_LARGE, is_bold=True)
    if part.delivery_place:
        sheet.line(part.delivery_place, size=_LARGE)
    if part.delivery_way not in (Way.PICKUP, Way.HUB_PICKUP):
        sheet.line(order.address, size=_LARGE)
        if order.note:
            sheet.line(_("Note: %(note)s", note=order.note), size=_TEXT)
    sheet.skip(5)
    if hub_place:
        sheet.line(_("The cooperative collects nothing: the collecting place sends it on."), size=_TEXT)
    else:
        _cash(sheet, parcel.collected_dong)
    sheet.skip(3)
    packs = sum(item.packs for item in parcel.items)
    weight = quantities.format_quantity(part.chargeable_grams, BaseUnit.GRAM)
    contents = ngettext("%(num)s pack", "%(num)s packs", packs)
    sheet.line(_("Farm produce, %(packs)s, charged as %(weight)s", packs=contents, weight=weight), size=_TEXT)


def _cash(sheet: _Sheet, collected_dong: int) -> None:
    top = sheet.y
    sheet.skip(4)
    if collected_dong:
        sheet.line(_("Cash to collect"), size=_LARGE, is_bold=True, x=_LEFT + 5)
        sheet.skip(2)
        sheet.line(money.format_dong(collected_dong), size=_HUGE, is_bold=True, x=_LEFT + 5)
    else:
        sheet.line(_("Paid – collect nothing"), size=_TITLE, is_bold=True, x=_LEFT + 5)
    sheet.skip(4)
    sheet.frame(top)


def _packing_list(sheet: _Sheet, parcel: PackingParcel, order_url: str) -> None:
    part = parcel.part
    sheet.line(_("Packing list – lay it into the parcel"), size=_SMALL)
    top = sheet.y
    sheet.room = _CODE + 4
    sheet.line(part.code, size=_TITLE, is_bold=True)
    sheet.line(part.seller["name"], size=_TEXT, is_bold=True)
    sheet.line(_("Scan with your phone: where each pack comes from, and how your order stands."), size=_TEXT)
    sheet.code(order_url, x=_RIGHT - _CODE, y=top, side=_CODE)
    sheet.room = 0.0
    sheet.y = max(sheet.y, top + _CODE)
    sheet.rule()
    for item in parcel.items:
        _item(sheet, item)
    sheet.skip(2)
    sheet.line(
        _("Something damaged or missing? Call within 48 hours of delivery and you get your money back.")
        + f" {phones.format_phone(part.seller['phone'])}",
        size=_TEXT,
    )


def _item(sheet: _Sheet, item: PackingItem) -> None:
    sheet.keep_together(16)
    y = sheet.y
    sheet.line(f"{item.packs} ×", size=_LARGE, is_bold=True)
    sheet.y = y
    sheet.line(f"{item.product_name}, {item.variant_name}", size=_LARGE, is_bold=True, x=_LEFT + _COUNTS)
    lot = _("Lot %(code)s", code=item.lot_code)
    weighed = f" · {quantities.format_quantity(item.grams, BaseUnit.GRAM)}" if item.grams else ""
    sheet.line(lot + weighed, size=_TEXT, x=_LEFT + _COUNTS)
    sheet.rule()


class _Sheet:
    """Writes from the top down, and goes on overleaf. `room` keeps the right side free for the code."""

    def __init__(self, paper: FPDF, pen: Pen) -> None:
        self._paper, self._pen = paper, pen
        self.y, self.room = _TOP, 0.0
        self._open()

    def _open(self) -> None:
        self._paper.add_page()
        self._pen.name_fonts()
        self._paper.set_draw_color(_DARK)
        self.y = _TOP

    def keep_together(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self._open()

    def skip(self, millimetres: float) -> None:
        self.y += millimetres

    def rule(self) -> None:
        self.skip(1.5)
        self._paper.set_draw_color(_LIGHT)
        self._paper.set_line_width(0.25)
        self._paper.line(_LEFT, self.y, _RIGHT, self.y)
        self._paper.set_draw_color(_DARK)
        self.skip(1.5)

    def frame(self, top: float) -> None:
        self._paper.set_line_width(0.9)
        self._paper.rect(_LEFT, top, _RIGHT - _LEFT, self.y - top)

    def line(self, text: str, *, size: float, is_bold: bool = False, x: float = _LEFT) -> None:
        width = _RIGHT - self.room - x
        words = self._pen.words(text, is_bold=is_bold)
        fitting: list[Word] = [piece for word in words for piece in broken(self._pen, word, size, width)]
        for line in wrap(self._pen, fitting, size, width) or []:
            height = line_height(size) * 1.12
            self.keep_together(height)
            self.y += height
            self._pen.write(
                " ".join(word.text for word in line.words), is_bold=is_bold, size=size, x=x, y=self.y - height * 0.27
            )

    def code(self, text: str, *, x: float, y: float, side: float) -> None:
        matrix = qr.matrix(text, correction=qr.Correction.M)
        module = side / matrix.size_with_quiet_zone
        left, scale = x + qr.QUIET_ZONE * module, module / POINT
        bottom = _PAGE[1] - y - side + qr.QUIET_ZONE * module
        self._paper._out(
            b"q %.5f 0 0 %.5f %.4f %.4f cm\n%sQ" % (scale, scale, left / POINT, bottom / POINT, qr.pdf_path(matrix))
        )
