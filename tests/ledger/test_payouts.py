"""Payouts: two people, an account that has cooled off, lines that add up, money that comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.ledger import actions, queries
from marketplace.ledger.errors import OutsideProvinces, PayoutMoveRefused, SamePerson
from marketplace.ledger.models import Payout, PayoutAccount, PayoutBatch
from marketplace.ledger.queries import Funds, payouts
from marketplace.ledger.rules import BANK, Leg, cooperative_debt, cooperative_payable
from marketplace.ledger.states import BatchState, Event, PayoutState
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, make_person, sign_in_officer
from tests.factories.cooperatives import make_cooperative


class Seller:
    def __init__(self, *amounts: int, province: str = "33", commune: str = "11977") -> None:
        self.owner: Person = make_person()
        self.cooperative: Cooperative = make_cooperative(owner=self.owner, province=province, commune=commune)
        with transaction():
            for number, amount in enumerate(amounts, start=1):
                actions.post(
                    key=f"earned:{self.cooperative.id}:{number}", event=Event.RETURN_WINDOW_OVER, reference="HD",
                    legs=[Leg(BANK, amount), Leg(cooperative_payable(self.cooperative.id), -amount, f"HD-{number}")],
                )  # fmt: skip

    def tell_account(self, officer: Person) -> None:
        with transaction():
            row = actions.propose_account(
                cooperative_id=self.cooperative.id, bank_bin="970446", number="123456", holder="HTX", by=self.owner.id
            )
            actions.approve_account(row, by=officer.id, province_code="33")

    def funds(self) -> Funds:
        session.rollback()
        session.expire_all()
        return queries.funds_of(self.cooperative.id)


def open_batch(seller: Seller, by: Person) -> PayoutBatch | None:
    with clock.moved_to(clock.now() + timedelta(hours=48, minutes=1)), transaction():
        return actions.open_batch(cooperative_ids=[seller.cooperative.id], by=by.id, reason="hằng tuần")


def test_a_payout_goes_its_way_and_its_lines_add_up(app: Flask) -> None:
    seller, officer, admin = Seller(60_000, 40_000), make_officer("33"), make_admin()
    seller.tell_account(officer)
    batch = open_batch(seller, officer)
    assert batch is not None
    payout = session.query(Payout).one()
    assert (payout.amount_dong, payouts.lines_of(payout)) == (100_000, [("HD-1", 60_000), ("HD-2", 40_000)])
    assert seller.funds() == Funds(0, 0, 100_000, 0)
    assert open_batch(seller, admin) is None, "the money is on its way already"
    with pytest.raises(SamePerson), transaction():
        actions.approve_batch(batch, by=officer.id)
    with pytest.raises(PayoutMoveRefused), transaction():
        actions.confirm_payout(session.query(Payout).one(), key="bank:1", by=admin.id)
    with transaction():
        actions.approve_batch(session.query(PayoutBatch).one(), by=admin.id)
    for expected in (True, False):
        with transaction():
            assert actions.confirm_payout(session.query(Payout).one(), key="bank:1", by=admin.id) is expected
    assert (seller.funds(), queries.trial_balance()) == (Funds(0, 0, 0, 0), {})
    assert payouts.payouts_that_disagree() == []


def test_what_comes_back_can_be_paid_out_again(app: Flask) -> None:
    seller, officer, admin = Seller(100_000), make_officer("33"), make_admin()
    seller.tell_account(officer)
    batch = open_batch(seller, officer)
    assert batch is not None
    with transaction():
        actions.approve_batch(batch, by=admin.id)
        actions.fail_payout(session.query(Payout).one(), reason="Sai số tài khoản", by=admin.id)
    assert seller.funds() == Funds(0, 100_000, 0, 0)
    with pytest.raises(PayoutMoveRefused), transaction():
        actions.confirm_payout(session.query(Payout).one(), key="bank:1", by=admin.id)
    assert open_batch(seller, officer) is not None
    assert payouts.payouts_that_disagree() == []


def test_nobody_is_paid_too_little_without_an_account_too_early_or_with_a_debt(app: Flask) -> None:
    officer = make_officer("33")
    little, without, early, owing = Seller(49_999), Seller(80_000), Seller(80_000), Seller(80_000)
    for seller in (little, early, owing):
        seller.tell_account(officer)
    with transaction():
        legs = [Leg(cooperative_debt(owing.cooperative.id), 5), Leg(BANK, -5)]
        actions.post(key="debt", event=Event.REFUND_DECIDED, reference="HD", legs=legs)
        assert actions.open_batch(cooperative_ids=[early.cooperative.id], by=officer.id, reason="hằng tuần") is None
    assert [open_batch(seller, officer) for seller in (little, without, owing)] == [None, None, None]
    assert session.query(PayoutBatch).count() == 0


def test_a_new_account_waits_for_a_second_person_and_two_days_and_the_old_one_is_used_meanwhile(app: Flask) -> None:
    seller, officer = Seller(80_000), make_officer("33")
    seller.tell_account(officer)
    later = clock.now() + timedelta(days=3)
    with clock.moved_to(later), transaction():
        new = actions.propose_account(
            cooperative_id=seller.cooperative.id, bank_bin="970436", number="999", holder="KE GIAN", by=seller.owner.id
        )
        with pytest.raises(SamePerson):
            actions.approve_account(new, by=seller.owner.id, province_code=None)
        actions.approve_account(new, by=officer.id, province_code=None)
    in_use = [payouts.account_in_use(seller.cooperative.id, at=later + timedelta(hours=hours)) for hours in (47, 49)]
    assert [row.number for row in in_use if row] == ["123456", "999"]


def test_on_the_pages_one_opens_another_approves_and_the_cooperative_reads_its_lines(
    app: Flask, browsers: type[Browser]
) -> None:
    seller = Seller(60_000, 40_000)
    owner, officer, admin = browsers(), browsers(), browsers()
    owner.sign_in(seller.owner.contacts[0])
    sign_in_officer(officer, make_officer("33"))
    sign_in_officer(admin, make_admin())
    desk = f"/htx-cua-toi/{seller.cooperative.slug}/tien"
    owner.submit(f"{desk}/tai-khoan", {"bank": "970446", "number": "88 0001", "holder": "HTX MAU"})
    assert "Chỉ ghi chữ số" in owner.text
    owner.submit(f"{desk}/tai-khoan", {"bank": "970446", "number": "880001", "holder": "HTX MAU"})
    account = session.query(PayoutAccount).one()
    officer.submit("/lien-minh/chi-tra", {}, action=f"/tai-khoan/{account.id}")
    with transaction():  # two days later; the officers' sessions would not live that long
        session.query(PayoutAccount).one().active_from = clock.now() - timedelta(minutes=1)
    officer.submit("/lien-minh/chi-tra", {}, action="/chi-tra")
    session.rollback()
    code = session.query(PayoutBatch).one().code
    assert "Người khác phải duyệt" in officer.text
    admin.submit(f"/lien-minh/chi-tra/{code}", {}, action="/duyet")
    assert "Đã duyệt, chờ chuyển khoản" in admin.text
    admin.submit(f"/lien-minh/chi-tra/{code}", {"reason": ""}, action=f"/lenh/{code}01")
    assert "số giao dịch của ngân hàng" in admin.text
    admin.submit(f"/lien-minh/chi-tra/{code}", {"reason": "FT26328"}, action=f"/lenh/{code}01")
    for page in (f"/lien-minh/chi-tra/{code}", "/lien-minh/chi-tra"):
        admin.get(page)
        assert "Đã xong, không còn khoản nào đang chuyển" in admin.text
        assert "Đã duyệt, chờ chuyển khoản" not in admin.text
    file = admin.client.get(f"/lien-minh/chi-tra/{code}/tep.csv").get_data(as_text=True)
    session.rollback()
    session.expire_all()
    payout = session.query(Payout).one()
    assert payout.state == PayoutState.PAID
    assert f"880001,HTX MAU,100000,{payout.code}" in file
    owner.get(f"{desk}/{payout.code}")
    assert [amount in owner.text for amount in ("60.000", "40.000", "100.000")] == [True, True, True]


def test_who_sees_a_part_of_a_batch_decides_nothing_about_it(app: Flask, browsers: type[Browser]) -> None:
    here, elsewhere, admin = Seller(60_000), Seller(90_000, province="01", commune="00004"), make_admin()
    partly, wholly = make_officer("33"), make_officer("33", "01")
    partly_id = partly.id
    for seller in (here, elsewhere):
        seller.tell_account(admin)
    ids = [seller.cooperative.id for seller in (here, elsewhere)]
    with transaction():  # two days later; the officers' sessions would not live that long
        for account in session.query(PayoutAccount):
            account.active_from = clock.now() - timedelta(minutes=1)
        batch = actions.open_batch(cooperative_ids=ids, by=admin.id, reason="hằng tuần")
        assert batch is not None
        code, batch_id = batch.code, batch.id
    one, both = browsers(), browsers()
    sign_in_officer(one, partly)
    sign_in_officer(both, wholly)
    page = one.get(f"/lien-minh/chi-tra/{code}")
    assert "150.000" not in one.text
    assert "90.000" not in one.text
    assert "/duyet" not in page.get_data(as_text=True)
    assert "ngoài các tỉnh của bạn" in one.text
    one.get("/tai-khoan")
    shown = {"csrf_token": one.forms()[-1]["fields"]["csrf_token"]}

    def state() -> tuple[BatchState, set[PayoutState]]:
        session.rollback()
        session.expire_all()
        return session.get_one(PayoutBatch, batch_id).state, {row.state for row in session.query(Payout)}

    one.post(f"/lien-minh/chi-tra/{code}/duyet", data=shown)
    assert state() == (BatchState.OPEN, {PayoutState.OPEN})
    with pytest.raises(OutsideProvinces), transaction():
        actions.approve_batch(session.get_one(PayoutBatch, batch_id), by=partly_id)
    both.submit(f"/lien-minh/chi-tra/{code}", {}, action="/duyet")
    assert state() == (BatchState.APPROVED, {PayoutState.OPEN})
    for word in ({}, {"failed": "1"}):
        one.post(f"/lien-minh/chi-tra/lenh/{code}01", data={**shown, "reason": "FT1", **word})
    assert state() == (BatchState.APPROVED, {PayoutState.OPEN})
    file = f"/lien-minh/chi-tra/{code}/tep.csv"
    assert [browser.get(file).status_code for browser in (one, both)] == [404, 200]
    both.submit(f"/lien-minh/chi-tra/{code}", {"reason": "FT2"}, action=f"/lenh/{code}01")
    assert state() == (BatchState.APPROVED, {PayoutState.OPEN, PayoutState.PAID})


def test_a_cooperative_with_too_little_is_not_said_to_be_paid(app: Flask, browser: Browser) -> None:
    little, enough = Seller(49_400), Seller(70_000)
    admin = make_admin()
    for seller in (little, enough):
        seller.tell_account(admin)
    sign_in_officer(browser, admin)
    browser.get("/lien-minh/chi-tra")
    can, waits = browser.text.split("Chưa đủ 50.000 ₫ nên chờ đợt sau:")
    assert ("49.400" in can, "70.000" in can, "49.400" in waits) == (False, True, True)
