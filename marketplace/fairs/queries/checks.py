"""What must be in order before a booth gets its place (domain.md 10.2 and 10.3): asked by the cooperative before it hands
in, by the officer before he decides, and by the approval itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs.models import Booth, BoothItem, Fair
from marketplace.foundation import dates
from marketplace.foundation.database import session
from marketplace.inventory import rules as offers
from marketplace.traceability.models import Lot
from marketplace.traceability.states import LotState

# Spirits may not be advertised and drinks are not sold live (domain.md 5.1, 11.17).
EXCLUDED_SUBGROUPS = frozenset({"bev_spirit", "bev_alcohol_other"})


@dataclass(frozen=True)
class Check:
    """One thing that is in order or not; `details` names what is in the way, `item_id` which item it is about."""

    code: str
    is_met: bool
    details: str = ""
    item_id: int | None = None
    blocks_submitting: bool = True


def booth_checks(booth: Booth, fair: Fair) -> list[Check]:
    """All checks of an application, those of the booth first; those about stock and papers read today's state."""
    return checks_of([booth], fair)[booth.id]


def checks_of(booths: Sequence[Booth], fair: Fair) -> dict[int, list[Check]]:
    """The checks of each of these applications, in as many statements as for one."""
    cooperatives = {
        one.id: one
        for one in session.scalars(
            select(Cooperative).where(Cooperative.id.in_([booth.cooperative_id for booth in booths]))
        )
    }
    goods = _goods([item for booth in booths for item in booth.items], fair)
    return {
        booth.id: _booth_checks(booth, cooperatives[booth.cooperative_id], fair)
        + [check for item in booth.items for check in _item_checks(booth, item, fair, goods)]
        for booth in booths
    }


def _booth_checks(booth: Booth, cooperative: Cooperative, fair: Fair) -> list[Check]:
    return [
        Check("verified", cooperative.is_open),
        Check("province", not fair.provinces or cooperative.province_code in fair.provinces),
        Check("items", bool(booth.items)),
        Check("profile", bool(booth.profile.strip())),
        Check("speaker_named", bool(booth.speaker_name.strip() and booth.speaker_phone)),
        Check("speaker_checked", booth.speaker_checked_at is not None, blocks_submitting=False),
        Check("rules_accepted", booth.accepted_rules_version == fair.rules_version),
    ]


@dataclass(frozen=True)
class _Goods:
    """What the items are packs of, and the papers that hold on the fair's last day."""

    variants: dict[int, tuple[Variant, Product, bool]]
    lots: dict[int, Lot]
    badges: dict[int, list[Badge]]
    last_day: date


def _goods(items: Sequence[BoothItem], fair: Fair) -> _Goods:
    last_day = dates.vietnam_day(fair.ends_at)
    if not items:
        return _Goods({}, {}, {}, last_day)
    rows = session.execute(
        select(Variant, Product, Listing.product_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Listing, Listing.product_id == Product.id)
        .where(Variant.id.in_([item.variant_id for item in items]))
    ).all()
    lots = session.scalars(select(Lot).where(Lot.id.in_([item.lot_id for item in items])))
    return _Goods(
        variants={variant.id: (variant, product, listed is not None) for variant, product, listed in rows},
        lots={lot.id: lot for lot in lots},
        badges=catalogue.badges_of([product.id for _, product, _ in rows], on=last_day),
        last_day=last_day,
    )


def _item_checks(booth: Booth, item: BoothItem, fair: Fair, goods: _Goods) -> list[Check]:
    variant, product, is_listed = goods.variants[item.variant_id]
    lot = goods.lots[item.lot_id]
    own = product.cooperative_id == booth.cooperative_id == lot.cooperative_id and lot.product_id == product.id
    schemes = {badge.scheme for badge in goods.badges[product.id]}
    stars = max((badge.stars or 0 for badge in goods.badges[product.id]), default=0)
    least = offers.least_session_price(variant.price_dong, fair.max_discount_percent)
    asked = item.packs * variant.content
    in_lot = lot.available if item.offer_id is None else lot.available + asked
    missing = sorted(set(fair.required_schemes) - schemes)
    return [
        Check("on_sale", own and is_listed and variant.is_active, product.name, item.id),
        # What a pack costs is known only when it is weighed: no price to strike through, none to promise on air.
        Check("not_weighed", variant.kilogram_dong is None, product.name, item.id),
        Check("not_excluded", product.subgroup not in EXCLUDED_SUBGROUPS, product.name, item.id),
        Check("price", least <= item.price_dong < variant.price_dong, str(least), item.id),
        Check("certificates", not missing and stars >= fair.least_stars, ", ".join(missing), item.id),
        Check("lot", lot.state == LotState.PUBLISHED and lot.best_before >= goods.last_day, lot.batch, item.id),
        Check("stock", in_lot >= asked, str(in_lot // variant.content), item.id),
        Check("per_buyer", 0 < item.per_buyer <= fair.per_buyer, str(fair.per_buyer), item.id),
    ]
