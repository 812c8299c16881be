"""What a cooperative's people read about the orders they work off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from marketplace.fulfilment.states import Heap
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

STEPS = {
    PartState.PENDING: _("Confirm: we send it"),
    PartState.CONFIRMED: _("It is packed"),
    PartState.PACKED: _("Handed over"),
    PartState.SHIPPED: _("The buyer has it"),
    PartState.DELIVERED: _("Done"),
}

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
