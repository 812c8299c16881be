"""Collecting places of the alliance, and the cooperatives that bring goods there."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.catalogue.states import StorageClass
from marketplace.checkout.models import Hub, HubMembership
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, clock, public_version
from marketplace.foundation.database import is_sqlite, session


def keep_hub(
    hub: Hub | None,
    *,
    province_code: str,
    name: str,
    address: str,
    phone: str,
    weekdays: list[int],
    hours: list[tuple[int, int]],
    cut_off_hours: int,
    storages: list[StorageClass],
    by: int,
) -> Hub:
    """Open a collecting place, or change it; orders already placed keep what they were promised."""
    is_new = hub is None
    if hub is None:
        hub = Hub(province_code=province_code)
        session.add(hub)
    hub.name, hub.address, hub.phone, hub.cut_off_hours = name, address, phone, cut_off_hours
    hub.weekdays, hub.hours = sorted(weekdays), [list(some) for some in sorted(hours)]
    hub.storages = [one.value for one in storages]
    session.flush()
    audit.record(
        "checkout:hub:open" if is_new else "checkout:hub:change", subject="hub", subject_id=hub.id, by=by,
        province_code=hub.province_code, name=name,
    )  # fmt: skip
    public_version.changed()
    return hub


def close_hub(hub: Hub, *, by: int) -> None:
    """No new order goes over it; what is on its way there is still received and sent on."""
    if hub.closed_at is None:
        hub.closed_at = clock.now()
        audit.record(
            "checkout:hub:close", subject="hub", subject_id=hub.id, by=by, province_code=hub.province_code,
            name=hub.name,
        )  # fmt: skip
        public_version.changed()


def serve_hub(hub: Hub, cooperative: Cooperative) -> None:
    """From now on the cooperative brings parts of orders there. A second time is no error."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    session.execute(
        insert(HubMembership)
        .values(hub_id=hub.id, cooperative_id=cooperative.id, since=clock.now())
        .on_conflict_do_nothing(index_elements=["hub_id", "cooperative_id"])
    )
    public_version.changed()


def leave_hub(hub: Hub, cooperative: Cooperative) -> None:
    """No new order; what was promised is still brought."""
    session.execute(
        delete(HubMembership).where(HubMembership.hub_id == hub.id, HubMembership.cooperative_id == cooperative.id)
    )
    public_version.changed()
