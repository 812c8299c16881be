"""What one journal is in a cooperative's statement, and what of a lot's earnings is whose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta

from marketplace.foundation import quantities
from marketplace.foundation.money import split_dong
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import clean_line
from marketplace.ledger.rules import fee
from marketplace.ledger.states import Event

LONGEST_PERIOD = timedelta(days=366)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Columns:
    """One movement of what the market owes a cooperative, by what it is for; what is taken stands below zero."""

    goods_dong: int = 0
    delivery_dong: int = 0
    fee_dong: int = 0
    tax_dong: int = 0
    refund_dong: int = 0
    debt_dong: int = 0
    paid_out_dong: int = 0
    other_dong: int = 0

    @property
    def change_dong(self) -> int:
        return sum(getattr(self, one.name) for one in fields(self))

    def __add__(self, more: Columns) -> Columns:
        return Columns(*(getattr(self, one.name) + getattr(more, one.name) for one in fields(self)))


NOTHING = Columns()
_REST = {
    Event.PART_DELIVERED: "goods_dong",
    Event.REFUND_DECIDED: "refund_dong",
    Event.DISPUTE: "refund_dong",
    Event.PAYOUT_CONFIRMED: "paid_out_dong",
}


def columns(event: str, *, change_dong: int, fee_dong: int = 0, tax_dong: int = 0, delivery_dong: int = 0) -> Columns:
    """A journal's effect on a cooperative (`change_dong`, more owed to it above zero) by what it is for: what is neither
    fee nor tax nor the way is what the event is about, so that the columns always add up to the change."""
    rest = change_dong - fee_dong - tax_dong - delivery_dong
    return Columns(fee_dong=fee_dong, tax_dong=tax_dong, delivery_dong=delivery_dong) + Columns(
        **{_REST.get(Event(event), "other_dong"): rest}
    )


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included."""

    since: date
    until: date

    @property
    def day_after(self) -> date:
        return self.until + ONE_DAY


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period(first, following - ONE_DAY)


def typed_period(since: date | None, until: date | None, *, today: date) -> Period | None:
    """The days as typed; this month when nothing was. None when they make no period."""
    if since is None and until is None:
        return month_of(today)
    if since is None or until is None or since > until or until - since > LONGEST_PERIOD:
        return None
    return Period(since, until)


@dataclass(frozen=True)
class Weighed:
    """What a household delivered for a lot."""

    household: str
    grams: int


@dataclass(frozen=True)
class LotPot:
    """What a lot has earned and nobody has been given yet, and who delivered for it."""

    lot_id: int
    earned_dong: int
    deliveries: tuple[Weighed, ...]


@dataclass(frozen=True)
class Share:
    """What a household gets of a lot."""

    lot_id: int
    household: str
    grams: int
    amount_dong: int


@dataclass(frozen=True)
class Division:
    """How earnings are divided: what stays with the cooperative, its costs, and what each household gets."""

    earned_dong: int
    fund_dong: int
    costs_dong: int
    shares: tuple[Share, ...]

    @property
    def shared_dong(self) -> int:
        return self.earned_dong - self.fund_dong - self.costs_dong


def most_costs(pots: list[LotPot], *, fund_basis_points: int) -> int:
    """What may be taken off for costs at most, when the fund has had its part."""
    earned = sum(pot.earned_dong for pot in pots)
    return earned - fee(earned, fund_basis_points)


def divide(pots: list[LotPot], *, fund_basis_points: int, costs_dong: int) -> Division:
    """Fund and costs are taken off the whole; the rest goes to the lots as they earned, and of each lot to those who
    delivered for it, by weight. Every step shares by largest remainder, so that the shares add up to the đồng."""
    earned = sum(pot.earned_dong for pot in pots)
    fund = fee(earned, fund_basis_points)
    rest = earned - fund - costs_dong
    if rest < 0 or not pots:
        raise ValueError(f"{earned} đồng cannot bear {fund} and {costs_dong}")
    shares: list[Share] = []
    by_lot = split_dong(rest, [pot.earned_dong for pot in pots]) if earned else [0] * len(pots)
    for pot, amount in zip(pots, by_lot, strict=True):
        of_each = split_dong(amount, [one.grams for one in pot.deliveries])
        shares += [
            Share(pot.lot_id, one.household, one.grams, dong) for one, dong in zip(pot.deliveries, of_each, strict=True)
        ]
    return Division(earned, fund, costs_dong, tuple(shares))


def same_household(name: str) -> str:
    """Under which a household's deliveries are added up: capital letters and blanks do not make another one, tone marks
    do."""
    return " ".join(name.split()).casefold()


_ROW = re.compile(r"(.*)[\s:–-]+([0-9]+(?:[.,][0-9]+)*\s*[^\W\d]*)")
_THOUSANDS_APART = re.compile(r".*[0-9]\s+[0-9]{3}(?![0-9.,]).*", re.DOTALL)
_BARE = re.compile(r"[0-9][0-9., ]*")
LONGEST_NAME = 80


def read_row(text: str) -> Weighed:
    """A line as people write or paste it: the name, then kilograms (or another unit) behind a tab, semicolon or blank.

    Raises ValueError with the reason: no_name, no_weight.
    """
    cells = [cell for cell in re.split(r"[\t;]", text) if cell.strip()]
    if len(cells) >= 2:
        name, weight = cells[0], cells[1]
    else:
        found = _ROW.fullmatch(text.strip())
        # "Hoa 1 200" is 1,200 kg to one reader and household "Hoa 1" to the next.
        if found is None or _THOUSANDS_APART.fullmatch(text.strip()):
            raise ValueError("no_weight" if any(letter.isalpha() for letter in text) else "no_name")
        name, weight = found[1], found[2]
    household = clean_line(name, LONGEST_NAME + 1).strip(" .,:-–")
    if not any(letter.isalpha() for letter in household) or len(household) > LONGEST_NAME:
        raise ValueError("no_name")
    weight = weight.strip()
    try:
        grams = quantities.parse_quantity(f"{weight} kg" if _BARE.fullmatch(weight) else weight, BaseUnit.GRAM)
    except quantities.BadQuantity:
        raise ValueError("no_weight") from None
    if grams <= 0:
        raise ValueError("no_weight")
    return Weighed(household, grams)


def add_up(deliveries: list[Weighed]) -> tuple[Weighed, ...]:
    """One entry for each household, in the order of their first delivery."""
    grams: dict[str, int] = {}
    names: Mapping[str, str] = {same_household(one.household): one.household for one in reversed(deliveries)}
    for one in deliveries:
        key = same_household(one.household)
        grams[key] = grams.get(key, 0) + one.grams
    return tuple(Weighed(names[key], weight) for key, weight in grams.items())
