"""What time the database says it is: for decisions that buyers race for, whichever machine their page runs on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from marketplace.foundation import clock
from marketplace.foundation.database import Moment, session


class _DatabaseNow(FunctionElement[datetime]):
    type = Moment()
    inherit_cache = True


@compiles(_DatabaseNow, "sqlite")
def _sqlite(*_: Any, **__: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now')"  # as Moment stores it, to the millisecond


@compiles(_DatabaseNow, "postgresql")
def _postgresql(*_: Any, **__: Any) -> str:
    # now() would be when the transaction began: whoever waited for a lock would still buy at the price of before.
    return "clock_timestamp()"


def database_now() -> ColumnElement[datetime]:
    """The database's clock as SQL, read when the statement runs; a rehearsal that moved our clock moves it too."""
    return literal(clock.now(), Moment()) if clock.is_moved() else _DatabaseNow()


def read_database_now() -> datetime:
    """The database's clock as a value."""
    return session.execute(select(database_now())).scalar_one()
