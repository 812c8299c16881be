"""Plots and seasons are written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.farming import rules
from marketplace.farming.errors import ImpossibleSeason, OtherProduct, PlotsOverCertificate
from marketplace.farming.models import Plot, Season
from marketplace.farming.states import CeilingBasis
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit


@dataclass(frozen=True)
class PlotFacts:
    """What is known of a plot. Coordinates are hundredths of a degree; an outline gives its own."""

    name: str
    area_m2: int
    commune_code: str
    crop: str = ""
    farmer: str = ""
    growing_area_code: str = ""
    latitude_hundredths: int | None = None
    longitude_hundredths: int | None = None
    polygon: Sequence[Sequence[float]] | None = None


def add_plot(cooperative_id: int, facts: PlotFacts, *, by: int | None, is_demo: bool = False) -> Plot:
    """Write a plot down."""
    plot = Plot(cooperative_id=cooperative_id, created_by_id=by, created_at=clock.now(), is_demo=is_demo)
    _fill(plot, facts)
    session.add(plot)
    session.flush()
    return plot


def change_plot(plot: Plot, facts: PlotFacts, *, by: int | None) -> None:
    """Put right what is known of a plot. Ceilings of its seasons stay as they were: they were fixed at their start."""
    audit.record(
        "farming:plot:change", subject="plot", subject_id=plot.id, by=by, before=plot.area_m2, after=facts.area_m2
    )
    _fill(plot, facts)
    session.flush()


def _fill(plot: Plot, facts: PlotFacts) -> None:
    plot.name, plot.area_m2, plot.commune_code = facts.name, facts.area_m2, facts.commune_code
    plot.crop, plot.farmer, plot.growing_area_code = facts.crop, facts.farmer, facts.growing_area_code
    plot.latitude_hundredths, plot.longitude_hundredths = facts.latitude_hundredths, facts.longitude_hundredths
    plot.polygon = [list(point) for point in facts.polygon] if facts.polygon else None
    if plot.polygon:
        plot.latitude_hundredths, plot.longitude_hundredths = rules.centre_hundredths(plot.polygon)


def start_season(
    plot: Plot,
    product: Product,
    *,
    name: str,
    started_on: date,
    by: int | None,
    certificate: Certificate | None = None,
    ceiling: int | None = None,
    ceiling_note: str = "",
    is_demo: bool = False,
) -> Season:
    """Begin a season. Its ceiling is the area times what the crop can give, and no more than the certificate's share;
    who knows better types `ceiling` in base units, with the reason as `ceiling_note`.

    Raises OtherProduct, ImpossibleSeason (also for products that are not weighed and have no ceiling typed), and
    PlotsOverCertificate when more land would grow under the certificate than it certifies.
    """
    owners = {plot.cooperative_id, product.cooperative_id}
    if len(owners | ({certificate.cooperative_id} if certificate else set())) != 1:
        raise OtherProduct(f"plot {plot.id}, product {product.id}")
    if certificate is not None:
        _check_certified_land(plot, certificate)
    basis = CeilingBasis.TYPED
    if ceiling is None and product.base_unit == BaseUnit.GRAM:
        ceiling, basis = usual_ceiling(plot, product, certificate)
    if ceiling is None or ceiling <= 0:
        raise ImpossibleSeason(f"no ceiling for {product.name}")
    season = Season(
        cooperative_id=plot.cooperative_id,
        plot_id=plot.id,
        product_id=product.id,
        certificate_id=certificate.id if certificate else None,
        name=name,
        started_on=started_on,
        ceiling=ceiling,
        ceiling_basis=basis,
        ceiling_note=ceiling_note,
        harvested=0,
        approved_over=0,
        created_by_id=by,
        created_at=clock.now(),
        is_demo=is_demo,
    )
    session.add(season)
    session.flush()
    audit.record(
        "farming:season:start", subject="season", subject_id=season.id, by=by, ceiling=ceiling, basis=basis,
        reason=ceiling_note,
    )  # fmt: skip
    return season


def _check_certified_land(plot: Plot, certificate: Certificate) -> None:
    """A plot counts once, however many seasons run on it; the certificate's row is locked, so that of two new plots in
    one moment one sees the other."""
    session.execute(select(Certificate.id).where(Certificate.id == certificate.id).with_for_update())
    others = select(Season.plot_id).where(
        Season.certificate_id == certificate.id, Season.ended_on.is_(None), Season.plot_id != plot.id
    )
    area = plot.area_m2 + sum(session.scalars(select(Plot.area_m2).where(Plot.id.in_(others))))
    if certificate.area_m2 and area > certificate.area_m2:
        raise PlotsOverCertificate(area_m2=area, certified_m2=certificate.area_m2)


def usual_ceiling(plot: Plot, product: Product, certificate: Certificate | None) -> tuple[int, CeilingBasis]:
    """Grams that a season of this product on this plot can give, and why."""
    expected = certificate.expected_yield_kg_per_year if certificate else None
    return rules.season_ceiling(
        area_m2=plot.area_m2,
        ceiling=rules.yield_ceiling(product.name, product.subgroup),
        certificate_grams=expected * 1000 if expected else None,
        certificate_area_m2=certificate.area_m2 if certificate else None,
    )


def end_season(season: Season, *, on: date, by: int | None) -> None:
    """Close a season; its diary stays open for what was forgotten. Raises ImpossibleSeason."""
    if on < season.started_on or on > clock.today():
        raise ImpossibleSeason(f"season {season.id} began on {season.started_on.isoformat()}")
    session.execute(
        update(Season).where(Season.id == season.id).values(ended_on=on).execution_options(synchronize_session="fetch")
    )
    audit.record("farming:season:end", subject="season", subject_id=season.id, by=by, on=on.isoformat())
