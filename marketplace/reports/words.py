"""What each figure is called, and how it is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.certificates.schemes import SCHEMES
from marketplace.foundation.money import format_dong
from marketplace.reports.rules import Year
from marketplace.reports.states import AMOUNTS, Figure


@dataclass(frozen=True)
class Meaning:
    label: Any
    definition: Any


MEANINGS: dict[Figure, Meaning] = {
    Figure.INVITED: Meaning(
        _("Cooperatives invited"),
        _("Verified cooperatives of the provinces named in the call, on the day registration opened."),
    ),
    Figure.APPLIED: Meaning(
        _("Applied for a booth"), _("Cooperatives that handed in an application, whatever became of it.")
    ),
    Figure.APPROVED: Meaning(_("Were given a booth"), _("Applications that the officers approved.")),
    Figure.ATTENDED: Meaning(
        _("Turns of cooperatives"),
        _("Cooperatives with a booth that went on air or sold at least one pack that was not cancelled; each once."),
    ),
    Figure.PROVINCES: Meaning(_("Provinces"), _("Home provinces of the cooperatives that took part.")),
    Figure.PRODUCTS: Meaning(
        _("Products"), _("Different products that cooperatives with a booth brought at a session price.")
    ),
    Figure.STARRED: Meaning(
        _("Of them with OCOP stars"), _("Covered by a verified OCOP certificate that was valid on the day of the fair.")
    ),
    Figure.CERTIFIED: Meaning(
        _("Of them with any standard"),
        _("Covered by at least one verified certificate (OCOP, VietGAP …) that was valid on the day of the fair."),
    ),
    Figure.SLOTS: Meaning(
        _("Parts on air"), _("Parts of the running order that went on air, also those that were cut off.")
    ),
    Figure.MINUTES: Meaning(
        _("Minutes on air"), _("From going on air to leaving it, of all parts together, whole minutes.")
    ),
    Figure.VIEWERS: Meaning(
        _("Visitors"), _("Browsers that entered the room while it was on air; each counts once for the fair.")
    ),
    Figure.PEAK: Meaning(_("Most at the same time"), _("The highest number of viewers at one moment.")),
    Figure.QUESTIONS: Meaning(
        _("Questions asked"), _("Questions of viewers that everybody could read; hidden ones do not count.")
    ),
    Figure.ANSWERED: Meaning(
        _("Questions answered"), _("Of these, the ones with an answer written by the cooperative or the crew.")
    ),
    Figure.ORDERS: Meaning(
        _("Orders placed"),
        _(
            "Orders with at least one pack at a session price of this fair. An order from two cooperatives counts as two."
        ),
    ),
    Figure.CONFIRMED: Meaning(
        _("Orders confirmed"), _("Of these, confirmed by the cooperative, also if they were cancelled later.")
    ),
    Figure.DELIVERED: Meaning(_("Orders delivered"), _("Of these, handed over to the buyer.")),
    Figure.CANCELLED: Meaning(
        _("Orders that fell through"), _("Of these, cancelled, refused, never paid, or lost on the way.")
    ),
    Figure.PACKS: Meaning(_("Sold packs"), _("Packs at a session price in orders that stand.")),
    Figure.GROSS_DONG: Meaning(
        _("Sales ordered"),
        _(
            "Price of all packs ordered at a session price, VAT included, without delivery, also of orders that fell through."
        ),
    ),
    Figure.DELIVERED_DONG: Meaning(
        _("Sales delivered"), _("Of this, the price of packs that reached their buyers, less what was refunded.")
    ),
    Figure.AVERAGE_DONG: Meaning(_("Average order"), _("Sales ordered divided by orders placed, rounded down.")),
    Figure.BUYERS: Meaning(_("Buyers"), _("Different phone numbers among the orders placed.")),
    Figure.NEW_BUYERS: Meaning(
        _("New buyers"), _("Of these, phone numbers that had never ordered on the market before the fair.")
    ),
    Figure.SCANS: Meaning(
        _("QR codes opened"),
        _(
            "How often people opened the origin of a lot on offer since the fair opened; robots and the cooperatives "
            "themselves do not count."
        ),
    ),
    Figure.LEADS: Meaning(
        _("Numbers left with stalls"),
        _("Visitors who agreed that a cooperative calls them, and have not taken it back."),
    ),
    Figure.COMPLAINTS: Meaning(_("Complaints"), _("Complaints about orders of the fair.")),
    Figure.COMPLAINTS_SETTLED: Meaning(_("Complaints settled"), _("Of these, closed.")),
    Figure.COMPLAINTS_DONG: Meaning(
        _("Given back for complaints"), _("Money given back by complaints that are closed.")
    ),
    Figure.RATINGS: Meaning(
        _("Cooperatives that rated the fair"),
        _("Cooperatives that said after the fair how content they are, from 1 to 5."),
    ),
    Figure.RATING_TENTHS: Meaning(
        _("Content on average"), _("Average of these answers, out of 5, rounded down to a tenth.")
    ),
    Figure.REQUESTS: Meaning(
        _("Demand posts"), _("Requests of enterprises, shops and kitchens that were posted for the fair.")
    ),
    Figure.OFFERS: Meaning(_("Quotes"), _("Quotes of cooperatives for these requests.")),
    Figure.MEMORANDUMS: Meaning(_("Memorandums signed"), _("Memorandums signed by both sides.")),
    Figure.CONTRACTS: Meaning(_("Contracts signed"), _("Contracts signed by both sides.")),
    Figure.CONTRACT_KILOGRAMS: Meaning(_("Weight under contract"), _("What the signed contracts promise, in tonnes.")),
    Figure.CONTRACT_DONG: Meaning(_("Value under contract"), _("What the signed contracts are worth.")),
}

GROUPS: tuple[tuple[Any, tuple[Figure, ...]], ...] = (
    (_("Who took part"), (Figure.INVITED, Figure.APPLIED, Figure.APPROVED, Figure.ATTENDED, Figure.PROVINCES)),
    (_("What was shown"), (Figure.PRODUCTS, Figure.STARRED, Figure.CERTIFIED, Figure.SLOTS, Figure.MINUTES)),
    (_("Who watched"), (Figure.VIEWERS, Figure.PEAK, Figure.QUESTIONS, Figure.ANSWERED, Figure.SCANS, Figure.LEADS)),
    (
        _("What was sold"),
        (
            Figure.ORDERS, Figure.CONFIRMED, Figure.DELIVERED, Figure.CANCELLED, Figure.PACKS, Figure.GROSS_DONG,
            Figure.DELIVERED_DONG, Figure.AVERAGE_DONG, Figure.BUYERS, Figure.NEW_BUYERS,
        ),
    ),
    (
        _("Supply and demand"),
        (
            Figure.REQUESTS, Figure.OFFERS, Figure.MEMORANDUMS, Figure.CONTRACTS, Figure.CONTRACT_KILOGRAMS,
            Figure.CONTRACT_DONG,
        ),
    ),
    (
        _("How it went"),
        (
            Figure.COMPLAINTS, Figure.COMPLAINTS_SETTLED, Figure.COMPLAINTS_DONG, Figure.RATINGS, Figure.RATING_TENTHS,
        ),
    ),
)  # fmt: skip

RATINGS = {
    5: _("5: very content"),
    4: _("4: content"),
    3: _("3: neither nor"),
    2: _("2: not content"),
    1: _("1: not at all content"),
}


def count_words(number: int) -> str:
    """With dots between thousands."""
    return f"{number:,}".replace(",", ".")


def figure_words(figure: Figure, number: int) -> str:
    """A figure as people read it."""
    if figure in AMOUNTS:
        return format_dong(number)
    if figure == Figure.RATING_TENTHS:
        return f"{number // 10},{number % 10} / 5" if number else "–"
    if figure == Figure.CONTRACT_KILOGRAMS:
        return str(gettext("%(tonnes)s tonnes", tonnes=f"{count_words(number // 1000)},{number % 1000 // 100}"))
    return count_words(number)


def scheme_words(code: str) -> str:
    return str(SCHEMES[code].short_label) if code in SCHEMES else code


def year_sentence(year: Year) -> str:
    """The seed's own sentence; conferences only where somebody counts them."""
    known = {
        "fairs": count_words(year.fairs),
        "turns": count_words(year.turns),
        "participants": count_words(year.participants),
    }
    if year.conferences is None:
        return str(gettext("%(fairs)s fairs, %(turns)s turns of cooperatives, %(participants)s participants", **known))
    words = gettext(
        "%(fairs)s fairs, %(turns)s turns of cooperatives, %(conferences)s supply-demand conferences, "
        "%(participants)s participants",
        conferences=count_words(year.conferences),
        **known,
    )
    return str(words)
