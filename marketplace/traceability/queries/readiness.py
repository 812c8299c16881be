"""What of the obligatory content a lot has, and how its readers will see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Product
from marketplace.catalogue.rules import RAW
from marketplace.certificates.queries import Badge
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries as farming
from marketplace.farming.errors import HarvestOverCeiling, StillWaiting
from marketplace.farming.models import Season
from marketplace.farming.rules import BLOCKED_ABOVE_PERCENT
from marketplace.foundation.database import session
from marketplace.traceability import rules
from marketplace.traceability.models import Lot
from marketplace.traceability.queries.desk import packs_of
from marketplace.traceability.queries.origin import OriginStory, badges_at_harvest, origin_story
from marketplace.traceability.states import LotState


def readiness_of(lot: Lot) -> rules.Readiness:
    """What a reader of the label would find, and what he would miss."""
    product = session.get_one(Product, lot.product_id)
    cooperative = session.get_one(Cooperative, lot.cooperative_id)
    corrected = {stage.corrects_id for stage in lot.stages}
    badges = badges_at_harvest(lot)
    return rules.Readiness(
        product_name=product.name.strip(),
        pictures=len(product.pictures),
        producer_name=cooperative.legal_name.strip(),
        producer_address=cooperative.address_line.strip() if cooperative.commune_code else "",
        place=lot.place.strip(),
        stages=[(stage.place.strip(), stage.started_on) for stage in lot.stages if stage.id not in corrected],
        made_on=lot.harvested_on,
        trace_code=lot.code.strip(),
        batch=lot.batch,
        # The number of a recorded lot stands in the log for good: its packs with a GTIN get no labels, but it is sold.
        gtins=[pack.gtin for pack in packs_of(product.id)] if lot.state == LotState.DRAFT else [],
        brand=product.brand.strip(),
        bears_mark=any(badge.scheme in rules.BEARS_MARK for badge in badges),
        best_before=lot.best_before,
        standards=[*filter(None, [product.standard.strip()]), *(badge.number for badge in _standards(badges))],
    )


def hindrance_of(lot: Lot) -> HarvestOverCeiling | StillWaiting | None:
    """Why a draft cannot be recorded whatever else it has: its season was sprayed too shortly before, or gave too much.

    Said beforehand only; what decides is farming.count_harvest, when the lot is recorded.
    """
    season = session.get(Season, lot.season_id) if lot.season_id is not None else None
    if season is None or lot.state != LotState.DRAFT:
        return None
    waiting = farming.waiting_on(season, lot.harvested_on)
    if waiting is not None:
        return StillWaiting(*waiting)
    if (season.harvested + lot.quantity) * 100 > season.ceiling * BLOCKED_ABOVE_PERCENT:
        return HarvestOverCeiling(lot.quantity, season.ceiling, season.harvested)
    return None


def why_officer_of(lot: Lot) -> str:
    """Why an officer must look at the lot before it is sold, or ""; a code of rules."""
    if lot.season_id is not None:
        return rules.WAITING_LIFTED if farming.lifted_waiting(lot.season_id, lot.harvested_on) else ""
    product = session.get_one(Product, lot.product_id)
    return rules.why_officer(
        lot.origin,
        is_raw=product.subgroup in RAW,
        grows_it=farming.has_grown(product.id, until=lot.harvested_on),
        bears_badge=bool(catalogue.badges_of([product.id], on=lot.harvested_on)[product.id]),
    )


def _standards(badges: Sequence[Badge]) -> list[Badge]:
    return [badge for badge in badges if badge.scheme in rules.CERTIFIES_STANDARD]


@dataclass(frozen=True)
class Preview:
    """A lot before its labels are printed: the ten obligatory fields, and the page that its readers will see."""

    story: OriginStory
    obligations: list[rules.Obligation]
    pictures: int
    standards: list[Badge]  # that covered it on the day of harvest
    unprintable: list[str]  # names of packs whose GTIN the lot's number cannot stand behind


def preview_of(lot: Lot, *, on: date) -> Preview | None:
    """Also of a draft; None when the lot is gone meanwhile."""
    story = origin_story(lot.code, on=on, for_cooperative=lot.cooperative_id)
    if story is None:
        return None
    readiness = readiness_of(lot)
    return Preview(
        story=story,
        obligations=readiness.obligations(),
        pictures=readiness.pictures,
        standards=_standards([each.badge for each in story.certificates]),
        unprintable=[pack.name for pack in packs_of(lot.product_id) if not rules.fits_gs1(lot.batch, gtin=pack.gtin)],
    )
