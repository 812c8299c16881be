"""Reads of composed pages: cooperatives on the home page, one cooperative, addresses for search engines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.catalogue.models import Listing
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission, CooperativeKind
from marketplace.foundation.database import session
from marketplace.geography import queries as geography


@dataclass(frozen=True)
class StallCard:
    """A cooperative in a row of several."""

    slug: str
    short_name: str
    province_name: str
    main_products: str
    cover: dict[str, Any] | None


@dataclass(frozen=True)
class Stall:
    """A cooperative's own page."""

    cooperative_id: int
    slug: str
    short_name: str
    legal_name: str
    kind: CooperativeKind
    tax_code: str
    address: str
    province_code: str
    province_name: str
    phone: str
    zalo_phone: str
    representative: str
    members_count: int
    households_count: int
    land_area_m2: int
    story: str
    main_products: str
    cover: dict[str, Any] | None
    is_alliance_member: bool
    verified_at: datetime | None
    is_demo: bool


def stalls(limit: int) -> list[StallCard]:
    """Open cooperatives with a picture first, those admitted last in front."""
    rows = session.execute(
        select(
            Cooperative.slug,
            Cooperative.short_name,
            Cooperative.province_code,
            Cooperative.main_products,
            Cooperative.cover,
        )
        .where(Cooperative.admission == Admission.VERIFIED)
        .order_by(Cooperative.verified_at.desc(), Cooperative.id.desc())
        .limit(limit)
    )
    return [StallCard(slug, name, _province(code), main, cover) for slug, name, code, main, cover in rows]


def find_stall(slug: str) -> Stall | None:
    """An open cooperative; any other does not exist for the public."""
    found = session.scalar(
        select(Cooperative).where(Cooperative.slug == slug, Cooperative.admission == Admission.VERIFIED)
    )
    if found is None:
        return None
    return Stall(
        cooperative_id=found.id,
        slug=found.slug,
        short_name=found.short_name,
        legal_name=found.legal_name,
        kind=found.kind,
        tax_code=found.tax_code,
        address=geography.full_address(found.address_line, found.commune_code),
        province_code=found.province_code,
        province_name=_province(found.province_code),
        phone=found.phone,
        zalo_phone=found.zalo_phone,
        representative=" ".join(part for part in (found.representative_title, found.representative_name) if part),
        members_count=found.members_count,
        households_count=found.households_count,
        land_area_m2=found.land_area_m2,
        story=found.story,
        main_products=found.main_products,
        cover=found.cover,
        is_alliance_member=found.is_alliance_member,
        verified_at=found.verified_at,
        is_demo=found.is_demo,
    )


def count_listed() -> int:
    return session.scalar(select(func.count()).select_from(Listing)) or 0


def listed_slugs(*, limit: int, offset: int) -> list[str]:
    """Products on the market in a stable order."""
    return list(session.scalars(select(Listing.slug).order_by(Listing.product_id).limit(limit).offset(offset)))


def stall_slugs() -> list[str]:
    query = select(Cooperative.slug).where(Cooperative.admission == Admission.VERIFIED)
    return list(session.scalars(query.order_by(Cooperative.id)))


def _province(code: str) -> str:
    province = geography.find_province(code)
    return province.bare_name if province else ""
