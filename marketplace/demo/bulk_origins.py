"""Lots of any number with their whole story for measuring: sold out, told step by step, sealed in the log."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.demo import bulk
from marketplace.demo.bulk import Ids
from marketplace.foundation import clock, codes, dates, public_version
from marketplace.foundation.database import Base, session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import documents
from marketplace.traceability.documents import Item
from marketplace.traceability.models import Lot, LotMovement, LotStage, TraceEvent, TraceItem
from marketplace.traceability.rules import RANDOM_LENGTH, lot_code
from marketplace.traceability.states import Custody, EventKind, ItemRole, LotState, MovementKind, OriginKind, StageKind
from marketplace.transparency import actions as transparency

USUAL_EVENTS = 10
EVENTS_AT_ONCE = 20_000
MADE_FOR_NONE = 100  # products, where there are none yet
QUANTITY = 250_000
DAYS = 700
_STEPS = (StageKind.PLANTING, StageKind.GROWING, StageKind.TESTING, StageKind.PROCESSING, StageKind.PACKING)


@dataclass(frozen=True)
class _Grown:
    """What a lot needs to know of its product."""

    product_id: int
    cooperative_id: int
    slug: str
    commune_code: str
    base_unit: BaseUnit
    shelf_life_days: int


def grow(lots: int, events: int, *, tell: Callable[[str], None]) -> None:
    """Add so many lots and, spread evenly over them, so many events, at least two each; then sign the log.

    The lots are sold out, so nothing on sale changes. They are sealed by the log's own action, in transactions of
    thousands; only the event's name is a hash of its text instead of the standard's, which costs more than all else.
    """
    grown = _grown()
    if not grown:
        bulk.grow(MADE_FOR_NONE, tell=tell)
        grown = _grown()
    done = session.scalar(select(func.count()).select_from(Lot).where(Lot.batch.like("M%"))) or 0
    rows = _Rows(random.Random(f"origins {done}"), Ids(), grown)
    each = max(2, events // lots)
    at_once = max(1, EVENTS_AT_ONCE // each)
    for start in range(0, lots, at_once):
        count = min(at_once, lots - start)
        with transaction():
            for number in range(start, start + count):
                further = (number + 1) * events // lots - number * events // lots
                rows.lot(done + number, max(2, further))
            rows.write()
            public_version.changed()
        tell(f"{start + count:,} / {lots:,} lots")
    with transaction():
        transparency.sign_checkpoint()


def _grown() -> list[_Grown]:
    found = session.execute(
        select(
            Product.id,
            Product.cooperative_id,
            Cooperative.slug,
            Cooperative.commune_code,
            Product.base_unit,
            Product.shelf_life_days,
        )
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(Product.slug.like("bulk-%"))
        .order_by(Product.id)
    )
    return [_Grown(*row) for row in found]


class _Rows:
    """One transaction of lots in memory, then written table by table."""

    def __init__(self, chance: random.Random, ids: Ids, grown: list[_Grown]) -> None:
        self.chance, self.ids, self.grown = chance, ids, grown
        self.today = clock.today()
        self.now = clock.now()
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}

    def add(self, model: type[Base], **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)

    def lot(self, number: int, events: int) -> None:
        of = self.grown[number * 7 % len(self.grown)]
        lot_id = self.ids.take(Lot)
        code = lot_code("".join(self.chance.choice(codes.ALPHABET) for _ in range(RANDOM_LENGTH)))
        day = self.today - timedelta(days=self.chance.randrange(2, DAYS))
        self.add(
            Lot,
            id=lot_id,
            code=code,
            cooperative_id=of.cooperative_id,
            product_id=of.product_id,
            batch=f"M{number + 1:07d}",
            harvested_on=day,
            best_before=day + timedelta(days=of.shelf_life_days),
            quantity=QUANTITY,
            place="Thôn 1",
            commune_code=of.commune_code,
            origin=OriginKind.WORKSHOP,
            custody=Custody.NOT_CLAIMED,
            certified_permille=0,
            state=LotState.PUBLISHED,
            created_at=self.now,
            recorded_at=self.now,
            published_at=self.now,
            produced=QUANTITY,
            sold=QUANTITY,
            bulk_sold=QUANTITY,
            is_demo=True,
        )
        for moved in (MovementKind.PRODUCED, MovementKind.SOLD_IN_BULK):
            self.add(LotMovement, lot_id=lot_id, kind=moved, quantity=QUANTITY, reference=f"bulk:{lot_id}", at=self.now)
        item = Item(ItemRole.WHAT, lot_id, documents.lot_uri(code), QUANTITY, of.base_unit)
        self._stage(lot_id, StageKind.HARVEST, day, None)
        self._event(EventKind.HARVESTED, of, item, day, 0)
        for step in range(events - 2):
            kind = _STEPS[step % len(_STEPS)]
            told = self._event(EventKind.TOLD, of, item, day, step + 1, step=documents.step_of(kind))
            self._stage(lot_id, kind, day, told)
        self._event(EventKind.RELEASED, of, item, day, events - 1)

    def _stage(self, lot_id: int, kind: StageKind, day: date, event_id: int | None) -> None:
        self.add(
            LotStage,
            lot_id=lot_id,
            kind=kind,
            name="Việc mẫu để đo",
            place="Ruộng thôn 1",
            started_on=day,
            trace_event_id=event_id,
            created_at=self.now,
        )

    def _event(self, kind: EventKind, of: _Grown, item: Item, day: date, number: int, *, step: str = "") -> int:
        at = datetime.combine(day, time(number * 24 // 60 % 24, number % 60), dates.VIETNAM)
        place = documents.place_uri(of.slug)
        document = documents.event(kind, at=at, place=place, items=[item], step=step)
        digest = hashlib.sha256(documents.as_text(document).encode()).hexdigest()
        identity = f"ni:///sha-256;{digest}?ver=CBV2.0"
        text = documents.as_text({**document, "eventID": identity})
        event_id = self.ids.take(TraceEvent)
        self.add(
            TraceEvent,
            id=event_id,
            event_id=identity,
            cooperative_id=of.cooperative_id,
            kind=kind,
            event_type=document["type"],
            action=document["action"],
            biz_step=document["bizStep"],
            disposition=document["disposition"],
            read_point=place,
            biz_location=place,
            event_time=at,
            record_time=self.now,
            document=text,
            is_public=True,
        )
        self.add(
            TraceItem,
            trace_event_id=event_id,
            role=item.role,
            epc=item.epc,
            is_class=True,
            lot_id=item.lot_id,
            quantity=item.quantity,
            uom=item.uom,
        )
        transparency.seal(kind="event", subject=f"event:{identity}", document=text.encode())
        return event_id

    def write(self) -> None:
        # Not in the order of adding: stages point to events.
        for model in (Lot, LotMovement, TraceEvent, TraceItem, LotStage):
            session.execute(insert(model), self.rows.pop(model))
        self.ids.settle()
