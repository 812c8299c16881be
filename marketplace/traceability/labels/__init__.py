"""Labels on sheets and rolls of stickers."""

from marketplace.traceability.labels.cover import Cover, Section, cover_sheet
from marketplace.traceability.labels.layouts import LAYOUTS, LabelTooSmall, SheetLayout, plan_label
from marketplace.traceability.labels.sheets import count_files, labels_a_file, lot_label_sheets, unit_label_sheets
from marketplace.traceability.labels.typesetting import Fact, LotLabel, UnitLabel

__all__ = [
    "LAYOUTS",
    "Cover",
    "Fact",
    "LabelTooSmall",
    "LotLabel",
    "Section",
    "SheetLayout",
    "UnitLabel",
    "count_files",
    "cover_sheet",
    "labels_a_file",
    "lot_label_sheets",
    "plan_label",
    "unit_label_sheets",
]
