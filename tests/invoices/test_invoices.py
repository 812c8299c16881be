"""From the wish at checkout to the file in the buyer's hands: whose it is, what is refused, replaced and asked after."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from marketplace import wiring
from marketplace.checkout.forms import CheckoutForm
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import VatMethod
from marketplace.foundation import clock, database, electronic_papers, jobs
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import format_day
from marketplace.foundation.messages import Message
from marketplace.invoices import actions, tasks
from marketplace.invoices.actions import Issued, StoredFile
from marketplace.invoices.errors import IssuedAlready, NotWanted
from marketplace.invoices.models import Invoice, InvoiceFile, InvoicePaper, InvoiceReminder
from marketplace.orders import rules
from marketplace.orders.models import Order
from marketplace.orders.states import PartState
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import make_order, make_sold_product, move
from tests.foundation.test_electronic_papers import LAUGHS, PDF, XML

WANTED = {"company": "Công ty TNHH Mẫu", "tax_code": "9900000016", "address": "Số 1 phố Huế", "email": "kt@mau.vn"}
WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED)


class Desk:
    """A cooperative whose owner is signed in, with an order that wants an invoice."""

    def __init__(self, browsers: Callable[[], Browser], *, vat: str = "8%", deducts: bool = True) -> None:
        owner = make_person()
        self.owner_id = owner.id
        contact = owner.contacts[0]
        self.cooperative = make_cooperative(owner=owner)
        self.name = self.cooperative.short_name
        product = make_sold_product(self.cooperative)
        with transaction():
            session.get_one(type(product), product.id).vat_code = vat  # type: ignore[assignment]
            session.get_one(Cooperative, self.cooperative.id).vat_method = (
                VatMethod.DEDUCTION if deducts else VatMethod.DIRECT
            )
        self.order = make_order(product, quantity=3, invoice=WANTED)
        self.code = self.order.parts[0].code
        self.browser = browsers()
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/hoa-don"
        self.browser.sign_in(contact)
        self.page = f"{self.home}/{self.code}"

    def hand_in(self, *files: tuple[bytes, str], **changes: Any) -> str:
        typed = {"series": "1c26taa", "number": "12", "issued_on": format_day(clock.today()), **changes}
        typed["files"] = [(io.BytesIO(data), name) for data, name in files]
        self.browser.submit(self.page, typed, content_type="multipart/form-data")
        session.rollback()
        session.expire_all()
        return self.browser.text


@pytest.fixture
def desk(app: Flask, browsers: Callable[[], Browser]) -> Desk:
    return Desk(browsers)


def link(app: Flask, order: Order, beside: str = "/hoa-don") -> str:
    return f"/don-hang/{order.code}{beside}?k={rules.access_key(order.code, str(app.secret_key))}"


def holds() -> None:
    session.rollback()
    session.expire_all()
    assert {name: found for name, rule in wiring.INVARIANTS.items() if (found := rule())} == {}


def told() -> list[str]:
    session.rollback()
    jobs.run_all_due()
    written = [message.subject or message.text for message in session.query(Message).order_by(Message.id)]
    return [text.removeprefix("Chợ HTX: ").split(". http")[0] for text in written if "óa đơn" in text]


def test_the_wish_goes_to_every_cooperative_and_nobody_else_asks_for_nothing(app: Flask) -> None:
    order = make_order(make_sold_product(), make_sold_product(), invoice=WANTED)
    make_order(make_sold_product())
    assert [row.cooperative_order_id for row in session.query(Invoice)] == [part.id for part in order.parts]
    holds()


def test_issued_told_fetched_and_kept(app: Flask, desk: Desk, browser: Browser) -> None:
    browser.get(link(app, desk.order))
    assert "Chưa có" in browser.text
    assert "Đã gửi" in desk.hand_in((PDF, "hd.pdf"), (XML.encode(), "hd.xml"))
    row = session.query(Invoice).one()
    assert row.paper is not None
    assert (row.paper.series, row.paper.number, len(row.paper.files)) == ("1C26TAA", "12", 2)
    assert told() == [f"Đơn {desk.code}: đã có hóa đơn của {desk.name}"]
    assert session.query(Message).filter_by(receiver="kt@mau.vn").count() == 1
    page = browser.get(link(app, desk.order))
    assert "1C26TAA số 12" in browser.text
    assert page.headers["Cache-Control"] == "no-store"
    files = [file.id for file in session.query(InvoiceFile).order_by(InvoiceFile.id)]
    for file_id, body in zip(files, (PDF, XML.encode()), strict=True):
        answer = browser.get(link(app, desk.order, f"/hoa-don/{file_id}"))
        assert answer.get_data() == body
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert session.query(AuditEntry).filter_by(tag="invoices:invoice:issue").one().province_code
    holds()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "hd.xml"),
        (b"\xff\xd8\xff\xe0 no invoice", "hd.pdf"),
        (LAUGHS.encode(), "hd.xml"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "hd.xml"),
        (b"%PDF-1.7\n" + b"x" * 100_000, "to.pdf"),
        (b"", "hd.pdf"),
    ],
    ids=["page", "photo", "bomb", "file reader", "huge", "empty"],
)
def test_a_file_that_is_none_is_refused_beside_the_field_and_what_was_typed_stays(
    desk: Desk, data: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test's own client leaves larger bodies in a file that it never closes.
    monkeypatch.setattr(electronic_papers, "MOST_BYTES", 90_000)
    desk.hand_in((data, name), number="77")
    page = desk.browser.page
    assert page is not None
    assert page.status_code == 422
    assert 'value="77"' in page.get_data(as_text=True)
    assert ("không phải tệp PDF hay XML" in desk.browser.text) or ("quá lớn" in desk.browser.text)
    assert (session.query(InvoicePaper).count(), session.query(InvoiceFile).count()) == (0, 0)
    assert session.query(Invoice).one().issued_at is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"series": "nonsense"}, "Ghi đúng như trên hóa đơn"),
        ({"number": "12a"}, "Chỉ gồm chữ số"),
        ({"number": ""}, "Xin điền"),
        ({"issued_on": "31/12/2199"}, "chưa tới"),
    ],
)
def test_what_is_typed_wrong_is_said_at_the_field(desk: Desk, changes: dict[str, str], said: str) -> None:
    desk.hand_in((PDF, "hd.pdf"), **changes)
    assert desk.browser.page is not None
    assert desk.browser.page.status_code == 422
    assert session.query(InvoicePaper).count() == 0


def test_without_a_file_nothing_is_sent(desk: Desk) -> None:
    assert "Hãy thêm tệp hóa đơn" in desk.hand_in()
    assert session.query(Invoice).one().issued_at is None


def test_replaced_with_a_reason_the_old_one_is_kept_and_shown_as_such(app: Flask, desk: Desk, browser: Browser) -> None:
    desk.hand_in((PDF, "hd.pdf"))
    desk.hand_in((PDF, "hd2.pdf"), number="13", reason="")
    assert session.query(InvoicePaper).count() == 1
    desk.hand_in((PDF, "hd2.pdf"), number="13", reason="Sai tên công ty")
    old, new = session.query(InvoicePaper).order_by(InvoicePaper.id)
    assert (old.replaced_why, old.replaced_at is not None) == ("Sai tên công ty", True)
    assert (new.number, new.replaced_at) == ("13", None)
    browser.get(link(app, desk.order))
    assert "Sai tên công ty" in browser.text
    assert len(told()) == 2
    holds()


def test_replacing_what_somebody_else_has_replaced_meanwhile_changes_nothing(app: Flask, desk: Desk) -> None:
    desk.hand_in((PDF, "hd.pdf"))
    row = session.query(Invoice).one()
    before = row.paper.id  # type: ignore[union-attr]
    files = [StoredFile("papers/x.pdf", "x.pdf", "application/pdf")]
    issued = Issued("1C26TAA", "20", clock.today())
    with transaction():
        actions.replace(row, issued, files, instead_of=before, reason="a", by=desk.owner_id)
    with pytest.raises(IssuedAlready), transaction():
        actions.replace(row, issued, files, instead_of=before, reason="b", by=desk.owner_id)
    assert session.query(InvoicePaper).count() == 2


def test_two_who_hand_in_at_once_leave_one_paper(app: Flask, desk: Desk) -> None:
    start, ended = threading.Barrier(2), []
    row_id, by = session.query(Invoice).one().id, desk.owner_id
    session.rollback()

    def press(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    files = [StoredFile("papers/x.pdf", "x.pdf", "application/pdf")]
                    actions.issue(
                        session.get_one(Invoice, row_id), Issued("1C26TAA", str(number), clock.today()), files, by=by
                    )
                ended.append("done")
            except IssuedAlready:
                ended.append("too late")
            finally:
                session.remove()

    threads = [threading.Thread(target=press, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(ended) == ["done", "too late"]
    assert session.query(InvoicePaper).count() == 1
    holds()


@pytest.mark.parametrize(
    "way", [[PartState.CANCELLED], [PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.LOST]]
)
def test_for_goods_that_nobody_pays_nothing_is_issued(app: Flask, desk: Desk, way: list[PartState]) -> None:
    move(desk.order, *way)
    desk.browser.get(desk.page)
    assert "không cần hóa đơn" in desk.browser.text
    with pytest.raises(NotWanted), transaction():
        actions.issue(session.query(Invoice).one(), Issued("1C26TAA", "1", clock.today()), [], by=desk.owner_id)
    desk.browser.get(desk.home)
    assert "Không còn thiếu" in desk.browser.text


def test_another_cooperative_and_another_order_find_nothing(
    app: Flask, desk: Desk, browsers: Callable[[], Browser]
) -> None:
    desk.hand_in((PDF, "hd.pdf"))
    file_id = session.query(InvoiceFile).one().id
    other = Desk(browsers)
    assert other.browser.get(f"{other.home}/{desk.code}").status_code == 404
    assert other.browser.get(f"{other.home}/tep/{file_id}").status_code == 404
    assert other.browser.get(desk.home).status_code == 404
    stranger = browsers()
    assert stranger.get(link(app, other.order, f"/hoa-don/{file_id}")).status_code == 404
    without = stranger.client.get(f"/don-hang/{desk.order.code}/hoa-don/{file_id}")
    assert (without.status_code, without.location) == (303, "/don-hang")
    assert stranger.client.get(f"/don-hang/{desk.order.code}/hoa-don?k=wrong").status_code == 303


def test_what_must_stand_on_it_is_worked_out_for_each_method_of_paying_tax(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    deducting, direct = Desk(browsers), Desk(browsers, deducts=False)
    deducting.browser.get(deducting.page)
    assert "138.889" in deducting.browser.text  # of 150,000 with 8 per cent inside
    assert "11.111" in deducting.browser.text
    direct.browser.get(direct.page)
    assert "hóa đơn bán hàng" in direct.browser.text
    assert "11.111" not in direct.browser.text


def test_the_table_for_the_providers_program_adds_up_and_holds_no_formula(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    desk = Desk(browsers)
    with transaction():
        session.query(Invoice).one().company = "=HYPERLINK(1)"
    body = desk.browser.get(f"{desk.home}/du-lieu.csv").get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(body.removeprefix("\ufeff")))
    assert row["ten_cong_ty"] == "'=HYPERLINK(1)"
    assert (row["thue_suat"], row["tien_thue"], row["thanh_tien_co_thue"]) == ("8%", "11111", "150000")
    assert int(row["thanh_tien_chua_thue"]) + int(row["tien_thue"]) == 150_000


def test_an_order_of_next_year_bears_the_rate_of_next_year(app: Flask, browsers: Callable[[], Browser]) -> None:
    desk = Desk(browsers)
    with transaction():
        session.get_one(Order, desk.order.id).placed_at = clock.now().replace(year=2027, month=1, day=2)
    body = desk.browser.get(f"{desk.home}/du-lieu.csv").get_data(as_text=True)
    assert ",10%,13636,150000" in body


def test_the_cooperative_is_asked_once_at_each_distance_after_delivery_and_not_before(app: Flask, desk: Desk) -> None:
    move(desk.order, *WAY)

    def after(days: float) -> int:
        with clock.moved_to(clock.now() + timedelta(days=days)):
            before = session.query(InvoiceReminder).count()
            tasks.remind_invoices(0)
            tasks.remind_invoices(0)
            told()
            return session.query(InvoiceReminder).count() - before

    assert [after(days) for days in (1.9, 2.1, 6.9, 7.1, 30)] == [0, 1, 0, 1, 0]
    assert told() == [f"Người mua đơn {desk.code} đang chờ hóa đơn"] * 2


def test_who_missed_the_first_nights_is_asked_once(app: Flask, desk: Desk) -> None:
    move(desk.order, *WAY)
    with clock.moved_to(clock.now() + timedelta(days=20)):
        tasks.remind_invoices(0)
        tasks.remind_invoices(0)
    assert [row.days for row in session.query(InvoiceReminder)] == [7]


def test_with_an_invoice_nobody_is_asked(app: Flask, desk: Desk) -> None:
    move(desk.order, *WAY)
    desk.hand_in((PDF, "hd.pdf"))
    with clock.moved_to(clock.now() + timedelta(days=20)):
        tasks.remind_invoices(0)
    assert session.query(InvoiceReminder).count() == 0


def test_the_list_takes_a_fixed_number_of_statements(app: Flask, browsers: Callable[[], Browser]) -> None:
    counts = []
    desk = Desk(browsers)
    for more in (0, 3):
        product = make_sold_product(desk.cooperative)
        for _ in range(more):
            make_order(product, invoice=WANTED)
        statements: list[str] = []

        def note(connection: object, cursor: object, statement: str, *_: object, seen: list[str] = statements) -> None:
            seen.append(statement)

        session.remove()  # as in a request of its own, nothing is known yet
        event.listen(database.engine(), "before_cursor_execute", note)
        desk.browser.get(desk.home)
        event.remove(database.engine(), "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_checkout_asks_for_all_that_an_invoice_needs(app: Flask, browser: Browser) -> None:
    with app.test_request_context(
        method="POST", data={"wants_invoice": "y", "company": "Công ty", "company_tax_code": "9900000016"}
    ):
        form = CheckoutForm(meta={"csrf": False})
        form.validate()
        assert {"company_address", "email"} <= set(form.errors)
        assert not {"company", "company_tax_code"} & set(form.errors)
    with app.test_request_context(method="POST", data={"wants_invoice": "y", "company_tax_code": " "}):
        form = CheckoutForm(meta={"csrf": False})
        form.validate()
        assert {"company", "company_tax_code"} <= set(form.errors)


def test_a_buyer_asks_after_ordering_and_changes_it_until_one_is_issued(
    app: Flask, browsers: Callable[[], Browser]
) -> None:
    owner = make_person()
    owner_id = owner.id
    order = make_order(make_sold_product(make_cooperative(owner=owner)), make_sold_product())
    page = f"/don-hang/{order.code}/hoa-don?k={rules.access_key(order.code, str(app.secret_key))}"
    buyer = browsers()
    assert buyer.submit(page, {**WANTED, "tax_code": "1"}).status_code == 422
    assert session.query(Invoice).count() == 0
    assert "Công ty TNHH Mẫu" in buyer.page.get_data(as_text=True)
    buyer.submit(page, WANTED)
    buyer.submit(page, {**WANTED, "company": "Công ty TNHH Khác"})
    session.expire_all()
    rows = session.query(Invoice).order_by(Invoice.id).all()
    assert [(row.company, row.issued_at) for row in rows] == [("Công ty TNHH Khác", None)] * 2
    with transaction():
        one = session.get_one(Invoice, rows[1].id)
        actions.issue(
            one, Issued("1C26TAA", "7", clock.today()), [StoredFile("x.xml", "x.xml", "text/xml")], by=owner_id
        )
    with pytest.raises(IssuedAlready), transaction():
        actions.ask_later(order.id, wanted=WANTED)
    session.rollback()
    session.expire_all()
    assert {row.company for row in session.query(Invoice)} == {"Công ty TNHH Khác"}
    assert session.get_one(Order, order.id).invoice is not None
    assert "Lưu thay đổi" not in buyer.get(page).get_data(as_text=True)
