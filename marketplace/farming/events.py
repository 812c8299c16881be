"""What happened in the field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class EntryWritten:
    """An entry stands in the diary of a season."""

    entry_id: int
    season_id: int


@dataclass(frozen=True)
class WaitingBegan:
    """Something was sprayed or given, perhaps told only later: what was harvested from `begins` until the day before
    `until` must not be sold."""

    season_id: int
    product: str
    begins: date
    until: date


@dataclass(frozen=True)
class HarvestDecided:
    """An officer approved or refused a harvest over its ceiling."""

    lot_id: int
    season_id: int
    is_approved: bool
    reason: str
    by: int
