"""What a cooperative tells about itself."""

from __future__ import annotations

from typing import Any

from marketplace.cooperatives.events import CooperativeProfileChanged
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, covers, jobs, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce


def change_profile(
    cooperative: Cooperative,
    *,
    story: str,
    main_products: str,
    phone: str,
    zalo_phone: str,
    email: str,
    members_count: int,
    households_count: int,
    land_area_m2: int,
    cover: dict[str, Any] | None = None,
) -> None:
    """What needs no officer's check; names, tax code and address stay as they were verified.

    Announces CooperativeProfileChanged. A cover that is not given stays.
    """
    cooperative.story, cooperative.main_products = story, main_products
    cooperative.phone, cooperative.zalo_phone, cooperative.email = phone, zalo_phone, email
    cooperative.members_count, cooperative.households_count = members_count, households_count
    cooperative.land_area_m2 = land_area_m2
    if cover is not None:
        cooperative.cover = cover
    session.flush()
    if covers.is_unfinished(cover):
        jobs.enqueue("complete_cooperative_cover", cooperative=cooperative.id)
    public_version.changed()
    announce(CooperativeProfileChanged(cooperative.id))


def change_account(
    cooperative: Cooperative, *, bank_bin: str, bank_account: str, bank_account_name: str, by: int
) -> None:
    """Where its money goes; officers read in the audit trail that it changed, and from what to what."""
    before = cooperative.bank_account
    cooperative.bank_bin, cooperative.bank_account = bank_bin, bank_account
    cooperative.bank_account_name = bank_account_name
    session.flush()
    if bank_account != before:
        audit.record(
            "cooperatives:cooperative:account", subject="cooperative", subject_id=cooperative.id, by=by,
            province_code=cooperative.province_code,
            reason=" → ".join(f"…{number[-4:]}" for number in (before, bank_account) if number),
        )  # fmt: skip
