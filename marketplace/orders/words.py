"""What people read for the codes of an order, and how far a part of it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from marketplace.catalogue.states import VatCode
from marketplace.catalogue.words import STORAGE, VAT
from marketplace.foundation.dates import format_day
from marketplace.orders.models import CooperativeOrder, Order, OrderLine, OrderStep
from marketplace.orders.rules import FETCHED_WAYS, HUB_WAYS
from marketplace.orders.states import NOT_PAID_FOR, OrderState, PartState, Surplus
from marketplace.payments.models import Refund
from marketplace.payments.states import WAITS_FOR_TRANSFER, Method, RefundState

PART_STATES = {
    PartState.PENDING: _("Ordered"),
    PartState.CONFIRMED: _("Confirmed"),
    PartState.PACKED: _("Packed"),
    PartState.AT_HUB: _("At the collecting place"),
    PartState.SHIPPED: _("On the way"),
    PartState.DELIVERED: _("Delivered"),
    PartState.COMPLETED: _("Completed"),
    PartState.CANCELLED: _("Cancelled"),
    PartState.REFUSED: _("Not delivered"),
    PartState.LOST: _("Never arrived"),
}

# Nobody brings what the buyer comes for.
FETCHED_STATES = {
    PartState.SHIPPED: _("Ready to fetch"),
    PartState.DELIVERED: _("Fetched"),
    PartState.REFUSED: _("Not fetched"),
}

PART_TONES = {
    PartState.PENDING: "wait",
    PartState.CONFIRMED: "news",
    PartState.PACKED: "news",
    PartState.AT_HUB: "news",
    PartState.SHIPPED: "news",
    PartState.DELIVERED: "good",
    PartState.COMPLETED: "good",
    PartState.CANCELLED: "plain",
    PartState.REFUSED: "bad",
    PartState.LOST: "bad",
}

SURPLUSES = {
    Surplus.NONE: _("Nothing more to pay"),
    Surplus.UNDECIDED: _("Heavier: to decide"),
    Surplus.ASKED: _("The buyer is asked"),
    Surplus.DECLINED: _("The buyer does not want to pay more"),
    Surplus.LAPSED: _("The buyer did not answer in time"),
    Surplus.PAID: _("Paid on top"),
    Surplus.AT_THE_DOOR: _("Collected at the door"),
    Surplus.WAIVED: _("Given free"),
}

SURPLUS_TONES = {
    Surplus.NONE: "plain",
    Surplus.UNDECIDED: "wait",
    Surplus.ASKED: "wait",
    Surplus.DECLINED: "bad",
    Surplus.LAPSED: "bad",
    Surplus.PAID: "good",
    Surplus.AT_THE_DOOR: "news",
    Surplus.WAIVED: "good",
}

ORDER_STATES = {
    OrderState.OPEN: _("Under way"),
    OrderState.COMPLETED: _("Completed"),
    OrderState.CANCELLED: _("Cancelled"),
}

WAYS = {
    "carrier": _("Parcel service"),
    "own_van": _("The cooperative's own van"),
    "pickup": _("Fetch it at the cooperative"),
    "coach": _("By coach"),
    "hub": _("Gathered into one parcel"),
    "hub_pickup": _("Fetch everything at the collecting place"),
}

METHODS = {
    Method.CASH_ON_DELIVERY: _("Pay in cash on delivery"),
    Method.VIETQR: _("Bank transfer with a QR code (VietQR)"),
    Method.CARD: _("Card (Visa, Mastercard, JCB)"),
}

REFUND_STATES = {
    RefundState.CREATED: _("To be sent"),
    RefundState.IN_TRANSIT: _("On the way"),
    RefundState.DONE: _("Sent back"),
    RefundState.FAILED: _("Came back, we send it again"),
    RefundState.EXTERNAL: _("Sent back"),
    RefundState.RETURNED: _("Came back to the market"),
}

REFUND_TONES = {
    RefundState.CREATED: "wait",
    RefundState.IN_TRANSIT: "news",
    RefundState.DONE: "good",
    RefundState.FAILED: "bad",
    RefundState.EXTERNAL: "good",
    RefundState.RETURNED: "plain",
}

# Why the market owes it; any other reason is in the words of whoever gave it back.
REFUND_REASONS = {
    "not_sent": _("Goods that are not sent"),
    "too_late": _("Your money came after the goods were given to somebody else"),
    "lighter": _("Your goods weigh less than was said"),
    "overpaid": _("You paid more than was asked"),
    "surplus_not_taken": _("Paid on top for heavier goods, not needed after all"),
}


def refund_state(refund: Refund, *, waits_for_account: bool) -> Any:
    """How far a refund is, for its buyer."""
    if waits_for_account:
        return _("Waits for your account")
    return _("Being sent") if refund.begun_at and refund.state in WAITS_FOR_TRANSFER else REFUND_STATES[refund.state]


JOURNEY = (PartState.PENDING, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
JOURNEY_OVER_HUB = (*JOURNEY[:3], PartState.AT_HUB, *JOURNEY[3:])
JOURNEY_OF_FETCHED = (*JOURNEY[:3], PartState.DELIVERED)  # what is packed lies ready at the cooperative


@dataclass(frozen=True)
class StepView:
    """One step as components/stepper.html draws it."""

    label: Any
    state: str
    at: datetime | None = None
    note: str = ""


def part_state(part: CooperativeOrder, state: PartState | None = None) -> Any:
    """How far a part is, or in that state would be, for its buyer: brought to him, or ready for him to come."""
    state = state or part.state
    if part.delivery_way not in FETCHED_WAYS:
        return PART_STATES[state]
    if part.delivery_way not in HUB_WAYS and state == PartState.PACKED:
        return FETCHED_STATES[PartState.SHIPPED]
    return FETCHED_STATES.get(state, PART_STATES[state])


def journey(part: CooperativeOrder, history: Collection[OrderStep]) -> list[StepView]:
    """What has happened to a part and, while it is under way, what comes next."""
    at = {step.to_state: step.at for step in history if step.cooperative_order_id == part.id}
    way = _way(part.delivery_way)
    passed = [state for state in way if state in at]
    done = [StepView(part_state(part, state), "done", at[state]) for state in passed]
    if part.state in NOT_PAID_FOR:
        return [*done, StepView(part_state(part), "failed", at.get(part.state), part.reason)]
    if part.state in (PartState.DELIVERED, PartState.COMPLETED):
        return done
    done[-1] = StepView(part_state(part), "current", at[part.state])
    return [*done, *(StepView(part_state(part, state), "todo") for state in way[len(passed) :])]


def _way(delivery_way: str) -> tuple[PartState, ...]:
    if delivery_way in HUB_WAYS:
        return JOURNEY_OVER_HUB
    return JOURNEY_OF_FETCHED if delivery_way in FETCHED_WAYS else JOURNEY


Facts = list[tuple[Any, str]]


@dataclass(frozen=True)
class Told:
    """What the law wants known before ordering (domain.md 5.2), as it was when this order was placed."""

    parts: list[ToldPart]
    payment: Any
    terms: list[str]


@dataclass(frozen=True)
class ToldPart:
    """One seller, how his goods come, and (name, facts) of each."""

    part: CooperativeOrder
    delivery: str
    goods: list[tuple[str, Facts]]


def told(order: Order) -> Told:
    return Told(
        parts=[
            ToldPart(part, _delivery_told(part), [(_goods(line), _facts_told(line)) for line in part.lines])
            for part in order.parts
        ],
        payment=METHODS[Method(order.payment_method)],
        terms=_terms_told(order.terms),
    )


def _goods(line: OrderLine) -> str:
    return f"{line.product_name}, {line.variant_name} × {line.quantity}"


def _facts_told(line: OrderLine) -> Facts:
    """Orders from before origin and shelf life were kept tell what they have."""
    facts = line.facts or {}
    days = facts.get("shelf_life_days")
    storage = [str(STORAGE[facts["storage"]])] if facts.get("storage") in STORAGE else []
    return [
        (_("Origin"), str(facts.get("origin", ""))),
        (_("Shelf life"), str(ngettext("%(num)s day", "%(num)s days", days)) if days else ""),
        (_("How to keep it"), ". ".join([*storage, *filter(None, [str(facts.get("storage_note", ""))])])),
        (_("VAT"), str(VAT[VatCode(line.vat_code)])),
        (_("Certificates"), ", ".join(str(one["number"]) for one in line.certificates)),
    ]


def _delivery_told(part: CooperativeOrder) -> str:
    words = str(WAYS[part.delivery_way])
    if part.delivery_place or part.days_to is None:
        return words
    if part.days_from == part.days_to:
        return f"{words}, {ngettext('%(num)s day', '%(num)s days', part.days_to)}"
    return f"{words}, {gettext('%(first)s to %(last)s days', first=part.days_from, last=part.days_to)}"


def _terms_told(terms: dict[str, Any] | None) -> list[str]:
    if terms is None:
        return []
    return [
        str(_("You may cancel for free until the goods are packed.")),
        gettext(
            "Damaged, spoilt, wrong or not as described: call within %(hours)s hours of delivery; you get new goods or"
            " your money back within %(days)s days.",
            hours=terms["complain_within_hours"],
            days=terms["money_back_within_days"],
        ),
        gettext(
            "If what had to be said before was missing or wrong, you may end the contract within %(days)s days.",
            days=terms["end_contract_within_days"],
        ),
        gettext("Terms: version of %(day)s.", day=format_day(date.fromisoformat(terms["version"]))),
    ]
