"""Whole seasons of the demo, from the plot to the goods made of the harvest, told day by day as people tell them."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from marketplace.catalogue import actions as catalogue
from marketplace.catalogue.models import Product
from marketplace.catalogue.states import StorageClass, VatCode
from marketplace.certificates.models import Certificate
from marketplace.demo.pictures import Key, draw_paper
from marketplace.demo.scene import OWN_STANDARD, Scene, at, harvest_day
from marketplace.farming import actions as farming
from marketplace.farming.models import Season
from marketplace.farming.states import DiaryKind
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import actions as traceability
from marketplace.traceability.actions import NewStage, Whence
from marketplace.traceability.models import Lot
from marketplace.traceability.states import StageKind

DATA = Path(__file__).parent / "data" / "seasons.toml"
PHOTOS_EACH = 2
PAPER: Key = ("paper", "test_report", 0)


def tell_seasons(scene: Scene) -> None:
    """Grow everything in data/seasons.toml; the lots stand in `scene.lots` under the seasons' keys."""
    data: dict[str, list[dict[str, Any]]] = tomllib.loads(DATA.read_text())
    for plan in data["material"]:
        _material(scene, plan)
    for plan in data["season"]:
        _Telling(scene, plan).tell()


def _material(scene: Scene, plan: dict[str, Any]) -> None:
    """A product that stays a draft: its lots are told and traced, and nothing of it is in the shop."""
    cooperative = scene.cooperatives[plan["cooperative"]]
    name, content, price = plan["pack"]
    with clock.moved_to(at(scene.today - timedelta(days=400))), transaction():
        scene.products[plan["name"]] = catalogue.list_product(
            cooperative,
            catalogue.ProductDetails(
                name=plan["name"],
                subgroup=plan["subgroup"],
                base_unit=BaseUnit.GRAM,
                vat_code=VatCode.NOT_SUBJECT,
                shelf_life_days=plan["shelf"],
                storage=StorageClass.AMBIENT,
                summary=plan["summary"],
                standard=OWN_STANDARD,
            ),
            [catalogue.Pack(name=name, content=content, price_dong=price, gross_grams=content + 200)],
            pictures=[scene.pictures["product", plan["kind"], photo] for photo in range(PHOTOS_EACH)],
            is_demo=True,
        )


class _Telling:
    """One season: its plot, its diary in the order in which it was written down, and its harvest."""

    def __init__(self, scene: Scene, plan: dict[str, Any]) -> None:
        self.scene, self.plan = scene, plan
        self.product: Product = scene.products[plan["product"]]
        self.owner = scene.owner_of(self.product)
        self.commune = scene.cooperatives[plan["cooperative"]].commune_code
        self.harvested_on = harvest_day(plan["harvest"], months=_months(self.product), today=scene.today)
        self.lot: Lot | None = None
        self.written: dict[str, int] = {}

    def tell(self) -> None:
        season = self._season()
        entries = sorted(
            enumerate(self.plan["entries"]), key=lambda numbered: (self._entered(numbered[1]), numbered[0])
        )
        for number, entry in entries:
            if self.lot is None and "{lot}" in entry["fields"].values():
                self._harvest(season)
            self._entry(season, number, entry)

    def _season(self) -> Season:
        told = self.plan["plot"]
        begun_on = self.harvested_on - timedelta(days=self.plan["begins"])
        with clock.moved_to(at(begun_on, 7)), transaction():
            plot = farming.add_plot(
                self.product.cooperative_id,
                farming.PlotFacts(
                    name=told["name"],
                    area_m2=told["area_m2"],
                    commune_code=self.commune,
                    crop=told["crop"],
                    farmer=told["farmer"],
                    growing_area_code=told["code"],
                    latitude_hundredths=told["latitude"],
                    longitude_hundredths=told["longitude"],
                ),
                by=self.owner,
                is_demo=True,
            )
            return farming.start_season(
                plot,
                self.product,
                name=self.plan["name"],
                started_on=begun_on,
                by=self.owner,
                certificate=_certificate(self.product.cooperative_id, self.plan["certificate"]),
                is_demo=True,
            )

    def _day(self, entry: dict[str, Any]) -> date:
        return min(self.harvested_on - timedelta(days=entry["before"]), self.scene.today)

    def _entered(self, entry: dict[str, Any]) -> date:
        return min(self._day(entry) + timedelta(days=entry.get("late", 0)), self.scene.today)

    def _entry(self, season: Season, number: int, entry: dict[str, Any]) -> None:
        happened_on = self._day(entry)
        words = {
            "{lot}": self.lot.code if self.lot else "",
            "{sampled}": dates.format_day(happened_on - timedelta(days=1)),
        }
        typed = {name: words.get(text, text) for name, text in entry["fields"].items()}
        photos = [self._paper()] if entry.get("paper") else []
        with clock.moved_to(at(self._entered(entry), 18, number)), transaction():
            row, _ = farming.write_entry(
                season,
                farming.NewEntry(DiaryKind(entry["kind"]), happened_on, typed, photos),
                # As a phone makes one for each entry, but the same every time.
                client_id=str(uuid5(NAMESPACE_URL, f"demo/{self.plan['key']}/{number}")),
                by=self.owner,
                corrects=self.written[entry["corrects"]] if "corrects" in entry else None,
            )
        if "id" in entry:
            self.written[entry["id"]] = row.id

    def _paper(self) -> dict[str, Any]:
        """A photo of what the laboratory wrote, and the hash of the file as it came."""
        drawn = draw_paper()
        return {"picture": self.scene.pictures[PAPER], "sha256": hashlib.sha256(drawn).hexdigest()}

    def _harvest(self, season: Season) -> None:
        told = self.plan["harvest"]
        day = self.harvested_on
        last = min(day - timedelta(days=min((stage[3] for stage in self.plan["stages"]), default=0)), self.scene.today)
        with clock.moved_to(at(day, 16)), transaction():
            self.lot = traceability.start_lot(
                self.product,
                batch=self.scene.batch(day),
                harvested_on=day,
                quantity=told["quantity"],
                place=told["place"],
                commune_code=self.commune,
                by=self.owner,
                harvest=NewStage(StageKind.HARVEST, told["place"], day, operator=told["operator"]),
                whence=Whence(season_id=season.id),
                is_demo=True,
            )
            traceability.record(self.lot, by=self.owner)
        with clock.moved_to(at(last, 17)), transaction():
            tell_stages(self.lot, self.plan["stages"], day, by=self.owner)
            traceability.publish(self.lot, by=self.owner)
            if told["labels"]:
                pack = self.product.variants[0]
                traceability.print_labels(self.lot, pack, count=told["labels"], layout="24", by=self.owner)
        self.scene.lots[self.plan["key"]] = self.lot


def tell_stages(lot: Lot, stages: list[list[Any]], day: date, *, by: int) -> None:
    """Steps as data/market.toml writes them; days are counted back from `day`."""
    for kind, name, place, before, operator in stages:
        on = min(day - timedelta(days=before), clock.today())
        traceability.add_stage(lot, NewStage(StageKind(kind), place, on, name=name, operator=operator), by=by)


def _months(product: Product) -> list[int]:
    return [month for month in range(1, 13) if product.season_months >> (month - 1) & 1] or [7, 8, 9]


def _certificate(cooperative_id: int, scheme: str) -> Certificate | None:
    if not scheme:
        return None
    found = select(Certificate).where(Certificate.cooperative_id == cooperative_id, Certificate.scheme == scheme)
    return session.scalars(found).one()
