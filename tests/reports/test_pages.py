"""After the fair over its pages: the officer hands the report in, the cooperative answers, visitors see it again."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from openpyxl import load_workbook

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.fairs import rules
from marketplace.fairs.models import Booth
from marketplace.fairs.states import FairState
from marketplace.foundation import clock
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session
from tests.client import Browser
from tests.factories.accounts import make_officer, sign_in_officer
from tests.reports.playing import Played, play


@pytest.fixture
def played(app: Flask, browsers: Callable[[], Browser]) -> Played:
    return play(browsers)


@pytest.fixture
def three_days_later(played: Played) -> Iterator[None]:
    with clock.moved_to(played.began_at + timedelta(days=3)):
        yield


@pytest.mark.usefixtures("three_days_later")
def test_the_officer_hands_in_once_and_everybody_reads_the_same(
    played: Played, browsers: Callable[[], Browser]
) -> None:
    officer, visitor = browsers(), browsers()
    address = f"/lien-minh/phien-cho/{played.slug}"
    report = f"{address}/bao-cao"
    sign_in_officer(officer, session.get_one(Person, played.officer_id))
    assert report in officer.get(address).text
    page = officer.get(report).text
    assert "Chưa nộp" in page
    assert "280.000\xa0₫" in page
    assert "Cooperatives" not in page
    assert "lượt người xem" not in visitor.get(f"/phien-cho/{played.slug}").text
    page = officer.submit(report, action=report).data.decode()
    assert "Số liệu chốt lúc" in page
    assert played.fair.state == FairState.REPORTED
    assert session.query(AuditEntry).filter_by(tag="fairs:fair:reported").count() == 1
    assert officer.get(f"{report}.pdf").data.startswith(b"%PDF")
    book = load_workbook(io.BytesIO(officer.get(f"{report}.xlsx").data))
    figures = {row[1]: row[2] for row in book.worksheets[0].iter_rows(values_only=True) if len(row) > 2}
    assert figures["Doanh số đặt hàng"] == 280_000
    year = officer.get("/lien-minh/so-lieu-nam").text
    assert "1 phiên chợ, 2 lượt HTX, 0 hội nghị cung cầu, 3 lượt người tham gia" in year
    assert "Đã nộp đủ báo cáo" in year
    assert "lượt người xem" in visitor.get(f"/phien-cho/{played.slug}").text


def test_reports_of_other_provinces_do_not_exist(played: Played, browsers: Callable[[], Browser]) -> None:
    stranger = browsers()
    sign_in_officer(stranger, make_officer("01"))
    for address in ("bao-cao", "bao-cao.pdf", "bao-cao.xlsx", "phat-lai"):
        assert stranger.get(f"/lien-minh/phien-cho/{played.slug}/{address}").status_code == 404
    assert played.fair.name not in stranger.get("/lien-minh/so-lieu-nam").text


def test_a_cooperative_reads_its_own_part_and_answers_in_one_press(
    played: Played, browsers: Callable[[], Browser]
) -> None:
    booth = session.query(Booth).filter_by(fair_id=played.fair_id, satisfaction=None).first()
    assert booth is not None
    desk = browsers()
    slug, contact = owner_of(booth.cooperative_id)
    desk.sign_in(contact)
    part = f"/htx-cua-toi/{slug}/phien-cho/{played.slug}/ket-qua"
    assert "Một câu hỏi" in desk.get(part).text
    desk.submit(part, {}, action=f"{part}/hai-long")
    assert "Hãy chọn một trong năm mức." in desk.text
    desk.submit(part, {"height": "2"}, action=f"{part}/hai-long")
    session.rollback()
    assert session.get_one(Booth, booth.id).satisfaction == 2
    other_slug, _contact = owner_of(played.cooperative_ids[0])
    assert desk.get(f"/htx-cua-toi/{other_slug}/phien-cho/{played.slug}/ket-qua").status_code == 404


@pytest.mark.usefixtures("three_days_later")
def test_the_papers_of_a_part_say_what_its_page_says(played: Played, browsers: Callable[[], Browser]) -> None:
    desk = browsers()
    slug, contact = owner_of(played.cooperative_ids[1])
    desk.sign_in(contact)
    part = f"/htx-cua-toi/{slug}/phien-cho/{played.slug}/ket-qua"
    page = desk.get(part).get_data(as_text=True)
    assert f'href="{part}.pdf"' in page
    figures = re.findall(r'figure-name">([^<]+)</span><span class="figure-number">([^<]+)<', page)
    assert len(figures) == 13
    assert len({value for _name, value in figures}) > 4
    answer = desk.get(f"{part}.pdf")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    words = words_of(answer.data)
    assert [f"{name} {value}" for name, value in figures if f"{name} {value}".replace("\xa0", " ") not in words] == []
    assert "Ổi lê 3 120.000" in words
    assert "Nhãn lồng" not in words
    book = load_workbook(io.BytesIO(desk.get(f"{part}.xlsx").data))
    assert "Ổi lê" in [row[0] for row in book.worksheets[1].iter_rows(values_only=True)]
    assert desk.get(f"{part}.csv").status_code == 404
    other_slug, _contact = owner_of(played.cooperative_ids[0])
    assert desk.get(f"/htx-cua-toi/{other_slug}/phien-cho/{played.slug}/ket-qua.pdf").status_code == 404


def words_of(pdf: bytes) -> str:
    """The text of all pages, white space folded."""
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def owner_of(cooperative_id: int) -> tuple[str, str]:
    """The address of a cooperative's desk, and whom its owner signs in as."""
    cooperative = session.get_one(Cooperative, cooperative_id)
    owner = session.query(Person).join(Membership, Membership.person_id == Person.id)
    return cooperative.slug, owner.filter(Membership.cooperative_id == cooperative_id).first().contacts[0]


def test_a_recording_is_seen_with_chapters_and_nothing_else_is_framed(
    played: Played, browsers: Callable[[], Browser]
) -> None:
    officer, visitor = browsers(), browsers()
    sign_in_officer(officer, session.get_one(Person, played.officer_id))
    address = f"/lien-minh/phien-cho/{played.slug}/phat-lai"
    page = visitor.get(f"/phien-cho/{played.slug}").text
    assert "2:00" in page  # without a video the parts stand there, too
    assert "50.000\xa0₫" in page
    assert "youtube" not in page
    for wrong in ("https://youtube.com.evil.example/watch?v=abcdefghijk", "javascript:alert(1)"):
        officer.submit(address, {"url": wrong})
        assert "Chỉ nhận video" in officer.text
        assert played.fair.replay_url == ""
    officer.submit(address, {"url": "https://youtu.be/abcdefghijk", "lead": "1:30"})
    page = visitor.get(f"/phien-cho/{played.slug}").text
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk&amp;t=210s"' in page
    assert "3:30" in page


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("90", 90),
        ("7:05", 425),
        ("1:02:09", 3729),
        ("1:70", None),
        ("", None),
        ("-1", None),
        ("٣:٢٠", None),
        ("9999:00", None),
    ],
)
def test_times_are_read_as_players_show_them(typed: str, seconds: int | None) -> None:
    assert rules.parse_clock(typed) == seconds
    if seconds is not None:
        assert rules.parse_clock(rules.clock_words(seconds)) == seconds
