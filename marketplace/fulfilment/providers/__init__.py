"""Whoever takes parcels along: what each of them must be able to do. One line of the registry for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


class Carrier(Protocol):
    """Today all are filled in by hand from files; one that is asked over its own interface fits the same three."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    def announce(self, shipments: Sequence[Shipment]) -> bytes:
        """The file that is loaded up on the carrier's own page."""

    def tracked(self, data: bytes) -> list[Tracked]:
        """What the carrier's file says of our parcels. Raises tables.BadTable."""

    def tracking_url(self, tracking: str) -> str:
        """Where a buyer follows the parcel; empty when the carrier has no such page."""
