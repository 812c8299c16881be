"""A stall and the crew: what one tells the other while the show runs."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.fairs import rules
from marketplace.fairs.errors import NotOnAir
from marketplace.fairs.models import Booth, BoothNote, Fair
from marketplace.fairs.states import FairState, Happening
from marketplace.foundation import clock, realtime
from marketplace.foundation.database import session


def tell_crew(fair: Fair, booth: Booth, *, text: str, key: str, by: int) -> BoothNote:
    """The host desk sees it at once. The same form sent twice is one note. Raises NotOnAir unless the fair is live."""
    # One note of a stall is written after the other, so that two presses at once do not both find none.
    session.execute(select(Booth.id).where(Booth.id == booth.id).with_for_update())
    own_key = f"{booth.id}:{key}"
    known = session.scalar(select(BoothNote).where(BoothNote.key == own_key))
    if known is not None:
        return known
    if fair.state != FairState.LIVE:
        raise NotOnAir(f"{fair.slug} is {fair.state}")
    note = BoothNote(booth_id=booth.id, text=text, key=own_key, by_id=by, at=clock.now())
    session.add(note)
    session.flush()
    _tell(fair, note)
    return note


def read_note(fair: Fair, note: BoothNote, *, by: int) -> None:
    """Somebody of the crew has seen it; the stall is shown that."""
    if note.read_at is None:
        note.read_at, note.read_by_id = clock.now(), by
        _tell(fair, note)


def _tell(fair: Fair, note: BoothNote) -> None:
    # The room's channel is heard by everybody: it says that there is a note, and never what it says.
    realtime.publish(rules.channel(fair.id), Happening.NOTE, {"booth_id": note.booth_id})
