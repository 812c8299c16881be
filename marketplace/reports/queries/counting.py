"""A fair's closing report, counted from rows as they stood at a moment (domain.md 10.5)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from marketplace.catalogue.queries import badges_of
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.foundation import dates
from marketplace.geography import queries as geography
from marketplace.reports import providers, rules
from marketplace.reports.queries import shown, sold
from marketplace.reports.queries.sold import Part
from marketplace.reports.rules import BoothFigures, ClosingReport, ProductFigures, SlotFigures
from marketplace.reports.states import Figure


def count_fair(fair: Fair, *, at: datetime) -> ClosingReport:
    """All of it, in a fixed number of statements. Only of a fair that was on air."""
    assert fair.went_live_at is not None
    parts = sold.parts_of(fair.id, at=at)
    slots = shown.slots_on_air(fair.id)
    questions = shown.questions_at(fair.id, at=at)
    complaints = sold.complaints_about(fair.id, at=at)
    scans = shown.scans_of(fair, at=at)
    leads = shown.leads_of(fair.id, at=at)
    with_place = shown.booths_with_place(fair.id)
    names = {province.code: province.bare_name for province in geography.provinces()}
    by_booth = sold.parts_by_booth(parts)
    booth_of_part = {part.id: part.booth_id for part in parts}
    asked = Counter(one.booth_id for one in questions)
    answered = Counter(one.booth_id for one in questions if one.is_answered)
    complained = Counter(booth_of_part.get(one.part_id) for one in complaints)
    booths = [
        _booth(
            booth,
            by_booth.get(booth.id, []),
            [slot for slot, _title in slots if slot.booth_id == booth.id],
            fair,
            cooperative_name=cooperative.short_name,
            province=names.get(cooperative.province_code, ""),
            questions=asked[booth.id],
            answered=answered[booth.id],
            scans=scans.get(booth.id, 0),
            leads=leads.get(booth.id, 0),
            complaints=complained[booth.id],
            at=at,
        )
        for booth, cooperative in with_place
    ]
    stars, schemes = _standards(fair, [booth.id for booth, _cooperative in with_place])
    ratings = Counter(str(one.rating) for one in booths if one.rating is not None)
    figures = _figures(fair, parts, booths, at=at)
    figures |= {
        Figure.PRODUCTS: stars.pop("all"),
        Figure.STARRED: sum(stars.values()),
        Figure.CERTIFIED: schemes.pop("any"),
        Figure.SLOTS: len(slots),
        Figure.MINUTES: rules.minutes_on_air(_stretches([slot for slot, _title in slots], fair)),
        Figure.QUESTIONS: len(questions),
        Figure.ANSWERED: sum(one.is_answered for one in questions),
        Figure.SCANS: sum(scans.values()),
        Figure.LEADS: sum(leads.values()),
        Figure.COMPLAINTS: len(complaints),
        Figure.COMPLAINTS_SETTLED: sum(one.is_settled for one in complaints),
        Figure.COMPLAINTS_DONG: sum(one.refunded_dong for one in complaints),
    }
    return ClosingReport(
        counted_at=at,
        figures=figures,
        stars=stars,
        schemes=schemes,
        provinces=dict(sorted(Counter(one.province for one in booths if one.attended).items())),
        ratings={height: ratings[height] for height in sorted(ratings)},
        steps=rules.by_step(
            [part.placed_at for part in parts], since=fair.went_live_at, until=fair.ended_at or fair.ends_at
        ),
        booths=booths,
        products=_products(parts),
        slots=_slots(slots, by_booth, fair),
    )


def _booth(
    booth: Booth,
    parts: list[Part],
    slots: list[Slot],
    fair: Fair,
    *,
    cooperative_name: str,
    province: str,
    questions: int,
    answered: int,
    scans: int,
    leads: int,
    complaints: int,
    at: datetime,
) -> BoothFigures:
    packs = sum(line.packs for part in parts if part.stands for line in part.lines)
    is_rated = booth.rated_at is not None and booth.rated_at <= at
    return BoothFigures(
        booth_id=booth.id,
        cooperative_id=booth.cooperative_id,
        name=cooperative_name,
        province=province,
        attended=bool(slots) or packs > 0,
        minutes=rules.minutes_on_air(_stretches(slots, fair)),
        orders=len(parts),
        confirmed=sum(part.was_confirmed for part in parts),
        delivered=sum(part.was_delivered for part in parts),
        cancelled=sum(not part.stands for part in parts),
        packs=packs,
        gross_dong=sum(part.dong for part in parts),
        delivered_dong=sum(part.kept_dong for part in parts if part.was_delivered),
        questions=questions,
        answered=answered,
        scans=scans,
        leads=leads,
        complaints=complaints,
        rating=booth.satisfaction if is_rated else None,
    )


def _figures(fair: Fair, parts: list[Part], booths: list[BoothFigures], *, at: datetime) -> dict[Figure, int]:
    assert fair.went_live_at is not None
    visitors, peak = shown.count_visitors(fair.id, at=at)
    phones = {part.phone for part in parts}
    attended = [one for one in booths if one.attended]
    ratings = [one.rating for one in booths if one.rating is not None]
    gross_dong = sum(one.gross_dong for one in booths)
    figures = {
        Figure.INVITED: shown.count_invited(fair),
        Figure.APPLIED: shown.count_applications(fair.id, at=at),
        Figure.APPROVED: len(booths),
        Figure.ATTENDED: len(attended),
        Figure.PROVINCES: len({one.province for one in attended}),
        Figure.VIEWERS: visitors,
        Figure.PEAK: peak,
        Figure.ORDERS: len(parts),
        Figure.CONFIRMED: sum(one.confirmed for one in booths),
        Figure.DELIVERED: sum(one.delivered for one in booths),
        Figure.CANCELLED: sum(one.cancelled for one in booths),
        Figure.PACKS: sum(one.packs for one in booths),
        Figure.GROSS_DONG: gross_dong,
        Figure.DELIVERED_DONG: sum(one.delivered_dong for one in booths),
        Figure.AVERAGE_DONG: gross_dong // len(parts) if parts else 0,
        Figure.BUYERS: len(phones),
        Figure.NEW_BUYERS: len(phones - sold.known_phones(phones, before=fair.went_live_at)),
        Figure.RATINGS: len(ratings),
        Figure.RATING_TENTHS: sum(ratings) * 10 // len(ratings) if ratings else 0,
    }
    provider = providers.trade()
    if provider is not None:
        figures |= {Figure(code): number for code, number in vars(provider.trade_at(fair.id, at=at)).items()}
    return figures


def _standards(fair: Fair, booth_ids: list[int]) -> tuple[dict[str, int], dict[str, int]]:
    """Products by OCOP stars and by standard on the day of the fair; a product may have several standards."""
    assert fair.went_live_at is not None
    products = shown.products_of(booth_ids)
    badges = badges_of(products, on=dates.vietnam_day(fair.went_live_at))
    stars = Counter(
        str(max(heights)) for one in badges.values() if (heights := [badge.stars for badge in one if badge.stars])
    )
    schemes = Counter(scheme for one in badges.values() for scheme in {badge.scheme for badge in one})
    return (
        {"all": len(products), **dict(sorted(stars.items(), reverse=True))},
        {"any": sum(bool(one) for one in badges.values()), **dict(sorted(schemes.items()))},
    )


def _stretches(slots: list[Slot], fair: Fair) -> list[tuple[datetime, datetime]]:
    """A slot that nobody took off the air was on until the fair ended."""
    end = fair.ended_at or fair.ends_at
    return [(slot.went_on_air_at, slot.left_air_at or end) for slot in slots if slot.went_on_air_at is not None]


def _products(parts: list[Part]) -> list[ProductFigures]:
    """The best sold first."""
    packs: Counter[tuple[int, str]] = Counter()
    dong: Counter[tuple[int, str]] = Counter()
    for part in parts:
        for line in part.lines if part.stands else ():
            packs[part.booth_id, line.product_name] += line.packs
            dong[part.booth_id, line.product_name] += line.dong
    ranked = sorted(packs, key=lambda key: (-packs[key], -dong[key], key))
    return [ProductFigures(booth_id, name, packs[booth_id, name], dong[booth_id, name]) for booth_id, name in ranked]


def _slots(slots: list[tuple[Slot, str]], by_booth: dict[int, list[Part]], fair: Fair) -> list[SlotFigures]:
    """An order belongs to the stretch in which its booth was on last before it came."""
    last_before: dict[int, list[Part]] = {}
    for booth_id, parts in by_booth.items():
        own = [slot for slot, _title in slots if slot.booth_id == booth_id]
        for part in parts:
            before = [slot for slot in own if slot.went_on_air_at is not None and slot.went_on_air_at <= part.placed_at]
            if before:
                last_before.setdefault(before[-1].id, []).append(part)
    return [
        SlotFigures(
            slot_id=slot.id,
            title=title,
            went_on_air_at=slot.went_on_air_at.isoformat() if slot.went_on_air_at else "",
            minutes=rules.minutes_on_air(_stretches([slot], fair)),
            orders=len(last_before.get(slot.id, [])),
            dong=sum(part.dong for part in last_before.get(slot.id, [])),
        )
        for slot, title in slots
    ]
