"""A cooperative writes a lot down, tells its diary, publishes it, prints its labels, and calls it back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from marketplace.catalogue.models import Product, ProductClaim, ProductPicture
from marketplace.farming.models import Season
from marketplace.farming.states import DiaryKind
from marketplace.foundation import clock, dates, jobs
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.errors import NeedsOfficer
from marketplace.traceability.models import LabelRun, Lot, LotMovement, LotStage
from marketplace.traceability.states import LotState, StageKind
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_entry, make_season
from tests.factories.traceability import make_lot

OWNER = "+84901234567"
PICTURE = {
    "key": "pictures/x", "width": 400, "height": 300, "mean_colour": "#8a7f52", "widths": [400], "formats": ["jpg"],
    "state": "ready",
}  # fmt: skip


BOUGHT = {"season": "bought", "bought_from": "Chợ đầu mối", "bought_paper": "PX 12"}


class Desk:
    """A cooperative with a product, and its owner signed in."""

    def __init__(self, browser: Browser) -> None:
        self.cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.product = make_product(self.cooperative)
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/lo-hang"
        self.browser = browser
        browser.sign_in(OWNER)

    def add_photo(self) -> None:
        with transaction():
            session.add(ProductPicture(product_id=self.product.id, picture=PICTURE))

    def write_down(self, **typed: str) -> None:
        self.browser.submit(
            f"{self.home}/moi?san-pham={self.product.id}",
            {**BOUGHT, "quantity": "120 kg", "place": "Vườn bà Lan", **typed},
        )

    def only_lot(self) -> Lot:
        session.rollback()
        return session.query(Lot).one()

    def open(self, lot: Lot) -> str:
        return f"{self.home}/{lot.code}"

    def print(self, lot: Lot, **typed: str) -> object:
        return self.browser.submit(f"{self.open(lot)}/nhan", {"count": "3", "layout": "21", **typed}, action="/nhan")

    def open_sheet(self, lot: Lot) -> bytes:
        """The first file of the newest run."""
        newest = session.query(LabelRun).order_by(LabelRun.id.desc()).first()
        assert newest is not None
        self.browser.get(f"{self.open(lot)}/nhan/{newest.id}.pdf")
        return self.pdf()

    def html(self) -> str:
        assert self.browser.page is not None
        return self.browser.page.get_data(as_text=True)

    def pdf(self) -> bytes:
        assert self.browser.page is not None
        assert self.browser.page.mimetype == "application/pdf", self.browser.text
        return self.browser.page.data


@pytest.fixture
def desk(browser: Browser) -> Desk:
    return Desk(browser)


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (800, 600), "#5a8f3c").save(file, "JPEG")
    return file.getvalue()


def words_on(pdf: bytes) -> str:
    """Of the first page of labels; the page before it says how to stick them."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(document[1].get_textpage().get_text_range().split())


def test_from_harvest_to_origin_page(desk: Desk) -> None:
    desk.add_photo()
    browser = desk.browser
    browser.get(desk.home)
    assert "Chưa có lô hàng nào" in browser.text
    desk.write_down(quantity="2 tạ")
    lot = desk.only_lot()
    today = clock.today()
    assert (lot.quantity, lot.harvested_on, lot.best_before) == (200_000, today, today + timedelta(days=10))
    assert (lot.commune_code, lot.batch) == ("11977", f"{today:%y%m%d}-01")

    stage = {"kind": "packing", "place": "Nhà đóng gói", "operator": "Tổ 2", "photo": (io.BytesIO(photo()), "a.jpg")}
    browser.submit(desk.open(lot), stage, action="/buoc", content_type="multipart/form-data")
    told = session.query(LotStage).filter_by(kind=StageKind.PACKING).one()
    assert told.picture is not None
    assert told.picture["state"] == "quick"
    jobs.run_all_due()
    session.expire_all()
    assert told.picture["state"] == "ready"

    browser.submit(desk.open(lot), action="/cong-bo")
    assert "Đã công bố lô" in browser.text
    assert desk.only_lot().state == LotState.PUBLISHED
    story = queries.origin_story(lot.code, on=today)
    assert story is not None
    assert [step.place for step in story.stages] == ["Vườn bà Lan", "Nhà đóng gói"]
    assert browser.get(f"/q/{lot.code}").status_code == 200
    browser.get(desk.home)
    assert lot.batch in browser.text


def test_a_lot_that_is_not_ready_says_what_is_missing(desk: Desk) -> None:
    desk.write_down()
    lot = desk.only_lot()
    desk.browser.get(desk.open(lot))
    assert "is-missing" in desk.html()
    assert "/cong-bo" not in desk.html()
    token = desk.browser.forms()[-1]["fields"]["csrf_token"]
    desk.browser.post(f"{desk.open(lot)}/cong-bo", {"csrf_token": token})
    assert "Chưa công bố được, còn thiếu" in desk.browser.text
    assert desk.only_lot().state == LotState.DRAFT
    assert desk.browser.get(f"/q/{lot.code}").status_code == 404
    assert desk.browser.get(f"{desk.open(lot)}/qr.svg").status_code == 404


def test_wrong_days_and_quantities_stay_as_typed(desk: Desk) -> None:
    tomorrow = dates.format_day(clock.today() + timedelta(days=1))
    for typed, words in (
        ({"quantity": "hai tạ rưỡi"}, "hai tạ rưỡi"),
        ({"quantity": "0 kg"}, "ví dụ 120 kg"),
        ({"harvested_on": tomorrow}, tomorrow),
        ({"best_before": "01/01/2020"}, "trước ngày thu hoạch"),
        ({"commune": "Xã Không Có Đâu"}, "Xã Không Có Đâu"),
    ):
        desk.write_down(**typed)
        assert desk.browser.page is not None
        assert desk.browser.page.status_code == 422
        assert words in desk.html()
    assert session.query(Lot).count() == 0


def test_a_draft_is_put_right_and_its_harvest_told_again(desk: Desk) -> None:
    desk.write_down()
    lot = desk.only_lot()
    desk.browser.submit(f"{desk.open(lot)}/sua", {"quantity": "12 kg", "place": "Vườn ông Tư"})
    lot = desk.only_lot()
    assert (lot.quantity, lot.place) == (12_000, "Vườn ông Tư")
    old, new = lot.stages
    assert (old.place, new.place, new.corrects_id) == ("Vườn bà Lan", "Vườn ông Tư", old.id)
    published = make_lot(desk.product)
    desk.browser.get(f"{desk.open(published)}/sua")
    assert "không sửa được nữa" in desk.browser.text


def test_a_step_is_corrected_once_and_the_old_one_stays(desk: Desk) -> None:
    lot = make_lot(desk.product)
    step = lot.stages[0]
    address = f"{desk.open(lot)}/buoc/{step.id}"
    desk.browser.submit(address, {"operator": "Tổ 1"}, content_type="multipart/form-data")
    session.expire_all()
    newest = session.query(LotStage).order_by(LotStage.id.desc()).first()
    assert newest is not None
    assert (newest.corrects_id, newest.operator, newest.place) == (step.id, "Tổ 1", "Thôn Đông")
    assert "is-struck" in desk.html()
    desk.browser.get(address)
    assert "đã được sửa rồi" in desk.browser.text
    late = dates.format_day(clock.today() + timedelta(days=2))
    page = desk.browser.submit(desk.open(lot), {"started_on": late, "note": "mai sẽ làm"}, action="/buoc")
    assert page.status_code == 422
    assert "mai sẽ làm" in desk.html()
    not_a_photo = {"note": "ảnh", "photo": (io.BytesIO(b"<html>"), "a.jpg")}
    page = desk.browser.submit(desk.open(lot), not_a_photo, action="/buoc", content_type="multipart/form-data")
    assert page.status_code == 422
    assert session.query(LotStage).count() == 3


def test_the_printed_code_leads_to_the_lot(desk: Desk) -> None:
    lot = make_lot(desk.product, quantity=10_000)
    desk.print(lot, kind="lot")
    pdf = desk.open_sheet(lot)
    image = pypdfium2.PdfDocument(pdf)[1].render(scale=300 / 72).to_pil()
    found = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    assert [code.text for code in found] == [f"http://127.0.0.1:8000/q/{lot.code}"] * 3
    for words in ("Nhãn lồng Hưng Yên", lot.batch, "NSX", dates.format_day(lot.best_before), "1 kg"):
        assert words in words_on(pdf)
    assert desk.browser.get(f"{desk.open(lot)}/qr.png").headers["Content-Disposition"].startswith("attachment")
    with Image.open(io.BytesIO(desk.browser.page.data)) as image:  # type: ignore[union-attr]
        assert zxingcpp.read_barcodes(image)[0].text == f"http://127.0.0.1:8000/q/{lot.code}"


def test_labels_never_exceed_the_packs_of_the_lot(desk: Desk) -> None:
    lot = make_lot(desk.product, quantity=10_500)
    desk.print(lot, count="7")
    assert "Tem đã xong" in desk.browser.text
    assert desk.open_sheet(lot)
    page = desk.print(lot, count="4")
    assert page.status_code == 422  # type: ignore[attr-defined]
    assert "chỉ còn 3 gói" in desk.browser.text
    assert 'value="4"' in desk.html()
    assert desk.only_lot().labelled == 7_000
    desk.print(lot, count="3")
    assert desk.only_lot().labelled == 10_000
    desk.browser.get(f"{desk.open(lot)}/nhan")
    assert "cũng đã có tem" in desk.browser.text
    assert session.query(LabelRun).count() == 2


def claim(product: Product, days: int) -> None:
    ends = clock.today() + timedelta(days=days)
    certificate = make_certificate(make_cooperative(), product.name, valid_to=ends)
    with transaction():
        session.add(ProductClaim(product_id=product.id, certificate_id=certificate.id, counts=True))


def test_a_certificate_that_ran_out_is_not_on_new_labels(desk: Desk) -> None:
    lot = make_lot(desk.product, best_before=clock.today() + timedelta(days=60))
    claim(desk.product, days=5)
    desk.print(lot)
    assert "VietGAP" in words_on(desk.open_sheet(lot))
    again = f"{desk.open(lot)}/nhan/{session.query(LabelRun).one().id}.pdf"
    with clock.moved_to(clock.now() + timedelta(days=6)):
        desk.browser.sign_in(OWNER)
        desk.browser.get(again)
        assert "VietGAP" not in words_on(desk.pdf())
        desk.print(lot)
        assert "VietGAP" not in words_on(desk.open_sheet(lot))


def test_a_large_run_is_drawn_by_a_job(desk: Desk) -> None:
    lot = make_lot(desk.product, quantity=2_000_000, best_before=clock.today() + timedelta(days=60))
    desk.print(lot, count="1.500", layout="65")
    assert "Đang vẽ tem" in desk.browser.text
    assert 'http-equiv="refresh"' in desk.html()
    run = session.query(LabelRun).one()
    sheet = f"{desk.open(lot)}/nhan/{run.id}"
    desk.browser.get(f"{sheet}.pdf")
    assert "Đang vẽ tem" in desk.browser.text
    jobs.run_all_due()
    desk.browser.get(sheet)
    assert "Tệp 1 trong 2" in desk.browser.text
    desk.browser.get(f"{sheet}.pdf")
    with pypdfium2.PdfDocument(desk.pdf()) as document:
        assert len(document) == 1 + 16  # how to stick them, and 1,040 of the 1,500; the others are in a second file
    with clock.moved_to(clock.now() + timedelta(days=1)):
        desk.browser.sign_in(OWNER)
        desk.browser.get(f"{sheet}.pdf")
        assert "từ hôm trước" in desk.browser.text
        desk.browser.send(action=f"/nhan/{run.id}/ve")
        assert "Đang vẽ tem" in desk.browser.text
    assert session.query(LabelRun).count() == 1


def test_hold_release_and_recall_each_need_a_reason(desk: Desk) -> None:
    lot, browser = make_lot(desk.product), desk.browser
    assert browser.submit(desk.open(lot), action="/tam-dung").status_code == 422
    assert desk.only_lot().state == LotState.PUBLISHED
    browser.submit(desk.open(lot), {"hold-reason": "Chờ kết quả mẫu"}, action="/tam-dung")
    assert (desk.only_lot().state, desk.only_lot().state_reason) == (LotState.ON_HOLD, "Chờ kết quả mẫu")
    browser.submit(desk.open(lot), {"release-reason": "Mẫu đạt"}, action="/ban-lai")
    assert desk.only_lot().state == LotState.PUBLISHED
    browser.get(desk.open(lot))
    assert "Không làm lại được" in desk.html()
    browser.submit(desk.open(lot), {"recall-reason": "Sai tem"}, action="/thu-hoi")
    assert desk.only_lot().state == LotState.RECALLED
    assert f"{lot.code}/thu-hoi" not in desk.html()
    assert "In tem" not in desk.html()


def test_who_comes_second_is_told_how_the_lot_stands(desk: Desk, browsers: Callable[[], Browser]) -> None:
    lot, colleague = make_lot(desk.product), browsers()
    colleague.sign_in(OWNER)
    colleague.get(desk.open(lot))
    desk.browser.submit(desk.open(lot), {"recall-reason": "Sai tem"}, action="/thu-hoi")
    colleague.send({"hold-reason": "Chờ"}, action="/tam-dung")
    assert "Có người vừa làm trước" in colleague.text
    assert desk.only_lot().state == LotState.RECALLED


def season_of(desk: Desk, kilograms: int = 100) -> Season:
    return make_season(desk.product, ceiling=kilograms * 1000, ceiling_note="đã đo")


def deed(desk: Desk, lot: Lot, action: str, **typed: str) -> None:
    desk.browser.submit(desk.open(lot), typed, action=action)


def test_a_lot_is_recorded_before_it_is_sold(desk: Desk) -> None:
    season = season_of(desk)
    desk.write_down(quantity="80 kg", season=str(season.id))
    lot = desk.only_lot()
    assert lot.season_id == season.id
    deed(desk, lot, "/ghi-so")
    assert "Đã ghi lô vào sổ" in desk.browser.text
    lot = desk.only_lot()
    assert (lot.state, lot.produced) == (LotState.RECORDED, 80_000)
    assert session.get_one(Season, season.id).harvested == 80_000
    desk.browser.get(f"{desk.home}/moi")
    assert "còn ghi được 20 kg" in desk.browser.text
    desk.browser.get(f"{desk.open(lot)}/sua")
    assert "đã ghi sổ nên không sửa được nữa" in desk.browser.text
    desk.add_photo()
    deed(desk, lot, "/cong-bo")
    assert desk.only_lot().state == LotState.PUBLISHED


def hindered(desk: Desk, words: str) -> None:
    """The page says why and offers nothing to press; whoever kept an older page is told the same and changes nothing."""
    page = desk.open(desk.only_lot())
    desk.browser.get(page)
    assert desk.browser.text.count(words) == 1
    assert not any(form["action"].endswith(("/ghi-so", "/cong-bo")) for form in desk.browser.forms())
    token = next(form["fields"]["csrf_token"] for form in desk.browser.forms() if "csrf_token" in form["fields"])
    for deed in ("ghi-so", "cong-bo"):
        desk.browser.post(f"{page}/{deed}", {"csrf_token": token})
        assert desk.only_lot().state == LotState.DRAFT
    desk.browser.post(f"{page}/ghi-so", {"csrf_token": token})
    assert desk.browser.text.count(words) == 2


def test_more_than_the_land_gives_says_how_much_is_left(desk: Desk) -> None:
    season = season_of(desk)
    desk.write_down(quantity="120 kg", season=str(season.id))
    hindered(desk, "khoảng 100 kg, đã ghi 0 g. Chỉ còn ghi được nhiều nhất 110 kg; bạn ghi 120 kg")
    assert session.get_one(Season, season.id).harvested == 0


def test_slightly_more_than_the_land_gives_waits_for_the_officer(desk: Desk) -> None:
    season = season_of(desk)
    desk.add_photo()
    desk.write_down(quantity="105 kg", season=str(season.id))
    lot = desk.only_lot()
    deed(desk, lot, "/cong-bo")
    assert "cán bộ Liên minh sẽ xem. Trước lúc đó chưa bán" in desk.browser.text
    assert desk.only_lot().state == LotState.ON_HOLD
    assert "Chỉ cán bộ Liên minh tỉnh mới cho bán lại được" in desk.browser.text
    assert "/ban-lai" not in desk.html()
    token = next(form["fields"]["csrf_token"] for form in desk.browser.forms() if "csrf_token" in form["fields"])
    desk.browser.post(f"{desk.open(lot)}/ban-lai", {"csrf_token": token, "release-reason": "Đúng mà"})
    assert "Chỉ cán bộ Liên minh mới cho bán lại" in desk.browser.text
    assert desk.only_lot().state == LotState.ON_HOLD


def test_a_harvest_too_soon_after_spraying_names_product_and_day(desk: Desk) -> None:
    season = season_of(desk)
    make_entry(season, DiaryKind.PESTICIDE, trade_name="Abamectin 1.8EC", phi_days="7")
    desk.write_down(quantity="10 kg", season=str(season.id))
    first = dates.format_day(clock.today() + timedelta(days=7))
    hindered(desk, f"ở đây đã dùng Abamectin 1.8EC. Ngày sớm nhất được thu hoạch là {first}")


def test_the_season_must_grow_the_product(desk: Desk) -> None:
    other = make_season(make_product(desk.cooperative, name="Vải thiều"))
    desk.write_down(season=str(other.id))
    assert "Vụ này trồng sản phẩm khác" in desk.browser.text
    assert session.query(Lot).count() == 0
    foreign = make_season(make_product(make_cooperative()))
    desk.write_down(season=str(foreign.id))
    assert session.query(Lot).count() == 0


@pytest.mark.parametrize(
    ("address", "prefix", "counter"), [("hao-hut", "loss", "lost"), ("ban-ngoai", "bulk", "bulk_sold")]
)
def test_what_leaves_a_lot_is_counted_once(desk: Desk, address: str, prefix: str, counter: str) -> None:
    lot = make_lot(desk.product, quantity=100_000)
    typed = {f"{prefix}-quantity": "30 kg", f"{prefix}-note": "như đã kể"}
    desk.browser.get(desk.open(lot))
    form = next(one for one in desk.browser.forms() if one["action"].endswith(address))
    for _click in range(2):
        desk.browser.post(f"{desk.open(lot)}/{address}", {**form["fields"], **typed})
        assert desk.browser.page is not None
        assert desk.browser.page.status_code == 200
    assert getattr(desk.only_lot(), counter) == 30_000
    assert session.query(LotMovement).count() == 2
    assert "70 kg" in desk.browser.text
    deed(desk, lot, address, **{**typed, f"{prefix}-quantity": "71 kg"})
    assert f"Lô {lot.code} chỉ còn 70 kg" in desk.browser.text
    assert "71 kg" in desk.html()
    assert getattr(desk.only_lot(), counter) == 30_000


def test_a_held_lot_names_the_lot_that_holds_it(desk: Desk) -> None:
    lot = make_lot(desk.product, quantity=100_000)
    address = f"/htx-cua-toi/{desk.cooperative.slug}/che-bien/moi?cach=split&lo={lot.code}"
    desk.browser.submit(address, {"out-0-quantity": "40 kg", "out-0-batch": "CON"})
    deed(desk, lot, "/tam-dung", **{"hold-reason": "Chờ mẫu"})
    session.rollback()
    child = session.query(Lot).filter_by(batch="CON").one()
    assert child.state == LotState.ON_HOLD
    desk.browser.get(desk.open(child))
    assert f"vì trong lô này có hàng của lô {lot.batch}" in desk.browser.text
    assert "/ban-lai" not in desk.html()
    deed(desk, lot, "/ban-lai", **{"release-reason": "Đạt"})
    session.rollback()
    assert session.query(Lot).filter_by(batch="CON").one().state == LotState.RECORDED


def test_a_late_spraying_reaches_a_lot_that_its_cooperative_holds_already(
    desk: Desk, browsers: Callable[[], Browser]
) -> None:
    season = season_of(desk)
    desk.write_down(quantity="10 kg", season=str(season.id))
    lot = desk.only_lot()
    deed(desk, lot, "/ghi-so")
    deed(desk, lot, "/tam-dung", **{"hold-reason": "Chờ cân lại"})
    for _bottle in range(2):
        make_entry(season, DiaryKind.PESTICIDE, phi_days="7")
    assert [(hold.reason, hold.needs_officer) for hold in queries.open_holds_of(desk.only_lot())] == [
        ("Chờ cân lại", False),
        (rules.HARVESTED_TOO_SOON, True),
    ]
    with pytest.raises(NeedsOfficer), transaction():
        actions.release(desk.only_lot(), by=None, reason="Đúng mà")
    desk.browser.get(desk.open(lot))
    assert "/ban-lai" not in desk.html()

    officer = browsers()
    sign_in_officer(officer, make_officer("33"))
    officer.submit("/lien-minh/lo-cho-duyet", {f"{lot.code}-reason": "Đã xét nghiệm, đạt"}, action="/cho-ban")
    deed_told = session.query(AuditEntry).filter_by(tag="traceability:lot:release").one()
    assert (deed_told.province_code, deed_told.reason) == ("33", "Đã xét nghiệm, đạt")
    assert desk.only_lot().state == LotState.ON_HOLD  # for the reason of its own cooperative
    deed(desk, lot, "/ban-lai", **{"release-reason": "Đã cân lại"})
    assert desk.only_lot().state == LotState.RECORDED


def test_a_lot_number_stands_for_one_lot_of_a_product(desk: Desk) -> None:
    day = clock.today()
    make_lot(desk.product, batch="Nhãn-Đ1", harvested_on=day)
    free = f"{day:%y%m%d}-02"
    for typed in ("Nhãn-Đ1", "NHÃN-đ1"):
        desk.write_down(batch=typed)
        assert f"đã dùng cho lô thu hoạch hoặc làm ngày {dates.format_day(day)}" in desk.browser.text
        assert f"Số tiếp theo chưa dùng là {free}" in desk.browser.text
        assert session.query(Lot).count() == 1
    desk.write_down(batch=free, product=str(make_product(desk.cooperative, name="Vải").id))
    desk.write_down(batch="Nhãn-Đ1", product=str(session.query(Product).filter_by(name="Vải").one().id))
    assert session.query(Lot).count() == 3
    assert queries.next_batch(desk.cooperative.id, on=day) == f"{day:%y%m%d}-04"


def test_of_two_drafts_with_one_number_only_the_first_is_recorded(desk: Desk) -> None:
    for _draft in range(2):
        desk.write_down(batch="A-1")
    first, second = session.query(Lot).order_by(Lot.id)
    deed(desk, first, "/ghi-so")
    assert "Đã ghi lô vào sổ" in desk.browser.text
    deed(desk, second, "/ghi-so")
    assert "Số lô A-1 đã dùng cho lô" in desk.browser.text
    session.rollback()
    assert [lot.state for lot in session.query(Lot).order_by(Lot.id)] == [LotState.RECORDED, LotState.DRAFT]
    desk.browser.submit(f"{desk.open(second)}/sua", {"batch": "a-1"})
    assert "Số lô a-1 đã dùng" in desk.browser.text
    desk.browser.submit(f"{desk.open(second)}/sua", {"batch": "A-2"})
    deed(desk, second, "/ghi-so")
    assert "Đã ghi lô vào sổ" in desk.browser.text


BESIDE = [
    "", "/sua", "/qr.svg", "/qr.png", "/nhan", "/nhan/1", "/nhan/1.pdf", "/nhan/1-2.pdf", "/nhan/1/huong-dan.pdf",
    "/buoc/1",
]  # fmt: skip
DEEDS = [
    "/ghi-so",
    "/hao-hut",
    "/ban-ngoai",
    "/cong-bo",
    "/tam-dung",
    "/ban-lai",
    "/thu-hoi",
    "/nhan",
    "/nhan/1/ve",
    "/nhan/1/huy",
    "/nhan/1/ban",
    "/nhan/1/tra-ve",
    "/buoc",
    "/buoc/1",
    "/sua",
]


def test_another_cooperatives_lot_is_not_there(desk: Desk) -> None:
    lot = make_lot(make_product(make_cooperative(), name="Chè của người khác"))
    desk.browser.get(desk.home)
    assert "Chè của người khác" not in desk.browser.text
    for beside in BESIDE:
        assert desk.browser.get(desk.open(lot) + beside).status_code == 404, beside
    desk.browser.get(f"{desk.home}/moi")
    assert not re.search("Chè của người khác", desk.html())
    token = desk.browser.forms()[-1]["fields"]["csrf_token"]
    for beside in DEEDS:
        answer = desk.browser.post(desk.open(lot) + beside, {"csrf_token": token, "recall-reason": "x"})
        assert answer.status_code == 404, beside
    assert desk.only_lot().state == LotState.PUBLISHED
    desk.write_down(product=str(lot.product_id))
    assert session.query(Lot).count() == 1
