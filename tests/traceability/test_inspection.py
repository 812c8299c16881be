"""Officers decide about harvests over their ceiling; inspectors read everything of a lot in their provinces."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from marketplace.farming.models import HarvestApproval
from marketplace.farming.states import DiaryKind, Verdict
from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.messages import Message
from marketplace.traceability import actions
from marketplace.traceability.actions import Input, Output, Whence
from marketplace.traceability.models import Lot
from marketplace.traceability.queries import balance_sheet
from marketplace.traceability.rules import RECIPES
from marketplace.traceability.states import LotState, StageKind
from tests.client import Browser
from tests.factories.accounts import make_inspector, make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_entry, make_season
from tests.factories.traceability import make_lot

OWNER = "+84901234567"
QUEUE, ORIGINS = "/lien-minh/lo-cho-duyet", "/lien-minh/lo-hang"


class Case:
    """A cooperative in Hưng Yên whose season gives 100 kg, and its officer signed in."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(name="Nhãn Lồng", owner=make_person(phone=OWNER))
        self.product = make_product(self.cooperative)
        self.season = make_season(self.product, ceiling=100_000, ceiling_note="đã đo")
        self.browser = browser
        sign_in_officer(browser, make_officer("33"))

    def harvest(self, quantity: int) -> Lot:
        with transaction():
            lot = actions.start_lot(
                self.product, batch="L1", harvested_on=clock.today(), quantity=quantity, place="Thôn Đông",
                commune_code="11977", by=None, whence=Whence(season_id=self.season.id),
            )  # fmt: skip
            actions.record(lot, by=None)
        session.expunge(lot)
        return lot

    def now(self, lot: Lot) -> Lot:
        session.rollback()
        return session.get_one(Lot, lot.id, populate_existing=True)


def told() -> str:
    """All letters so far."""
    jobs.run_all_due()
    session.rollback()
    return "\n".join(letter.subject + letter.text for letter in session.scalars(select(Message)))


@pytest.fixture
def case(browser: Browser) -> Case:
    return Case(browser)


def test_an_approved_harvest_comes_free(case: Case) -> None:
    lot = case.harvest(105_000)
    assert case.now(lot).state == LotState.ON_HOLD
    case.browser.get(QUEUE)
    for words in ("105 kg", "100 kg", "5 %", "HTX Nhãn Lồng", "Vụ xuân"):
        assert words in case.browser.text
    assert case.browser.submit(QUEUE, action="/duyet").status_code == 422
    assert case.now(lot).state == LotState.ON_HOLD
    case.browser.submit(QUEUE, {f"{lot.code}-reason": "Đã xem phiếu cân"}, action="/duyet")
    assert "Đã duyệt" in case.browser.text
    assert case.now(lot).state == LotState.RECORDED
    approval = session.query(HarvestApproval).one()
    assert (approval.verdict, approval.reason) == (Verdict.APPROVED, "Đã xem phiếu cân")
    assert "Không có lô nào chờ" in case.browser.text
    assert "Liên minh đã duyệt đợt thu hoạch: Nhãn lồng Hưng Yên, lô L1" in told()


def test_a_refused_harvest_stays_on_hold_and_its_cooperative_reads_why(
    case: Case, browsers: Callable[[], Browser]
) -> None:
    lot = case.harvest(105_000)
    case.browser.get(QUEUE)
    form = next(one for one in case.browser.forms() if one["action"].endswith("/duyet"))
    typed = {**form["fields"], f"{lot.code}-reason": "Phiếu cân không khớp."}
    case.browser.post(f"{QUEUE}/{lot.code}/tu-choi", typed)
    assert case.now(lot).state == LotState.ON_HOLD
    assert "Phiếu cân không khớp" in case.browser.text
    farmer = browsers()
    farmer.sign_in(OWNER)
    farmer.get(f"/htx-cua-toi/{case.cooperative.slug}/lo-hang/{lot.code}")
    assert "Liên minh không duyệt: Phiếu cân không khớp." in farmer.text
    assert "/ban-lai" not in farmer.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert "chưa duyệt đợt thu hoạch: Nhãn lồng Hưng Yên, lô L1" in told()
    case.browser.post(f"{QUEUE}/{lot.code}/duyet", typed)
    assert "Cán bộ khác đã quyết định" in case.browser.text
    case.browser.submit(QUEUE, {f"{lot.code}-reason": "Đã cân lại, đúng"}, action="/cho-ban")
    assert case.now(lot).state == LotState.RECORDED


def test_a_harvest_too_soon_after_spraying_is_not_approved_by_its_weight(case: Case) -> None:
    lot = case.harvest(105_000)
    make_entry(case.season, DiaryKind.PESTICIDE, phi_days="7")
    case.browser.submit(QUEUE, {f"{lot.code}-reason": "Đã xem"}, action="/duyet")
    assert "thu hoạch quá sớm" in case.browser.text
    assert case.now(lot).state == LotState.ON_HOLD
    assert session.query(HarvestApproval).one().verdict == Verdict.WAITING


def test_another_provinces_officer_finds_nothing(case: Case, browsers: Callable[[], Browser]) -> None:
    lot = case.harvest(105_000)
    elsewhere = browsers()
    sign_in_officer(elsewhere, make_officer("01"))
    elsewhere.get(QUEUE)
    assert lot.batch not in elsewhere.text
    elsewhere.get(ORIGINS)
    assert "Nhãn lồng" not in elsewhere.text

    for address in (f"{ORIGINS}/{lot.code}", f"{ORIGINS}/{lot.code}/so.csv"):
        assert elsewhere.get(address).status_code == 404
    token = next(form["fields"]["csrf_token"] for form in _forms_of(elsewhere, "/tai-khoan"))
    for deed in ("duyet", "tu-choi", "cho-ban"):
        answer = elsewhere.post(f"{QUEUE}/{lot.code}/{deed}", {"csrf_token": token, f"{lot.code}-reason": "x"})
        assert answer.status_code == 404
    assert case.now(lot).state == LotState.ON_HOLD


def _forms_of(browser: Browser, path: str) -> list[dict[str, dict[str, str]]]:
    browser.get(path)
    return [form for form in browser.forms() if "csrf_token" in form["fields"]]


def test_an_inspector_reads_origins_and_nothing_else(case: Case, browsers: Callable[[], Browser]) -> None:
    lot = case.harvest(90_000)
    make_certificate(case.cooperative, "Nhãn lồng")
    make_entry(case.season, DiaryKind.PESTICIDE)
    inspector = browsers()
    sign_in_officer(inspector, make_inspector("33"))
    inspector.get(f"{ORIGINS}?tim={lot.code.lower()}")
    assert "Số lô tìm thấy: 1" in inspector.text
    inspector.get(f"{ORIGINS}?tim=nhan long")
    assert "Số lô tìm thấy: 1" in inspector.text
    inspector.get(f"{ORIGINS}?tim=khong co gi")
    assert "Không có lô như vậy" in inspector.text
    assert inspector.get(f"{ORIGINS}/{lot.code}").status_code == 200
    for words in (
        "Ghi sổ thu hoạch",
        "Sổ khớp",
        "ni:///sha-256;",
        "nhật ký công khai",
        "VietGAP",
        "Phun thuốc",
        "90 kg",
    ):
        assert words in inspector.text
    for closed in (
        QUEUE,
        "/lien-minh/ho-so-htx",
        "/lien-minh/thanh-toan",
        "/lien-minh/can-bo",
        "/lien-minh/chung-nhan",
    ):
        assert inspector.get(closed).status_code == 404, closed


def test_a_family_is_drawn_with_its_shares(case: Case) -> None:
    other = make_cooperative(name="Bên Kia Sông", province="01", commune="00577")
    first = make_lot(case.product, quantity=60_000)
    second = make_lot(make_product(other, name="Nhãn Hà Nội"), quantity=40_000)
    with transaction():
        (dried,) = actions.transform(
            cooperative_id=case.cooperative.id, recipe=RECIPES["cooking"],
            inputs=[Input(first.id, 60_000), Input(second.id, 20_000)],
            outputs=[Output(session.merge(case.product), 20_000, "LONG", first.best_before)],
            place="Xưởng", commune_code="11977", on=clock.today(), by=None,
        )  # fmt: skip
        code = dried.code
    assert case.browser.get(f"{ORIGINS}/{code}").status_code == 200
    page = case.browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    assert "75 %" in page
    assert "25 %" in page
    assert page.count("family-box") == 3
    assert f"{ORIGINS}/{first.code}" in page
    assert f"{ORIGINS}/{second.code}" not in page
    case.browser.get(f"{ORIGINS}/{first.code}")
    assert "75 %" in case.browser.text


def test_a_book_that_does_not_add_up_is_called_so(case: Case) -> None:
    lot = case.harvest(90_000)
    with transaction():
        actions.write_off(case.now(lot), 5_000, reference="loss:1", note="=1+1", by=None)
    sheet = balance_sheet.balance_sheet(case.now(lot))
    assert (sheet.total_in, sheet.total_out, sheet.in_store, sheet.adds_up) == (90_000, 5_000, 85_000, True)
    book = case.browser.get(f"{ORIGINS}/{lot.code}/so.csv")
    assert book.mimetype == "text/csv"
    assert "'=1+1" in book.get_data(as_text=True)
    with transaction():
        session.execute(update(Lot).where(Lot.id == lot.id).values(lost=4_000))
    case.browser.get(f"{ORIGINS}/{lot.code}")
    assert "Sổ không khớp" in case.browser.text


def test_a_corrected_entry_shows_both_and_why(case: Case) -> None:
    lot = case.harvest(90_000)
    with transaction():
        row = case.now(lot)
        told = actions.add_stage(row, actions.NewStage(StageKind.PACKING, "Kho cũ", clock.today()), by=None)
        actions.add_stage(row, actions.NewStage(StageKind.PACKING, "Kho mới", clock.today()), by=None, corrects=told)
    case.browser.get(f"{ORIGINS}/{lot.code}")
    assert "đã báo là sai" in case.browser.text
    assert "Kho cũ" in case.browser.text
    assert "điều ghi thay thế" in case.browser.text


def test_a_lot_that_was_stopped_for_two_reasons_waits_once(case: Case) -> None:
    lot = make_lot(case.product)
    for reason in ("Nghi tem bị sao chép", "Thuốc chưa hết thời gian cách ly"):
        with transaction():
            actions.stop_for_officer(session.get_one(Lot, lot.id), by=None, reason=reason)
    case.browser.get(QUEUE)
    assert case.browser.text.count(lot.batch) == 1
    assert "Nghi tem bị sao chép" in case.browser.text
    case.browser.submit(QUEUE, {f"{lot.code}-reason": "Đã xét nghiệm"}, action="/cho-ban")
    assert case.now(lot).state == LotState.PUBLISHED
