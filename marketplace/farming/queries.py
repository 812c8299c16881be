"""Reads of plots, seasons and their diary. Everything is looked up through its cooperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased, lazyload

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.catalogue.states import Publication
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import Review
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import rules
from marketplace.farming.models import CertificateYear, DiaryEntry, DiaryNotice, HarvestApproval, Plot, Season
from marketplace.farming.states import DiaryKind, NoticeKind, Verdict
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit

_Correction = aliased(DiaryEntry)


def _stands() -> ColumnElement[bool]:
    """No correction points to the entry."""
    return ~exists().where(_Correction.corrects_id == DiaryEntry.id)


def plots_of(cooperative_id: int) -> list[Plot]:
    return list(session.scalars(select(Plot).where(Plot.cooperative_id == cooperative_id).order_by(Plot.name, Plot.id)))


def find_plot(cooperative_id: int, plot_id: int) -> Plot | None:
    """A plot through its cooperative."""
    return session.scalar(select(Plot).where(Plot.id == plot_id, Plot.cooperative_id == cooperative_id))


def season_of(cooperative_id: int, season_id: int) -> Season | None:
    """A season through its cooperative."""
    return session.scalar(select(Season).where(Season.id == season_id, Season.cooperative_id == cooperative_id))


def find_season_in(season_id: int, scope: ColumnElement[bool]) -> Season | None:
    """A season of a cooperative for which the condition `scope` holds."""
    return session.scalar(
        select(Season).join(Cooperative, Cooperative.id == Season.cooperative_id).where(Season.id == season_id, scope)
    )


def seasons_open_for(cooperative_id: int, product_id: int) -> list[Season]:
    """Seasons of a product that have not ended, the newest first."""
    return list(
        session.scalars(
            select(Season)
            .where(Season.cooperative_id == cooperative_id, Season.product_id == product_id, Season.ended_on.is_(None))
            .order_by(Season.started_on.desc(), Season.id.desc())
        )
    )


def has_grown(product_id: int, *, until: date) -> bool:
    """Whether a season of the product began by this day, ended or not."""
    begun = exists().where(Season.product_id == product_id, Season.started_on <= until)
    return bool(session.scalar(select(begun)))


def seasons_running_on(product_id: int, on: date) -> list[Season]:
    """Seasons of the product that a harvest of this day can be from, the newest first."""
    return list(
        session.scalars(
            select(Season)
            .where(
                Season.product_id == product_id,
                Season.started_on <= on,
                Season.ended_on.is_(None) | (Season.ended_on >= on),
            )
            .order_by(Season.started_on.desc(), Season.id.desc())
        )
    )


@dataclass(frozen=True)
class SeasonLine:
    """A season as it stands in a list; quantities in base units of the product."""

    id: int
    name: str
    plot_name: str
    product_name: str
    base_unit: BaseUnit
    started_on: date
    ended_on: date | None
    ceiling: int
    harvested: int
    entries: int
    last_entry_on: date | None
    subgroup: str

    @property
    def percent(self) -> int:
        return self.harvested * 100 // self.ceiling


def seasons_of(cooperative_id: int, *, only_open: bool = False) -> list[SeasonLine]:
    """All seasons of a cooperative, running ones first."""
    told = (
        select(
            DiaryEntry.season_id,
            func.count().label("entries"),
            func.max(DiaryEntry.happened_on).label("last_entry_on"),
        )
        .where(DiaryEntry.cooperative_id == cooperative_id)
        .group_by(DiaryEntry.season_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Season.id, Season.name, Plot.name.label("plot_name"), Product.name.label("product_name"),
            Product.base_unit, Season.started_on, Season.ended_on, Season.ceiling, Season.harvested,
            func.coalesce(told.c.entries, 0).label("entries"), told.c.last_entry_on, Product.subgroup,
        )
        .join(Plot, Plot.id == Season.plot_id)
        .join(Product, Product.id == Season.product_id)
        .outerjoin(told, told.c.season_id == Season.id)
        .where(Season.cooperative_id == cooperative_id, *([Season.ended_on.is_(None)] if only_open else []))
        .order_by(Season.ended_on.is_not(None), Season.started_on.desc(), Season.id.desc())
    )  # fmt: skip
    return [SeasonLine(*row) for row in rows]


@dataclass(frozen=True)
class Told:
    """A diary entry as it is shown; `is_corrected` ones are struck through and stay."""

    id: int
    client_id: str
    season_id: int
    kind: DiaryKind
    happened_on: date
    fields: dict[str, Any]
    photos: list[dict[str, Any]]
    waits_until: date | None
    by: str
    entered_at: datetime
    is_late: bool
    is_corrected: bool
    corrects_id: int | None


@dataclass(frozen=True)
class SeasonFacts:
    """What stands around a season."""

    plot_name: str
    area_m2: int
    product_name: str
    base_unit: BaseUnit
    certificate_number: str | None


def season_facts(season: Season) -> SeasonFacts:
    row = session.execute(
        select(Plot.name, Plot.area_m2, Product.name, Product.base_unit, Certificate.number)
        .select_from(Season)
        .join(Plot, Plot.id == Season.plot_id)
        .join(Product, Product.id == Season.product_id)
        .outerjoin(Certificate, Certificate.id == Season.certificate_id)
        .where(Season.id == season.id)
    ).one()
    return SeasonFacts(*row)


def products_of(cooperative_id: int) -> list[Product]:
    """What a season can grow: products by name, without those put away."""
    return list(
        session.scalars(
            select(Product)
            .where(Product.cooperative_id == cooperative_id, Product.publication != Publication.ARCHIVED)
            .order_by(Product.sort_key, Product.id)
            .options(lazyload(Product.variants), lazyload(Product.pictures))
        )
    )


def _told(row: Any) -> Told:
    entry, name, is_corrected = row
    return Told(
        id=entry.id,
        client_id=entry.client_id,
        season_id=entry.season_id,
        kind=entry.kind,
        happened_on=entry.happened_on,
        fields=entry.fields,
        photos=entry.photos,
        waits_until=entry.waits_until,
        by=name or "",
        entered_at=entry.entered_at,
        is_late=rules.is_late(entry.happened_on, entry.entered_at),
        is_corrected=is_corrected,
        corrects_id=entry.corrects_id,
    )


def diary_of(season_id: int) -> list[Told]:
    """The diary of a season, the newest day first, with what was corrected."""
    rows = session.execute(
        select(DiaryEntry, Person.full_name, ~_stands())
        .outerjoin(Person, Person.id == DiaryEntry.by_id)
        .where(DiaryEntry.season_id == season_id)
        .order_by(DiaryEntry.happened_on.desc(), DiaryEntry.id.desc())
    )
    return [_told(row) for row in rows]


def find_entry(cooperative_id: int, entry_id: int) -> Told | None:
    """One entry through its cooperative."""
    row = session.execute(
        select(DiaryEntry, Person.full_name, ~_stands())
        .outerjoin(Person, Person.id == DiaryEntry.by_id)
        .where(DiaryEntry.id == entry_id, DiaryEntry.cooperative_id == cooperative_id)
    ).one_or_none()
    return _told(row) if row else None


def find_sent(cooperative_id: int, client_id: str) -> DiaryEntry | None:
    """What arrived before under the key that a phone made."""
    return session.scalar(
        select(DiaryEntry).where(DiaryEntry.cooperative_id == cooperative_id, DiaryEntry.client_id == client_id)
    )


def waiting_on(season: Season, on: date) -> tuple[str, date] | None:
    """(what was sprayed or given, first day of harvest) when `on` is too early.

    Work of the same plot and product counts, whichever season it was told in: a new season opened the day after the
    spraying waits as well. What was sprayed after `on` says nothing about a harvest before it.
    """
    row = session.execute(
        select(DiaryEntry.product, DiaryEntry.waits_until)
        .join(Season, Season.id == DiaryEntry.season_id)
        .where(
            Season.plot_id == season.plot_id,
            Season.product_id == season.product_id,
            DiaryEntry.waits_until > on,
            DiaryEntry.happened_on <= on,
            _stands(),
        )
        .order_by(DiaryEntry.waits_until.desc(), DiaryEntry.id)
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row and row[1] else None


def lifted_waiting(season_id: int, on: date) -> bool:
    """Whether nothing could be harvested on this day but for a correction at which no officer has looked yet."""
    of = aliased(Season)
    lifted = (
        exists()
        .where(
            DiaryNotice.season_id == Season.id,
            DiaryNotice.kind == NoticeKind.WAITING_LIFTED,
            DiaryNotice.seen_at.is_(None),
            DiaryNotice.waited_from <= on,
            DiaryNotice.waited_until > on,
            Season.plot_id == of.plot_id,
            Season.product_id == of.product_id,
        )
        .correlate(of)
    )
    return session.scalar(select(of.id).where(of.id == season_id, lifted)) is not None


def last_waiting_until(season_id: int) -> tuple[str, date] | None:
    """(what was sprayed or given, first day of harvest) of the longest wait in the diary of the season."""
    row = session.execute(
        select(DiaryEntry.product, DiaryEntry.waits_until)
        .where(DiaryEntry.season_id == season_id, DiaryEntry.waits_until.is_not(None), _stands())
        .order_by(DiaryEntry.waits_until.desc(), DiaryEntry.id)
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row and row[1] else None


@dataclass(frozen=True)
class Notice:
    """An entry at which no officer has looked yet, and the entry that it corrects."""

    entry: DiaryEntry
    before: DiaryEntry | None
    kind: NoticeKind
    waited_until: date | None
    by: str


@dataclass(frozen=True)
class NoticesOfSeason:
    """What was written late into one diary, or lifted a waiting time there; that first, then the newest."""

    season: Season
    product: Product
    plot_name: str
    cooperative: Cooperative
    notices: list[Notice]

    @property
    def lifting(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind == NoticeKind.WAITING_LIFTED]

    @property
    def late(self) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind == NoticeKind.ADDED_LATE]

    @property
    def newest_id(self) -> int:
        return max(notice.entry.id for notice in self.notices)


MOST_NOTICES = 300


def notices_waiting(scope: ColumnElement[bool]) -> list[NoticesOfSeason]:
    """Diaries with entries that no officer has looked at, those with a lifted waiting time first; in one statement."""
    before = aliased(DiaryEntry)
    rows = session.execute(
        select(DiaryNotice, DiaryEntry, before, Season, Product, Plot.name, Cooperative, Person.full_name)
        .join(DiaryEntry, DiaryEntry.id == DiaryNotice.entry_id)
        .outerjoin(before, before.id == DiaryEntry.corrects_id)
        .join(Season, Season.id == DiaryNotice.season_id)
        .join(Product, Product.id == Season.product_id)
        .join(Plot, Plot.id == Season.plot_id)
        .join(Cooperative, Cooperative.id == Season.cooperative_id)
        .outerjoin(Person, Person.id == DiaryEntry.by_id)
        .where(DiaryNotice.seen_at.is_(None), scope)
        .order_by(DiaryNotice.kind != NoticeKind.WAITING_LIFTED, DiaryEntry.id.desc())
        .limit(MOST_NOTICES)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    )
    found: dict[int, NoticesOfSeason] = {}
    for notice, entry, corrected, season, product, plot, cooperative, name in rows:
        of = found.setdefault(season.id, NoticesOfSeason(season, product, plot, cooperative, []))
        of.notices.append(Notice(entry, corrected, notice.kind, notice.waited_until, name or ""))
    return list(found.values())


def find_approval(lot_id: int) -> HarvestApproval | None:
    """What was asked, and decided, about the harvest of a lot."""
    return session.scalar(select(HarvestApproval).where(HarvestApproval.lot_id == lot_id))


def approvals_waiting(scope: ColumnElement[bool]) -> list[tuple[HarvestApproval, Season, Cooperative]]:
    """Harvests over their ceiling that wait for an officer, the oldest first; `scope` is a condition on Cooperative."""
    rows = session.execute(
        select(HarvestApproval, Season, Cooperative)
        .join(Season, Season.id == HarvestApproval.season_id)
        .join(Cooperative, Cooperative.id == Season.cooperative_id)
        .where(HarvestApproval.verdict == Verdict.WAITING, scope)
        .order_by(HarvestApproval.asked_at, HarvestApproval.id)
    )
    return [(approval, season, owner) for approval, season, owner in rows]


def certificate_years(certificate_id: int) -> list[CertificateYear]:
    """What was harvested under a certificate, year by year."""
    return list(
        session.scalars(
            select(CertificateYear)
            .where(CertificateYear.certificate_id == certificate_id)
            .order_by(CertificateYear.year)
        )
    )


def certificates_for(cooperative_id: int, on: date) -> list[Certificate]:
    """Certificates that a season beginning on this day may name."""
    return list(
        session.scalars(
            select(Certificate)
            .where(
                Certificate.cooperative_id == cooperative_id,
                Certificate.valid_to >= on,
                # A season may begin while its paper is being checked; whether a lot may claim it is asked at harvest.
                Certificate.review.in_([Review.VERIFIED, Review.PENDING]),
            )
            .order_by(Certificate.scheme, Certificate.id)
        )
    )


def seasons_over_their_ceiling() -> list[str]:
    """I4 of traceability.md 6: a line per season that gave more than it can without an officer being asked."""
    asked = exists().where(HarvestApproval.season_id == Season.id)
    rows = session.execute(
        select(Season.id, Season.harvested, Season.ceiling)
        .where((Season.harvested > Season.ceiling) & ~asked | (Season.harvested * 100 > Season.ceiling * 110))
        .order_by(Season.id)
    )
    return [f"season {id} gave {harvested} of {ceiling} and nobody was asked" for id, harvested, ceiling in rows]
