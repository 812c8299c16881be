"""Writing into the field diary. Entries are only added, and sealed into the log with the transaction that adds them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError

from marketplace.farming import queries, rules
from marketplace.farming.errors import AlreadyCorrected, DayNotYet, EntryIncomplete, NotOfSeason, StillWaiting
from marketplace.farming.events import EntryWritten, WaitingBegan
from marketplace.farming.models import DiaryEntry, DiaryNotice, Season
from marketplace.farming.states import DiaryKind, NoticeKind
from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.foundation.events import announce
from marketplace.transparency import actions as log


@dataclass(frozen=True)
class NewEntry:
    """What was told: `typed` are the fields as people type them, `photos` {"picture": …, "sha256": …}."""

    kind: DiaryKind
    happened_on: date
    typed: Mapping[str, str]
    photos: Sequence[dict[str, Any]] = field(default=())


def write_entry(
    season: Season, told: NewEntry, *, client_id: str, by: int | None, corrects: int | None = None
) -> tuple[DiaryEntry, bool]:
    """Add an entry, or tell the entry `corrects` again; False when `client_id` arrived before, and nothing is written.

    Announces EntryWritten, and WaitingBegan when one must wait with the harvest. Raises EntryIncomplete, DayNotYet,
    NotOfSeason, AlreadyCorrected, and StillWaiting for a harvest before what was sprayed has left the crop. Whatever
    is told late, and a correction that lifts a waiting time, is put before the officers.
    """
    known = queries.find_sent(season.cooperative_id, client_id)
    if known is not None:
        return known, False
    if told.happened_on > clock.today():
        raise DayNotYet(told.happened_on.isoformat())
    fields, problems = rules.read_fields(told.kind, told.typed)
    before = None if corrects is None else _corrected(season, corrects)
    photos = [*told.photos, *(before.photos if before is not None and not told.photos else ())][: rules.MOST_PHOTOS]
    if rules.KINDS[told.kind].needs_photo and not photos:
        problems["photos"] = rules.MISSING
    if problems:
        raise EntryIncomplete(problems)
    # A harvest that is being counted holds this lock: it sees the spraying, or the spraying comes after it.
    session.execute(select(Season.id).where(Season.id == season.id).with_for_update())
    if told.kind == DiaryKind.HARVEST and (waiting := queries.waiting_on(season, told.happened_on)) is not None:
        raise StillWaiting(*waiting)
    entry = _add(season, told.kind, told.happened_on, fields, photos, client_id=client_id, by=by, before=before)
    if entry is None:
        known = queries.find_sent(season.cooperative_id, client_id)
        assert known is not None
        return known, False
    log.seal(kind="diary", subject=f"diary:{client_id}", document=entry.document)
    _notice(entry, before)
    announce(EntryWritten(entry.id, season.id))
    if entry.waits_until is not None:
        announce(WaitingBegan(season.id, entry.product, entry.happened_on, entry.waits_until))
    return entry, True


def _notice(entry: DiaryEntry, before: DiaryEntry | None) -> None:
    lifted = rules.lifted_waiting(
        begun=before.happened_on if before is not None else None,
        waited_until=before.waits_until if before is not None else None,
        begins=entry.happened_on,
        waits_until=entry.waits_until,
    )
    if lifted is None and not rules.is_late(entry.happened_on, entry.entered_at):
        return
    session.add(
        DiaryNotice(
            entry_id=entry.id,
            season_id=entry.season_id,
            kind=NoticeKind.ADDED_LATE if lifted is None else NoticeKind.WAITING_LIFTED,
            waited_from=lifted.begins if lifted else None,
            waited_until=lifted.until if lifted else None,
        )
    )
    session.flush()


def _corrected(season: Season, entry_id: int) -> DiaryEntry:
    before = session.get(DiaryEntry, entry_id)
    if before is None or before.season_id != season.id:
        raise NotOfSeason(f"entry {entry_id} is not of season {season.id}")
    if session.scalar(select(DiaryEntry.id).where(DiaryEntry.corrects_id == entry_id)) is not None:
        raise AlreadyCorrected(f"entry {entry_id}")
    return before


def _add(
    season: Season,
    kind: DiaryKind,
    happened_on: date,
    fields: dict[str, Any],
    photos: list[dict[str, Any]],
    *,
    client_id: str,
    by: int | None,
    before: DiaryEntry | None,
) -> DiaryEntry | None:
    """The row, or None when the same key came in at the same moment: then the other one is the entry."""
    entered_at = clock.now()
    document = {
        "type": "diary_entry",
        "id": client_id,
        "season": season.id,
        "kind": kind,
        "happenedOn": happened_on.isoformat(),
        "enteredAt": entered_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "by": by,
        "fields": fields,
        "photos": [photo["sha256"] for photo in photos],
        "corrects": before.client_id if before is not None else None,
    }
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    try:
        added = session.scalars(
            insert(DiaryEntry)
            .values(
                cooperative_id=season.cooperative_id,
                season_id=season.id,
                client_id=client_id,
                kind=kind,
                happened_on=happened_on,
                fields=fields,
                photos=photos,
                product=rules.product_of(kind, fields),
                waits_until=rules.waits_until(kind, fields, happened_on),
                corrects_id=before.id if before is not None else None,
                by_id=by,
                entered_at=entered_at,
                document=canonical(document),
            )
            .on_conflict_do_nothing(index_elements=["cooperative_id", "client_id"])
            .returning(DiaryEntry)
        )
        return added.one_or_none()
    except IntegrityError as error:
        # Two people correct one entry in the same moment; the key on corrects_id lets one through.
        raise AlreadyCorrected(client_id) from error


def canonical(document: Mapping[str, Any]) -> bytes:
    """One and only one way to write it down: sorted keys, no blanks, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
