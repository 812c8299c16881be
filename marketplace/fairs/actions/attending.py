"""Who was in a room, counted once for each fair."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from marketplace.fairs.models import Attendance, Fair
from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session


def attend(fair: Fair, *, visitor_digest: str) -> None:
    """A browser came in while the fair was on air; a second time writes nothing: the key of the table decides."""
    now = clock.now()
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    session.execute(
        insert(Attendance)
        .values(fair_id=fair.id, visitor_digest=visitor_digest, first_at=now, last_at=now)
        .on_conflict_do_nothing()
    )
