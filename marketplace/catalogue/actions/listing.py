"""Keeping the listing row of a product in step with what it shows. The database keeps the word index itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from marketplace.catalogue import rules
from marketplace.catalogue.events import ProductListed
from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.catalogue.states import Publication
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.quantities import BaseUnit, unit_price
from marketplace.foundation.text import nfc
from marketplace.geography import queries as geography


def refresh_listing(product: Product) -> None:
    """Write the row anew, or remove it when the product cannot be seen. Announces ProductListed when it can."""
    session.flush()
    public_version.changed()
    cooperative = session.get_one(Cooperative, product.cooperative_id)
    packs = [variant for variant in product.variants if variant.is_active]
    if product.publication != Publication.PUBLISHED or not cooperative.is_open or not packs:
        session.execute(delete(Listing).where(Listing.product_id == product.id))
        return
    cheapest = min(packs, key=lambda pack: (pack.price_dong, pack.id))
    listed = [_pack(pack, product.base_unit) for pack in packs]
    row = session.get(Listing, product.id) or Listing(product_id=product.id)
    row.cooperative_id = cooperative.id
    row.slug, row.name, row.sort_key = product.slug, product.name, product.sort_key
    row.name_lower = nfc(product.name).lower()
    row.title_folded, row.text_folded = rules.search_words(
        name=product.name,
        cooperative=cooperative.short_name,
        subgroup=product.subgroup,
        summary=product.summary,
        places=_place_names(cooperative),
    )
    row.cooperative_slug, row.cooperative_name = cooperative.slug, cooperative.short_name
    row.province_code = cooperative.province_code
    row.subgroup, row.group_code = product.subgroup, rules.group_of(product.subgroup)
    row.pictures = [picture.picture for picture in product.pictures]
    row.picture = row.pictures[0] if row.pictures else None
    row.variant_id, row.variant_name, row.price_dong = cheapest.id, cheapest.name, cheapest.price_dong
    row.kilogram_dong, row.content = cheapest.kilogram_dong, cheapest.content
    row.unit_price_dong = min(pack["unit_price"] for pack in listed)
    row.base_unit, row.variant_count, row.packs = product.base_unit, len(packs), listed
    row.season_months = product.season_months
    row.published_at = product.published_at or product.created_at
    row.is_demo = product.is_demo
    session.add(row)
    session.flush()
    announce(ProductListed(product.id))


def _pack(variant: Variant, base_unit: BaseUnit) -> dict[str, Any]:
    """A pack size as queries.Pack reads it."""
    return {
        "id": variant.id,
        "name": variant.name,
        "content": variant.content,
        "price": variant.price_dong,
        "unit_price": unit_price(variant.price_dong, variant.content, base_unit).amount_dong,
        "gross_grams": variant.gross_grams,
        "volume_cm3": variant.volume_cm3,
        "gtin": variant.gtin,
        "kilogram_dong": variant.kilogram_dong,
        "tolerance_percent": variant.tolerance_percent,
    }


def _place_names(cooperative: Cooperative) -> list[str]:
    """Today's names and the old ones that live in people's heads."""
    commune = geography.find_commune(cooperative.commune_code)
    province = geography.find_province(cooperative.province_code)
    names = [place.name for place in (commune, province) if place is not None]
    return [*names, *geography.province_aliases(cooperative.province_code)]


def refresh_cooperative(cooperative_id: int) -> None:
    """All products of a cooperative that was opened, closed, renamed or moved."""
    for product in session.scalars(
        select(Product).where(Product.cooperative_id == cooperative_id).order_by(Product.id)
    ):
        refresh_listing(product)


def set_stock(product_id: int, *, in_stock_until: date | None, harvested_on: date | None) -> None:
    """Until when the product can be bought, told by the inventory whenever it changes."""
    public_version.changed()
    session.execute(
        update(Listing)
        .where(Listing.product_id == product_id)
        .values(in_stock_until=in_stock_until, harvested_on=harvested_on)
    )
