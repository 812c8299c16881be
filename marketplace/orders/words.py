"""What people read for the codes of an order, and how far a part of it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.orders.models import CooperativeOrder, OrderStep
from marketplace.orders.rules import HUB_WAYS
from marketplace.orders.states import GOODS_GIVEN_BACK, OrderState, PartState, Surplus
from marketplace.payments.states import Method, RefundState

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

JOURNEY = (PartState.PENDING, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
JOURNEY_OVER_HUB = (*JOURNEY[:3], PartState.AT_HUB, *JOURNEY[3:])


@dataclass(frozen=True)
class StepView:
    """One step as components/stepper.html draws it."""

    label: Any
    state: str
    at: datetime | None = None
    note: str = ""


def journey(part: CooperativeOrder, history: Collection[OrderStep]) -> list[StepView]:
    """What has happened to a part and, while it is under way, what comes next."""
    at = {step.to_state: step.at for step in history if step.cooperative_order_id == part.id}
    way = JOURNEY_OVER_HUB if part.delivery_way in HUB_WAYS else JOURNEY
    passed = [state for state in way if state in at]
    done = [StepView(PART_STATES[state], "done", at[state]) for state in passed]
    if part.state in GOODS_GIVEN_BACK:
        return [*done, StepView(PART_STATES[part.state], "failed", at.get(part.state), part.reason)]
    if part.state in (PartState.DELIVERED, PartState.COMPLETED):
        return done
    done[-1] = StepView(PART_STATES[part.state], "current", at[part.state])
    return [*done, *(StepView(PART_STATES[state], "todo") for state in way[len(passed) :])]
