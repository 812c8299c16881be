"""What people read for the codes of the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from marketplace.ledger.rules import cooperative_of
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
    Event.CARRIER_PAID: _("Parcel service paid"),
    Event.CARRIER_DELIVERED: _("Cash collected by the parcel service"),
    Event.CARRIER_REMITTED: _("Cash received from the parcel service"),
    Event.PAYOUT_OPENED: _("Payout made ready"),
    Event.PAYOUT_CONFIRMED: _("Payout sent"),
    Event.PAYOUT_FAILED: _("Payout came back"),
    Event.SURPLUS_PAID: _("Paid on top for a heavier weight"),
    Event.DISPUTE: _("Card dispute"),
    Event.REVERSED: _("Taken back"),
}

BATCHES = {BatchState.OPEN: _("Waits for a second person"), BatchState.APPROVED: _("Approved, to be transferred")}
BATCH_ENDED = _("Done: nothing is under way any more")

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


BOOKS = {
    "asset:bank": _("Bank account"),
    "asset:stripe_receivable": _("Card provider holds"),
    "asset:cod_receivable": _("Parcel service holds cash"),
    "asset:coop_debt": _("Owed by the cooperative"),
    "asset:disputed_funds": _("Undecided"),
    "liab:order_clearing": _("Paid, goods still to come"),
    "liab:coop_pending": _("Cooperative: waits"),
    "liab:coop_payable": _("Cooperative: can be paid out"),
    "liab:payout_in_transit": _("Cooperative: payout under way"),
    "liab:refund_due": _("Refunds owed to buyers"),
    "liab:suspense": _("Money of unknown purpose"),
    "liab:shipping_clearing": _("Delivery paid by buyers"),
    "liab:carrier_payable": _("Owed to the parcel service"),
    "liab:tax_vat_withheld": _("VAT withheld"),
    "liab:tax_pit_withheld": _("Income tax withheld"),
    "income:platform_fee": _("Market's fee"),
    "income:shipping_margin": _("Delivery: gain"),
    "expense:promotion": _("Vouchers"),
    "expense:stripe_fee_fx": _("Card fees"),
    "expense:cod_fee": _("Cash collection fees"),
    "expense:shipping_subsidy": _("Delivery: loss"),
    "expense:dispute_loss": _("Lost disputes"),
}


# Under whose name cash that is to be remitted stands.
CARRIERS = {"parcel_service": _("Parcel service")}

# What a payout's statement calls the other side of what came and went.
STATEMENT = {
    "liab:order_clearing": _("The buyer paid"),
    "income:platform_fee": _("The market's fee"),
    "liab:shipping_clearing": _("For the parcel service"),
    "liab:refund_due": _("Back to the buyer"),
    "asset:disputed_funds": _("Taken back by the card provider"),
    "expense:dispute_loss": _("Borne by the market"),
    "other": _("Debt settled, or left from before"),
}


def book_of(account: str, names: Mapping[int, str] | None = None) -> str:
    """An account in words, with whose it is where there are many of a kind; `names` are those of cooperatives."""
    kind, name, *whose = account.split(":")
    cooperative = cooperative_of(account)
    if cooperative is not None and names is not None:
        whose = [names.get(cooperative, str(cooperative))]
    whose = [str(CARRIERS.get(one, one)) for one in whose]
    return ": ".join([str(BOOKS.get(f"{kind}:{name}", account)), *whose])
