"""Fairs and their followers by the clock, and what the stream process counts."""

from __future__ import annotations

import logging
from datetime import timedelta

from marketplace.fairs import actions
from marketplace.fairs.models import Fair, RoomCard
from marketplace.foundation import clock, covers, files, pictures, realtime
from marketplace.foundation.database import session, transaction
from marketplace.foundation.pictures import PictureSet, PictureState

NEWS_KEPT = timedelta(days=2)  # nobody comes back to a page that long open
log = logging.getLogger(__name__)


def keep_dates() -> None:
    """Open and close registrations when it was said to."""
    with transaction():
        actions.keep_dates()


def remind_followers() -> None:
    """Ask for the letters to those who follow a fair that begins soon."""
    with transaction():
        actions.remind_followers()


def tidy_rooms(*, job_id: int) -> None:
    """Forget what rooms were told long ago; messages and deeds themselves stay in their tables."""
    with transaction():
        realtime.forget_old(clock.now() - NEWS_KEPT)


def remind_of_reports() -> None:
    """Ask for letters to officers whose report is due."""
    with transaction():
        actions.remind_of_reports()


def tell_followers_what_became() -> None:
    """Ask for the letters to followers of a fair whose report is out."""
    with transaction():
        actions.tell_followers_what_became()


def count_viewers(fair_id: int, listeners: int) -> None:
    with transaction():
        actions.count_viewers(fair_id, listeners=listeners)


def delete_old_talk(*, job_id: int) -> None:
    """Every night: talk, stages, recordings, leads and followers that were kept long enough."""
    with transaction():
        count = actions.delete_old()
    if count:
        log.info("what fairs had kept long enough was deleted", extra={"rows": count})


def complete_card_picture(*, job_id: int, card_id: int) -> None:
    """Make all sizes of a photo that the crew shows on the stage."""
    picture = PictureSet.from_json(session.get_one(RoomCard, card_id).picture or {})
    if picture.state is PictureState.READY:
        return
    ready = pictures.complete(files.store(), picture)
    with transaction():
        session.get_one(RoomCard, card_id).picture = ready.to_json()


def complete_fair_cover(*, job_id: int, fair_id: int) -> None:
    covers.complete(Fair, fair_id)
