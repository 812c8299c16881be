"""Tables of products, their pack sizes and pictures, the certificates they claim, and the listing row buyers search."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.states import Publication, StorageClass, VatCode
from marketplace.foundation.database import Base
from marketplace.foundation.quantities import BaseUnit


class Product(Base):
    """What a cooperative sells. Quantities of it are whole numbers of `base_unit` (grams, millilitres or pieces)."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("shelf_life_days > 0", name="shelf_life"),
        CheckConstraint("review_count >= 0 AND review_stars BETWEEN review_count AND 5 * review_count", name="reviews"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_key: Mapped[str]
    subgroup: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    base_unit: Mapped[BaseUnit] = mapped_column(default=BaseUnit.GRAM)
    vat_code: Mapped[VatCode]
    season_months: Mapped[int] = mapped_column(default=0)  # bit 0 is January; 0 is all year
    shelf_life_days: Mapped[int]
    storage: Mapped[StorageClass] = mapped_column(default=StorageClass.AMBIENT)
    storage_note: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    standard: Mapped[str] = mapped_column(default="", server_default="")  # number of the standard that is applied
    ingredients: Mapped[str] = mapped_column(default="")
    usage: Mapped[str] = mapped_column(default="")
    warnings: Mapped[str] = mapped_column(default="")
    publication: Mapped[Publication] = mapped_column(default=Publication.DRAFT)
    publication_note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Of the reviews that stand there: how many, and their stars together. Changed by actions.count_review only.
    review_count: Mapped[int] = mapped_column(default=0, server_default="0")
    review_stars: Mapped[int] = mapped_column(default=0, server_default="0")

    variants: Mapped[list[Variant]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Variant.position"
    )
    pictures: Mapped[list[ProductPicture]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ProductPicture.position"
    )

    __mapper_args__ = {"version_id_col": version}


class Variant(Base):
    """A pack size with its price, VAT included. Once ordered it is only switched off, never deleted."""

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("content > 0", name="content"),
        CheckConstraint("price_dong > 0", name="price"),
        CheckConstraint("gross_grams > 0", name="gross"),
        # A GTIN names one thing in the world; those who have none do not stand in each other's way.
        Index(
            "ix_variant_gtin", "gtin", unique=True, sqlite_where=text("gtin <> ''"), postgresql_where=text("gtin <> ''")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    name: Mapped[str]
    content: Mapped[int]  # in base units of the product
    price_dong: Mapped[int]
    gross_grams: Mapped[int]  # with its packing, for delivery
    volume_cm3: Mapped[int] = mapped_column(default=0)  # of the packed parcel; 0 when weight decides
    # What a kilogram costs when the pack is weighed for its buyer; `content` and `price_dong` are then an estimate, above
    # which the buyer pays at most so many percent.
    kilogram_dong: Mapped[int | None]
    tolerance_percent: Mapped[int | None]
    gtin: Mapped[str] = mapped_column(default="", server_default="")  # 14 digits; none without a GS1 prefix
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def is_weighed(self) -> bool:
        return self.kilogram_dong is not None


class ProductPicture(Base):
    """A photo; `picture` is foundation.pictures.PictureSet as JSON."""

    __tablename__ = "product_picture"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    picture: Mapped[dict[str, Any]] = mapped_column(JSON)
    original_key: Mapped[str] = mapped_column(default="")  # kept until the job has made all sizes


class ProductClaim(Base):
    """A product claims a certificate of its cooperative; `counts` keeps what rules.claim_counts said of its scope."""

    __tablename__ = "product_claim"
    __table_args__ = (UniqueConstraint("product_id", "certificate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    scope_id: Mapped[int | None] = mapped_column(ForeignKey("certificate_scope.id", ondelete="SET NULL"))
    counts: Mapped[bool] = mapped_column(default=False)


class Listing(Base):
    """One row per product that buyers can see: all that cards, filters, sorting and its page need, without a join.

    A projection of product, variants, cooperative and stock, rewritten by actions.refresh_listing in the transaction
    that changes any of them, and absent when the product or its cooperative is not open. Badges are not in it: they
    depend on today's date and are joined from certificates.
    """

    __tablename__ = "listing"
    __table_args__ = (
        Index("ix_listing_newest", "published_at", "product_id"),
        Index("ix_listing_price", "price_dong", "product_id"),
        Index("ix_listing_name", "sort_key", "product_id"),
        Index("ix_listing_province", "province_code", "published_at"),
        Index("ix_listing_group", "group_code", "published_at"),
        Index("ix_listing_cooperative", "cooperative_id", "published_at"),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    slug: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[str]
    name_lower: Mapped[str]
    title_folded: Mapped[str]
    text_folded: Mapped[str]
    cooperative_slug: Mapped[str]
    cooperative_name: Mapped[str]
    province_code: Mapped[str]
    group_code: Mapped[str]
    subgroup: Mapped[str]
    picture: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    variant_id: Mapped[int]  # the cheapest pack, for the card's button
    variant_name: Mapped[str]
    price_dong: Mapped[int]
    unit_price_dong: Mapped[int]
    base_unit: Mapped[BaseUnit]
    variant_count: Mapped[int]
    kilogram_dong: Mapped[int | None]  # of the cheapest pack, when it is weighed for its buyer
    content: Mapped[int] = mapped_column(default=0, server_default="0")  # of the cheapest pack
    season_months: Mapped[int]
    in_stock_until: Mapped[date | None]  # the last best-before date of lots with something left
    harvested_on: Mapped[date | None]
    published_at: Mapped[datetime]
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Last, because long rows spill over and lists never read this far.
    pictures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    packs: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # those on sale, as queries.Pack
