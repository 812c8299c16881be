"""What can be wrong with products."""

from __future__ import annotations


class PublicationRefused(Exception):
    """The product is in a state from which it cannot go where it was sent."""

    def __init__(self, slug: str, from_state: str, to_state: str) -> None:
        super().__init__(f"product {slug} is {from_state} and cannot become {to_state}")
        self.from_state, self.to_state = from_state, to_state


class MeasureIsFixed(Exception):
    """Lots, labels and orders count in the base unit of the product, so it stays what it was when it was listed."""

    def __init__(self, slug: str, base_unit: str) -> None:
        super().__init__(f"product {slug} is measured by the {base_unit}; list another product for another measure")
        self.base_unit = base_unit


class GtinTaken(Exception):
    """Another product carries this GTIN; a number names one kind of pack in the whole world."""


class NoPacks(Exception):
    """A product needs at least one pack size with a price."""
