"""Officers answer applications of their provinces, once; suspending takes goods off the market, lifting brings them back."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import marketplace
from marketplace.catalogue.models import Listing
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives.errors import AdmissionMoveRefused
from marketplace.cooperatives.models import Cooperative, CooperativeDocument
from marketplace.cooperatives.states import Admission
from marketplace.cooperatives.words import DEEDS
from marketplace.foundation import audit, clock, files
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from tests.client import Browser
from tests.factories.accounts import make_admin, make_officer, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative

QUEUE = "/lien-minh/ho-so-htx"
HANOI = {"province": "01", "commune": "00004"}


@pytest.fixture
def officer(browser: Browser) -> Browser:
    """An officer of Hưng Yên at work."""
    sign_in_officer(browser, make_officer("33"))
    return browser


def handed_in(*, days_ago: int = 0, admission: Admission = Admission.SUBMITTED, **changes: Any) -> Cooperative:
    return make_cooperative(
        admission=admission,
        submitted_at=clock.now() - timedelta(days=days_ago),
        verified_at=None,
        **changes,
    )


def now(cooperative: Cooperative) -> Cooperative:
    session.rollback()
    return session.get_one(Cooperative, cooperative.id)


def deeds(cooperative: Cooperative) -> list[str]:
    rows = session.query(AuditEntry).filter_by(subject="cooperative", subject_id=cooperative.id).order_by(AuditEntry.id)
    return [row.tag.rpartition(":")[2] for row in rows]


def add_paper(cooperative: Cooperative, key: str, content_type: str, data: bytes = b"scan") -> int:
    files.store().put(key, data, content_type)
    with transaction():
        paper = CooperativeDocument(
            cooperative_id=cooperative.id,
            kind="registration",
            file_key=key,
            file_name="giấy đăng ký." + key.rpartition(".")[2],
            content_type=content_type,
            created_at=clock.now(),
        )
        session.add(paper)
    return paper.id


def test_the_queue_shows_the_oldest_first_and_nothing_of_elsewhere(officer: Browser) -> None:
    handed_in(name="Mới nộp")
    handed_in(name="Nộp lâu", days_ago=9)
    handed_in(name="Cần bổ sung", days_ago=20, admission=Admission.NEED_INFO)
    handed_in(name="Ở Hà Nội", **HANOI)
    make_cooperative(name="Chưa nộp", admission=Admission.DRAFT)
    officer.get("/lien-minh")
    shown = officer.text
    assert shown.index("Nộp lâu") < shown.index("Mới nộp") < shown.index("HTX Cần bổ sung")
    assert "9 ngày" in shown
    assert "Ở Hà Nội" not in shown
    assert "Chưa nộp" not in shown


def test_admitting_opens_the_shop_once(officer: Browser) -> None:
    cooperative = handed_in()
    product = make_product(cooperative)
    assert session.get(Listing, product.id) is None
    officer.get(f"{QUEUE}/{cooperative.id}")
    officer.send({"decision": "verify"}, action="/quyet-dinh")
    assert officer.page is not None
    assert officer.page.status_code == 200
    after = now(cooperative)
    assert after.admission == Admission.VERIFIED
    assert after.verified_at is not None
    assert after.verified_by_id is not None
    assert session.get(Listing, product.id) is not None
    assert deeds(cooperative) == ["verified"]


def test_a_second_click_writes_nothing(officer: Browser) -> None:
    cooperative = handed_in()
    officer.get(f"{QUEUE}/{cooperative.id}")
    token = next(form for form in officer.forms() if form["action"].endswith("/quyet-dinh"))["fields"]["csrf_token"]
    refusal = {"csrf_token": token, "decision": "refuse", "note": "Giấy mờ, không đọc được."}
    officer.post(f"{QUEUE}/{cooperative.id}/quyet-dinh", refusal)
    officer.post(f"{QUEUE}/{cooperative.id}/quyet-dinh", {"csrf_token": token, "decision": "verify"})
    assert "Chưa có gì thay đổi" in officer.text
    after = now(cooperative)
    assert (after.admission, after.admission_note) == (Admission.REFUSED, "Giấy mờ, không đọc được.")
    assert deeds(cooperative) == ["refused"]


@pytest.mark.parametrize("decision", ["ask_for_more", "refuse"])
def test_saying_no_needs_a_reason(officer: Browser, decision: str) -> None:
    cooperative = handed_in()
    officer.submit(f"{QUEUE}/{cooperative.id}", {"decision": decision, "note": "  "}, action="/quyet-dinh")
    assert officer.page is not None
    assert officer.page.status_code == 422
    decide = next(form for form in officer.forms() if form["action"].endswith("/quyet-dinh"))
    assert decide["fields"]["decision"] == decision
    assert now(cooperative).admission == Admission.SUBMITTED
    assert deeds(cooperative) == []


def test_asking_for_more_keeps_what_is_missing(officer: Browser) -> None:
    cooperative = handed_in()
    officer.submit(
        f"{QUEUE}/{cooperative.id}",
        {"decision": "ask_for_more", "note": "Thiếu trang 2 của giấy đăng ký."},
        action="/quyet-dinh",
    )
    assert now(cooperative).admission == Admission.NEED_INFO
    officer.get(f"{QUEUE}/{cooperative.id}")
    assert "Thiếu trang 2 của giấy đăng ký." in officer.text
    assert "Lê Thị Cán Bộ" in officer.text


def test_other_provinces_are_not_there(officer: Browser) -> None:
    elsewhere = handed_in(**HANOI)
    paper_id = add_paper(elsewhere, "papers/hanoi.pdf", "application/pdf")
    officer.get("/tai-khoan")
    token = officer.forms()[-1]["fields"]["csrf_token"]
    for path in (f"{QUEUE}/{elsewhere.id}", f"/lien-minh/htx/{elsewhere.id}", f"/lien-minh/giay-to/{paper_id}"):
        assert officer.get(path).status_code == 404
    for path in (f"{QUEUE}/{elsewhere.id}/quyet-dinh", f"/lien-minh/htx/{elsewhere.id}/tam-dung"):
        sent = {"csrf_token": token, "decision": "verify", "reason": "không"}
        assert officer.post(path, sent).status_code == 404
    assert now(elsewhere).admission == Admission.SUBMITTED
    officer.get("/lien-minh/htx")
    assert elsewhere.short_name not in officer.text


def test_a_draft_is_the_cooperatives_own_business(officer: Browser) -> None:
    draft = make_cooperative(admission=Admission.DRAFT)
    paper_id = add_paper(draft, "papers/draft.pdf", "application/pdf")
    assert officer.get(f"{QUEUE}/{draft.id}").status_code == 404
    assert officer.get(f"/lien-minh/giay-to/{paper_id}").status_code == 404


def test_papers_are_shown_beside_the_facts_and_kept_private(officer: Browser) -> None:
    cooperative = handed_in()
    photo = add_paper(cooperative, "papers/photo.jpg", "image/jpeg", b"\xff\xd8\xff")
    scan = add_paper(cooperative, "papers/scan.pdf", "application/pdf", b"%PDF-1.4")
    page = officer.get(f"{QUEUE}/{cooperative.id}").get_data(as_text=True)
    assert f'src="/lien-minh/giay-to/{photo}"' in page
    assert f'href="/lien-minh/giay-to/{scan}"' in page
    for paper_id, content_type, shown in ((photo, "image/jpeg", "inline"), (scan, "application/pdf", "attachment")):
        answer = officer.get(f"/lien-minh/giay-to/{paper_id}")
        assert answer.content_type.startswith(content_type)
        assert answer.headers["Content-Disposition"].startswith(shown)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_missing_file_is_not_there(officer: Browser) -> None:
    cooperative = handed_in()
    paper_id = add_paper(cooperative, "papers/lost.pdf", "application/pdf")
    files.store().delete("papers/lost.pdf")
    assert officer.get(f"/lien-minh/giay-to/{paper_id}").status_code == 404


def test_look_alikes_are_pointed_out(officer: Browser) -> None:
    make_cooperative(name="Bờ Sông", phone="+84911111111", **HANOI)
    twin = handed_in(name="Ven Đê", phone="+84911111111", representative_name="Người khác")
    officer.get(f"{QUEUE}/{twin.id}")
    assert "HTX Bờ Sông" in officer.text
    assert "cùng số điện thoại" in officer.text.lower()
    alone = handed_in(name="Một mình", phone="+84922222222", representative_name="Không trùng ai")
    officer.get(f"{QUEUE}/{alone.id}")
    assert "cùng số điện thoại" not in officer.text.lower()


def test_suspending_takes_the_goods_off_and_lifting_brings_them_back(officer: Browser) -> None:
    cooperative = make_cooperative()
    product = make_product(cooperative)
    home = f"/lien-minh/htx/{cooperative.id}"
    officer.submit(home, {"reason": ""}, action="/tam-dung")
    assert officer.page is not None
    assert officer.page.status_code == 422
    assert now(cooperative).admission == Admission.VERIFIED
    officer.submit(home, {"reason": "Bán hàng không rõ nguồn gốc."}, action="/tam-dung")
    assert now(cooperative).admission == Admission.SUSPENDED
    assert session.get(Listing, product.id) is None
    assert "Bán hàng không rõ nguồn gốc." in officer.text
    officer.submit(home, {"reason": "Đã khắc phục."}, action="/mo-lai")
    assert now(cooperative).admission == Admission.VERIFIED
    assert session.get(Listing, product.id) is not None
    assert deeds(cooperative) == ["suspended", "opened_again"]


def test_deeds_start_from_their_own_state_only(app: Flask) -> None:
    by = make_officer("33").id
    suspended, waiting = make_cooperative(admission=Admission.SUSPENDED), handed_in()
    with pytest.raises(AdmissionMoveRefused) as refused, transaction():
        cooperatives.verify(suspended, by=by)
    assert (refused.value.from_state, refused.value.to_state) == (Admission.SUSPENDED, Admission.VERIFIED)
    with pytest.raises(AdmissionMoveRefused), transaction():
        cooperatives.open_again(waiting, by=by, reason="Đã khắc phục.")
    assert (now(suspended).admission, now(waiting).admission) == (Admission.SUSPENDED, Admission.SUBMITTED)


def test_cooperatives_are_found_by_name_tax_code_and_state(officer: Browser) -> None:
    orchard = make_cooperative(name="Vườn Nhãn Quê")
    make_cooperative(name="Ao Sen Làng", admission=Admission.SUSPENDED)
    for query, found in (("vuon nhan", "Vườn Nhãn Quê"), (orchard.tax_code, "Vườn Nhãn Quê")):
        officer.get("/lien-minh/htx", query_string={"q": query})
        assert found in officer.text
        assert "Ao Sen Làng" not in officer.text
    officer.get("/lien-minh/htx", query_string={"tinh-trang": "suspended"})
    assert "Ao Sen Làng" in officer.text
    assert "Vườn Nhãn Quê" not in officer.text
    officer.get("/lien-minh/htx", query_string={"q": "không có đâu", "trang": "-3", "tinh-trang": "gì đó"})
    assert officer.page is not None
    assert officer.page.status_code == 200


def record(tag: str, province: str | None, *, by: int | None, times: int = 1) -> None:
    with transaction():
        for _number in range(times):
            audit.record(tag, subject="cooperative", subject_id=None, by=by, province_code=province)


def test_the_trail_keeps_to_the_provinces_and_finds_people_and_deeds(officer: Browser, browser: Browser) -> None:
    colleague = make_officer("33", full_name="Đỗ Văn Đồng Nghiệp")
    elsewhere = make_officer("01", full_name="Hoàng Thị Hà Nội")
    record("cooperatives:cooperative:suspended", "33", by=colleague.id)
    record("payments:payment:confirm", "33", by=colleague.id)
    record("cooperatives:cooperative:refused", "01", by=elsewhere.id)
    record("person:session:open", None, by=elsewhere.id)
    officer.get("/lien-minh/nhat-ky")
    assert "Đỗ Văn Đồng Nghiệp" in officer.text
    assert "Hoàng Thị Hà Nội" not in officer.text
    officer.get("/lien-minh/nhat-ky", query_string={"viec": "payments:payment:confirm", "nguoi": str(colleague.id)})
    assert officer.page is not None
    rows = officer.page.get_data(as_text=True).partition("<tbody")[2]
    assert rows.count("Đỗ Văn Đồng Nghiệp") == 1
    officer.get("/lien-minh/nhat-ky", query_string={"nguoi": str(elsewhere.id)})
    assert "Hoàng Thị Hà Nội" not in officer.text


def test_admins_read_the_whole_trail_page_by_page(browser: Browser) -> None:
    admin = make_admin()
    record("cooperatives:cooperative:refused", "01", by=admin.id, times=60)
    sign_in_officer(browser, admin)
    page = browser.get("/lien-minh/nhat-ky?viec=cooperatives:cooperative:refused").get_data(as_text=True)
    assert page.partition("<tbody")[2].count("Phạm Quản Trị") == 50
    page = browser.get("/lien-minh/nhat-ky?viec=cooperatives:cooperative:refused&trang=2").get_data(as_text=True)
    assert page.partition("<tbody")[2].count("Phạm Quản Trị") == 10


def test_strangers_and_cooperatives_stay_outside(browser: Browser) -> None:
    cooperative = handed_in()
    paper_id = add_paper(cooperative, "papers/private.pdf", "application/pdf")
    for path in (QUEUE, f"{QUEUE}/{cooperative.id}", f"/lien-minh/giay-to/{paper_id}", "/lien-minh/nhat-ky"):
        page = browser.get(path)
        assert cooperative.tax_code not in page.get_data(as_text=True)
        assert page.request.path == "/dang-nhap" or page.status_code in (403, 404)


def test_the_trail_shows_words_and_never_a_code(browser: Browser) -> None:
    admin = make_admin()
    written = ("payments:bank_transaction:match", "bookkeeping:household_sheet:close", "some:new:deed")
    for tag in written:
        record(tag, None, by=admin.id)
    with transaction():
        audit.record("payments:refund:create", subject="refund", subject_id=1, by=admin.id, reason="overpaid")
    sign_in_officer(browser, admin)
    browser.get("/lien-minh/nhat-ky")
    assert [code for code in (*written, "overpaid") if code in browser.text] == []
    assert "Chốt bảng chia tiền" in browser.text
    assert "Người mua chuyển dư" in browser.text
    assert "Việc khác" in browser.text


def test_every_deed_that_is_recorded_has_words() -> None:
    tag = re.compile(r'audit\.record\(\s*"([a-z_]+:[a-z_]+:[a-z_]+)"')
    sources = sorted(Path(marketplace.__file__).parent.rglob("*.py"))
    recorded = {found for path in sources for found in tag.findall(path.read_text(encoding="utf-8"))}
    assert len(recorded) > 40
    assert sorted(recorded - DEEDS.keys()) == []
