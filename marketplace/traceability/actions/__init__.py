"""What people do with lots and labels."""

from marketplace.traceability.actions.approving import decide_harvest
from marketplace.traceability.actions.handing import accept, offer, refuse, withdraw
from marketplace.traceability.actions.labels import order_sheet, print_labels, report_label, void_labels
from marketplace.traceability.actions.lots import (
    NewStage,
    add_stage,
    change_draft,
    new_code,
    publish,
    readiness,
    record,
    start_lot,
)
from marketplace.traceability.actions.publicity import choose_publicity
from marketplace.traceability.actions.selling import sell_in_bulk, sell_reserved, take_back, write_off
from marketplace.traceability.actions.stopping import hold, recall, release, stop_for_officer
from marketplace.traceability.actions.telling import Occurrence, declare_wrong, identity_of, tell
from marketplace.traceability.actions.transforming import Input, Output, transform

__all__ = [
    "Input", "NewStage", "Occurrence", "Output", "accept", "add_stage", "change_draft", "choose_publicity",
    "decide_harvest", "declare_wrong", "hold", "identity_of", "new_code", "offer", "order_sheet", "print_labels",
    "publish", "readiness", "recall", "record", "refuse", "release", "report_label", "sell_in_bulk",
    "sell_reserved", "start_lot", "stop_for_officer", "take_back", "tell", "transform", "void_labels", "withdraw",
    "write_off",
]  # fmt: skip
