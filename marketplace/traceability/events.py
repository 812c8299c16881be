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
class LotClosed:
    """Held or recalled: nothing more of it may be sold."""

    lot_id: int
    reason: str


@dataclass(frozen=True)
class LotReopened:
    lot_id: int


@dataclass(frozen=True)
class LabelReported:
    """Somebody found something wrong with a label; `lot_id` is None when its code is none of ours."""

    report_id: int
    lot_id: int | None
