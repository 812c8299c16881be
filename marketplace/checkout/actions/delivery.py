"""How a cooperative sends its goods, and where they can be fetched."""

from __future__ import annotations

from sqlalchemy import delete

from marketplace.checkout.models import DeliveryRate, DeliveryTerms, PickupPoint
from marketplace.checkout.rules import Terms
from marketplace.foundation import audit, clock, public_version
from marketplace.foundation.database import session


def change_terms(*, cooperative_id: int, terms: Terms) -> None:
    """Replace the cooperative's ways and fees; orders already placed keep what they were promised.

    Its pickup points are changed one by one.
    """
    row = session.get(DeliveryTerms, cooperative_id) or DeliveryTerms(cooperative_id=cooperative_id)
    row.has_carrier, row.has_own_van, row.has_pickup = terms.has_carrier, terms.has_own_van, terms.has_pickup
    row.coach_dong = terms.coach_dong
    row.pickup_address, row.free_from_dong = terms.pickup_address, terms.free_from_dong
    row.island_dong = terms.own_tariff.island_dong if terms.own_tariff else None
    row.changed_at = clock.now()
    session.add(row)
    session.execute(delete(DeliveryRate).where(DeliveryRate.cooperative_id == cooperative_id))
    for zone, rate in (terms.own_tariff.rates if terms.own_tariff else {}).items():
        session.add(
            DeliveryRate(
                cooperative_id=cooperative_id,
                zone=zone,
                first_kilogram_dong=rate.first_kilogram_dong,
                further_half_dong=rate.further_half_dong,
            )
        )
    public_version.changed()


def keep_point(
    point: PickupPoint | None,
    *,
    cooperative_id: int,
    name: str,
    address: str,
    weekdays: list[int],
    hours: list[tuple[int, int]],
    cut_off_hours: int,
) -> PickupPoint:
    """Open a point where buyers fetch their goods, or change it; orders already placed keep what they were promised."""
    if point is None:
        point = PickupPoint(cooperative_id=cooperative_id)
        session.add(point)
    point.name, point.address, point.cut_off_hours = name, address, cut_off_hours
    point.weekdays, point.hours = sorted(weekdays), [list(some) for some in sorted(hours)]
    session.flush()
    public_version.changed()
    return point


def close_point(point: PickupPoint, *, by: int) -> None:
    """Nobody can choose it any more."""
    if point.closed_at is None:
        point.closed_at = clock.now()
        audit.record("checkout:pickup_point:close", subject="pickup_point", subject_id=point.id, by=by, name=point.name)
        public_version.changed()
