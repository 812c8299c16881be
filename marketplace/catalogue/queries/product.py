"""One product as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import lazyload

from marketplace.catalogue.models import Listing, Product, Variant
from marketplace.catalogue.rules import group_of
from marketplace.catalogue.states import StorageClass, VatCode
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.foundation.quantities import BaseUnit


@dataclass(frozen=True)
class Seller:
    """Who sells, as the law wants it shown (domain.md 5.2)."""

    cooperative_id: int
    slug: str
    short_name: str
    legal_name: str
    tax_code: str
    address_line: str
    commune_code: str
    province_code: str
    phone: str
    zalo_phone: str
    verified_at: datetime | None


@dataclass(frozen=True)
class Pack:
    """A pack size on sale, priced for that pack and per kilogram, litre or piece."""

    id: int
    name: str
    content: int
    price: int
    unit_price: int
    gross_grams: int
    volume_cm3: int
    gtin: str = ""  # rows written before packs had one say nothing
    kilogram_dong: int | None = None  # when it is weighed for its buyer: content and price are an estimate
    tolerance_percent: int | None = None


@dataclass(frozen=True)
class ProductPage:
    """A product that the public may see."""

    product_id: int
    slug: str
    name: str
    summary: str
    description: str
    base_unit: BaseUnit
    vat_code: VatCode
    season_months: int
    shelf_life_days: int
    storage: StorageClass
    storage_note: str
    brand: str
    ingredients: str
    usage: str
    warnings: str
    subgroup: str
    group_code: str
    pictures: list[dict[str, Any]]
    packs: list[Pack]
    is_demo: bool
    review_count: int
    review_stars: int
    seller: Seller

    @property
    def cooperative_slug(self) -> str:
        return self.seller.slug

    @property
    def cooperative_name(self) -> str:
        return self.seller.short_name


def product_page(slug: str) -> ProductPage | None:
    """In one statement; None when it is not published or its cooperative is not open."""
    found = session.execute(
        select(Product, Cooperative, Listing.pictures, Listing.packs)
        .join(Listing, Listing.product_id == Product.id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(Product.slug == slug)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    ).one_or_none()
    if found is None:
        return None
    product, cooperative, pictures, packs = found
    return ProductPage(
        product_id=product.id,
        slug=product.slug,
        name=product.name,
        summary=product.summary,
        description=product.description,
        base_unit=product.base_unit,
        vat_code=product.vat_code,
        season_months=product.season_months,
        shelf_life_days=product.shelf_life_days,
        storage=product.storage,
        storage_note=product.storage_note,
        brand=product.brand,
        ingredients=product.ingredients,
        usage=product.usage,
        warnings=product.warnings,
        subgroup=product.subgroup,
        group_code=group_of(product.subgroup),
        pictures=pictures,
        packs=[Pack(**pack) for pack in packs],
        is_demo=product.is_demo,
        review_count=product.review_count,
        review_stars=product.review_stars,
        seller=Seller(
            cooperative_id=cooperative.id,
            slug=cooperative.slug,
            short_name=cooperative.short_name,
            legal_name=cooperative.legal_name,
            tax_code=cooperative.tax_code,
            address_line=cooperative.address_line,
            commune_code=cooperative.commune_code,
            province_code=cooperative.province_code,
            phone=cooperative.phone,
            zalo_phone=cooperative.zalo_phone,
            verified_at=cooperative.verified_at,
        ),
    )


@dataclass(frozen=True)
class Goods:
    """What a GTIN names: a pack of a product, and whether buyers can see it."""

    variant: Variant
    product: Product
    cooperative: Cooperative

    @property
    def is_shown(self) -> bool:
        return self.product.publication == "published" and self.cooperative.is_open


def find_goods(gtin: str) -> Goods | None:
    """The pack with this GTIN, switched off ones included: labels outlive what is on sale."""
    return _goods(Variant.gtin == gtin, Variant.gtin != "")


def find_goods_of(variant_id: int) -> Goods | None:
    """A pack, whatever its GTIN is now."""
    return _goods(Variant.id == variant_id)


def _goods(*which: ColumnElement[bool]) -> Goods | None:
    found = session.execute(
        select(Variant, Product, Cooperative)
        .join(Product, Product.id == Variant.product_id)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(*which)
        .options(lazyload(Product.variants), lazyload(Product.pictures))
    ).one_or_none()
    return None if found is None else Goods(*found)
