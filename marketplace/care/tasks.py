"""Complaints by the clock, and photos that nobody should wait for."""

from __future__ import annotations

from marketplace.care import actions, queries
from marketplace.care.models import Complaint, Review
from marketplace.foundation import clock, files, pictures
from marketplace.foundation.database import session, transaction
from marketplace.foundation.pictures import PictureSet, PictureState


def escalate_complaints() -> None:
    """Each for itself, so that one never holds back the others."""
    late = queries.overdue(clock.now())
    session.rollback()
    for complaint_id in late:
        with transaction():
            actions.escalate_overdue(session.get_one(Complaint, complaint_id))


def complete_review_photos(*, job_id: int, review_id: int) -> None:
    """Make all sizes of a review's photos."""
    review = session.get_one(Review, review_id)
    unfinished = [
        picture for photo in review.photos if (picture := PictureSet.from_json(photo)).state is not PictureState.READY
    ]
    ready = {picture.key: pictures.complete(files.store(), picture).to_json() for picture in unfinished}
    if ready:
        with transaction():
            actions.complete_photos(session.get_one(Review, review_id), ready)
