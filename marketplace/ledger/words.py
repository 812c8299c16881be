"""What people read for the codes of the ledger."""

from flask_babel import lazy_gettext as _

from marketplace.ledger.states import BatchState, Event, PayoutState

EVENTS = {
    Event.PAYMENT_CONFIRMED: _("Payment of a buyer"),
    Event.UNKNOWN_MONEY: _("Money of unknown purpose"),
    Event.MONEY_MATCHED: _("Money matched to an order"),
    Event.ORDER_CANCELLED: _("Order cancelled"),
    Event.PART_DELIVERED: _("Goods delivered"),
    Event.REFUND_DECIDED: _("Refund to the buyer"),
    Event.REFUND_DONE: _("Refund sent"),
    Event.RETURN_WINDOW_OVER: _("Free to be paid out"),
    Event.PROVIDER_PAID_OUT: _("Card provider paid out"),
    Event.CARRIER_BILLED: _("Parcel service billed"),
    Event.CARRIER_DELIVERED: _("Cash collected by the parcel service"),
    Event.CARRIER_REMITTED: _("Cash received from the parcel service"),
    Event.PAYOUT_OPENED: _("Payout made ready"),
    Event.PAYOUT_CONFIRMED: _("Payout sent"),
    Event.PAYOUT_FAILED: _("Payout came back"),
    Event.DISPUTE: _("Card dispute"),
    Event.REVERSED: _("Taken back"),
}

BATCHES = {BatchState.OPEN: _("Waits for a second person"), BatchState.APPROVED: _("Approved, to be transferred")}

PAYOUTS = {
    PayoutState.OPEN: _("Under way"),
    PayoutState.PAID: _("Paid"),
    PayoutState.FAILED: _("Came back"),
}
PAYOUT_TONES = {PayoutState.OPEN: "wait", PayoutState.PAID: "good", PayoutState.FAILED: "bad"}

ACCOUNTS = {
    "liab:coop_pending": _("Waits until the buyer can no longer complain"),
    "liab:coop_payable": _("Can be paid out"),
    "liab:payout_in_transit": _("On its way to you"),
    "asset:coop_debt": _("Owed to the market"),
}
