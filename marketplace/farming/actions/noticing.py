"""An officer has looked at what was written late into a diary, or lifted a waiting time there."""

from __future__ import annotations

from sqlalchemy import update

from marketplace.cooperatives.models import Cooperative
from marketplace.farming.errors import NoReason
from marketplace.farming.models import DiaryNotice, Season
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session


def note_seen(season: Season, *, newest_id: int, note: str, by: int) -> int:
    """All that waited in this diary up to the entry that the officer saw last; gives how many. What came in meanwhile
    waits on. Lots that were stopped for it stay stopped until they are released. Raises NoReason."""
    if not note.strip():
        raise NoReason(f"season {season.id}")
    seen = session.execute(
        update(DiaryNotice)
        .where(DiaryNotice.season_id == season.id, DiaryNotice.entry_id <= newest_id, DiaryNotice.seen_at.is_(None))
        .values(seen_at=clock.now(), seen_by_id=by, note=note.strip())
        .returning(DiaryNotice.entry_id)
        .execution_options(synchronize_session=False)
    )
    entries = sorted(seen.scalars())
    if entries:
        audit.record(
            "farming:diary_notice:seen",
            subject="season",
            subject_id=season.id,
            by=by,
            province_code=session.get_one(Cooperative, season.cooperative_id).province_code,
            reason=note.strip(),
            entries=entries,
        )
    return len(entries)
