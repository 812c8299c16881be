"""The market with its unit of work taken apart: an order is committed before its goods are taken.

Negative control of tests/drills: a drill that finds nothing wrong with this one proves nothing about ours.
"""

import os
from pathlib import Path

from marketplace.app.wsgi import app
from marketplace.foundation.database import is_sqlite, session
from marketplace.payments import actions as payments
from tests.fakes import dying

_careful = payments.ask


def ask_and_commit(**asked: object) -> object:
    payment = _careful(**asked)
    current = session()
    current.commit()
    current.connection(execution_options={"writes": True} if is_sqlite() else {"isolation_level": "READ COMMITTED"})
    return payment


payments.ask = ask_and_commit
dying.listen(Path(os.environ["HTX_DRILL"]), where=dying.posted_path)

__all__ = ["app"]
