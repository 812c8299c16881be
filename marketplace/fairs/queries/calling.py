"""Before the fair: what officers have to decide, and what a cooperative applies with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, or_, select

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import permissions
from marketplace.fairs.models import Booth, BoothItem, BoothPaper, CrewMember, Fair, Slot
from marketplace.fairs.queries.checks import EXCLUDED_SUBGROUPS, Check, checks_of
from marketplace.fairs.states import OVER, BoothState, CrewRole, FairState
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.inventory import rules as offers
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState

PAGE = 24
MOST_CHOICES = 400


@dataclass(frozen=True)
class FairToRun:
    """One fair of the officer's provinces, with the applications that wait for him."""

    fair: Fair
    waiting: int
    approved: int


@dataclass(frozen=True)
class ItemRow:
    """Something a booth would sell, with the checks that are about it."""

    item: BoothItem
    product_name: str
    pack: str
    regular_dong: int
    batch: str
    best_before: date
    checks: list[Check] = field(default_factory=list)

    @property
    def percent_off(self) -> int:
        return 100 - self.item.price_dong * 100 // self.regular_dong


@dataclass(frozen=True)
class Application:
    """A cooperative's application as officers and the cooperative itself read it."""

    booth: Booth
    cooperative_name: str
    cooperative_slug: str
    province_code: str
    checks: list[Check]
    items: list[ItemRow]
    papers: list[BoothPaper]

    @property
    def faults(self) -> list[Check]:
        every = self.checks + [check for row in self.items for check in row.checks]
        return [check for check in every if not check.is_met]

    @property
    def is_complete(self) -> bool:
        """Nothing but the officer's own work is missing."""
        return not any(check.blocks_submitting for check in self.faults)


@dataclass(frozen=True)
class Call:
    """A fair that a cooperative may apply to, or has a booth at."""

    fair: Fair
    booth: Booth | None


@dataclass(frozen=True)
class GoodsChoice:
    """Packs of one lot that could be sold in the session."""

    product_id: int
    product_name: str
    variant_id: int
    pack: str
    regular_dong: int
    least_dong: int
    lot_id: int
    batch: str
    best_before: date
    packs: int


def fairs_to_run(person: Person, *, page: int = 1) -> list[FairToRun]:
    """Fairs of the officer's provinces, the newest first, in one statement."""

    def count(*states: BoothState) -> object:
        return (
            select(func.count(Booth.id))
            .where(Booth.fair_id == Fair.id, Booth.state.in_(states))
            .correlate(Fair)
            .scalar_subquery()
        )

    rows = session.execute(
        select(Fair, count(BoothState.SUBMITTED), count(BoothState.APPROVED))  # type: ignore[call-overload]
        .where(permissions.runs(person))
        .order_by(Fair.starts_at.desc(), Fair.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [FairToRun(*row) for row in rows]


def last_fair_of(person: Person) -> Fair | None:
    """The one whose details a new fair may begin with."""
    return session.scalar(select(Fair).where(permissions.runs(person)).order_by(Fair.id.desc()).limit(1))


def booths_of(fair_id: int, *states: BoothState) -> list[Booth]:
    """Applications in these states as they were handed in; those still being written are nobody's business yet."""
    return list(
        session.scalars(
            select(Booth)
            .where(Booth.fair_id == fair_id, Booth.state.in_(states))
            .order_by(Booth.submitted_at, Booth.id)
        )
    )


def count_booths(fair_id: int) -> dict[BoothState, int]:
    rows = session.execute(select(Booth.state, func.count()).where(Booth.fair_id == fair_id).group_by(Booth.state))
    return {row[0]: row[1] for row in rows}


def applications_of(booths: Sequence[Booth], fair: Fair) -> list[Application]:
    """These applications with their checks, in as many statements as for one."""
    if not booths:
        return []
    ids = [booth.id for booth in booths]
    checks = checks_of(booths, fair)
    cooperatives = {
        one.id: one
        for one in session.scalars(
            select(Cooperative).where(Cooperative.id.in_([booth.cooperative_id for booth in booths]))
        )
    }
    papers: dict[int, list[BoothPaper]] = {}
    for paper in session.scalars(select(BoothPaper).where(BoothPaper.booth_id.in_(ids)).order_by(BoothPaper.id)):
        papers.setdefault(paper.booth_id, []).append(paper)
    rows = {
        item.id: ItemRow(
            item, name, pack, price, batch, best_before,
            [check for check in checks[item.booth_id] if check.item_id == item.id],
        )
        for item, name, pack, price, batch, best_before in session.execute(
            select(BoothItem, Product.name, Variant.name, Variant.price_dong, Lot.batch, Lot.best_before)
            .join(Variant, Variant.id == BoothItem.variant_id)
            .join(Product, Product.id == Variant.product_id)
            .join(Lot, Lot.id == BoothItem.lot_id)
            .where(BoothItem.booth_id.in_(ids))
        )
    }  # fmt: skip
    return [
        Application(
            booth=booth,
            cooperative_name=cooperatives[booth.cooperative_id].short_name,
            cooperative_slug=cooperatives[booth.cooperative_id].slug,
            province_code=cooperatives[booth.cooperative_id].province_code,
            checks=[check for check in checks[booth.id] if check.item_id is None],
            items=[rows[item.id] for item in booth.items],
            papers=papers.get(booth.id, []),
        )
        for booth in booths
    ]


def find_paper(booth_id: int, paper_id: int) -> BoothPaper | None:
    return session.scalar(select(BoothPaper).where(BoothPaper.booth_id == booth_id, BoothPaper.id == paper_id))


def crew_of(fair_id: int) -> list[tuple[Person, CrewRole]]:
    """Who shares the host desk."""
    rows = session.execute(
        select(Person, CrewMember.role)
        .join(CrewMember, CrewMember.person_id == Person.id)
        .where(CrewMember.fair_id == fair_id)
        .order_by(CrewMember.id)
    )
    return [(person, role) for person, role in rows]


def fairs_helped(person_id: int, *, page: int = 1) -> list[tuple[Fair, CrewRole]]:
    """Fairs whose crew the person belongs to and what for, the newest first, in one statement."""
    rows = session.execute(
        select(Fair, CrewMember.role)
        .join(CrewMember, CrewMember.fair_id == Fair.id)
        .where(CrewMember.person_id == person_id)
        .order_by(Fair.starts_at.desc(), Fair.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [(fair, role) for fair, role in rows]


def helps_at_fairs(person_id: int) -> bool:
    """Whether the person belongs to the crew of any fair."""
    return session.scalar(select(CrewMember.id).where(CrewMember.person_id == person_id).limit(1)) is not None


def calls_for(cooperative_id: int) -> list[Call]:
    """Fairs that take applications or soon will, and those where the cooperative has a booth already; soonest first,
    what is over at the end."""
    rows = session.execute(
        select(Fair, Booth)
        .outerjoin(Booth, (Booth.fair_id == Fair.id) & (Booth.cooperative_id == cooperative_id))
        .where(
            Fair.state != FairState.DRAFT,
            or_(Booth.id.is_not(None), Fair.state.in_((FairState.ANNOUNCED, FairState.REGISTRATION_OPEN))),
        )
        .order_by(Fair.state.in_(OVER), Fair.starts_at, Fair.id)
        .limit(PAGE * 2)
    )
    return [Call(fair, booth) for fair, booth in rows]


def find_booth_of(fair_id: int, cooperative_id: int) -> Booth | None:
    return session.scalar(select(Booth).where(Booth.fair_id == fair_id, Booth.cooperative_id == cooperative_id))


def slots_of_booth(booth_id: int) -> list[Slot]:
    return list(session.scalars(select(Slot).where(Slot.booth_id == booth_id).order_by(Slot.starts_at)))


def goods_for(fair: Fair, cooperative_id: int) -> list[GoodsChoice]:
    """What the cooperative could bring: packs on sale, with each lot that keeps through the fair and has one left."""
    last_day = dates.vietnam_day(fair.ends_at)
    rows = session.execute(
        select(Product.id, Product.name, Variant, Lot)
        .join(Listing, Listing.product_id == Product.id)
        .join(Variant, Variant.product_id == Product.id)
        .join(Lot, Lot.product_id == Product.id)
        .where(
            Product.cooperative_id == cooperative_id,
            Lot.cooperative_id == cooperative_id,
            Product.subgroup.not_in(EXCLUDED_SUBGROUPS),
            Variant.is_active,
            Variant.kilogram_dong.is_(None),  # what is weighed for its buyer has no price beforehand
            Lot.state == LotState.PUBLISHED,
            Lot.best_before >= last_day,
        )
        .order_by(Product.sort_key, Product.id, Variant.position, Variant.id, Lot.best_before, Lot.id)
        .limit(MOST_CHOICES)
    )
    return [
        GoodsChoice(
            product_id, name, variant.id, variant.name, variant.price_dong,
            offers.least_session_price(variant.price_dong, fair.max_discount_percent), lot.id, lot.batch,
            lot.best_before, offers.packs_in(lot.available, variant.content),
        )
        for product_id, name, variant, lot in rows
        if lot.available >= variant.content
    ]  # fmt: skip
