"""Ticking off on packing day: what was fetched for all parcels, and what lies in each."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, tuple_
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.fulfilment.models import PackingTick
from marketplace.fulfilment.states import Tick


def tick(items: Collection[tuple[int, int]], kind: Tick, *, by: int) -> None:
    """Tick these (line, lot) off. Two people ticking the same is no error."""
    if not items:
        return
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    # In one order for everybody: two who tick overlapping heaps never wait for each other in a circle.
    rows = [
        {"order_line_id": line_id, "lot_id": lot_id, "tick": kind, "by_id": by, "at": clock.now()}
        for line_id, lot_id in sorted(items)
    ]
    session.execute(
        insert(PackingTick).values(rows).on_conflict_do_nothing(index_elements=["order_line_id", "lot_id", "tick"])
    )


def untick(items: Collection[tuple[int, int]], kind: Tick) -> None:
    session.execute(
        delete(PackingTick).where(
            tuple_(PackingTick.order_line_id, PackingTick.lot_id).in_(sorted(items)), PackingTick.tick == kind
        )
    )
