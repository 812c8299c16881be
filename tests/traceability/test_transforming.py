"""Lots become other lots, at the desk: what may come out, what is refused and why, and goods that change hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace.foundation import clock, dates
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.orders.queries import lots_sold_otherwise
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.actions import balance
from marketplace.traceability.errors import AlreadyMilled, LotMoveRefused
from marketplace.traceability.models import Lot, LotTransfer, Transformation
from marketplace.traceability.queries import invariants
from marketplace.traceability.states import LotState, MovementKind, TransferState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot

OWNER, OTHER = "+84901234567", "+84907654321"


class Mill:
    """A cooperative with paddy and rice, and its owner signed in."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(name="Lúa Vàng", owner=make_person(phone=OWNER))
        self.paddy = make_product(self.cooperative, name="Thóc ST25", shelf_life_days=180)
        self.rice = make_product(self.cooperative, name="Gạo ST25", shelf_life_days=120)
        self.bran = make_product(self.cooperative, name="Cám gạo")
        self.desk = f"/htx-cua-toi/{self.cooperative.slug}"
        self.browser = browser
        browser.sign_in(OWNER)


@pytest.fixture
def mill(browser: Browser) -> Mill:
    return Mill(browser)


def lot_now(lot: Lot) -> Lot:
    session.rollback()
    found = session.get_one(Lot, lot.id, populate_existing=True)
    session.expunge(found)
    return found


def made() -> list[Lot]:
    session.rollback()
    found = session.query(Lot).filter(Lot.recorded_at.is_not(None)).order_by(Lot.id).all()
    session.expunge_all()
    return found


def whole() -> None:
    """Nothing is out of order after what was done."""
    session.rollback()
    assert invariants.counters_that_disagree() == []
    assert invariants.transformations_that_gain() == []
    assert lots_sold_otherwise() == []


def test_paddy_becomes_rice_and_bran(mill: Mill) -> None:
    paddy = make_lot(mill.paddy, quantity=1_000_000)
    mill.browser.get(f"{mill.desk}/che-bien")
    assert "Chưa chế biến gì" in mill.browser.text
    mill.browser.get(f"{mill.desk}/che-bien/moi?lo={paddy.code}")
    for words in ("Tách lô", "Gộp lô", "Phân loại", "Xay xát lúa", "Sấy", "Chế biến"):
        assert words in mill.browser.text
    typed = {
        "out-0-product": str(mill.rice.id), "out-0-quantity": "680 kg", "out-0-batch": "G1",
        "out-1-product": str(mill.bran.id), "out-1-quantity": "80 kg", "out-1-batch": "C1", "out-1-is_byproduct": "y",
    }  # fmt: skip
    mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={paddy.code}", typed)
    assert "Đã ghi. Các lô mới đã vào sổ" in mill.browser.text
    assert "Thóc ST25" in mill.browser.text
    assert lot_now(paddy).consumed == 1_000_000
    _paddy, rice, bran = made()
    assert [(lot.product_id, lot.produced, lot.state) for lot in (rice, bran)] == [
        (mill.rice.id, 680_000, LotState.RECORDED), (mill.bran.id, 80_000, LotState.RECORDED),
    ]  # fmt: skip
    assert rice.best_before == clock.today() + timedelta(days=120)
    mill.browser.get(f"{mill.desk}/lo-hang/{rice.code}")
    assert "Xay xát lúa" in mill.browser.text
    assert paddy.batch in mill.browser.text
    whole()


def test_what_came_out_of_a_mill_goes_through_none_again(mill: Mill) -> None:
    """Bran would come out as the best rice, and the page of its lot would say so with every star."""
    paddy = make_lot(mill.paddy, quantity=1_000_000)
    address = f"{mill.desk}/che-bien/moi?cach=rice_milling"
    typed = {
        "out-0-product": str(mill.rice.id), "out-0-quantity": "680 kg", "out-0-batch": "G1",
        "out-1-product": str(mill.bran.id), "out-1-quantity": "80 kg", "out-1-batch": "C1", "out-1-is_byproduct": "y",
    }  # fmt: skip
    mill.browser.submit(f"{address}&lo={paddy.code}", typed)
    _paddy, rice, bran = made()
    more = make_lot(mill.paddy, quantity=1_000_000)
    page = mill.browser.get(address).get_data(as_text=True)
    assert [lot.batch in page for lot in (more, rice, bran)] == [True, False, False]
    before = session.query(Transformation).count()
    for lot in (rice, bran):
        with pytest.raises(AlreadyMilled), transaction():
            actions.transform(
                cooperative_id=mill.cooperative.id,
                recipe=rules.RECIPES["rice_milling"],
                inputs=[actions.Input(lot.id, 10_000)],
                outputs=[actions.Output(session.merge(mill.rice), 6_000, "G2", clock.today() + timedelta(days=60))],
                place="Nhà máy xay",
                commune_code=mill.cooperative.commune_code,
                on=clock.today(),
                by=1,
            )
    assert session.query(Transformation).count() == before
    whole()


def test_more_than_paddy_can_give_is_refused_with_the_ceiling(mill: Mill) -> None:
    paddy = make_lot(mill.paddy, quantity=1_000_000)
    typed = {"out-0-product": str(mill.rice.id), "out-0-quantity": "750 kg", "out-0-batch": "G1"}
    page = mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={paddy.code}", typed)
    assert page.status_code == 422
    assert "nhiều nhất 720 kg, bạn ghi 750 kg" in mill.browser.text
    assert 'value="750 kg"' in page.get_data(as_text=True)
    assert [lot.id for lot in made()] == [paddy.id]
    assert lot_now(paddy).consumed == 0


def test_an_unusual_yield_asks_once_more(mill: Mill) -> None:
    paddy = make_lot(mill.paddy, quantity=1_000_000)
    typed = {"out-0-product": str(mill.rice.id), "out-0-quantity": "715 kg", "out-0-batch": "G1"}
    page = mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={paddy.code}", typed)
    assert page.status_code == 422
    assert "chỉ được khoảng 700 kg" in mill.browser.text
    assert lot_now(paddy).consumed == 0
    mill.browser.send({"is_weighed": "y"}, at=f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={paddy.code}")
    assert lot_now(paddy).consumed == 1_000_000


def test_drying_follows_the_moisture(mill: Mill) -> None:
    wet = make_lot(mill.paddy, quantity=1_000_000)
    typed = {"out-0-product": str(mill.paddy.id), "out-0-quantity": "900 kg", "out-0-batch": "K1"}
    address = f"{mill.desk}/che-bien/moi?cach=drying&lo={wet.code}"
    assert mill.browser.submit(address, typed).status_code == 422
    assert "Hãy đo độ ẩm" in mill.browser.text
    moist = {"moisture_before": "14", "moisture_after": "25,5"}
    assert mill.browser.submit(address, {**typed, **moist}).status_code == 422
    assert "phải nhỏ hơn" in mill.browser.text
    moist = {"moisture_before": "25,5", "moisture_after": "14"}
    mill.browser.submit(address, {**typed, **moist})
    assert "nhiều nhất 866 kg" in mill.browser.text
    mill.browser.submit(address, {**typed, **moist, "out-0-quantity": "860 kg"})
    assert lot_now(wet).consumed == 1_000_000
    whole()


def test_splitting_and_merging_keep_product_and_date(mill: Mill) -> None:
    lot = make_lot(mill.paddy, quantity=100_000)
    typed = {
        f"in-{lot.id}-quantity": "60 kg", "out-0-quantity": "40 kg", "out-0-batch": "A",
        "out-1-quantity": "20 kg", "out-1-batch": "B",
    }  # fmt: skip
    mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=split&lo={lot.code}", typed)
    _lot, first, second = made()
    assert [one.best_before for one in (first, second)] == [lot_now(lot).best_before] * 2
    assert mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=merge", {
        f"in-{first.id}-quantity": "40 kg", "out-0-quantity": "40 kg",
    }).status_code == 422  # fmt: skip
    assert "ít nhất hai lô" in mill.browser.text
    typed = {f"in-{first.id}-quantity": "40 kg", f"in-{second.id}-quantity": "20 kg", "out-0-quantity": "60 kg"}
    mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=merge", typed)
    assert made()[-1].produced == 60_000
    whole()


def test_labels_stand_in_the_way_of_processing(mill: Mill) -> None:
    lot = make_lot(mill.paddy, quantity=100_000)
    mill.browser.submit(f"{mill.desk}/lo-hang/{lot.code}/nhan", {"count": "30", "layout": "21"}, action="/nhan")
    typed = {
        f"in-{lot.id}-quantity": "100 kg", "out-0-product": str(mill.rice.id), "out-0-quantity": "60 kg",
    }  # fmt: skip
    page = mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=rice_milling", typed)
    assert page.status_code == 422
    assert f"Lô {lot.batch} chỉ còn dùng được 70 kg: 30 kg đã dán tem. Hãy hủy bớt tem trước" in mill.browser.text


def test_counted_and_weighed_goods_are_not_mixed(mill: Mill) -> None:
    lot = make_lot(mill.paddy, quantity=100_000)
    eggs = make_product(mill.cooperative, name="Trứng", base_unit=BaseUnit.PIECE, packs=(("Vỉ", 10, 30_000),))
    typed = {"out-0-product": str(eggs.id), "out-0-quantity": "100"}
    page = mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=cooking&lo={lot.code}", typed)
    assert page.status_code == 422
    assert "Không ghép được" in mill.browser.text


def test_the_second_click_makes_nothing(mill: Mill) -> None:
    lot = make_lot(mill.paddy, quantity=100_000)
    address = f"{mill.desk}/che-bien/moi?cach=rice_milling"
    mill.browser.get(address)
    typed = {
        f"in-{lot.id}-quantity": "50 kg", "out-0-product": str(mill.rice.id), "out-0-quantity": "30 kg",
        "out-0-batch": "G1",
    }  # fmt: skip
    form = next(one for one in mill.browser.forms() if "token" in one["fields"])["fields"]
    mill.browser.post(address, {**form, **typed})
    mill.browser.post(address, {**form, **typed})
    assert "Không ghi thêm lần nữa" in mill.browser.text
    assert session.query(Transformation).count() == 1
    assert lot_now(lot).consumed == 50_000


def test_another_cooperatives_lot_is_no_input(mill: Mill) -> None:
    foreign = make_lot(make_product(make_cooperative(), name="Thóc người khác"))
    own = make_lot(mill.paddy, quantity=100_000)
    address = f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={foreign.code}"
    mill.browser.get(address)
    assert "Thóc người khác" not in mill.browser.text
    typed = {
        f"in-{foreign.id}-quantity": "50 kg", "out-0-product": str(mill.rice.id), "out-0-quantity": "30 kg",
        "out-0-batch": "G1",
    }  # fmt: skip
    assert mill.browser.submit(address, typed).status_code == 422
    assert "đã lấy bao nhiêu từ lô nào" in mill.browser.text
    assert lot_now(foreign).consumed == 0
    typed |= {f"in-{own.id}-quantity": "50 kg", "out-0-product": str(foreign.product_id)}
    assert mill.browser.submit(address, typed).status_code == 422
    assert session.query(Transformation).count() == 0


class Handing:
    """Two cooperatives, each with somebody signed in; the first has goods for the second."""

    def __init__(self, mill: Mill, browsers: Callable[[], Browser]) -> None:
        self.mill = mill
        self.other = make_cooperative(name="Sấy Nhãn", owner=make_person(phone=OTHER))
        self.dried = make_product(self.other, name="Thóc khô")
        self.their_desk = f"/htx-cua-toi/{self.other.slug}/giao-nhan"
        self.them = browsers()
        self.them.sign_in(OTHER)
        self.lot = make_lot(mill.paddy, quantity=100_000)

    def offer(self, **typed: str) -> LotTransfer | None:
        self.mill.browser.submit(
            f"{self.mill.desk}/giao-nhan/moi?lo={self.lot.code}",
            {"quantity": "40 kg", "receiver": "Sấy Nhãn", **typed},
        )
        session.rollback()
        found = session.query(LotTransfer).one_or_none()
        session.expunge_all()
        return found


@pytest.fixture
def handing(mill: Mill, browsers: Callable[[], Browser]) -> Handing:
    return Handing(mill, browsers)


def test_goods_change_hands_with_their_origin(handing: Handing) -> None:
    transfer = handing.offer()
    assert transfer is not None
    assert (lot_now(handing.lot).reserved, lot_now(handing.lot).available) == (40_000, 60_000)
    whole()
    handing.them.get(handing.their_desk)
    assert "Chờ trả lời" in handing.them.text
    page = f"{handing.their_desk}/{transfer.id}"
    handing.them.submit(page, {"product": str(handing.dried.id)}, action="/nhan")
    assert "Đã nhận. Nay là lô của bạn" in handing.them.text
    theirs = made()[-1]
    assert (theirs.cooperative_id, theirs.product_id, theirs.produced) == (handing.other.id, handing.dried.id, 40_000)
    assert queries.find_transfer(handing.other.id, transfer.id)[1].made_code == theirs.code  # type: ignore[index]
    before = lot_now(handing.lot)
    assert (before.reserved, before.consumed) == (0, 40_000)
    handing.them.get(f"{handing.their_desk.removesuffix('/giao-nhan')}/lo-hang/{theirs.code}")
    assert before.batch in handing.them.text
    whole()


def test_refused_and_withdrawn_goods_are_the_givers_again(handing: Handing) -> None:
    transfer = handing.offer()
    assert transfer is not None
    page = f"{handing.their_desk}/{transfer.id}"
    assert handing.them.submit(page, action="/tu-choi").status_code == 422
    handing.them.submit(page, {"refuse-reason": "Hàng ướt quá"}, action="/tu-choi")
    assert lot_now(handing.lot).reserved == 0
    handing.mill.browser.get(f"{handing.mill.desk}/giao-nhan/{transfer.id}")
    assert "Hàng ướt quá" in handing.mill.browser.text
    again = handing.mill.browser.submit(
        f"{handing.mill.desk}/giao-nhan/moi?lo={handing.lot.code}",
        {"quantity": "10 kg", "receiver": handing.other.tax_code},
    )
    assert again.status_code == 200
    newest = session.query(LotTransfer.id).order_by(LotTransfer.id.desc()).first()
    assert newest is not None
    handing.mill.browser.submit(f"{handing.mill.desk}/giao-nhan/{newest.id}", action="/rut-lai")
    session.rollback()
    assert session.get_one(LotTransfer, newest.id).state == TransferState.WITHDRAWN
    assert lot_now(handing.lot).available == 100_000
    whole()


def test_nobody_takes_more_than_there_is_nor_for_the_other_side(handing: Handing) -> None:
    assert handing.offer(quantity="101 kg") is None
    assert "chỉ còn 100 kg" in handing.mill.browser.text
    assert handing.offer(receiver="HTX Không Có") is None
    assert "không có HTX nào" in handing.mill.browser.text
    transfer = handing.offer()
    assert transfer is not None
    token = {"csrf_token": handing.mill.browser.forms()[-1]["fields"]["csrf_token"]}
    handing.mill.browser.get(f"{handing.mill.desk}/giao-nhan/{transfer.id}")
    own = f"{handing.mill.desk}/giao-nhan/{transfer.id}"
    for deed in ("nhan", "tu-choi"):
        assert handing.mill.browser.post(f"{own}/{deed}", token).status_code == 404
    assert handing.them.post(f"{handing.their_desk}/{transfer.id}/rut-lai", token).status_code in (400, 404)
    session.rollback()
    assert session.get_one(LotTransfer, transfer.id).state == TransferState.OFFERED


def test_a_recalled_lot_is_not_taken_over(handing: Handing) -> None:
    transfer = handing.offer()
    assert transfer is not None
    page = f"{handing.their_desk}/{transfer.id}"
    handing.them.get(page)
    handing.mill.browser.submit(
        f"{handing.mill.desk}/lo-hang/{handing.lot.code}", {"recall-reason": "Sai"}, action="/thu-hoi"
    )
    handing.them.send({"product": str(handing.dried.id)}, action="/nhan")
    assert "đã thu hồi nên chưa làm gì được" in handing.them.text
    session.rollback()
    assert session.get_one(LotTransfer, transfer.id).state == TransferState.OFFERED
    assert lot_now(handing.lot).consumed == 0


def test_paddy_that_is_not_on_sale_goes_to_another_cooperative(handing: Handing) -> None:
    handing.lot = make_lot(handing.mill.paddy, state=LotState.RECORDED, published_at=None)
    transfer = handing.offer()
    assert transfer is not None
    assert lot_now(handing.lot).reserved == 40_000
    whole()
    handing.them.submit(f"{handing.their_desk}/{transfer.id}", {"product": str(handing.dried.id)}, action="/nhan")
    assert "Đã nhận. Nay là lô của bạn" in handing.them.text
    assert (lot_now(handing.lot).reserved, lot_now(handing.lot).consumed) == (0, 40_000)
    assert lot_now(handing.lot).state == LotState.RECORDED
    whole()


@pytest.mark.parametrize("state", [LotState.DRAFT, LotState.ON_HOLD, LotState.RECALLED])
def test_what_is_stopped_or_does_not_count_is_not_handed_over(handing: Handing, state: LotState) -> None:
    lot = make_lot(handing.mill.paddy, state=state)
    with pytest.raises(LotMoveRefused), transaction():
        actions.offer(
            session.get_one(Lot, lot.id), receiver_id=handing.other.id, quantity=1_000, token="t", note="", by=None
        )
    assert lot_now(lot).reserved == 0


def test_an_order_takes_nothing_of_a_lot_that_is_not_on_sale(mill: Mill) -> None:
    lot = make_lot(mill.paddy, state=LotState.RECORDED, published_at=None)
    with transaction():
        assert not balance.change(lot.id, MovementKind.RESERVED, 1_000, reference="line:1", by=None)


def test_what_is_made_gets_a_number_that_no_lot_of_its_product_has(mill: Mill) -> None:
    paddy = make_lot(mill.paddy, quantity=100_000)
    make_lot(mill.rice, batch="G1")
    address = f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={paddy.code}"
    typed = {
        "out-0-product": str(mill.rice.id), "out-0-quantity": "60 kg", "out-0-batch": "g1",
        "out-1-product": str(mill.bran.id), "out-1-quantity": "8 kg", "out-1-batch": "G1",
    }  # fmt: skip
    assert mill.browser.submit(address, typed).status_code == 422
    assert "Số lô g1 đã dùng" in mill.browser.text
    assert lot_now(paddy).consumed == 0
    assert mill.browser.submit(address, {**typed, "out-0-batch": "G2"}).status_code == 200
    assert [lot.batch for lot in made()[-2:]] == ["G2", "G1"]


def test_a_day_before_the_harvest_is_refused(mill: Mill) -> None:
    lot = make_lot(mill.paddy, quantity=100_000)
    early = dates.format_day(clock.today() - timedelta(days=5))
    typed = {"on": early, "out-0-product": str(mill.rice.id), "out-0-quantity": "60 kg", "out-0-batch": "G1"}
    page = mill.browser.submit(f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={lot.code}", typed)
    assert page.status_code == 422
    assert "không thể làm trước ngày thu hoạch" in mill.browser.text


def test_the_form_tells_the_ceiling_while_one_types(mill: Mill) -> None:
    lot = make_lot(mill.paddy, quantity=100_000)
    mill.browser.get(f"{mill.desk}/che-bien/moi?cach=rice_milling&lo={lot.code}")
    page = mill.browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert 'data-in="gram"' in page
    assert 'data-main="720"' in page
    assert "js/traceability/transform.js" in page
