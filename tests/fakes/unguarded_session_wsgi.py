"""The market with its session guard taken out: it decides on what it knew of an offer when the price opened.

Negative control of tests/load/test_session_rush.py.
"""

import os

from sqlalchemy import event, text

from marketplace.app.factory import create_app
from marketplace.foundation import database
from marketplace.foundation.settings import read_settings
from marketplace.inventory.actions import offers
from marketplace.inventory.models import SessionOffer

_honest = offers._left
_seen: dict[int, offers.Left] = {}


def remembered(offer: SessionOffer, *, but_for: str) -> offers.Left:
    """What a page that keeps the offer in memory believes of it."""
    if offer.id not in _seen:
        _seen[offer.id] = _honest(offer, but_for=but_for)
    return _seen[offer.id]


offers._left = remembered
app = create_app(read_settings(os.environ))

if database.is_sqlite():

    @event.listens_for(database.engine(), "connect")
    def without_constraints(connection: object, _: object) -> None:
        connection.execute("PRAGMA ignore_check_constraints=ON")  # type: ignore[attr-defined]

else:
    with database.engine().connect() as connection:
        connection.execute(text("ALTER TABLE session_offer DROP CONSTRAINT IF EXISTS ck_session_offer_packs"))
        connection.commit()
