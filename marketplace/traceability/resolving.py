"""What a GS1 Digital Link names on this market: goods, their lots, one pack; and how far we know it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product, ProductPicture
from marketplace.catalogue.queries import Goods
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.gs1.digital_link import DigitalLink
from marketplace.traceability import rules
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.queries import badges_at_harvest
from marketplace.traceability.states import LotState, OriginStatus

LINE, LOT, SERIAL = "01", "10", "21"


@dataclass(frozen=True)
class Found:
    """The finest level that we know. Two lots of one product with the same number both stand in `lots`."""

    link: DigitalLink  # of the level that was found, nothing finer
    goods: Goods
    lots: list[Lot] = field(default_factory=list)
    serial: str = ""  # of the very pack
    unknown: str = ""  # the lot or serial that was asked for and that nobody here has printed

    @property
    def has_place(self) -> bool:
        """Whether there is any page to send somebody to."""
        return bool(self.lots) or self.goods.is_shown


def find(link: DigitalLink) -> Found | None:
    """What the link names, or the level above where the lot or serial is unknown; None for goods of nobody here."""
    if link.key != LINE:
        return None  # crates, places and parties have no pages of their own
    goods = catalogue.find_goods(link.value) or _goods_printed(link.value)
    if goods is None:
        return None
    goods_alone = DigitalLink(LINE, link.value)
    lot, serial = link.qualifier(LOT), link.qualifier(SERIAL)
    if serial:
        of_unit = find_lot_of_unit(link.value, serial)
        # A serial behind another lot than its own was never printed by us.
        if of_unit is not None and lot in ("", of_unit.batch):
            return Found(DigitalLink(LINE, link.value, ((SERIAL, serial),)), goods, [of_unit], serial=serial)
    if lot:
        lots = _lots(goods, lot)
        if lots:
            return Found(DigitalLink(LINE, link.value, ((LOT, lot),)), goods, lots, unknown=serial)
    # A variant or a third party's serial is told apart by nobody here; the goods are known all the same.
    return Found(goods_alone, goods, unknown=serial or lot or link.qualifier("235"))


def find_lot_of_unit(gtin: str, serial: str) -> Lot | None:
    """The published lot whose pack carries this serial behind this GTIN; void labels too, whose page says so."""
    return session.scalar(
        select(Lot)
        .join(Unit, Unit.lot_id == Lot.id)
        .join(LabelRun, LabelRun.id == Unit.run_id)
        .where(Unit.serial == serial, LabelRun.gtin == gtin, Lot.published_at.is_not(None))
        .options(lazyload(Lot.stages))
    )


def _goods_printed(gtin: str) -> Goods | None:
    """Goods whose labels carry a GTIN that the pack has no longer: what is printed keeps leading somewhere."""
    variant_id = session.scalar(select(LabelRun.variant_id).where(LabelRun.gtin == gtin).limit(1))
    return None if variant_id is None else catalogue.find_goods_of(variant_id)


def _lots(goods: Goods, batch: str) -> list[Lot]:
    """Published lots of the product with the cooperative's number, the newest harvest first."""
    return list(
        session.scalars(
            select(Lot)
            .where(Lot.product_id == goods.product.id, Lot.batch == batch, Lot.published_at.is_not(None))
            .order_by(Lot.harvested_on.desc(), Lot.id.desc())
            .options(lazyload(Lot.stages))
        )
    )


def certificates_of(found: Found, *, on: date) -> list[Badge]:
    """Certificates that covered the goods: on the day of harvest for a lot, today for goods without one."""
    if not found.lots:
        return catalogue.badges_of([found.goods.product.id], on=on)[found.goods.product.id]
    several = [badge for lot in found.lots for badge in badges_at_harvest(lot)]
    return list({badge.certificate_id: badge for badge in several}.values())


@dataclass(frozen=True)
class LotCard:
    """A published lot with its product and maker, for readers that are machines."""

    lot: Lot
    product: Product
    cooperative: Cooperative
    gtins: list[str]
    pictures: list[dict[str, object]]

    @property
    def status(self) -> OriginStatus:
        return status_of(self.lot)


def find_card_behind(code: str) -> LotCard | None:
    """The card of the lot that a code of ours leads to, be it the lot's own or the serial of a pack."""
    if not rules.could_be_serial(code):
        return find_card(code)
    lot_code = session.scalar(select(Lot.code).join(Unit, Unit.lot_id == Lot.id).where(Unit.serial == code))
    return find_card(lot_code) if lot_code else None


def find_card(code: str) -> LotCard | None:
    """None when no published lot has the code."""
    if not rules.could_be_lot_code(code):
        return None
    found = session.execute(
        select(Lot, Product, Cooperative)
        .join(Product, Product.id == Lot.product_id)
        .join(Cooperative, Cooperative.id == Lot.cooperative_id)
        .where(Lot.code == code, Lot.published_at.is_not(None))
        .options(lazyload(Lot.stages), lazyload(Product.pictures))
    ).one_or_none()
    if found is None:
        return None
    lot, product, cooperative = found
    pictures = session.scalars(
        select(ProductPicture.picture).where(ProductPicture.product_id == product.id).order_by(ProductPicture.position)
    )
    gtins = [variant.gtin for variant in product.variants if variant.gtin and variant.is_active]
    return LotCard(lot, product, cooperative, gtins, list(pictures))


def status_of(lot: Lot) -> OriginStatus:
    """How the lot stands now, certificates apart."""
    return rules.origin_status(
        state=lot.state,
        best_before=lot.best_before,
        on=clock.today(),
        lapsed_since_harvest=False,
        has_season=rules.has_known_maker(lot.origin),
    )


def is_recalled(lot: Lot) -> bool:
    return lot.state == LotState.RECALLED
