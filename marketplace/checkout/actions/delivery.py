"""How a cooperative sends its goods."""

from __future__ import annotations

from marketplace.checkout.models import DeliveryTerms
from marketplace.checkout.rules import Terms
from marketplace.foundation import clock, public_version
from marketplace.foundation.database import session


def change_terms(*, cooperative_id: int, terms: Terms) -> None:
    """Replace the cooperative's delivery terms; orders already placed keep what they were promised."""
    row = session.get(DeliveryTerms, cooperative_id) or DeliveryTerms(cooperative_id=cooperative_id)
    row.has_carrier, row.has_own_van, row.has_pickup = terms.has_carrier, terms.has_own_van, terms.has_pickup
    row.pickup_address, row.free_from_dong = terms.pickup_address, terms.free_from_dong
    row.changed_at = clock.now()
    session.add(row)
    public_version.changed()
