"""What the labels of a run say today, and the files that say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypedDict

from flask_babel import force_locale, format_decimal
from flask_babel import gettext as _

from marketplace.certificates.queries import Badge
from marketplace.certificates.schemes import SCHEMES
from marketplace.foundation import clock, codes, dates, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.gs1 import digital_link
from marketplace.traceability import queries, rules
from marketplace.traceability.labels import (
    LAYOUTS,
    Cover,
    Fact,
    LotLabel,
    Section,
    SheetLayout,
    UnitLabel,
    count_files,
    cover_sheet,
    labels_a_file,
    lot_label_sheets,
    unit_label_sheets,
)
from marketplace.traceability.queries import PrintedRun
from marketplace.traceability.queries.labels import count_serials, serials_of
from marketplace.traceability.states import LabelKind
from marketplace.transparency import signing

OnPage = Callable[[int, int], None]

_SERIALS_AT_ONCE = 1_000


def draw(run_id: int, *, public_url: str, on_page: OnPage | None = None) -> bytes:
    """The only or the first file of the run, with the badges that count today. Raises labels.LabelTooSmall."""
    return next(draw_files(run_id, public_url=public_url, on_page=on_page))


def draw_files(run_id: int, *, public_url: str, on_page: OnPage | None = None) -> Iterator[bytes]:
    """The run as PDF files of at most labels_a_file, one at a time; on A4 the first begins with the cover.

    Void labels are left out. A run without any other is its cover alone, which says so. Raises labels.LabelTooSmall.
    """
    run = _Run(run_id, public_url)
    if not run.count:
        return iter([cover_sheet(run.cover)])
    return run.files(count=run.count, has_cover=not run.layout.is_roll, on_page=on_page)


def cover(run_id: int, *, public_url: str) -> bytes:
    """How to print and stick the labels of the run, on a sheet of its own: a roll has no room for it."""
    return cover_sheet(_Run(run_id, public_url).cover)


def check(run_id: int, *, public_url: str) -> None:
    """Raises labels.LabelTooSmall when the run cannot be drawn, so that its labels are not counted for nothing."""
    next(_Run(run_id, public_url).files(count=1, has_cover=False, on_page=None))


class _Run:
    """The words and addresses of one run, taken from its rows before the long work begins."""

    def __init__(self, run_id: int, public_url: str) -> None:
        printed = queries.printed_run(run_id, on=clock.today())
        run = printed.run
        self._id = run.id
        self._public_url = public_url
        self._gtin, self._batch, self._lot_code = run.gtin, printed.lot.batch, printed.lot.code
        self._is_of_units = run.kind == LabelKind.UNIT
        self.count = count_serials(run.id) if self._is_of_units else run.count - run.voided
        self.layout = LAYOUTS[run.layout]
        # Goods sold in Vietnam are labelled in Vietnamese, whatever language the printing person reads (Decree 43/2017).
        with force_locale("vi"):
            self._words = _words(printed, public_url)
            self.cover = _cover(
                printed, public_url, count=self.count, layout=self.layout, is_of_units=self._is_of_units
            )

    def files(self, *, count: int, has_cover: bool, on_page: OnPage | None) -> Iterator[bytes]:
        cover = self.cover if has_cover else None
        if not self._is_of_units:
            label = LotLabel(**self._words, url=self._lot_url(), code=self._lot_code)
            return lot_label_sheets(label, count=count, layout=self.layout, cover=cover, on_page=on_page)
        return unit_label_sheets(
            UnitLabel(**self._words, serial_length=rules.SERIAL_LENGTH),
            serials=_serials(self._id),
            url_of=self._unit_url(),
            count=count,
            layout=self.layout,
            cover=cover,
            on_page=on_page,
        )

    def _lot_url(self) -> str:
        if self._gtin:
            return digital_link.goods_link(self._public_url, self._gtin, lot=self._batch).url()
        return f"{self._public_url}/q/{self._lot_code}"

    def _unit_url(self) -> Callable[[str], str]:
        """Without the lot, which the market knows: the code stays one size smaller."""
        if not self._gtin:
            return f"{self._public_url}/q/{{}}".format
        return f"{digital_link.goods_link(self._public_url, self._gtin).url()}/21/{{}}".format


def _serials(run_id: int) -> Iterator[str]:
    after = 0
    while found := serials_of(run_id, after=after, limit=_SERIALS_AT_ONCE):
        yield from (unit.serial for unit in found)
        after = found[-1].unit_id


class _Words(TypedDict):
    title: str
    short_address: str
    product_name: str
    cooperative_name: str
    facts: tuple[Fact, ...]
    badges: tuple[str, ...]
    hint: str


def _words(printed: PrintedRun, public_url: str) -> _Words:
    lot, product, run = printed.lot, printed.product, printed.run
    return _Words(
        title=f"{product.name} · {lot.code}",
        short_address=f"{_host(public_url)}/q/",
        product_name=product.name,
        cooperative_name=printed.cooperative.short_name,
        facts=(
            Fact(_("Lot no."), lot.batch),
            Fact(_("Made on"), dates.format_day(lot.harvested_on)),
            Fact(_("Use by"), dates.format_day(lot.best_before)),
            Fact(_content_caption(product.base_unit), _content(run.content, product.base_unit)),
        ),
        badges=tuple(dict.fromkeys(_badge_words(badge) for badge in printed.badges)),
        hint=_("Scan the code to see where it comes from"),
    )


def _host(public_url: str) -> str:
    return public_url.partition("://")[2]


def _content_caption(unit: BaseUnit) -> str:
    captions: dict[BaseUnit, str] = {
        BaseUnit.GRAM: _("Net weight"),
        BaseUnit.MILLILITRE: _("Net volume"),
        BaseUnit.PIECE: _("Number in the pack"),
    }
    return captions[unit]


def _content(content: int, unit: BaseUnit) -> str:
    return quantities.format_quantity(content, unit, piece_word=_("pcs"))


def _badge_words(badge: Badge) -> str:
    words = str(SCHEMES[badge.scheme].short_label) if badge.scheme in SCHEMES else badge.scheme
    return _("%(scheme)s %(count)s stars", scheme=words, count=badge.stars) if badge.stars else words


def _cover(printed: PrintedRun, public_url: str, *, count: int, layout: SheetLayout, is_of_units: bool) -> Cover:
    lot, product, run = printed.lot, printed.product, printed.run
    return Cover(
        title=_("Before you print and stick these labels"),
        facts=(
            Fact(_("Product"), product.name),
            Fact(_("Cooperative"), printed.cooperative.short_name),
            Fact(_("Lot no."), f"{lot.batch} ({codes.grouped(lot.code)})"),
            Fact(_("Made on"), dates.format_day(lot.harvested_on)),
            Fact(_("Use by"), dates.format_day(lot.best_before)),
            Fact(_content_caption(product.base_unit), _content(run.content, product.base_unit)),
            Fact(_("Labels"), _how_many(count, layout, is_of_units=is_of_units)),
            Fact(_("Sheet made on"), dates.format_moment(clock.now())),
        ),
        sections=(_how_to_print(layout), _how_to_stick(is_of_units=is_of_units)),
        ruler=""
        if layout.is_roll
        else _("Print this page first. The line below must be 100 mm long; if it is not, the printer has scaled."),
        key_heading=_("Key of the open log"),
        key_hint=_(
            "The same key must stand at %(address)s. With it anybody can check that nobody changed what the market"
            " says about this lot.",
            address=f"{_host(public_url)}/xac-minh",
        ),
        key=signing.signer().verifier_key,
    )


def _how_many(count: int, layout: SheetLayout, *, is_of_units: bool) -> str:
    if not count:
        return str(_("0: every label of this run is void, there is nothing to print"))
    kind = _("each with its own number") if is_of_units else _("all alike")
    words = str(_("%(count)s labels, %(kind)s", count=format_decimal(count), kind=kind))
    files = count_files(count, layout)
    if files > 1:
        words += ". " + _(
            "In %(files)s files of at most %(most)s labels", files=files, most=format_decimal(labels_a_file(layout))
        )
    return words


def _how_to_print(layout: SheetLayout) -> Section:
    size = f"{layout.width:g} × {layout.height:g} mm".replace(".", ",")
    if layout.is_roll:
        paper = _("Use a roll of stickers %(size)s and set the printer to this size, without any margin.", size=size)
    else:
        paper = _(
            "Use A4 sticker paper with %(count)s stickers of %(size)s, for laser or ink printers, as your printer is.",
            count=layout.count,
            size=size,
        )
    return Section(
        _("How to print"),
        (
            paper,
            _("Choose 100 % or actual size. Never choose to fit to the page: the labels would miss their stickers."),
            _("Print one page and scan a label with your phone. Only then print the rest."),
        ),
    )


def _how_to_stick(*, is_of_units: bool) -> Section:
    number = (
        _("One label on each pack. Keep labels locked away and show no picture of them: whoever has one can copy it.")
        if is_of_units
        else _("One label on each pack, and only on packs of this lot.")
    )
    return Section(
        _("How to stick"),
        (
            _("Stick on a dry, clean and flat place. Wipe off water, oil and dust first."),
            _("Do not stick over an edge, a fold or a seam, and put nothing over the code or its white border."),
            number,
            _("Spoilt or left-over labels: tear them up and void them on the page of the lot. Do not use them again."),
        ),
    )
