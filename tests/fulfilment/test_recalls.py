"""A recall reaches whoever has the goods or waits for them: counted before, listed after, written to, called."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from marketplace.catalogue.models import Product
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from marketplace.fulfilment.models import RecallCall
from marketplace.orders.actions import move_part
from marketplace.orders.errors import LotsStopped
from marketplace.orders.models import CooperativeOrder, OrderLineLot
from marketplace.orders.queries import lots_sold_otherwise
from marketplace.orders.states import PartState
from marketplace.traceability import actions
from marketplace.traceability.actions import Input, Output
from marketplace.traceability.models import Lot
from marketplace.traceability.queries.invariants import counters_that_disagree
from marketplace.traceability.rules import RECIPES
from marketplace.traceability.states import LotState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, move
from tests.factories.traceability import make_lot

OWNER, OTHER = "+84901234567", "+84907654321"
BUYERS = ("+84912000001", "+84912000002", "+84912000003")


class Harm:
    """A lot, a lot of another cooperative made of it, and buyers of both."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(name="Nhãn Lồng", owner=make_person(phone=OWNER))
        self.other = make_cooperative(name="Long Nhãn", owner=make_person(phone=OTHER))
        self.other_slug = self.other.slug
        self.product = make_product(self.cooperative)
        self.dried = make_product(self.other, name="Long nhãn")
        self.lot = make_lot(self.product, quantity=100_000)
        with transaction():
            (made,) = actions.transform(
                cooperative_id=self.other.id, recipe=RECIPES["handover"], inputs=[Input(self.lot.id, 50_000)],
                outputs=[Output(session.merge(self.dried), 50_000, "D1", self.lot.best_before)],
                place="Xưởng", commune_code="11977", on=clock.today(), by=None,
            )  # fmt: skip
            self.made_id, self.made_code = made.id, made.code
        with transaction():
            made = session.get_one(Lot, self.made_id)
            made.state, made.published_at = LotState.PUBLISHED, clock.now()
        self.sent = make_order(self.product, phone=BUYERS[0], name="Bà Đã Nhận")
        move(self.sent, PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)
        self.waiting = make_order(self.product, phone=BUYERS[1], name="Ông Đang Chờ")
        self.of_other = make_order(self.dried, phone=BUYERS[2], name="Cô Mua Khô")
        cancelled = make_order(self.product, phone="+84912000009", name="Anh Đã Hủy")
        move(cancelled, PartState.CANCELLED)
        self.desk = f"/htx-cua-toi/{self.cooperative.slug}"
        self.page = f"{self.desk}/don-hang/thu-hoi/{self.lot.code}"
        self.browser = browser
        browser.sign_in(OWNER)

    def recall(self) -> None:
        self.browser.submit(
            f"{self.desk}/lo-hang/{self.lot.code}",
            {"recall-reason": "Dư lượng thuốc"},
            action=f"{self.lot.code}/thu-hoi",
        )


@pytest.fixture
def harm(browser: Browser) -> Harm:
    return Harm(browser)


def told() -> dict[str, str]:
    jobs.run_all_due()
    session.rollback()
    rows = session.scalars(select(Message).order_by(Message.id))
    return {row.receiver: row.text for row in rows if "Thu hồi" in row.text}


def test_before_the_recall_its_reach_is_counted(harm: Harm) -> None:
    harm.browser.get(f"{harm.desk}/lo-hang/{harm.lot.code}")
    assert "1 lô làm ra từ lô này" in harm.browser.text
    assert "2 kg đang giữ cho đơn, 2 kg đã bán" in harm.browser.text
    assert "HTX Long Nhãn" in harm.browser.text
    harm.browser.get(harm.page)
    assert "Lô chưa bị thu hồi" in harm.browser.text
    assert "Bà Đã Nhận" in harm.browser.text
    assert "/da-goi" not in harm.browser.page.get_data(as_text=True)  # type: ignore[union-attr]


def test_after_the_recall_each_buyer_is_written_to_and_called_once(harm: Harm) -> None:
    harm.recall()
    assert "Danh sách người cần gọi" in harm.browser.text
    harm.browser.get(harm.page)
    words = harm.browser.text
    assert words.index("Bà Đã Nhận") < words.index("Ông Đang Chờ")
    assert "Anh Đã Hủy" not in words
    assert "Cô Mua Khô" not in words
    assert "0912 000 001" in words
    assert "Còn 2 người mua chưa gọi" in words
    code = harm.sent.parts[0].code
    harm.browser.send(action=f"{code}/da-goi")
    assert "Còn 1 người mua chưa gọi" in harm.browser.text
    harm.browser.get(harm.page)
    token = {"csrf_token": harm.browser.forms()[-1]["fields"]["csrf_token"]}
    harm.browser.post(f"{harm.page}/{code}/da-goi", token)
    assert session.query(RecallCall).count() == 1
    assert harm.browser.post(f"{harm.page}/{harm.of_other.parts[0].code}/da-goi", token).status_code == 404

    letters = told()
    assert set(letters) == {*BUYERS, OTHER}
    assert "xin đừng dùng hàng bạn đã mua" in letters[BUYERS[0]]
    assert "sẽ không được gửi" in letters[BUYERS[1]]
    assert harm.lot.code in letters[BUYERS[0]]
    assert harm.made_code in letters[BUYERS[2]]
    assert "HTX Nhãn Lồng thu hồi hàng có trong lô của bạn" in letters[OTHER]
    assert f"/htx-cua-toi/{harm.other_slug}/lo-hang/{harm.made_code}" in letters[OTHER]


def test_the_other_cooperative_has_its_own_list(harm: Harm, browsers: Callable[[], Browser]) -> None:
    harm.recall()
    them = browsers()
    them.sign_in(OTHER)
    desk = f"/htx-cua-toi/{harm.other_slug}"
    them.get(f"{desk}/don-hang/thu-hoi/{harm.made_code}")
    assert "Cô Mua Khô" in them.text
    assert "Bà Đã Nhận" not in them.text
    assert them.get(f"{desk}/don-hang/thu-hoi/{harm.lot.code}").status_code == 404


def test_a_buyer_with_several_orders_stands_there_once_and_hears_of_each(harm: Harm) -> None:
    again = make_order(session.get_one(Product, harm.lot.product_id), phone=BUYERS[0], name="Bà Đã Nhận", quantity=3)
    harm.recall()
    harm.browser.get(harm.page)
    assert harm.browser.text.count("Bà Đã Nhận") == 1
    assert "Còn 2 người mua chưa gọi" in harm.browser.text
    assert "3 gói" in harm.browser.text
    jobs.run_all_due()
    session.rollback()
    letters = [row.text for row in session.scalars(select(Message)) if row.receiver == BUYERS[0]]
    recalls = [text for text in letters if "Thu hồi" in text]
    assert len(recalls) == 2
    assert any(again.code in text for text in recalls)


def test_recalled_goods_are_neither_confirmed_nor_sent_but_taken_from_another_lot(harm: Harm) -> None:
    waiting = harm.waiting.parts[0]
    page = f"{harm.desk}/don-hang/{waiting.code}"
    harm.recall()
    harm.browser.get(page)
    assert "đã bị thu hồi. Đừng xác nhận" in harm.browser.text
    with pytest.raises(LotsStopped), transaction():
        move_part(session.get_one(CooperativeOrder, waiting.id), PartState.CONFIRMED, by=None)
    session.rollback()
    assert session.get_one(CooperativeOrder, waiting.id).state == PartState.PENDING
    harm.browser.submit(page, action="/lo-khac")
    assert "chỉ còn 0 trên 2 gói" in harm.browser.text
    session.rollback()
    assert [row.lot_id for row in session.query(OrderLineLot).filter_by(order_line_id=waiting.lines[0].id)] == [
        harm.lot.id
    ]
    other = make_lot(session.get_one(Product, harm.lot.product_id), quantity=600_000)
    harm.browser.submit(page, action="/lo-khac")
    assert "Đã lấy hàng từ lô khác" in harm.browser.text
    session.rollback()
    rows = session.query(OrderLineLot).filter_by(order_line_id=waiting.lines[0].id).all()
    assert [(row.lot_id, row.lot_code, row.quantity) for row in rows] == [(other.id, other.code, 2_000)]
    old, new = session.get_one(Lot, harm.lot.id), session.get_one(Lot, other.id)
    assert (old.reserved, new.reserved) == (0, 2_000)
    assert lots_sold_otherwise() == []
    assert counters_that_disagree() == []
    harm.browser.submit(page, action="/xac-nhan")
    session.rollback()
    assert session.get_one(CooperativeOrder, waiting.id).state == PartState.CONFIRMED
