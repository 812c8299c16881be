"""What is told of lots is EPCIS that any reader takes, and what a machine told is kept word for word."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.catalogue import actions as catalogue
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.gs1 import epcis
from marketplace.traceability import actions, documents
from marketplace.traceability.actions import Input, NewStage, Occurrence, Output, Whence
from marketplace.traceability.documents import Item
from marketplace.traceability.errors import ImpossibleDates, ToldBefore
from marketplace.traceability.models import Lot, TraceEvent, TraceItem
from marketplace.traceability.rules import RECIPES
from marketplace.traceability.states import EventKind, ItemRole, LotState, StageKind
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative


@pytest.fixture
def product(app: Flask) -> Product:
    made = make_product(make_cooperative())
    picture = {"key": "pictures/x", "width": 4, "height": 3, "mean_colour": "#fff", "widths": [4], "formats": ["jpg"]}
    with transaction():
        catalogue.add_picture(session.merge(made), {**picture, "state": "ready"})
    return made


def start(product: Product, *, days_ago: int = 3, best_before: date | None = None, batch: str = "L1") -> Lot:
    harvested_on = clock.today() - timedelta(days=days_ago)
    lot = actions.start_lot(
        session.merge(product),
        batch=batch,
        harvested_on=harvested_on,
        best_before=best_before or clock.today() + timedelta(days=5),
        quantity=100_000,
        place="Thôn Đông",
        commune_code="11977",
        by=None,
        whence=Whence(bought_from="Chợ đầu mối", bought_paper="PX 12"),
    )
    actions.add_stage(lot, NewStage(StageKind.PLANTING, "Thôn Đông", harvested_on - timedelta(days=90)), by=None)
    return lot


def told() -> list[TraceEvent]:
    session.rollback()
    return list(session.scalars(select(TraceEvent).order_by(TraceEvent.id)))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), dates.VIETNAM)


def machine(kind: EventKind, lot: Lot, *, at: datetime, **extra: Any) -> Occurrence:
    """What another program tells of the lot, with a member that no form of ours writes."""
    item = Item(ItemRole.WHAT, lot.id, documents.lot_uri(lot.code), lot.quantity)
    document = documents.event(kind, at=at, place="https://machine.example/store", items=[item], **extra)
    return Occurrence(at, {**document, "htx:scale": "No. 7"})


def test_every_event_of_a_life_is_valid(product: Product) -> None:
    with transaction():
        lot = start(product)
        actions.publish(lot, by=None)
        actions.add_stage(lot, NewStage(StageKind.PACKING, "Nhà đóng gói", clock.today()), by=None)
        actions.sell_in_bulk(lot, 1_500, reference="a", note="", by=None)
        actions.take_back(lot.id, 500, reference="b", note="", by=None)
        actions.write_off(lot, 250, reference="c", note="", by=None)
        actions.hold(lot, by=None, reason="wet")
        actions.release(lot, by=None, reason="dry again")
        best_before = clock.today() + timedelta(days=5)
        actions.transform(
            cooperative_id=lot.cooperative_id,
            recipe=RECIPES["split"],
            inputs=[Input(lot.id, 20_000)],
            outputs=[Output(session.merge(product), 20_000, "L1-2", best_before)],
            place="Thôn Đông",
            commune_code="11977",
            on=clock.today(),
            by=None,
        )
        actions.recall(lot, by=None, reason="worm")
    events = told()
    assert Counter(event.kind for event in events) == {
        EventKind.HARVESTED: 1, EventKind.TOLD: 2, EventKind.RELEASED: 2, EventKind.SOLD: 1, EventKind.RETURNED: 1,
        EventKind.LOST: 1, EventKind.HELD: 1, EventKind.TRANSFORMED: 1, EventKind.RECALLED: 1,
    }  # fmt: skip
    for event in events:
        assert epcis.validate({"@context": documents.context(), **json.loads(event.document)}) == [], event.kind


def test_what_a_machine_told_is_kept_word_for_word_and_its_steps_are_not_told_for_it(product: Product) -> None:
    with transaction():
        lot = start(product)
        harvest = machine(EventKind.HARVESTED, lot, at=noon(lot.harvested_on))
        actions.record(lot, by=None, occurrence=harvest)
        release = machine(EventKind.RELEASED, lot, at=noon(lot.harvested_on) + timedelta(hours=1))
        actions.publish(lot, by=None, occurrence=release)
        sale = machine(EventKind.SOLD, lot, at=noon(lot.harvested_on) + timedelta(hours=2))
        actions.sell_in_bulk(lot, 4_000, reference="s", note="", by=None, occurrence=sale)
        back = machine(EventKind.RETURNED, lot, at=noon(lot.harvested_on) + timedelta(hours=3))
        actions.take_back(lot.id, 1_000, reference="r", note="", by=None, occurrence=back)
        step = machine(EventKind.TOLD, lot, at=noon(lot.harvested_on) + timedelta(hours=4), step="packing")
        stage = actions.add_stage(
            lot, NewStage(StageKind.PACKING, "Nhà đóng gói", lot.harvested_on), by=None, occurrence=step
        )
        stage_event_id, state = stage.trace_event_id, lot.state
        sold, returned = lot.sold, lot.returned
    events = told()
    assert [event.kind for event in events] == [
        EventKind.HARVESTED, EventKind.RELEASED, EventKind.SOLD, EventKind.RETURNED, EventKind.TOLD,
    ]  # fmt: skip
    for event, occurrence in zip(events, (harvest, release, sale, back, step), strict=True):
        kept = json.loads(event.document)
        assert kept.pop("eventID") == event.event_id == actions.identity_of(occurrence.document or {})
        assert kept == occurrence.document
        assert event.event_time == occurrence.at
    assert (stage_event_id, state, sold, returned) == (events[-1].id, LotState.PUBLISHED, 4_000, 1_000)
    items = session.scalars(select(TraceItem.quantity).order_by(TraceItem.trace_event_id)).all()
    assert items == [100_000, 100_000, 4_000, 1_000, 100_000]


def test_a_hold_ended_by_a_machine_keeps_its_document(product: Product) -> None:
    with transaction():
        lot = start(product)
        actions.publish(lot, by=None)
        actions.hold(lot, by=None, reason="wet")
        again = machine(EventKind.RELEASED, lot, at=clock.now() - timedelta(minutes=1))
        actions.release(lot, by=None, reason="dry", occurrence=again)
        assert lot.state == LotState.PUBLISHED
    assert json.loads(told()[-1].document)["htx:scale"] == "No. 7"


def test_a_release_told_late_is_measured_by_its_own_day(product: Product) -> None:
    """A season captured after its end: its goods were good when they were put on sale."""
    with transaction():
        lot = start(product, days_ago=60, best_before=clock.today() - timedelta(days=50))
        actions.record(lot, by=None)
        then = machine(EventKind.RELEASED, lot, at=noon(lot.harvested_on) + timedelta(hours=1))
        actions.publish(lot, by=None, occurrence=then)
        assert lot.state == LotState.PUBLISHED
    with pytest.raises(ImpossibleDates), transaction():
        lot = start(product, days_ago=60, best_before=clock.today() - timedelta(days=50), batch="L2")
        late = machine(EventKind.RELEASED, lot, at=clock.now())
        actions.publish(lot, by=None, occurrence=late)


def test_one_event_told_twice_is_refused_before_anything_is_written(product: Product) -> None:
    with transaction():
        lot = start(product)
        actions.publish(lot, by=None)
        lot_id = lot.id
        sale = machine(EventKind.SOLD, lot, at=clock.now())
        actions.sell_in_bulk(lot, 4_000, reference="s", note="", by=None, occurrence=sale)
    with pytest.raises(ToldBefore), transaction():
        actions.sell_in_bulk(session.get_one(Lot, lot_id), 4_000, reference="t", note="", by=None, occurrence=sale)
    session.rollback()
    assert session.get_one(Lot, lot_id).sold == 4_000


def test_cooperatives_name_their_places(product: Product) -> None:
    with transaction():
        lot = start(product)
        actions.record(lot, by=None)
    slug = session.get_one(Cooperative, product.cooperative_id).slug
    assert {event.read_point for event in told()} == {documents.place_uri(slug)}
