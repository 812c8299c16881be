"""The market with its stock guard taken out: decides on what it read earlier and never looks again.

Negative control of tests/load: a test that cannot fail against this one proves nothing against ours.
"""

import os
import time
from collections.abc import Sequence
from datetime import date

from sqlalchemy import event, text, update

from marketplace.app.factory import create_app
from marketplace.foundation import database
from marketplace.foundation.database import session
from marketplace.foundation.settings import read_settings
from marketplace.inventory import queries
from marketplace.inventory.actions import stock
from marketplace.traceability.models import Lot

FRESH_SECONDS = 60.0
_seen: dict[int, tuple[float, Sequence[tuple[int, int]]]] = {}
_honest = queries.lots_to_take_from


def remembered(product_id: int, *, content: int, on: date) -> Sequence[tuple[int, int]]:
    """What a shop with a stock cache believes."""
    read_at, lots = _seen.get(product_id, (0.0, ()))
    if time.monotonic() - read_at > FRESH_SECONDS:
        lots = _honest(product_id, content=content, on=on)
        _seen[product_id] = (time.monotonic(), lots)
    return lots


def hold_unasked(lot_id: int, quantity: int, *, reference: str, by: int | None) -> bool:
    session.execute(
        update(Lot)
        .where(Lot.id == lot_id)
        .values(reserved=Lot.reserved + quantity)
        .execution_options(synchronize_session=False)
    )
    return True


queries.lots_to_take_from = remembered
stock._hold = hold_unasked
app = create_app(read_settings(os.environ))

if database.is_sqlite():

    @event.listens_for(database.engine(), "connect")
    def without_constraints(connection: object, _: object) -> None:
        connection.execute("PRAGMA ignore_check_constraints=ON")  # type: ignore[attr-defined]

else:
    with database.engine().connect() as connection:
        connection.execute(text("ALTER TABLE lot DROP CONSTRAINT IF EXISTS ck_lot_balance"))
