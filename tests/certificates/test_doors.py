"""The pages of certificates: handing in at the desk, comparing at the Alliance, the proof that buyers see."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from marketplace.accounts.models import Person
from marketplace.certificates.models import Certificate, CertificateFile
from marketplace.certificates.rules import BadAmount, format_amount, parse_amount
from marketplace.certificates.states import Review
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.foundation import clock, files
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative

QUEUE = "/lien-minh/chung-nhan"
TYPED = {
    "scheme": "ocop",
    "stars": "4",
    "number": "125/GCN-OCOP",
    "issuer_name": "UBND tỉnh Hưng Yên",
    "issuer_level": "tinh",
    "valid_from": "05/01/2026",
    "valid_to": "04/01/2029",
    "scope": "- Nhãn lồng Hưng Yên hộp 5 kg\n\nLong nhãn sấy\n",
    "area_m2": "0,5",
    "expected_yield_kg_per_year": "12,5",
}


def scan(name: str = "giấy.jpg", data: bytes | None = None) -> tuple[io.BytesIO, str]:
    if data is None:
        file = io.BytesIO()
        Image.new("RGB", (40, 60), "white").save(file, "JPEG")
        data = file.getvalue()
    return io.BytesIO(data), name


@pytest.fixture
def owner(browser: Browser) -> Person:
    """Somebody signed in, with a cooperative of his own."""
    person = make_person(full_name="Nguyễn Thị Lan")
    browser.sign_in(person.contacts[0])
    return person


@pytest.fixture
def cooperative(owner: Person) -> Cooperative:
    return make_cooperative(owner=owner)


@pytest.fixture
def officer(browser: Browser) -> Browser:
    sign_in_officer(browser, make_officer("33"))
    return browser


def desk(cooperative: Cooperative) -> str:
    return f"/htx-cua-toi/{cooperative.slug}/chung-nhan"


def status(browser: Browser) -> int:
    assert browser.page is not None
    return browser.page.status_code


def waiting(cooperative: Cooperative, **changes: Any) -> Certificate:
    return make_certificate(cooperative, "Nhãn lồng", review=Review.PENDING, **changes)


def add_scan(certificate: Certificate, key: str = "papers/one.jpg") -> int:
    files.store().put(key, b"\xff\xd8\xff", files.content_type_of(key))
    with transaction():
        file = CertificateFile(
            certificate_id=certificate.id, file_key=key, file_name="giấy", content_type=files.content_type_of(key)
        )
        session.add(file)
    return file.id


def now(certificate: Certificate) -> Certificate:
    session.rollback()
    session.expire_all()
    return session.get_one(Certificate, certificate.id)


def test_an_empty_list_invites_to_hand_in(browser: Browser, cooperative: Cooperative) -> None:
    browser.get(desk(cooperative))
    assert "Chưa có chứng nhận" in browser.text
    assert "Thêm chứng nhận" in browser.text


def test_handing_in(browser: Browser, cooperative: Cooperative) -> None:
    browser.submit(f"{desk(cooperative)}/moi", {**TYPED, "files": [scan(), scan("hai.jpg")]})
    assert status(browser) == 200
    assert "Chờ cán bộ kiểm tra" in browser.text
    session.rollback()
    found = session.query(Certificate).one()
    assert (found.stars, found.area_m2, found.expected_yield_kg_per_year) == (4, 5_000, 12_500)
    assert [entry.name for entry in found.scope] == ["Nhãn lồng Hưng Yên hộp 5 kg", "Long nhãn sấy"]
    assert [file.file_name for file in found.files] == ["giấy.jpg", "hai.jpg"]
    assert (found.holder, found.review) == (cooperative.legal_name, Review.PENDING)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"files": None}, "Hãy thêm ảnh hoặc PDF"),
        ({"files": [scan("xấu.exe", b"MZ")]}, "xấu.exe"),
        ({"stars": ""}, "Hãy chọn số sao"),
        ({"valid_to": "04/01/2020"}, "Ngày kết thúc trước ngày bắt đầu"),
        ({"valid_to": "hôm qua"}, "05/11/2026"),
        ({"area_m2": "rộng"}, "Hãy ghi số, như 12 hoặc 0,5."),
        ({"files": [scan(f"{number}.jpg") for number in range(11)]}, "nhiều nhất 10 tệp"),
    ],
    ids=["no scan", "no picture", "no stars", "ends before", "no day", "no number", "too many"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    browser: Browser, cooperative: Cooperative, changes: dict[str, Any], said: str
) -> None:
    browser.submit(f"{desk(cooperative)}/moi", {**TYPED, "files": [scan()], **changes})
    assert status(browser) == 422
    assert said in browser.text
    form = next(form for form in browser.forms() if "scheme" in form["fields"])["fields"]
    kept = {name: value for name, value in {**TYPED, **changes}.items() if name != "files"}
    assert {name: form[name].strip() for name in kept if name != "scope"} == {
        name: value for name, value in kept.items() if name != "scope"
    }
    session.rollback()
    assert session.query(Certificate).count() == 0


def test_correcting_shows_what_stands_there_and_goes_back_to_the_officer(
    browser: Browser, cooperative: Cooperative
) -> None:
    certificate = make_certificate(
        cooperative, "Nhãn lồng", area_m2=400_500, households_count=12, review_note="Ảnh mờ.", review=Review.NEED_INFO
    )
    first = add_scan(certificate)
    browser.get(f"{desk(cooperative)}/{certificate.id}")
    assert "Ảnh mờ." in browser.text
    assert "40,05 ha" in browser.text
    browser.send({"number": "Số đúng", "without_files": [str(first)], "files": [scan("rõ.jpg")]})
    assert status(browser) == 200
    after = now(certificate)
    assert (after.number, after.review, after.review_note) == ("Số đúng", Review.PENDING, "")
    assert (after.area_m2, after.households_count) == (400_500, 12)
    assert [file.file_name for file in after.files] == ["rõ.jpg"]


def test_the_last_scan_stays(browser: Browser, cooperative: Cooperative) -> None:
    certificate = make_certificate(cooperative, "Nhãn lồng")
    only = add_scan(certificate)
    browser.submit(f"{desk(cooperative)}/{certificate.id}", {"without_files": [str(only)]})
    assert status(browser) == 422
    assert "Phải còn ít nhất một ảnh" in browser.text
    assert now(certificate).review == Review.VERIFIED


def test_other_cooperatives_certificates_are_not_there(browser: Browser, cooperative: Cooperative) -> None:
    foreign = make_certificate(make_cooperative(), "Gạo nếp")
    scan_id = add_scan(foreign)
    assert browser.get(f"{desk(cooperative)}/{foreign.id}").status_code == 404
    assert browser.get(f"{desk(cooperative)}/tep/{scan_id}").status_code == 404
    browser.get(f"{desk(cooperative)}/moi")
    token = next(form for form in browser.forms() if "scheme" in form["fields"])["fields"]["csrf_token"]
    sent = {**TYPED, "csrf_token": token, "files": [scan()]}
    assert browser.post(f"{desk(cooperative)}/{foreign.id}", sent).status_code == 404
    assert now(foreign).number == foreign.number


def test_the_queue_shows_the_oldest_first_and_nothing_of_elsewhere(officer: Browser) -> None:
    here = make_cooperative()
    waiting(here, number="MỚI")
    waiting(here, number="LÂU", submitted_at=clock.now() - timedelta(days=9))
    waiting(make_cooperative(province="01", commune="00004"), number="HÀ-NỘI")
    make_certificate(here, number="SẮP-HẾT", valid_to=clock.today() + timedelta(days=20))
    make_certificate(here, number="CÒN-LÂU")
    make_certificate(here, number="ĐÃ-HẾT", valid_to=clock.today() - timedelta(days=1))
    officer.get(QUEUE)
    assert officer.text.index("LÂU") < officer.text.index("MỚI")
    assert "HÀ-NỘI" not in officer.text
    assert "SẮP-HẾT" not in officer.text
    officer.get(f"{QUEUE}?xem=het-han")
    assert "SẮP-HẾT" in officer.text
    assert "CÒN-LÂU" not in officer.text
    assert "ĐÃ-HẾT" not in officer.text
    officer.get(f"{QUEUE}?xem=gì-đó&trang=-5")
    assert "MỚI" in officer.text


def test_verifying_compares_with_the_paper(officer: Browser) -> None:
    certificate = waiting(make_cooperative(), number="GGN 12", scheme="globalgap")
    make_certificate(make_cooperative(name="Mượn Giấy"), "Gạo", number="GGN 12", scheme="globalgap")
    scan_id = add_scan(certificate)
    page = officer.get(f"{QUEUE}/{certificate.id}").get_data(as_text=True)
    assert f'src="{QUEUE}/tep/{scan_id}"' in page
    assert "mã GGN 13 chữ số" in officer.text
    assert "HTX Mượn Giấy cũng nộp giấy mang số này" in officer.text
    officer.send({"decision": "verify"}, action="/quyet-dinh")
    assert status(officer) == 200
    after = now(certificate)
    assert (after.review, after.verified_at is not None) == (Review.VERIFIED, True)


def test_what_was_handed_in_again_meanwhile_must_be_looked_at(officer: Browser) -> None:
    certificate = waiting(make_cooperative())
    officer.get(f"{QUEUE}/{certificate.id}")
    with transaction():
        row = session.get_one(Certificate, certificate.id)
        row.number, row.submitted_at = "Số khác", clock.now() + timedelta(seconds=1)
    officer.send({"decision": "verify"}, action="/quyet-dinh")
    assert "vừa nộp lại bản khác" in officer.text
    assert "Số khác" in officer.text
    assert now(certificate).review == Review.PENDING


@pytest.mark.parametrize("decision", ["ask_for_more", "refuse"])
def test_saying_no_needs_a_reason(officer: Browser, decision: str) -> None:
    certificate = waiting(make_cooperative())
    officer.submit(f"{QUEUE}/{certificate.id}", {"decision": decision, "note": " "}, action="/quyet-dinh")
    assert status(officer) == 422
    assert now(certificate).review == Review.PENDING
    officer.submit(f"{QUEUE}/{certificate.id}", {"decision": decision, "note": "Thiếu trang 2."}, action="/quyet-dinh")
    assert status(officer) == 200
    assert now(certificate).review_note == "Thiếu trang 2."


def test_who_was_asked_for_more_must_hand_in_before_anybody_verifies(officer: Browser) -> None:
    certificate = make_certificate(make_cooperative(), "Nhãn", review=Review.NEED_INFO, review_note="Thiếu trang 2.")
    page = officer.get(f"{QUEUE}/{certificate.id}").get_data(as_text=True)
    assert 'value="verify"' not in page
    assert 'value="refuse"' in page


def test_suspending_and_reinstating(officer: Browser) -> None:
    certificate = make_certificate(make_cooperative(), "Nhãn lồng")
    home = f"{QUEUE}/{certificate.id}"
    officer.submit(home, {"note": ""}, action="/tam-dung")
    assert (status(officer), now(certificate).review) == (422, Review.VERIFIED)
    officer.submit(home, {"note": "Có khiếu nại."}, action="/tam-dung")
    assert now(certificate).review == Review.SUSPENDED
    assert "Có khiếu nại." in officer.text
    officer.get(f"/chung-nhan/{certificate.id}")
    assert "Liên minh đã tạm dừng" in officer.text
    officer.submit(home, {"note": "Đã làm rõ."}, action="/khoi-phuc")
    assert now(certificate).review == Review.VERIFIED


def test_other_provinces_are_not_there(officer: Browser) -> None:
    elsewhere = waiting(make_cooperative(province="01", commune="00004"))
    scan_id = add_scan(elsewhere)
    officer.get("/tai-khoan")
    token = officer.forms()[-1]["fields"]["csrf_token"]
    for path in (f"{QUEUE}/{elsewhere.id}", f"{QUEUE}/tep/{scan_id}"):
        assert officer.get(path).status_code == 404
    for deed in ("quyet-dinh", "tam-dung", "khoi-phuc"):
        sent = {"csrf_token": token, "decision": "verify", "note": "không"}
        assert officer.post(f"{QUEUE}/{elsewhere.id}/{deed}", sent).status_code == 404
    assert now(elsewhere).review == Review.PENDING


def test_scans_are_private(officer: Browser, browsers: Any) -> None:
    scan_id = add_scan(waiting(make_cooperative()))
    answer = officer.get(f"{QUEUE}/tep/{scan_id}")
    assert answer.content_type == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    stranger = browsers()
    assert stranger.get(f"{QUEUE}/tep/{scan_id}").content_type.startswith("text/html")


def test_the_proof_says_what_counts_today(browser: Browser) -> None:
    owner = make_cooperative(name="Vườn Nhãn Quê")
    certificate = make_certificate(owner, "Nhãn lồng", scheme="globalgap", verified_at=clock.now())
    address = f"/chung-nhan/{certificate.id}"
    browser.get(address)
    for words in ("còn giá trị", certificate.number, "HTX Vườn Nhãn Quê", "Nhãn lồng", "database.globalgap.org"):
        assert words in browser.text
    assert "Diện tích" not in browser.text, "facts without a value are left out"
    with clock.moved_to(clock.now() + timedelta(days=600)):
        browser.get(address)
        assert "Đã hết hạn ngày" in browser.text


@pytest.mark.parametrize("review", [Review.PENDING, Review.NEED_INFO, Review.REFUSED])
def test_there_is_no_proof_of_what_nobody_has_verified(browser: Browser, review: Review) -> None:
    certificate = make_certificate(make_cooperative(), "Nhãn lồng", review=review)
    assert browser.get(f"/chung-nhan/{certificate.id}").status_code == 404


def test_there_is_no_proof_for_a_closed_cooperative(browser: Browser) -> None:
    certificate = make_certificate(make_cooperative(admission=Admission.SUSPENDED), "Nhãn lồng")
    assert browser.get(f"/chung-nhan/{certificate.id}").status_code == 404


@pytest.mark.parametrize(
    ("text", "amount", "shown"),
    [("12", 120_000, "12"), ("0,5", 5_000, "0,5"), ("1.5", 15_000, "1,5"), ("1.250,5", 12_505_000, "1.250,5")],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: int, shown: str) -> None:
    assert parse_amount(text, 10_000) == amount
    assert format_amount(amount, 10_000) == shown


@pytest.mark.parametrize("text", ["", "0", "-1", "1,2,3", "nhiều", "１２", "9" * 40])
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(BadAmount):
        parse_amount(text, 10_000)
