"""What people read for the states of a movement on the bank account."""

from flask_babel import lazy_gettext as _

from marketplace.payments.states import BankState

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
