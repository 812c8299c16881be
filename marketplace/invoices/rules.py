"""What stands on an invoice: the rate of the day, and the tax that is inside a price, to the đồng."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.foundation.money import split_dong
from marketplace.orders.states import NOT_PAID_FOR, PartState

NOT_SUBJECT, NOT_DECLARED = "KCT", "KKKNT"
REDUCED = "8%"


@dataclass(frozen=True)
class Rate:
    """What a code of a product means from a day on: the string on the e-invoice, and how much that is.

    Without basis points no tax is written on the invoice, which is not the same as a tax of nothing.
    """

    code: str
    valid_from: date
    printed: str
    basis_points: int | None


_ALWAYS = date(2020, 1, 1)

# domain.md 5.4: Law 48/2024 as amended by Law 149/2025. The reduced rate ends with 2026; a product that bears it then
# bears the full one until the law says otherwise, which is a line more here.
RATES = (
    Rate(NOT_SUBJECT, _ALWAYS, NOT_SUBJECT, None),
    Rate(NOT_DECLARED, _ALWAYS, NOT_DECLARED, None),
    Rate("0%", _ALWAYS, "0%", 0),
    Rate("5%", _ALWAYS, "5%", 500),
    Rate(REDUCED, _ALWAYS, REDUCED, 800),
    Rate(REDUCED, date(2027, 1, 1), "10%", 1_000),
    Rate("10%", _ALWAYS, "10%", 1_000),
)
# Bringing goods is a service of the usual rate.
DELIVERY_CODE = REDUCED

# An invoice is due when the goods are handed over (Decree 123/2020, article 9, as amended by Decree 70/2025); from so
# many days after that the market asks after it. Set on 2026-11-29.
REMINDED_AFTER: tuple[tuple[date, tuple[int, ...]], ...] = ((_ALWAYS, (2, 7)),)

# Circular 32/2025: six signs, often written with the digit of the form before them; the number has eight digits at most.
SERIES = r"[1-9]?[CK][0-9]{2}[A-Z]{3}"
NUMBER = r"[0-9]{1,8}"


def rate_on(code: str, day: date) -> Rate:
    """What the code means for what was ordered on this day; raises LookupError for one that is none."""
    known = [rate for rate in RATES if rate.code == code and rate.valid_from <= day]
    if not known:
        raise LookupError(f"{code!r} is no VAT code that counts on {day}")
    return max(known, key=lambda rate: rate.valid_from)


def reminders(on: date) -> tuple[int, ...]:
    """So many days after delivery an invoice is asked after."""
    return max((row for row in REMINDED_AFTER if row[0] <= on), key=lambda row: row[0])[1]


def tax_inside(amount_dong: int, basis_points: int) -> int:
    """The tax in an amount that includes it, half a đồng up."""
    whole = 10_000 + basis_points
    return (2 * amount_dong * basis_points + whole) // (2 * whole)


@dataclass(frozen=True)
class Item:
    """Something that is sold: so many, with the amount that the buyer pays for them, VAT included."""

    name: str
    unit: str
    quantity: int
    amount_dong: int
    vat_code: str


@dataclass(frozen=True)
class Line:
    """A line of the invoice. Without a rate no tax is written on it."""

    name: str
    unit: str
    quantity: int
    amount_dong: int
    rate: str
    tax_dong: int | None

    @property
    def net_dong(self) -> int:
        return self.amount_dong - (self.tax_dong or 0)


def lines(items: Sequence[Item], *, on: date, is_deducting: bool) -> list[Line]:
    """The lines of an invoice over what was ordered on this day.

    The tax of each rate is worked out once over all that bears it and shared by largest remainder, so that the lines
    add up to what the tax office works out from the sum (payments.md 3.5). Whoever pays VAT on his revenue writes a
    sales invoice, which names no rate and no tax.
    """
    if not is_deducting:
        return [Line(item.name, item.unit, item.quantity, item.amount_dong, "", None) for item in items]
    rates = [rate_on(item.vat_code, on) for item in items]
    together: defaultdict[Rate, list[int]] = defaultdict(list)
    for place, rate in enumerate(rates):
        together[rate].append(place)
    taxes: dict[int, int | None] = {}
    for rate, places in together.items():
        amounts = [items[place].amount_dong for place in places]
        if rate.basis_points is None:
            taxes.update(dict.fromkeys(places))
        elif not sum(amounts):
            taxes.update(dict.fromkeys(places, 0))
        else:
            shares = split_dong(tax_inside(sum(amounts), rate.basis_points), amounts)
            taxes.update(zip(places, shares, strict=True))
    return [
        Line(item.name, item.unit, item.quantity, item.amount_dong, rate.printed, taxes[place])
        for place, (item, rate) in enumerate(zip(items, rates, strict=True))
    ]


def can_be_asked(states: Collection[PartState], issued_at: Collection[datetime | None]) -> bool:
    """Whether a buyer may still say for whom the invoices of an order are: none is issued, and something is sent."""
    return not any(issued_at) and any(state not in NOT_PAID_FOR for state in states)
