"""What happened to lots."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LotPublished:
    lot_id: int
    product_id: int
    quantity: int
    best_before: date
    by: int | None


@dataclass(frozen=True)
class StockChanged:
    """A lot of the product holds more or less than before, outside of an order."""

    product_id: int


@dataclass(frozen=True)
class LotClosed:
    """Held or recalled: nothing more of it may be sold."""

    lot_id: int
    product_id: int
    reason: str


@dataclass(frozen=True)
class LotsRecalled:
    """A lot and everything made from it is called back; whoever has it must be told."""

    root_lot_id: int
    lot_ids: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class LotReopened:
    lot_id: int
    product_id: int


@dataclass(frozen=True)
class LabelReported:
    """Somebody found something wrong with a label; `lot_id` is None when its code is none of ours."""

    report_id: int
    lot_id: int | None


@dataclass(frozen=True)
class ScanAlarmRaised:
    """Scans of a code look wrong for the first time, or again after the matter was settled."""

    alarm_id: int
