"""What a cooperative's people read about the orders they work off."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.checkout.states import Way
from marketplace.fulfilment.providers.tables import MOST_ROWS, BadTable
from marketplace.fulfilment.states import Heap, Outcome, RemittanceState
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState
from marketplace.payments.states import PaymentState

HEAPS = {
    Heap.TO_CONFIRM: _("To confirm"),
    Heap.TO_PACK: _("To pack"),
    Heap.PACKED: _("Packed"),
    Heap.ON_THE_WAY: _("On the way"),
    Heap.DONE: _("Delivered"),
    Heap.CANCELLED: _("Cancelled"),
}

EMPTY = {
    Heap.TO_CONFIRM: _("No new orders. They come here as soon as somebody buys."),
    Heap.TO_PACK: _("Nothing to pack. Orders come here when you have confirmed them."),
    Heap.PACKED: _("No packed parcel waits here for the carrier."),
    Heap.ON_THE_WAY: _("No parcel is on its way."),
    Heap.DONE: _("No order has arrived yet."),
    Heap.CANCELLED: _("No order was cancelled. Good."),
}

_STEPS = {
    PartState.PENDING: _("Confirm: we send it"),
    PartState.CONFIRMED: _("It is packed"),
    PartState.PACKED: _("Handed over"),
    PartState.SHIPPED: _("The buyer has it"),
    PartState.DELIVERED: _("Done"),
}
# Where the parcel does not go with a parcel service.
_STEPS_OF_WAY = {
    (Way.OWN_VAN, PartState.PACKED): _("Our van has left with it"),
    (Way.OWN_VAN, PartState.SHIPPED): _("Our driver has delivered it"),
    (Way.PICKUP, PartState.PACKED): _("It lies ready to be fetched"),
    (Way.PICKUP, PartState.SHIPPED): _("The buyer has fetched it"),
    (Way.COACH, PartState.PACKED): _("The coach has taken it along"),
    (Way.COACH, PartState.SHIPPED): _("The buyer has it from the coach"),
}


def next_step(part: CooperativeOrder) -> Any:
    """What the button says that moves a part on; None when nothing is to be done."""
    return next(
        (words for (way, state), words in _STEPS_OF_WAY.items() if (way, state) == (part.delivery_way, part.state)),
        _STEPS.get(part.state),
    )


DONE = {
    PartState.CONFIRMED: _("Confirmed. The buyer is told."),
    PartState.PACKED: _("Packed. Now hand it over."),
    PartState.SHIPPED: _("On its way. The buyer is told."),
    PartState.DELIVERED: _("Delivered. Mark it done when nothing remains to be settled."),
    PartState.COMPLETED: _("Done. Thank you."),
    PartState.REFUSED: _("Refused. The buyer is told, and the goods are on sale again."),
}

PAYMENT_STATES = {
    PaymentState.CREATED: _("Not paid yet"),
    PaymentState.PENDING: _("Waits for the transfer"),
    PaymentState.CONFIRMED: _("Paid"),
    PaymentState.FAILED: _("Failed"),
    PaymentState.CANCELED: _("Order cancelled"),
    PaymentState.EXPIRED: _("Time is over"),
}

OUTCOMES = {
    Outcome.HANDED_OVER: _("On its way"),
    Outcome.DELIVERED: _("Delivered"),
    Outcome.NUMBER_CHANGED: _("New tracking number"),
    Outcome.UNCHANGED: _("Known already"),
    Outcome.UNKNOWN_PART: _("You have no order with this code."),
    Outcome.NO_NUMBER: _("The tracking number is missing."),
    Outcome.UNKNOWN_STATE: _("We do not understand this state. Write: on the way, or delivered."),
    Outcome.TWICE: _("This order stands in the file twice."),
    Outcome.NOT_PACKED: _("Not packed yet. First mark it packed."),
    Outcome.IS_OVER: _("The order was cancelled. Get the parcel back."),
    Outcome.COMES_BACK: _("It comes back. Take this row out and call the buyer."),
    Outcome.GOES_OVER_HUB: _("It goes over the collecting place, which sends it on. Take this row out."),
    Outcome.LOT_STOPPED: _("Its lot is on hold or recalled. Do not send it."),
    Outcome.MOVED_MEANWHILE: _("Somebody changed this order meanwhile. Send the file again."),
}

REMITTANCE_STATES = {
    RemittanceState.MATCHED: _("Matches"),
    RemittanceState.AMOUNT_DIFFERS: _("The amount differs"),
    RemittanceState.UNKNOWN: _("No parcel of ours"),
    RemittanceState.ALREADY: _("Was paid out before"),
    RemittanceState.ACCEPTED: _("Taken as it is"),
    RemittanceState.DISMISSED: _("Laid aside"),
}

REMITTANCE_TONES = {
    RemittanceState.MATCHED: "good",
    RemittanceState.AMOUNT_DIFFERS: "bad",
    RemittanceState.UNKNOWN: "bad",
    RemittanceState.ALREADY: "plain",
    RemittanceState.ACCEPTED: "good",
    RemittanceState.DISMISSED: "plain",
}


BILL_ROWS = {
    "unknown": _("No parcel of ours for which a carrier is paid by bill. Cash parcels are charged in their statement."),
    "twice": _("This parcel was billed before."),
}


def bad_table(problem: BadTable) -> str:
    if problem.reason == "no_column":
        return str(gettext("The file has no column “%(column)s”.", column=problem.column))
    if problem.reason == "bad_cell":
        return str(gettext("Row %(row)s: “%(column)s” cannot be read.", row=problem.row, column=problem.column))
    return str(
        {
            "too_large": gettext("The file is too large."),
            "too_many_rows": gettext("The file has too many rows: at most %(most)s.", most=MOST_ROWS),
            "no_rows": gettext("The file has no rows."),
        }.get(problem.reason)
        or gettext("This is no CSV file. In Excel choose: Save as, CSV UTF-8.")
    )
