"""A cooperative lists a product, changes it, shows it or puts it away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.actions.claims import refresh_claims
from marketplace.catalogue.actions.listing import refresh_listing
from marketplace.catalogue.errors import GtinTaken, MeasureIsFixed, NoPacks, PublicationRefused
from marketplace.catalogue.models import Product, ProductPicture, Variant
from marketplace.catalogue.states import MOVES, Publication, StorageClass, VatCode
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, clock, codes, jobs
from marketplace.foundation.database import session
from marketplace.foundation.pictures import PictureState
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import slugify, sort_key
from marketplace.gs1.identifiers import gtin14

# Both lead back to a draft, but not by the same hand.
_TAKEN_DOWN = frozenset({Publication.WITHDRAWN})
_OWN_STATES = frozenset(Publication) - _TAKEN_DOWN


@dataclass(frozen=True)
class ProductDetails:
    """What a cooperative says of a product; `season_months` has bit 0 for January, 0 means all year."""

    name: str
    subgroup: str
    base_unit: BaseUnit
    vat_code: VatCode
    shelf_life_days: int
    season_months: int = 0
    storage: StorageClass = StorageClass.AMBIENT
    storage_note: str = ""
    summary: str = ""
    description: str = ""
    brand: str = ""
    standard: str = ""
    ingredients: str = ""
    usage: str = ""
    warnings: str = ""


@dataclass(frozen=True)
class Pack:
    """One pack size; `id` of one that is there already. `gross_grams` is its weight with packing, `gtin` 14 digits.

    With `kilogram_dong` it is weighed for its buyer: content and price are then an estimate, above which he pays at most
    `tolerance_percent` more.
    """

    name: str
    content: int
    price_dong: int
    gross_grams: int
    id: int | None = None
    gtin: str = ""
    kilogram_dong: int | None = None
    tolerance_percent: int | None = None


def list_product(
    cooperative: Cooperative,
    details: ProductDetails,
    packs: Sequence[Pack],
    *,
    pictures: Sequence[dict[str, Any]] = (),
    is_demo: bool = False,
) -> Product:
    """Write a new product down as a draft with its packs and photos. Raises NoPacks, GtinTaken, BadIdentifier."""
    now = clock.now()
    product = Product(cooperative_id=cooperative.id, slug=_free_slug(details.name), created_at=now, is_demo=is_demo)
    _fill(product, details)
    session.add(product)
    session.flush()
    _set_packs(product, packs)
    for position, picture in enumerate(pictures):
        _add_picture(product, position, picture)
    session.expire(product, ["pictures", "variants"])
    refresh_claims(product)
    refresh_listing(product)
    return product


def change_product(product: Product, details: ProductDetails, packs: Sequence[Pack]) -> None:
    """Change what is said and offered. A new name loses the certificates that cover the old one only.

    Raises NoPacks; GtinTaken; BadIdentifier; MeasureIsFixed; StaleDataError when somebody else changed the product meanwhile.
    """
    if details.base_unit != product.base_unit:
        raise MeasureIsFixed(product.slug, product.base_unit)
    _fill(product, details)
    _set_packs(product, packs)
    session.flush()
    session.expire(product, ["variants"])
    refresh_claims(product)
    refresh_listing(product)


def _fill(product: Product, details: ProductDetails) -> None:
    for name, value in vars(details).items():
        setattr(product, name, value)
    product.sort_key = sort_key(details.name)


def _free_slug(name: str) -> str:
    """Its name and four random characters: no counting, no race."""
    return f"{slugify(name, 70) or 'san-pham'}-{codes.random_code(4).lower()}"


def _set_packs(product: Product, packs: Sequence[Pack]) -> None:
    """Packs that are no longer offered are switched off: orders and labels still point to them."""
    if not packs:
        raise NoPacks(product.slug)
    known = {
        variant.id: variant for variant in session.scalars(select(Variant).where(Variant.product_id == product.id))
    }
    for variant in known.values():
        variant.is_active = False
    _free_gtins(known.values(), {pack.gtin for pack in packs})
    for position, pack in enumerate(packs):
        kept = known.get(pack.id or 0)
        # Another content is another thing: old labels and orders keep the pack that they were made for.
        if kept is None or kept.content != pack.content:
            kept = Variant(product_id=product.id)
            session.add(kept)
        kept.name, kept.content, kept.price_dong = pack.name, pack.content, pack.price_dong
        kept.kilogram_dong, kept.tolerance_percent = pack.kilogram_dong, pack.tolerance_percent
        kept.gross_grams, kept.position, kept.is_active = pack.gross_grams, position, True
        kept.gtin = gtin14(pack.gtin) if pack.gtin else ""
    try:
        session.flush()
    except IntegrityError as error:
        if "gtin" not in str(error.orig):
            raise
        raise GtinTaken(", ".join(pack.gtin for pack in packs if pack.gtin)) from error


def _free_gtins(variants: Iterable[Variant], wanted: Collection[str]) -> None:
    """Let numbers move between packs of one product: each is free before any pack takes it again.

    A pack that was switched off keeps its number while nobody else wants it, so that old labels still lead here.
    """
    for variant in variants:
        if variant.gtin in wanted:
            variant.gtin = ""
    session.flush()


def publish(product: Product, *, by: int) -> None:
    """Show it on the market; buyers can order what lies in published lots. Raises PublicationRefused."""
    _move(product, Publication.PUBLISHED, by=by)
    if product.published_at is None:
        product.published_at = clock.now()
    refresh_listing(product)


def unpublish(product: Product, *, by: int) -> None:
    """Take it off the market for now, or out of where it was put away; one that an officer took down stays down.

    Raises PublicationRefused.
    """
    _move(product, Publication.DRAFT, by=by, among=_OWN_STATES)
    refresh_listing(product)


def archive(product: Product, *, by: int) -> None:
    """Put it away; its orders and origin pages stay. Raises PublicationRefused."""
    _move(product, Publication.ARCHIVED, by=by)
    refresh_listing(product)


def take_down(product: Product, *, by: int, reason: str) -> None:
    """An officer takes a product off the market. Raises PublicationRefused."""
    _move(product, Publication.WITHDRAWN, by=by, reason=reason)
    product.publication_note = reason
    refresh_listing(product)


def let_back(product: Product, *, by: int, reason: str) -> None:
    """An officer gives back, as a draft, what was taken down. Raises PublicationRefused."""
    _move(product, Publication.DRAFT, by=by, reason=reason, among=_TAKEN_DOWN)
    product.publication_note = ""
    refresh_listing(product)


def add_picture(product: Product, picture: dict[str, Any]) -> None:
    last = max((one.position for one in product.pictures), default=-1)
    _add_picture(product, last + 1, picture)
    session.expire(product, ["pictures"])
    refresh_listing(product)


def _add_picture(product: Product, position: int, picture: dict[str, Any]) -> None:
    """A photo is shown at once; a job makes its other sizes."""
    row = ProductPicture(product_id=product.id, position=position, picture=picture)
    session.add(row)
    session.flush()
    if picture["state"] != PictureState.READY:
        jobs.enqueue("complete_product_picture", picture_id=row.id)


def remove_picture(product: Product, picture_id: int) -> None:
    for picture in product.pictures:
        if picture.id == picture_id:
            session.delete(picture)
    session.flush()
    session.expire(product, ["pictures"])
    refresh_listing(product)


def put_picture_first(product: Product, picture_id: int) -> None:
    """The first photo stands on cards and shared links."""
    ordered = sorted(product.pictures, key=lambda picture: (picture.id != picture_id, picture.position))
    for position, picture in enumerate(ordered):
        picture.position = position
    session.flush()
    session.expire(product, ["pictures"])
    refresh_listing(product)


def _move(
    product: Product, to: Publication, *, by: int, reason: str = "", among: Collection[Publication] = tuple(Publication)
) -> None:
    """Change the state only if it is still the one we saw, and one of `among`."""
    session.flush()
    from_state = product.publication
    moved = None
    if from_state in among and to in MOVES[from_state]:
        moved = session.execute(
            update(Product)
            .where(Product.id == product.id, Product.publication == from_state)
            .values(publication=to)
            .returning(Product.id)
        ).one_or_none()
        session.refresh(product)
    if moved is None:
        raise PublicationRefused(product.slug, product.publication, to)
    cooperative = session.get_one(Cooperative, product.cooperative_id)
    audit.record(
        f"catalogue:product:{to}",
        subject="product",
        subject_id=product.id,
        by=by,
        province_code=cooperative.province_code,
        reason=reason,
        before=from_state,
        name=product.name,
    )
