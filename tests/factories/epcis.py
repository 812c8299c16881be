"""Machines with their tokens, and a season that has seen everything that changes a balance."""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from marketplace.catalogue.models import Product, ProductPicture
from marketplace.cooperatives.models import Cooperative
from marketplace.epcis import actions as epcis
from marketplace.farming.models import Season
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.public_address import public_url
from marketplace.traceability import actions, documents, rules
from marketplace.traceability.actions import Input, NewStage, Output, Whence
from marketplace.traceability.models import Lot
from marketplace.traceability.states import StageKind
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_season

PICTURE = {
    "key": "pictures/x", "width": 400, "height": 300, "mean_colour": "#8a7f52", "widths": [400], "formats": ["jpg"],
    "state": "ready",
}  # fmt: skip
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@dataclass
class Mill:
    """A cooperative that grows paddy and mills it."""

    cooperative: Cooperative
    paddy: Product
    rice: Product
    bran: Product
    season: Season  # of the paddy, wide enough for any test


def make_mill(slug: str = "lua-song-biec") -> Mill:
    cooperative = make_cooperative(slug=slug, owner=make_person())
    paddy, rice, bran = (
        make_product(cooperative, name=name, slug=f"{slug}-{name}", shelf_life_days=365)
        for name in ("thoc", "gao", "cam")
    )
    with transaction():
        for product in (paddy, rice, bran):
            session.add(ProductPicture(product_id=product.id, picture=PICTURE))
            session.flush()
            session.refresh(product)
        session.refresh(cooperative)
    season = make_season(paddy, ceiling=10_000_000)
    session.expunge_all()  # read on after requests have closed the session
    return Mill(cooperative, paddy, rice, bran, season)


@dataclass
class Machine:
    """A program with a token, or without one."""

    app: Flask
    token: str = ""

    def headers(self, **more: str) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}

    def get(self, path: str, **headers: str) -> TestResponse:
        return Context().run(self.app.test_client().get, path, headers=self.headers(**headers))

    def post(self, path: str, document: Any, **headers: str) -> TestResponse:
        return Context().run(self.app.test_client().post, path, json=document, headers=self.headers(**headers))


def make_machine(app: Flask, cooperative: Cooperative, *, name: str = "Cân kho") -> Machine:
    person = make_person()
    with transaction():
        return Machine(app, epcis.make_token(cooperative.id, name=name, by=person.id))


def harvest_event(
    mill: Mill, code: str, *, kilograms: float = 100, days_ago: int = 3, **changes: Any
) -> dict[str, Any]:
    """A harvest as a scale in the store would tell it."""
    day = clock.today() - timedelta(days=days_ago)
    return {
        "type": "ObjectEvent",
        "eventTime": f"{day.isoformat()}T09:00:00.000+07:00",
        "eventTimeZoneOffset": "+07:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": public_url(f"/htx/{mill.cooperative.slug}")},
        "bizLocation": {"id": public_url(f"/htx/{mill.cooperative.slug}")},
        "quantityList": [{"epcClass": documents.lot_uri(code), "quantity": kilograms, "uom": "KGM"}],
        "ilmd": {
            "cbvmda:lotNumber": f"L-{code}",
            "cbvmda:bestBeforeDate": (day + timedelta(days=100)).isoformat(),
            "htx:product": mill.paddy.slug,
            "htx:madeOn": day.isoformat(),
            "htx:place": "Thôn Đông",
            "htx:communeCode": mill.cooperative.commune_code,
        },
        **changes,
    }


def told_event(code: str, step: str, disposition: str, *, action: str = "OBSERVE", **changes: Any) -> dict[str, Any]:
    """Anything told of a lot an hour ago; `kilograms` of it, or all of it."""
    element: dict[str, Any] = {"epcClass": documents.lot_uri(code), "quantity": changes.pop("kilograms", 100)}
    at = clock.now() - timedelta(hours=1)
    return {
        "type": "ObjectEvent",
        "eventTime": at.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "action": action,
        "bizStep": step,
        "disposition": disposition,
        "quantityList": [{**element, "uom": "KGM"}],
        **changes,
    }


def document_of(*events: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "@context": [CONTEXT, {"htx": public_url("/vocab#")}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00.000Z",
        "epcisBody": {"eventList": list(events)},
        **changes,
    }


def alone(event: dict[str, Any]) -> dict[str, Any]:
    return {"@context": [CONTEXT, {"htx": public_url("/vocab#")}], **event}


def code_for(number: int) -> str:
    return rules.lot_code(f"{number:09d}")


def tell_season(mill: Mill) -> int:
    """Harvested, told, corrected, published, sold, returned, lost, held, released, milled, recalled. Gives the season."""
    season = mill.season
    today = clock.today()
    with transaction():
        first = _harvest(mill, season.id, "V1", 400_000, today - timedelta(days=9))
        wrong = actions.add_stage(first, NewStage(StageKind.STORING, "Kho cũ", today - timedelta(days=8)), by=None)
        actions.publish(first, by=None)
        second = _harvest(mill, season.id, "V2", 200_000, today - timedelta(days=7))
        actions.record(second, by=None)
    with transaction():
        first, second = session.merge(first), session.merge(second)
        storing = next(stage for stage in first.stages if stage.id == wrong.id)
        again = NewStage(StageKind.STORING, "Kho mới", storing.started_on, note="Đã ghi nhầm kho")
        actions.add_stage(first, again, by=None, corrects=storing)
        actions.sell_in_bulk(first, 50_000, reference="sale:1", note="", by=None)
        actions.take_back(first.id, 10_000, reference="back:1", note="", by=None)
        actions.write_off(second, 5_500, reference="loss:1", note="", by=None)
        actions.hold(first, by=None, reason="kiểm tra")
    with transaction():
        first, second = session.merge(first), session.merge(second)
        actions.release(first, by=None, reason="đạt")
        made = actions.transform(
            cooperative_id=mill.cooperative.id,
            recipe=rules.RECIPES["rice_milling"],
            inputs=[Input(first.id, 100_000), Input(second.id, 100_000)],
            outputs=[
                Output(session.merge(mill.rice), 130_250, "G1", today + timedelta(days=90)),
                Output(session.merge(mill.bran), 15_000, "C1", today + timedelta(days=30), is_byproduct=True),
            ],
            place="Xưởng xay",
            commune_code=mill.cooperative.commune_code,
            on=today - timedelta(days=2),
            by=None,
        )
    with transaction():
        rice = session.merge(made[0])
        actions.publish(rice, by=None)
    with transaction():
        actions.recall(session.merge(second), by=None, reason="dư lượng")
    return season.id


def _harvest(mill: Mill, season_id: int, batch: str, grams: int, on: date) -> Lot:
    return actions.start_lot(
        session.merge(mill.paddy),
        batch=batch,
        harvested_on=on,
        best_before=on + timedelta(days=300),
        quantity=grams,
        place="Thôn Đông",
        commune_code=mill.cooperative.commune_code,
        by=None,
        whence=Whence(season_id=season_id),
    )
