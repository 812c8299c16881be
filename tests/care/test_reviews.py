"""Reviews: only by those who received it, once, in public, counted, answered once, and never hidden by the seller."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from marketplace.care import actions as care
from marketplace.care.errors import ReviewRefused
from marketplace.care.models import Review
from marketplace.care.rules import average, shown_name
from marketplace.catalogue.models import Product
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from tests.accounts.outbox import delivered
from tests.care.test_complaints import WAY, Case, holds
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, move


@pytest.fixture
def case(app: Flask, browsers: Callable[[], Browser]) -> Case:
    return Case(app, browsers)


def page_of(case: Case, line_id: int | None = None) -> str:
    return case.address(f"/danh-gia/{line_id or case.line.id}")


def write(case: Case, **changes: Any) -> Any:
    return case.buyer.submit(page_of(case), {"stars": "4", "words": "Ổi giòn, ngọt", **changes})


def write_at_once(order: Order, stars: int = 3) -> None:
    with transaction():
        fresh = session.get_one(Order, order.id)
        (part,) = fresh.parts
        care.write_review(fresh, part, part.lines[0], stars=stars, words="", photos=[])


def the_review() -> Review:
    session.rollback()
    session.expire_all()
    return session.query(Review).one()


def public_page(case: Case, rest: str = "") -> str:
    browser = case.browsers()
    browser.get(f"/san-pham/{case.line.product_slug}{rest}")
    return browser.text


def test_whoever_received_it_reviews_each_line_once_and_everybody_reads_it(case: Case) -> None:
    write(case)
    write(case, stars="5", words="Ngọt thật")  # the same page again changes what stands there
    row = the_review()
    assert (row.stars, row.words, row.author, row.lot_code) == (
        5, "Ngọt thật", "Mua H.", case.line.lots[0].lot_code,
    )  # fmt: skip
    product = session.get_one(Product, case.line.product_id)
    assert (product.review_count, product.review_stars) == (1, 5)
    for text in (public_page(case), public_page(case, "/danh-gia")):
        assert "Ngọt thật" in text
        assert "Mua H." in text
        assert "Đã mua" in text
        assert "Hoàng Thị" not in text
    html = case.browsers().get(f"/san-pham/{case.line.product_slug}").get_data(as_text=True)
    assert f'href="/q/{row.lot_code}"' in html
    data = json.loads(re.search(r'(?s)<script type="application/ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]
    assert data["aggregateRating"]["ratingValue"] == 5.0
    assert data["aggregateRating"]["reviewCount"] == 1
    holds()


def test_what_is_still_on_the_way_cannot_be_reviewed(app: Flask, browsers: Callable[[], Browser]) -> None:
    case = Case(app, browsers, until=PartState.SHIPPED)
    assert case.address().split("?")[0] == case.buyer.get(page_of(case)).request.path
    assert case.buyer.client.post(page_of(case), data={"stars": "5"}).status_code in (302, 303, 400)
    assert session.query(Review).count() == 0


def test_stars_are_asked_for_and_the_words_stay(case: Case) -> None:
    page = write(case, stars=None)
    assert page.status_code == 422
    assert "Ổi giòn, ngọt" in page.get_data(as_text=True)
    assert session.query(Review).count() == 0


def test_after_thirty_days_it_stays_as_it_is(case: Case) -> None:
    write(case)
    with clock.moved_to(clock.now() + timedelta(days=31)):
        case.buyer.get(page_of(case))
        assert "30 ngày" in case.buyer.text
        with transaction(), pytest.raises(ReviewRefused):
            care.edit_review(session.get_one(Review, the_review().id), stars=1, words="", photos=[])
    assert the_review().stars == 4


def test_the_cooperative_answers_once_and_hides_nothing(case: Case) -> None:
    write(case, stars="1", words="Chua")
    desk = f"/htx-cua-toi/{case.slug}/danh-gia"
    case.desk.get(desk)
    before = case.desk.page
    case.desk.send({"words": " "}, action="/tra-loi")
    assert case.desk.page.status_code == 422  # type: ignore[union-attr]
    case.desk.submit(desk, {"words": "Xin lỗi bạn"}, action="/tra-loi")
    case.desk.page = before
    case.desk.send({"words": "Xin lỗi lần nữa"}, action="/tra-loi")
    assert "chỉ trả lời một lần" in case.desk.text
    assert the_review().answer == "Xin lỗi bạn"
    assert "Xin lỗi bạn" in public_page(case)
    review_id = the_review().id
    stranger = make_person()
    other = make_cooperative(owner=stranger)
    theirs = case.sign_in(stranger)
    theirs.get("/tai-khoan")
    token = theirs.forms()[-1]["fields"]["csrf_token"]
    path = f"/htx-cua-toi/{other.slug}/danh-gia/{review_id}/tra-loi"
    assert theirs.post(path, {"csrf_token": token, "words": "x"}).status_code == 404


def test_an_officer_takes_it_down_for_everybody_to_read_why_and_puts_it_back(case: Case) -> None:
    write(case, words="Đồ lừa đảo")
    review_id = the_review().id
    far = case.officer(make_officer("01"))
    assert "Đồ lừa đảo" not in far.get("/lien-minh/danh-gia").get_data(as_text=True)
    far.get("/tai-khoan")
    token = far.forms()[-1]["fields"]["csrf_token"]
    answer = far.post(f"/lien-minh/danh-gia/{review_id}", {"csrf_token": token, "reason": "x"})
    assert answer.status_code == 404
    officer = case.officer()
    officer.submit("/lien-minh/danh-gia", {"reason": "Xúc phạm người bán"}, action=f"/danh-gia/{review_id}")
    text = public_page(case)
    assert "Đồ lừa đảo" not in text
    all_of_them = public_page(case, "/danh-gia")
    assert "Đồ lừa đảo" not in all_of_them
    assert "Xúc phạm người bán" in all_of_them
    assert session.get_one(Product, case.line.product_id).review_count == 0
    case.buyer.get(page_of(case))
    assert "đã gỡ" in case.buyer.text
    assert [message.receiver for message in delivered() if "đã bị gỡ" in message.text] == [case.order.phone]
    officer.submit("/lien-minh/danh-gia", {"reason": "Gỡ nhầm"}, action=f"/danh-gia/{review_id}")
    assert "Đồ lừa đảo" in public_page(case)
    tags = [row.tag for row in session.query(AuditEntry).filter_by(subject="review").order_by(AuditEntry.id)]
    assert tags == ["care:review:take_down", "care:review:put_back"]
    holds()


def test_photos_are_stripped_and_get_all_their_sizes(case: Case) -> None:
    photo = io.BytesIO()
    Image.new("RGB", (900, 600), "orange").save(photo, "JPEG")
    photo.seek(0)
    write(case, photos=(photo, "oi.jpg"))
    delivered()
    (kept,) = the_review().photos
    assert kept["state"] == "ready"
    html = case.browsers().get(f"/san-pham/{case.line.product_slug}/danh-gia").get_data(as_text=True)
    assert kept["key"] in html
    write(case, drop_photos="y")
    assert the_review().photos == []


def test_the_product_page_needs_as_many_statements_for_three_reviews_as_for_one(case: Case) -> None:
    def statements(rest: str = "") -> int:
        return int(case.browsers().get(f"/san-pham/{case.line.product_slug}{rest}").headers["X-Queries"])

    none = statements()
    write(case)
    one, page = statements(), statements("/danh-gia")
    assert (one - none, page <= 3) == (1, True)
    for _ in range(3):
        order = make_order(session.get_one(Product, case.line.product_id), method=Method.CASH_ON_DELIVERY)
        move(order, *WAY)
        write_at_once(order)
    assert (statements(), statements("/danh-gia")) == (one, page)
    holds()


def test_two_reviews_at_once_are_one(case: Case) -> None:
    start, ends = threading.Barrier(2), []

    def post(stars: int) -> None:
        with case.app.app_context():
            start.wait()
            try:
                with transaction():
                    order = session.get_one(Order, case.order.id)
                    part = session.get_one(CooperativeOrder, case.part.id)
                    line = session.get_one(OrderLine, case.line.id)
                    care.write_review(order, part, line, stars=stars, words="", photos=[])
                ends.append("written")
            except ReviewRefused as problem:
                ends.append(problem.why)
            finally:
                session.remove()

    threads = [threading.Thread(target=post, args=(stars,)) for stars in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["written", "written_already"]
    holds()


def test_averages_are_rounded_as_people_do(app: Flask) -> None:
    assert [average(*pair) for pair in ((0, 0), (14, 3), (9, 2), (17, 4), (5, 1))] == [0.0, 4.7, 4.5, 4.3, 5.0]


def test_only_so_much_of_a_name_is_shown() -> None:
    names = ("Nguyễn Văn Khách (mẫu)", "Hoa", "", "Trần Thị Lan Anh")
    assert [shown_name(name) for name in names] == ["Khách N.", "Hoa", "", "Anh T."]


def test_a_cooperatives_reviews_are_listed_with_a_fixed_number_of_statements(case: Case) -> None:
    write(case)
    desk = f"/htx-cua-toi/{case.slug}/danh-gia"
    few = case.desk.get(desk).headers["X-Queries"]
    for _ in range(2):
        order = make_order(session.get_one(Product, case.line.product_id), method=Method.CASH_ON_DELIVERY)
        move(order, *WAY)
        write_at_once(order)
    assert case.desk.get(desk).headers["X-Queries"] == few
