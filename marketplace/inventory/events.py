"""What happened to stock."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OfferStockChanged:
    """Packs of a session offer were held, let go, sold or given back."""

    offer_id: int
