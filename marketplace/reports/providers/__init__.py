"""Who counts supply and demand: bound in wiring, so that reports stand without it.

A provider counts what was asked, offered and signed at a fair as of a moment, and the conferences of a year. As long as
none is bound, reports leave these figures out instead of showing zeros that nobody counted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Trade:
    """What came of supply and demand at one fair. Weight and value are those of contracts, not of memorandums."""

    requests: int
    offers: int
    memorandums: int
    contracts: int
    contract_kilograms: int
    contract_dong: int


@dataclass(frozen=True)
class Conferences:
    """Supply-demand conferences of one province in one year, and who came to them."""

    count: int
    participants: int


class TradeProvider(Protocol):
    def trade_at(self, fair_id: int, *, at: datetime) -> Trade:
        """What had happened by then."""

    def conferences(self, province_codes: Collection[str], *, year: int) -> dict[str, Conferences]:
        """By province, of a year in Vietnam; provinces without any may be left out."""


_provider: TradeProvider | None = None


def use(provider: TradeProvider | None) -> None:
    """Called by wiring."""
    global _provider
    _provider = provider


def trade() -> TradeProvider | None:
    return _provider
