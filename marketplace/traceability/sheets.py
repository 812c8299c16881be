"""What the labels of a run say today, and the sheet that says it."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.certificates.queries import Badge
from marketplace.certificates.schemes import SCHEMES
from marketplace.foundation import clock, dates, quantities
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import queries
from marketplace.traceability.labels import LAYOUTS, Fact, LotLabel, lot_label_sheet
from marketplace.traceability.models import LabelRun
from marketplace.traceability.queries import PrintedRun


def draw(run_id: int, *, public_url: str, on_page: Callable[[int, int], None] | None = None) -> bytes:
    """The run's sheets as PDF, with the badges that count today. Raises labels.LabelTooSmall."""
    run, label = _today(run_id, public_url)
    return lot_label_sheet(label, count=run.count, layout=LAYOUTS[run.layout], on_page=on_page)


def check(run_id: int, *, public_url: str) -> None:
    """Raises labels.LabelTooSmall when the run cannot be drawn, so that its labels are not counted for nothing."""
    run, label = _today(run_id, public_url)
    lot_label_sheet(label, count=1, layout=LAYOUTS[run.layout])


def _today(run_id: int, public_url: str) -> tuple[LabelRun, LotLabel]:
    printed = queries.printed_run(run_id, on=clock.today())
    # Goods sold in Vietnam are labelled in Vietnamese, whatever language the printing person reads (Decree 43/2017).
    with force_locale("vi"):
        return printed.run, label_of(printed, public_url=public_url)


def label_of(printed: PrintedRun, *, public_url: str) -> LotLabel:
    """The words of one label, in the language that is set."""
    lot, product, run = printed.lot, printed.product, printed.run
    return LotLabel(
        url=f"{public_url}/q/{lot.code}",
        short_address=f"{public_url.partition('://')[2]}/q/",
        code=lot.code,
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
