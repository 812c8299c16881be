"""Reviews: written once for each order line by whoever received it, answered once, taken down only by an officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.care import rules
from marketplace.care.errors import ReviewRefused
from marketplace.care.events import ReviewAnswered, ReviewTakenDown, ReviewWritten
from marketplace.care.models import Review
from marketplace.catalogue import actions as catalogue
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import audit, clock, jobs, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.pictures import PictureState
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import HAS_ARRIVED


def write_review(
    order: Order, part: CooperativeOrder, line: OrderLine, *, stars: int, words: str, photos: Sequence[dict[str, Any]]
) -> Review:
    """What the buyer of this line thinks of it. The lot it came from is told with it.

    Announces ReviewWritten. Raises ReviewRefused before the goods have arrived, and when one is written already, as
    after a second click.
    """
    session.refresh(part)
    if part.state not in HAS_ARRIVED:
        raise ReviewRefused("not_arrived")
    review = Review(
        order_line_id=line.id,
        order_id=order.id,
        product_id=line.product_id,
        cooperative_id=part.cooperative_id,
        province_code=session.get_one(Cooperative, part.cooperative_id).province_code,
        author=rules.shown_name(order.buyer_name),
        variant_name=line.variant_name,
        lot_code=line.lots[0].lot_code if line.lots else "",
        stars=stars,
        words=words,
        photos=list(photos),
        written_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(review)
    except IntegrityError as error:
        raise ReviewRefused("written_already") from error
    _finish(review)
    catalogue.count_review(review.product_id, reviews=1, stars=stars)
    announce(ReviewWritten(review.id))
    return review


def edit_review(review: Review, *, stars: int, words: str, photos: Sequence[dict[str, Any]]) -> None:
    """The author may change his mind for thirty days. Raises ReviewRefused afterwards, and when it was taken down."""
    _lock(review)
    if not rules.may_edit(review.written_at, review.taken_down_at, clock.now()):
        raise ReviewRefused("taken_down" if review.taken_down_at else "too_late")
    difference = stars - review.stars
    review.stars, review.words, review.photos, review.edited_at = stars, words, list(photos), clock.now()
    _finish(review)
    catalogue.count_review(review.product_id, reviews=0, stars=difference)


def _finish(review: Review) -> None:
    """Photos are shown at once; a job makes their other sizes."""
    session.flush()
    if any(photo["state"] != PictureState.READY for photo in review.photos):
        jobs.enqueue("complete_review_photos", review_id=review.id)


def complete_photos(review: Review, ready: Mapping[str, dict[str, Any]]) -> None:
    """Put the photos (by their key) with all sizes in place of those shown so far; removed ones stay away."""
    _lock(review)
    review.photos = [ready.get(photo["key"], photo) for photo in review.photos]
    session.flush()
    public_version.changed()


def answer_review(review: Review, *, words: str, by: int) -> None:
    """The cooperative answers, once. Announces ReviewAnswered; raises ReviewRefused when it has answered."""
    answered = session.execute(
        update(Review)
        .where(Review.id == review.id, Review.answered_at.is_(None), Review.taken_down_at.is_(None))
        .values(answer=words, answered_at=clock.now(), answered_by_id=by)
        .returning(Review.id)
    ).one_or_none()
    session.refresh(review)
    if answered is None:
        raise ReviewRefused("taken_down" if review.taken_down_at else "answered_already")
    public_version.changed()
    announce(ReviewAnswered(review.id))


def take_down_review(review: Review, *, reason: str, by: int) -> None:
    """An officer takes its words off the market; that it was there, and why it went, stays to be read.

    Announces ReviewTakenDown; raises ReviewRefused when it is down already.
    """
    _lock(review)
    if review.taken_down_at is not None:
        raise ReviewRefused("taken_down")
    review.taken_down_at, review.taken_down_by_id, review.taken_down_reason = clock.now(), by, reason
    _decided(review, "take_down", reason=reason, by=by)
    catalogue.count_review(review.product_id, reviews=-1, stars=-review.stars)
    announce(ReviewTakenDown(review.id))


def put_back_review(review: Review, *, reason: str, by: int) -> None:
    """It was taken down by mistake. Raises ReviewRefused when it stands there."""
    _lock(review)
    if review.taken_down_at is None:
        raise ReviewRefused("not_taken_down")
    review.taken_down_at, review.taken_down_by_id, review.taken_down_reason = None, None, ""
    _decided(review, "put_back", reason=reason, by=by)
    catalogue.count_review(review.product_id, reviews=1, stars=review.stars)


def _decided(review: Review, deed: str, *, reason: str, by: int) -> None:
    session.flush()
    audit.record(
        f"care:review:{deed}", subject="review", subject_id=review.id, by=by, province_code=review.province_code,
        reason=reason,
    )  # fmt: skip


def _lock(review: Review) -> None:
    """One change of a review after the other: each counts the difference to what stands there."""
    query = select(Review).where(Review.id == review.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).one()
