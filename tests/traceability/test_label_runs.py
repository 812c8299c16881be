"""What a cooperative notes of labels with serials after they were printed: spoilt, sold at the stall, come back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions
from marketplace.traceability.models import LabelRun, Lot, Unit
from marketplace.traceability.queries import invariants
from marketplace.traceability.states import LabelKind, UnitState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot, make_units

OWNER = "+84901234567"
LOT_GRAMS = 10_000


class Stall:
    """A cooperative with one lot of ten packs, and its owner signed in."""

    def __init__(self, browser: Browser) -> None:
        cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.product = make_product(cooperative)
        self.lot = make_lot(self.product, quantity=LOT_GRAMS)
        self.lot_id, self.code = self.lot.id, self.lot.code
        self.page = f"/htx-cua-toi/{cooperative.slug}/lo-hang/{self.code}/nhan"
        self.browser = browser
        browser.sign_in(OWNER)

    def print(self, count: int, *, kind: str = "unit", layout: str = "24") -> str:
        """The page of the run."""
        self.browser.submit(self.page, {"kind": kind, "count": str(count), "layout": layout}, action="/nhan")
        return f"{self.page}/{self.runs()[-1].id}"

    def runs(self) -> list[LabelRun]:
        session.rollback()
        return list(session.scalars(select(LabelRun).order_by(LabelRun.id)))

    def serials(self) -> list[str]:
        """In the order in which they stand on the sheets."""
        session.rollback()
        return list(session.scalars(select(Unit.serial).order_by(Unit.run_id, Unit.serial)))

    def states(self) -> Counter[str]:
        session.rollback()
        return Counter(state.value for state in session.scalars(select(Unit.state)))

    def lot_now(self) -> Lot:
        session.rollback()
        return session.get_one(Lot, self.lot_id, populate_existing=True)

    def everything_agrees(self) -> None:
        session.rollback()
        for check in (
            invariants.counters_that_disagree,
            invariants.labels_that_exceed,
            invariants.units_that_disagree,
        ):
            assert check() == [], check.__name__


@pytest.fixture
def stall(browser: Browser) -> Stall:
    return Stall(browser)


def test_each_pack_gets_a_serial_of_its_own(stall: Stall) -> None:
    stall.print(4)
    assert "Tem đã xong" in stall.browser.text
    assert "Còn trong kho 4" in stall.browser.text
    assert len(set(stall.serials())) == 4
    assert stall.runs()[0].kind == LabelKind.UNIT
    assert stall.lot_now().labelled == 4_000
    stall.browser.get(stall.page)
    assert "mỗi gói một mã" in stall.browser.text
    stall.everything_agrees()


def test_spoilt_labels_give_their_packs_back(stall: Stall) -> None:
    run = stall.print(10)
    first, second, *_others = stall.serials()
    typed = f"{codes.grouped(first).lower()}\n http://127.0.0.1:8000/q/{second} ,"
    stall.browser.submit(run, {"void-serials": typed, "void-reason": "Kẹt giấy"}, action="/huy")
    assert "Đã hủy 2 tem" in stall.browser.text
    assert stall.states() == {"void": 2, "printed": 8}
    assert stall.lot_now().labelled == 8_000
    stall.print(2)
    assert len(stall.serials()) == 12
    stall.everything_agrees()


def test_a_void_label_is_never_void_again_and_nothing_typed_is_lost(stall: Stall) -> None:
    run = stall.print(3)
    first, second, _third = stall.serials()
    stall.browser.submit(run, {"void-serials": first, "void-reason": "Rách"}, action="/huy")
    page = stall.browser.submit(run, {"void-serials": f"{second}\n{first}", "void-reason": "Rách"}, action="/huy")
    assert page.status_code == 422
    assert f"Mã …{first[-4:]}: Đây là tem đã hủy" in stall.browser.text
    assert second in stall.browser.text
    assert stall.states() == {"void": 1, "printed": 2}
    page = stall.browser.submit(run, {"void-serials": "", "void-reason": "Rách"}, action="/huy")
    assert page.status_code == 422
    stall.everything_agrees()


def test_all_labels_whose_packs_are_in_the_house_are_void_at_once(stall: Stall) -> None:
    run = stall.print(6)
    stall.browser.submit(run, {"sell-packs": "2", "sell-note": "Quầy"}, action="/ban")
    stall.browser.submit(run, {"void-rest": "y", "void-reason": "In nhầm giấy"}, action="/huy")
    assert "Đã hủy 4 tem" in stall.browser.text
    assert stall.states() == {"void": 4, "sold": 2}
    stall.browser.submit(run, {"void-rest": "y", "void-reason": "In nhầm giấy"}, action="/huy")
    assert "không còn tem nào trong kho" in stall.browser.text
    stall.everything_agrees()


def test_lot_labels_are_void_by_number(stall: Stall) -> None:
    run = stall.print(10, kind="lot")
    stall.browser.submit(run, {"void-count": "3", "void-reason": "Rách"}, action="/huy")
    assert stall.lot_now().labelled == 7_000
    page = stall.browser.submit(run, {"void-count": "8", "void-reason": "Rách"}, action="/huy")
    assert page.status_code == 422
    assert "chỉ còn 7 tem chưa hủy" in stall.browser.text
    stall.everything_agrees()


def test_packs_sold_at_the_stall_are_the_first_on_the_sheets(stall: Stall) -> None:
    run = stall.print(5)
    stall.browser.submit(run, {"sell-packs": "2", "sell-note": "Quầy Đông Anh"}, action="/ban")
    assert "Đã bán 2" in stall.browser.text
    session.rollback()
    sold = session.scalars(select(Unit.serial).where(Unit.state == UnitState.SOLD)).all()
    assert set(sold) == set(stall.serials()[:2])
    assert (stall.lot_now().labelled_sold, stall.lot_now().available) == (2_000, LOT_GRAMS - 2_000)
    page = stall.browser.submit(run, {"sell-packs": "4", "sell-note": "Quầy"}, action="/ban")
    assert page.status_code == 422
    assert "chỉ còn 3 gói" in stall.browser.text
    stall.everything_agrees()


def test_the_second_click_sells_nothing_twice(stall: Stall) -> None:
    run = stall.print(5)
    stall.browser.get(run)
    (form,) = [form for form in stall.browser.forms() if form["action"].endswith("/ban")]
    typed = {**form["fields"], "sell-packs": "2", "sell-note": "Quầy"}
    for _click in range(2):
        stall.browser.post(form["action"], typed)
    assert stall.states() == {"sold": 2, "printed": 3}
    stall.everything_agrees()


def test_a_stopped_lot_sells_nothing_from_the_stall(stall: Stall) -> None:
    run = stall.print(5)
    with transaction():
        actions.hold(session.get_one(Lot, stall.lot_id), by=None, reason="Chờ mẫu")
    stall.browser.submit(run, {"sell-packs": "2", "sell-note": "Quầy"}, action="/ban")
    assert "Lô đang dừng" in stall.browser.text
    assert stall.states() == {"printed": 5}


def test_a_pack_that_came_back_can_be_sold_again(stall: Stall) -> None:
    run = stall.print(3)
    stall.browser.submit(run, {"sell-packs": "1", "sell-note": "Quầy"}, action="/ban")
    sold, kept, _other = stall.serials()
    stall.browser.submit(run, {"return-serial": f"/q/{sold}", "return-note": "Mua nhầm"}, action="/tra-ve")
    assert f"Đã nhận lại: mã …{sold[-4:]}" in stall.browser.text
    assert stall.states() == {"returned": 1, "printed": 2}
    for wrong in (sold, kept, codes.random_code(13), "abc"):
        typed = {"return-serial": wrong, "return-note": "Mua nhầm"}
        assert stall.browser.submit(run, typed, action="/tra-ve").status_code == 422, wrong
        assert wrong in stall.browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    stall.browser.submit(run, {"sell-packs": "3", "sell-note": "Quầy"}, action="/ban")
    assert stall.states() == {"sold": 3}
    stall.everything_agrees()


def test_a_serial_of_another_lot_is_unknown_here(stall: Stall) -> None:
    run = stall.print(1)
    other = make_lot(make_product(make_cooperative()))
    (theirs,) = make_units(other, state=UnitState.PRINTED)
    typed = {"void-serials": theirs.serial, "void-reason": "Rách"}
    assert stall.browser.submit(run, typed, action="/huy").status_code == 422
    assert "không có trên tem nào" in stall.browser.text
    assert stall.states() == {"printed": 2}


def test_a_roll_has_its_instructions_apart(stall: Stall) -> None:
    run = stall.print(2, layout="50x30")
    assert "Cách in và dán tem" in stall.browser.text
    for file in (f"{run}.pdf", f"{run}/huong-dan.pdf"):
        assert stall.browser.get(file).mimetype == "application/pdf"
    assert stall.browser.get(f"{run}-2.pdf").status_code == 404


def test_no_label_is_printed_for_goods_past_their_date(stall: Stall) -> None:
    run = stall.print(2)
    stall.browser.get(stall.page)
    (form,) = [form for form in stall.browser.forms() if form["action"].endswith("/nhan")]
    with clock.moved_to(clock.now() + timedelta(days=30)):
        stall.browser.sign_in(OWNER)
        stall.browser.get(stall.page)
        assert "còn hạn dùng" in stall.browser.text
        assert "In bao nhiêu tem" not in stall.browser.text
        stall.browser.get(run)
        (again,) = [form for form in stall.browser.forms() if form["action"].endswith("/ban")]
        stall.browser.post(
            form["action"], {**form["fields"], "count": "2", "csrf_token": again["fields"]["sell-csrf_token"]}
        )
        assert "Chưa in tem nào" in stall.browser.text
        assert stall.browser.get(f"{run}.pdf").mimetype == "text/html"
    assert len(stall.serials()) == 2
