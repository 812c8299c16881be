"""Whoever takes parcels along: what each of them must be able to do. One line of the registry for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from marketplace.fulfilment.states import CarrierState


@dataclass(frozen=True)
class Shipment:
    """A parcel as a carrier is told of it: no more than he needs to bring it."""

    part_code: str
    name: str
    phone: str
    address: str
    note: str
    contents: str
    grams: int
    collected_dong: int
    goods_dong: int


@dataclass(frozen=True)
class Tracked:
    """What a carrier says of a parcel; `state` is None where his word means nothing to us."""

    row: int
    part_code: str
    tracking: str
    state: CarrierState | None
    said: str


@dataclass(frozen=True)
class Remitted:
    """What a carrier pays out for a parcel: the cash it collected, less shipping and its fee for collecting."""

    row: int
    part_code: str
    collected_dong: int
    shipping_dong: int
    fee_dong: int
    paid_out_on: date | None


@dataclass(frozen=True)
class Billed:
    """What a carrier asks for a parcel on which it collected nothing."""

    row: int
    part_code: str
    shipping_dong: int


class Carrier(Protocol):
    """Today all are filled in by hand from files; one that is asked over its own interface fits the same five."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    def announce(self, shipments: Sequence[Shipment]) -> bytes:
        """The file that is loaded up on the carrier's own page."""

    def tracked(self, data: bytes) -> list[Tracked]:
        """What the carrier's file says of our parcels. Raises tables.BadTable."""

    def remitted(self, data: bytes) -> list[Remitted]:
        """What the carrier's statement of cash says. Raises tables.BadTable, also for an amount that is none."""

    def billed(self, data: bytes) -> list[Billed]:
        """What the carrier's bill asks for each parcel. Raises tables.BadTable, also for an amount that is none."""

    def tracking_url(self, tracking: str) -> str:
        """Where a buyer follows the parcel; empty when the carrier has no such page."""
