"""What people read for the states of a movement on the bank account, and for what waits for a second person."""

from flask_babel import lazy_gettext as _

from marketplace.payments.states import ApprovalState, BankState, Deed

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
