"""Which way a message goes: as its receiver chose, by Zalo before SMS, never by two ways, never too often, no secret left."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.foundation import messages, posting
from marketplace.foundation.carriers import made_from
from marketplace.foundation.carriers.gateway import Gateway as JsonGateway
from marketplace.foundation.carriers.sms import Sms
from marketplace.foundation.carriers.zalo import Zalo
from marketplace.foundation.database import session, transaction
from marketplace.foundation.jobs import Job
from marketplace.foundation.messages import Channel, Message
from marketplace.foundation.settings import BadSettings, read_settings
from marketplace.notifications import actions
from marketplace.notifications.models import NewsRefused
from marketplace.notifications.states import Topic, Way
from marketplace.orders.states import PartState
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import PHONE, make_order, make_sold_product, move
from tests.fakes.gateway import Gateway, listening
from tests.notifications.reading import Someone, bell_of, work

CHOICES = "/tai-khoan/thong-bao/cai-dat"
TEMPLATES = {"orders/placed": "2811", "accounts/code": "2812"}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with listening() as found:
        yield found


@pytest.fixture
def phones(app: Flask, gateway: Gateway) -> Iterator[None]:
    """A market whose Zalo and SMS go to the gateway."""
    place = JsonGateway(gateway.url, "s3cret")
    messages.carry_with({Channel.ZALO: Zalo(place, TEMPLATES), Channel.SMS: Sms(place)}, keep=[Channel.EMAIL])
    yield
    messages.carry_with({}, keep=[Channel.EMAIL, Channel.SMS])


def only_message() -> Message:
    session.rollback()
    session.expire_all()
    return session.query(Message).filter_by(receiver=PHONE).one()


def wait_for_next_try() -> None:
    """Let what was put off be due."""
    with transaction():
        for job in session.query(Job).filter(Job.name == "send_message"):
            job.run_at = job.created_at


def order() -> None:
    make_order(make_sold_product())


def test_zalo_gets_a_template_with_its_gaps(phones: None, gateway: Gateway) -> None:
    order()
    work()
    came = next(one for one in gateway.came if one.json["to"] == PHONE)
    assert came.json["template"] == "2811"
    assert set(came.json["parameters"]) == {"code", "amount"}
    assert came.headers["x-gateway-secret"] == "s3cret"
    assert only_message().channel == Channel.ZALO
    assert only_message().sent_at is not None


def test_what_zalo_refuses_goes_by_text_message_once(phones: None, gateway: Gateway) -> None:
    with transaction():
        messages.write(
            [Channel.ZALO, Channel.SMS], to=PHONE, subject="", text="x", template="orders/placed", parameters={"a": "b"}
        )
    gateway.answers = [404]
    work()
    assert ["template" in one.json for one in gateway.came] == [True, False]
    assert (only_message().channel, only_message().refusal[:9]) == (Channel.SMS, "zalo: 404")
    assert only_message().sent_at is not None


@pytest.mark.parametrize("unknown", [0, 500, 503, 429, 401, 302])
def test_what_is_unknown_is_asked_again_under_the_same_key_and_never_another_way(
    phones: None, gateway: Gateway, unknown: int
) -> None:
    with transaction():
        messages.write(
            [Channel.ZALO, Channel.SMS], to=PHONE, subject="", text="x", template="orders/placed", parameters={"a": "b"}
        )
    gateway.answers = [unknown]
    work()
    assert only_message().sent_at is None
    wait_for_next_try()
    work()
    assert only_message().sent_at is not None
    assert [one.path for one in gateway.came] == ["/", "/"]
    assert len({one.headers["idempotency-key"] for one in gateway.came}) == 1
    assert all("template" in one.json for one in gateway.came)


def test_a_gateway_that_hangs_is_left_after_a_while(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(posting.NoAnswer):
            posting.post(url, b"{}", {}, patience=0.1)


def test_a_gateway_that_drips_is_left_as_well(app: Flask) -> None:
    """Each byte would begin the patience anew; all of it together does not."""
    with socket.create_server(("127.0.0.1", 0)) as dripping:

        def drip() -> None:
            connection, _ = dripping.accept()
            with connection, suppress(OSError):
                for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000:
                    connection.sendall(bytes([letter]))
                    if stop.wait(0.05):
                        return

        stop = threading.Event()
        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(posting.NoAnswer):
            posting.post(f"http://127.0.0.1:{dripping.getsockname()[1]}/", b"{}", {}, patience=0.5)
        took = time.monotonic() - began
        stop.set()
        thread.join()
    assert took < 10


def test_a_worker_that_dies_after_sending_asks_under_the_same_key(
    phones: None, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        messages.write([Channel.SMS], to=PHONE, subject="", text="x")
    deliver = Sms.__call__

    def die(self: Sms, message: messages.Outgoing) -> None:
        deliver(self, message)
        raise SystemError("killed between sending and noting")

    with monkeypatch.context() as dying:
        dying.setattr(Sms, "__call__", die)
        work()
    assert only_message().sent_at is None
    wait_for_next_try()
    work()
    assert only_message().sent_at is not None
    assert len(gateway.came) == 2
    assert len({one.headers["idempotency-key"] for one in gateway.came}) == 1


def test_no_secret_stays_after_sending_or_refusal(phones: None, gateway: Gateway) -> None:
    for answers in ([200], [422, 422]):
        gateway.answers = list(answers)
        with transaction():
            messages.write(
                [Channel.ZALO, Channel.SMS], to=PHONE, subject="", text="Mã 123456", is_secret=True,
                template="accounts/code", parameters={"otp": "123456"},
            )  # fmt: skip
        work()
        assert messages.secrets_left() == []
        kept = [(row.text, row.html, row.parameters) for row in session.query(Message)]
        assert all(row == ("", "", {}) for row in kept), kept
    assert session.query(Message).filter(Message.refused_at.is_not(None)).one().refusal.startswith("sms: 422")


def test_a_secret_that_stays_is_found(phones: None) -> None:
    with transaction():
        messages.write([Channel.SMS], to=PHONE, subject="", text="Mã 123456", is_secret=True)
    work()
    with transaction():
        session.query(Message).one().text = "Mã 123456"
    assert len(messages.secrets_left()) == 1


def test_nobody_is_flooded_but_for_what_must_come(phones: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(messages.MOST_A_DAY, Channel.SMS, 3)
    with transaction():
        for number in range(5):
            messages.write([Channel.SMS], to=PHONE, subject="", text=f"tin {number}")
        messages.write([Channel.SMS], to=PHONE, subject="", text="thu hồi", is_obligatory=True)
        messages.write([Channel.SMS], to=PHONE, subject="", text="mã", is_secret=True)
        messages.write([Channel.SMS], to="+84900000123", subject="", text="người khác")
    work()
    held = [row.text for row in session.query(Message).filter(Message.held_at.is_not(None)).order_by(Message.id)]
    sent = session.query(Message).filter(Message.sent_at.is_not(None)).count()
    assert (held, sent) == (["tin 3", "tin 4"], 6)


def test_files_take_a_line_for_each_message(app: Flask, tmp_path: Path) -> None:
    settings = read_settings(
        {
            "HTX_MODE": "test", "HTX_VAR": str(tmp_path), "HTX_SMS": f"file://{tmp_path}/sms.jsonl",
            "HTX_ZALO": f"file://{tmp_path}/zalo.jsonl", "HTX_ZALO_TEMPLATES": "orders/placed=2811",
        }
    )  # fmt: skip
    messages.carry_with(made_from(settings))
    try:
        order()
        work()
    finally:
        messages.carry_with({}, keep=[Channel.EMAIL, Channel.SMS])
    [zalo] = [json.loads(line) for line in (tmp_path / "zalo.jsonl").read_text().splitlines()]
    [sms] = [json.loads(line) for line in (tmp_path / "sms.jsonl").read_text().splitlines()]
    assert (zalo["to"], zalo["template"]) == (PHONE, "2811")
    assert sms["text"].startswith("Chợ HTX: ")  # the cooperative's, for which Zalo has no template
    assert zalo["key"] != sms["key"]
    assert (tmp_path / "sms.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("HTX_SMS", {"HTX_SMS": "gateway.example"}),
        ("HTX_SMS_SECRET", {"HTX_SMS": "https://gateway.example/send"}),
        ("HTX_ZALO_SECRET", {"HTX_ZALO": "https://gateway.example/send"}),
        ("HTX_ZALO_TEMPLATES", {"HTX_ZALO_TEMPLATES": "orders/placed"}),
        ("HTX_PUSH_KEY", {"HTX_PUSH_KEY": "c2hvcnQ"}),
    ],
)
def test_settings_that_would_send_for_anybody_stop_the_start(
    tmp_path: Path, name: str, changes: dict[str, str]
) -> None:
    with pytest.raises(BadSettings, match=name):
        read_settings({"HTX_MODE": "test", "HTX_VAR": str(tmp_path), **changes})


# What people choose.


def with_email(person: Person, address: str) -> Someone:
    with transaction():
        session.get_one(Person, person.id).email = address
    return Someone.of(session.get_one(Person, person.id))


def test_each_topic_comes_as_chosen_and_the_bell_always(phones: None) -> None:
    owner = make_person()
    found = with_email(owner, "lan@htx.example")
    cooperative = make_cooperative(owner=session.get_one(Person, owner.id))
    product = make_sold_product(cooperative)
    make_order(product)
    work()
    assert [row.channel for row in session.query(Message).filter_by(receiver="lan@htx.example")] == [Channel.EMAIL]
    assert session.query(Message).filter_by(receiver=found.contact).count() == 0
    with transaction():
        actions.choose_ways(found.id, {Topic.SALES: [Way.SMS]})
    make_order(product, phone="+84912345679")
    work()
    assert [row.channel for row in session.query(Message).filter_by(receiver=found.contact)] == [Channel.SMS]
    with transaction():
        actions.choose_ways(found.id, {Topic.SALES: []})
    make_order(product, phone="+84912345670")
    work()
    assert session.query(Message).filter_by(receiver=found.contact).count() == 1
    assert session.query(Message).filter_by(receiver="lan@htx.example").count() == 1
    assert bell_of(found) == ["orders/placed_for_seller"] * 3


def test_a_buyer_with_an_account_is_written_to_as_he_chose(app: Flask) -> None:
    buyer = Someone.of(make_person())
    with transaction():
        actions.choose_ways(buyer.id, {Topic.ORDERS: []})
    bought = make_order(make_sold_product(), person_id=buyer.id)
    move(bought, PartState.CONFIRMED)
    assert bell_of(buyer) == ["orders/placed", "orders/part_moved/confirmed"]
    assert session.query(Message).filter_by(receiver=PHONE).count() == 0


def test_what_protects_people_cannot_be_switched_off(browser: Browser) -> None:
    person = Someone.of(make_person())
    browser.sign_in(person.contact)
    browser.get(CHOICES)
    assert "recall:sms" not in browser.page.get_data(as_text=True)  # type: ignore[union-attr]
    browser.send({"wanted": None}, at=CHOICES)
    session.rollback()
    assert {row.topic for row in session.query(NewsRefused)} == {Topic.ORDERS}
    with transaction():
        actions.choose_ways(person.id, {Topic.SECURITY: [], Topic.RECALL: []})
    assert session.query(NewsRefused).filter(NewsRefused.topic.in_([Topic.SECURITY, Topic.RECALL])).count() == 0


def test_the_page_offers_what_concerns_a_person_and_keeps_his_choice(browser: Browser) -> None:
    person = Someone.of(make_person())
    browser.sign_in(person.contact)
    browser.get(CHOICES)
    assert "Hàng tôi mua" in browser.text
    assert "Đơn hàng cho HTX" not in browser.text
    form = next(form for form in browser.forms() if "wanted" in form["fields"])
    token = form["fields"]["csrf_token"]
    browser.post(CHOICES, {"csrf_token": token, "wanted": ["orders:sms", "sales:sms", "nonsense", "security:"]})
    session.rollback()
    assert {(row.topic, row.way) for row in session.query(NewsRefused)} == set()
    browser.post(CHOICES, {"csrf_token": token, "wanted": []})
    session.rollback()
    assert {(row.topic, row.way) for row in session.query(NewsRefused)} == {(Topic.ORDERS, Way.SMS)}
    assert "checked" not in browser.get(CHOICES).get_data(as_text=True).split("orders:sms")[1][:12]


def test_an_officer_chooses_what_waits(browser: Browser) -> None:
    officer = make_officer("33")
    with transaction():
        actions.choose_ways(officer.id, {Topic.DUTIES: [Way.EMAIL]})
    contact = Someone.of(session.get_one(Person, officer.id)).contact
    work()
    assert session.query(Message).filter_by(receiver=contact).count() == 0
