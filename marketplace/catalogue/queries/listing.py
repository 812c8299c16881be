"""Listing and search: which products are wanted, in which order, and how many each further filter would leave.

A page takes at most four statements whatever its length: rows, badges, counts, and a total when there are too many to
count one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, func, literal, select, text, true

from marketplace.catalogue.models import Listing, ProductClaim
from marketplace.catalogue.queries.cards import COLUMNS, Card, cards_of
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import counts_on
from marketplace.foundation.database import is_sqlite, session
from marketplace.foundation.text import fold, nfc

PAGE = 20
# Beyond so many matches a buyer narrows anyway; counting on would make the page slower with every product.
COUNTED = 2_000
LAST_PAGE = 5_000
MOST_WORDS = 8


class Order(StrEnum):
    """How the products are sorted; BEST needs words to search for and falls back to NEWEST."""

    BEST = "phu-hop"
    NEWEST = "moi"
    CHEAPEST = "gia-tang"
    DEAREST = "gia-giam"
    NAME = "ten"


@dataclass(frozen=True)
class Wanted:
    """What a buyer asked for; empty means everything."""

    words: str = ""
    provinces: frozenset[str] = frozenset()
    group: str = ""
    stars: frozenset[int] = frozenset()
    schemes: frozenset[str] = frozenset()
    price_from_dong: int | None = None
    price_to_dong: int | None = None
    month: int | None = None
    in_stock: bool = False
    cooperative_id: int | None = None
    order: Order = Order.NEWEST
    page: int = 1


@dataclass(frozen=True)
class Facets:
    """How many products each choice would leave, given all other choices; None when there are too many to count."""

    provinces: dict[str, int] | None = None
    groups: dict[str, int] | None = None
    stars: dict[int, int] | None = None
    schemes: dict[str, int] | None = None
    in_season: int | None = None
    in_stock: int | None = None


@dataclass(frozen=True)
class Results:
    """One page of the listing. `total` stops at COUNTED, and `is_more` says that there are more than that.

    `is_loose`: no product had all words, so these have at least one of them.
    """

    cards: list[Card]
    total: int
    is_more: bool
    pages: int
    facets: Facets = field(default_factory=Facets)
    is_loose: bool = False


def search(wanted: Wanted, *, on: date) -> Results:
    """The products wanted, with counts for the filters beside them."""
    found = _search(wanted, on=on, every_word=True)
    if found.cards or found.total or len(_words(wanted)) < 2:
        return found
    return _search(wanted, on=on, every_word=False)


def _search(wanted: Wanted, *, on: date, every_word: bool) -> Results:
    matches = _matches(wanted, every_word=every_word)
    if matches is None:
        return Results([], 0, is_more=False, pages=1)
    filters = [matches, *_filters(wanted, on=on)]
    query = select(*COLUMNS).where(*filters).order_by(*_order(wanted))
    rows = session.execute(query.limit(PAGE).offset((wanted.page - 1) * PAGE)).all()
    matching = _count_up_to_limit([matches])
    if matching <= COUNTED:
        groups = _groups(wanted, matches, on=on)
        total, facets = sum(row.products for row in groups if _passes(row, wanted)), _facets(groups, wanted)
    else:
        total = matching if len(filters) == 1 else _count_up_to_limit(filters)
        facets = Facets()
    is_more = total > COUNTED
    total = min(total, COUNTED)
    pages = LAST_PAGE if is_more else max(1, -(-total // PAGE))
    return Results(cards_of(rows, on=on), total, is_more, pages, facets, is_loose=not every_word)


def _count_up_to_limit(filters: list[ColumnElement[bool]]) -> int:
    """How many products pass, as far as we count."""
    some = select(Listing.product_id).where(*filters).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _words(wanted: Wanted) -> list[str]:
    return fold(wanted.words).split()[:MOST_WORDS]


def _matches(wanted: Wanted, *, every_word: bool) -> ColumnElement[bool] | None:
    """Words, price and seller: what is not offered as a counted filter. None when nothing can match the words."""
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.words:
        words = _words(wanted)
        if not words:
            return None
        conditions.append(_has_words(words, every_word=every_word))
    if wanted.price_from_dong is not None:
        conditions.append(Listing.price_dong >= wanted.price_from_dong)
    if wanted.price_to_dong is not None:
        conditions.append(Listing.price_dong <= wanted.price_to_dong)
    if wanted.cooperative_id is not None:
        conditions.append(Listing.cooperative_id == wanted.cooperative_id)
    return and_(*conditions)


def _has_words(words: list[str], *, every_word: bool) -> ColumnElement[bool]:
    """The word index of either database; the last word may be unfinished. Folded words hold letters and digits only."""
    if is_sqlite():
        terms = [f'"{word}"' for word in words[:-1]] + [f'"{words[-1]}"*']
        match = (" AND " if every_word else " OR ").join(terms)
        index = text("SELECT rowid FROM listing_words WHERE listing_words MATCH :match").bindparams(match=match)
        return Listing.product_id.in_(index)
    match = (" & " if every_word else " | ").join([*words[:-1], f"{words[-1]}:*"])
    return text("listing.words @@ to_tsquery('simple', :match)").bindparams(match=match)  # type: ignore[return-value]


def _filters(wanted: Wanted, *, on: date) -> Iterable[ColumnElement[bool]]:
    if wanted.provinces:
        yield Listing.province_code.in_(sorted(wanted.provinces))
    if wanted.group:
        yield Listing.group_code == wanted.group
    if wanted.stars:
        yield Listing.product_id.in_(_claimed(on).where(Certificate.stars.in_(sorted(wanted.stars))))
    if wanted.schemes:
        yield Listing.product_id.in_(_claimed(on).where(Certificate.scheme.in_(sorted(wanted.schemes))))
    if wanted.month is not None:
        yield _in_season(wanted.month)
    if wanted.in_stock:
        yield Listing.in_stock_until >= on


def _claimed(on: date) -> Select[Any]:
    return (
        select(ProductClaim.product_id)
        .join(Certificate, Certificate.id == ProductClaim.certificate_id)
        .where(ProductClaim.counts, counts_on(on))
    )


def _in_season(month: int) -> ColumnElement[bool]:
    """Products of a season that includes the month; what is there all year has no season."""
    return Listing.season_months.bitwise_and(1 << (month - 1)) != 0


def _order(wanted: Wanted) -> list[Any]:
    newest = [Listing.published_at.desc(), Listing.product_id.desc()]
    match wanted.order:
        case Order.CHEAPEST:
            return [Listing.price_dong, Listing.product_id]
        case Order.DEAREST:
            return [Listing.price_dong.desc(), Listing.product_id.desc()]
        case Order.NAME:
            return [Listing.sort_key, Listing.product_id]
        case Order.BEST if wanted.words:
            return [*_closeness(wanted.words), *newest]
    return newest


def _closeness(words: str) -> list[ColumnElement[Any]]:
    """The name mark for mark as typed comes first, then the name without marks, then all else."""
    typed, folded = " ".join(nfc(words).lower().split()), fold(words)
    return [
        case(
            (Listing.name_lower.contains(typed, autoescape=True), 0),
            (Listing.title_folded.contains(folded, autoescape=True), 1),
            else_=2,
        )
    ]


# -- counts for the filters


def _groups(wanted: Wanted, matches: ColumnElement[bool], *, on: date) -> list[Row[Any]]:
    """Matches grouped by everything that can be filtered."""
    matched = (
        select(
            Listing.product_id,
            Listing.province_code,
            Listing.group_code,
            case((_in_season(wanted.month or on.month), 1), else_=0).label("in_season"),
            case((Listing.in_stock_until >= on, 1), else_=0).label("in_stock"),
        )
        .where(matches)
        .cte("matched")
    )
    claim = Certificate.scheme + literal(":") + func.coalesce(Certificate.stars, 0).cast(String)
    claimed = (
        select(*matched.c, func.aggregate_strings(claim, ",").label("claims"))
        .select_from(matched)
        .outerjoin(ProductClaim, and_(ProductClaim.product_id == matched.c.product_id, ProductClaim.counts))
        .outerjoin(Certificate, and_(Certificate.id == ProductClaim.certificate_id, counts_on(on)))
        .group_by(*matched.c)
        .subquery()
    )
    facts = [column for column in claimed.c if column.name != "product_id"]
    counted: Select[Any] = select(*facts, func.count().label("products")).group_by(*facts)
    return list(session.execute(counted).all())


Facet = Literal["province", "group", "stars", "scheme", "season", "stock"]


def _passes(row: Row[Any], wanted: Wanted, *, but: Facet | None = None) -> bool:
    """Whether a group passes all filters, one of them left out."""
    stars, schemes = _claims(row)
    return (
        (but == "province" or not wanted.provinces or row.province_code in wanted.provinces)
        and (but == "group" or not wanted.group or row.group_code == wanted.group)
        and (but == "stars" or not wanted.stars or bool(stars & wanted.stars))
        and (but == "scheme" or not wanted.schemes or bool(schemes & wanted.schemes))
        and (but == "season" or wanted.month is None or row.in_season == 1)
        and (but == "stock" or not wanted.in_stock or row.in_stock == 1)
    )


def _claims(row: Row[Any]) -> tuple[frozenset[int], frozenset[str]]:
    pairs = [claim.split(":") for claim in row.claims.split(",")] if row.claims else []
    return frozenset(int(stars) for _, stars in pairs if stars != "0"), frozenset(scheme for scheme, _ in pairs)


def _facets(rows: list[Row[Any]], wanted: Wanted) -> Facets:
    def count(but: Facet, choices: Callable[[Row[Any]], Iterable[Any]]) -> dict[Any, int]:
        counted: Counter[Any] = Counter()
        for row in rows:
            if _passes(row, wanted, but=but):
                for choice in choices(row):
                    counted[choice] += row.products
        return dict(counted)

    return Facets(
        provinces=count("province", lambda row: [row.province_code]),
        groups=count("group", lambda row: [row.group_code]),
        stars=count("stars", lambda row: _claims(row)[0]),
        schemes=count("scheme", lambda row: _claims(row)[1]),
        in_season=count("season", lambda row: [row.in_season]).get(1, 0),
        in_stock=count("stock", lambda row: [row.in_stock]).get(1, 0),
    )


# -- typing help and the home page


def suggestions(typed: str, *, limit: int = 6) -> list[tuple[str, str]]:
    """(name, slug) of products whose name goes on from what is typed."""
    words = fold(typed).split()[:MOST_WORDS]
    if not words or len("".join(words)) < 2:
        return []
    rows = session.execute(
        select(Listing.name, Listing.slug)
        .where(_has_words(words, every_word=True))
        .order_by(*_closeness(typed), Listing.sort_key)
        .limit(limit)
    )
    return [(name, slug) for name, slug in rows]


def count_by_province() -> dict[str, int]:
    """How many products each province has on the market."""
    rows = session.execute(select(Listing.province_code, func.count()).group_by(Listing.province_code))
    return {row[0]: row[1] for row in rows}


def seasonal_cards(month: int, *, on: date, limit: int) -> list[Card]:
    """What is in season and can be had now, filled up with what else can be had now."""
    on_sale = (
        select(*COLUMNS)
        .where(Listing.in_stock_until >= on)
        .order_by(Listing.published_at.desc(), Listing.product_id.desc())
        .limit(limit)
    )
    rows = list(session.execute(on_sale.where(_in_season(month))).all())
    if len(rows) < limit:
        known = {row.product_id for row in rows}
        rows += [row for row in session.execute(on_sale).all() if row.product_id not in known]
    return cards_of(rows[:limit], on=on)
