"""What people do with lots and labels."""

from marketplace.traceability.actions.approving import decide_harvest
from marketplace.traceability.actions.coming_back import set_aside
from marketplace.traceability.actions.handing import accept, offer, refuse, withdraw
from marketplace.traceability.actions.labels import order_sheet, print_labels, report_label, void_labels
from marketplace.traceability.actions.lots import (
    NewStage,
    Whence,
    add_stage,
    change_draft,
    new_code,
    publish,
    record,
    start_lot,
)
from marketplace.traceability.actions.publicity import choose_publicity
from marketplace.traceability.actions.scanning import (
    confirm_copy,
    delete_old_scans,
    explain_alarm,
    note_place,
    note_scan,
)
from marketplace.traceability.actions.selling import sell_in_bulk, sell_reserved, take_back, write_off
from marketplace.traceability.actions.stopping import hold, recall, release, stop_for_officer
from marketplace.traceability.actions.telling import Occurrence, declare_wrong, identity_of, tell
from marketplace.traceability.actions.transforming import Input, Output, transform
from marketplace.traceability.actions.units import (
    deliver_units,
    pack_unit,
    print_units,
    return_unit,
    sell_labelled,
    ship_units,
    unpack_units,
    void_rest,
    void_units,
)

__all__ = [
    "Input", "NewStage", "Occurrence", "Output", "Whence", "accept", "add_stage", "change_draft", "choose_publicity",
    "confirm_copy", "decide_harvest", "declare_wrong", "delete_old_scans", "deliver_units", "explain_alarm", "hold",
    "identity_of", "new_code", "note_place", "note_scan", "offer", "order_sheet",
    "pack_unit", "print_labels", "print_units", "publish", "recall", "record", "refuse", "release",
    "report_label", "return_unit", "sell_in_bulk", "sell_labelled", "sell_reserved", "set_aside", "ship_units", "start_lot",
    "stop_for_officer", "take_back", "tell", "transform", "unpack_units", "void_labels", "void_rest",
    "void_units", "withdraw", "write_off",
]  # fmt: skip
