"""What people read for the states of a movement on the bank account, and for what waits for a second person."""

from flask_babel import lazy_gettext as _

from marketplace.payments.states import ApprovalState, BankState, Deed, WithdrawalKind, WithdrawalState

BANK_STATES = {
    BankState.MATCHED: _("Known"),
    BankState.UNMATCHED: _("Purpose unknown"),
    BankState.DUPLICATE: _("Told twice"),
    BankState.DISCARDED: _("Not counted"),
}
BANK_TONES = {
    BankState.MATCHED: "good",
    BankState.UNMATCHED: "bad",
    BankState.DUPLICATE: "plain",
    BankState.DISCARDED: "plain",
}

DEEDS = {
    Deed.REFUND_LINES: _("Give the price of packs back to the buyer"),
    Deed.REFUND_SENT: _("A refund was transferred"),
    Deed.MATCH: _("Money of unknown purpose is for this order"),
    Deed.LAY_ASIDE: _("This money is booked already"),
    Deed.CONFIRM: _("The money of this order is on the account"),
}
APPROVAL_STATES = {
    ApprovalState.WAITING: _("Waits for a second person"),
    ApprovalState.GRANTED: _("Granted"),
    ApprovalState.REFUSED: _("Refused"),
}
APPROVAL_TONES = {ApprovalState.WAITING: "wait", ApprovalState.GRANTED: "good", ApprovalState.REFUSED: "bad"}

WITHDRAWAL_KINDS = {
    WithdrawalKind.DISPUTE: _("The buyer disputes it at his bank"),
    WithdrawalKind.REFUND: _("Refunded on the card provider's own pages"),
}
WITHDRAWAL_STATES = {
    WithdrawalState.OPEN: _("The bank decides"),
    WithdrawalState.WON: _("The money is back"),
    WithdrawalState.LOST: _("Say who bears it"),
    WithdrawalState.SETTLED: _("Settled"),
}
WITHDRAWAL_TONES = {
    WithdrawalState.OPEN: "wait",
    WithdrawalState.WON: "good",
    WithdrawalState.LOST: "bad",
    WithdrawalState.SETTLED: "plain",
}
# The provider's own words for a dispute's reason; others are shown as they are.
DISPUTE_REASONS = {
    "product_not_received": _("not delivered"),
    "product_unacceptable": _("not as described"),
    "unrecognized": _("he does not know the charge"),
    "fraudulent": _("said to be fraud"),
    "duplicate": _("charged twice"),
    "credit_not_processed": _("refund not received"),
}
