"""What can be done with an order."""

from marketplace.orders.actions.approving import grant
from marketplace.orders.actions.holding import keep_back, let_go
from marketplace.orders.actions.locking import lock
from marketplace.orders.actions.money import (
    give_back_unused,
    pay_otherwise,
    refund_lines,
    release_part,
    remit_part,
    renew_hold,
    set_fee_rate,
    settle,
)
from marketplace.orders.actions.moving import give_up, move_part, take_pack_of_other_lot
from marketplace.orders.actions.replacing import take_other_lots
from marketplace.orders.actions.weighing import (
    ask_for_surplus,
    decline_surplus,
    lapse_surplus,
    settle_surplus,
    waive_surplus,
    weigh,
)
from marketplace.orders.actions.withdrawing import freeze, most_borne, settle_withdrawal
from marketplace.orders.actions.writing import Buyer, NewLine, NewPart, fill_from_lots, want_invoice, write_down

__all__ = [
    "Buyer",
    "NewLine",
    "NewPart",
    "ask_for_surplus",
    "decline_surplus",
    "fill_from_lots",
    "freeze",
    "give_back_unused",
    "give_up",
    "grant",
    "keep_back",
    "lapse_surplus",
    "let_go",
    "lock",
    "most_borne",
    "move_part",
    "pay_otherwise",
    "refund_lines",
    "release_part",
    "remit_part",
    "renew_hold",
    "set_fee_rate",
    "settle",
    "settle_surplus",
    "settle_withdrawal",
    "take_other_lots",
    "take_pack_of_other_lot",
    "waive_surplus",
    "want_invoice",
    "weigh",
    "write_down",
]
