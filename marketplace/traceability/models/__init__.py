"""Tables of traceability: lots and their balance, where they come from, their labels, what is told of them."""

from marketplace.traceability.models.genealogy import (
    LotTransfer,
    Transformation,
    TransformationInput,
    TransformationOutput,
)
from marketplace.traceability.models.labels import LabelReport, LabelRun, Unit
from marketplace.traceability.models.lots import Lot, LotHold, LotMovement, LotStage, Publicity
from marketplace.traceability.models.scans import Scan, ScanAlarm, ScanDay
from marketplace.traceability.models.telling import TraceError, TraceEvent, TraceItem

__all__ = [
    "LabelReport", "LabelRun", "Lot", "LotHold", "LotMovement", "LotStage", "LotTransfer", "Publicity", "Scan",
    "ScanAlarm", "ScanDay", "TraceError", "TraceEvent", "TraceItem", "Transformation", "TransformationInput",
    "TransformationOutput", "Unit",
]  # fmt: skip
