"""Buyers review what they received, and everybody reads it on the product's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.care import actions as care
from marketplace.care import queries, rules
from marketplace.care.errors import ReviewRefused
from marketplace.care.forms import ReviewForm
from marketplace.care.models import Review
from marketplace.care.routes import photos, visitors
from marketplace.care.words import REVIEW_REFUSED, STARS, average
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, limits, uploads
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import HAS_ARRIVED

pages = Blueprint("care_reviews", __name__)

ON_A_PAGE = 20


@pages.get("/san-pham/<slug>/danh-gia")
@access.shared
def reviews(slug: str) -> str:
    """All that buyers wrote of a product, newest first; two statements."""
    product = queries.find_reviewed_product(slug) or abort(404)
    asked = request.args.get("trang", "")
    page = int(asked) if asked.isdecimal() and 0 < int(asked[:6]) < 10_000 else 1
    # One more than a page holds tells whether there is a next one; those taken down are in the list and not counted.
    found = queries.reviews_of(product.product_id, limit=ON_A_PAGE + 1, offset=(page - 1) * ON_A_PAGE)
    return render_template(
        "care/shop/reviews.html",
        product=product,
        reviews=found[:ON_A_PAGE],
        page=page,
        has_more=len(found) > ON_A_PAGE,
        average=average(product.review_stars, product.review_count),
        star_words=STARS,
    )


def _find(code: str, line_id: int) -> tuple[Order, CooperativeOrder, OrderLine]:
    order = visitors.find_order(code)
    return next(
        ((order, part, line) for part in order.parts for line in part.lines if line.id == line_id), None
    ) or abort(404)


@pages.route("/don-hang/<code>/danh-gia/<int:order_line_id>", methods=["GET", "POST"])
@access.public
@limits.writes_by_strangers
def review(code: str, order_line_id: int) -> Response | str | tuple[str, int]:
    """Write a review of one line, or change it for thirty days."""
    order, part, line = _find(code, order_line_id)
    back = redirect(url_for("orders_shop.order", code=order.code, k=visitors.key_of(order)), 303)
    if part.state not in HAS_ARRIVED:
        flash(str(REVIEW_REFUSED["not_arrived"]), "info")
        return back
    written = queries.find_review(line.id)
    if written is not None and not rules.may_edit(written.written_at, written.taken_down_at, clock.now()):
        flash(str(REVIEW_REFUSED["taken_down" if written.taken_down_at else "too_late"]), "info")
        return back
    about = f"line:{line.id}"
    form = ReviewForm()
    if request.method == "GET":
        _fill(form, written, about=about)
        return visitors.unshared(_page(order, part, line, form, written, about=about))
    if form.drop_photos.data:
        form.kept_photos.data = ""
    kept, refused = photos.keep(form, uploads.keep_photo, most=rules.REVIEW_PHOTOS, about=about)
    is_valid = form.validate()
    form.photos.errors = refused
    if not is_valid or refused:
        return _page(order, part, line, form, written, about=about), 422
    said: dict[str, Any] = {"stars": int(form.stars.data), "words": form.words.data or "", "photos": kept}
    try:
        with transaction():
            if written is None:
                care.write_review(order, part, line, **said)
            else:
                care.edit_review(written, **said)
    except ReviewRefused as problem:
        flash(str(REVIEW_REFUSED[problem.why]), "info")
    else:
        flash(_("Thank you. Your review stands on the product's page; you can change it for 30 days."), "success")
    return back


def _fill(form: ReviewForm, written: Review | None, *, about: str) -> None:
    if written is not None:
        form.stars.data, form.words.data = str(written.stars), written.words
        form.kept_photos.data = photos.sign(written.photos, about=about)


def _page(
    order: Order, part: CooperativeOrder, line: OrderLine, form: ReviewForm, written: Review | None, *, about: str
) -> str:
    return render_template(
        "care/shop/review.html",
        order=order,
        part=part,
        line=line,
        key=visitors.key_of(order),
        form=form,
        written=written,
        kept=photos.read(form.kept_photos.data, about=about),
        author=rules.shown_name(order.buyer_name),
    )
