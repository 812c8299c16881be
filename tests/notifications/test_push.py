"""Web push: encrypted for one browser, handed only to the open internet, forgotten when the browser is gone."""

from __future__ import annotations

import dataclasses
import json
import socket
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flask import Flask

from marketplace.accounts import actions as accounts
from marketplace.accounts.models import Person
from marketplace.accounts.queries import sessions_of
from marketplace.foundation import clock, posting, web_push
from marketplace.foundation.database import session, transaction
from marketplace.foundation.jobs import Job, JobState
from marketplace.foundation.web_push import BadSubscription, PushService, Subscription
from marketplace.notifications import actions, pushing
from marketplace.notifications.actions import NewNotice
from marketplace.notifications.models import PushDevice
from marketplace.notifications.states import Topic, Way
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.fakes.gateway import Gateway, listening
from tests.fakes.push_browser import PushBrowser, decode
from tests.notifications.reading import Someone, work

DEVICES = "/tai-khoan/thong-bao/thiet-bi"
KEY = bytes(range(1, 33))


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with listening() as found:
        yield found


@pytest.fixture
def service(app: Flask, gateway: Gateway) -> Iterator[PushService]:
    made = PushService(KEY, contact="mailto:cho@htx.example", trusted=gateway.url)
    pushing.use(made)
    yield made
    pushing.use(None)


class Phone:
    """Somebody signed in, whose browser can show news."""

    def __init__(self, browser: Browser, endpoint: str, person: Person | None = None) -> None:
        self.person = Someone.of(person or make_person())
        self.browser, self.push = browser, PushBrowser(endpoint)
        browser.sign_in(self.person.contact)
        browser.get("/tai-khoan/thong-bao/cai-dat")
        self.token = next(f["fields"]["csrf_token"] for f in browser.forms() if "csrf_token" in f["fields"])

    def tell(self, path: str, content: object) -> int:
        headers = {"X-CSRFToken": self.token}
        return self.browser._ask(self.browser.client.post, path, json=content, headers=headers).status_code

    def switch_on(self) -> int:
        return self.tell(DEVICES, self.push.as_json())


@pytest.fixture
def phone(service: PushService, browser: Browser, gateway: Gateway) -> Phone:
    return Phone(browser, f"{gateway.url}/push/abc")


def ring(person: Someone, number: int = 1, *, hours_ago: int = 0) -> None:
    with transaction():
        facts = {"code": f"HTX{number}", "name": "HTX Sông Biếc", "amount_dong": 75_000}
        notice = NewNotice(person.id, "orders/placed_for_seller", facts, "/htx-cua-toi")
        actions.tell(notice, key=f"test:{number}", at=clock.now() - timedelta(hours=hours_ago))


def devices() -> int:
    session.rollback()
    return session.query(PushDevice).count()


def test_the_worked_example_of_the_standard(app: Flask) -> None:
    """RFC 8291, section 5."""
    sender = ec.derive_private_key(
        int.from_bytes(decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = web_push.encrypt(
        b"When I grow up, I want to be a watermelon",
        public_key="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        secret="BTBZMqHH6r4Tts7J_aSIgg",
        sender=sender,
        salt=decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert web_push.encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru"
        "3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_news_reaches_the_browser_and_only_it_can_read_it(phone: Phone, gateway: Gateway) -> None:
    assert phone.switch_on() == 201
    ring(phone.person)
    work()
    [came] = gateway.came
    assert came.path == "/push/abc"
    assert b"HTX1" not in came.body
    shown = json.loads(phone.push.open(came.body))
    assert shown["body"].replace("\xa0", " ") == "HTX Sông Biếc có đơn mới HTX1: 75.000 ₫."
    assert (shown["title"], shown["lang"]) == ("Đơn hàng cho HTX tôi", "vi") or shown["lang"] == "vi"
    assert shown["url"].startswith("/tai-khoan/thong-bao/")
    assert {name: came.headers[name] for name in ("ttl", "urgency", "content-encoding")} == {
        "ttl": "43200", "urgency": "high", "content-encoding": "aes128gcm",
    }  # fmt: skip
    assert came.headers["topic"] == shown["tag"]


def test_the_push_service_can_check_who_sends(phone: Phone, service: PushService, gateway: Gateway) -> None:
    phone.switch_on()
    ring(phone.person)
    work()
    given = gateway.came[0].headers["authorization"].removeprefix("vapid ")
    token, key = (part.partition("=")[2] for part in given.split(", "))
    assert key == service.public_key
    head, claims, signature = token.split(".")
    told = json.loads(urlsafe_b64decode(claims + "=="))
    assert (told["aud"], told["sub"]) == (gateway.url, "mailto:cho@htx.example")
    raw = decode(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
    both = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(both, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_news_told_again_or_read_or_old_rings_nobody_again(phone: Phone, gateway: Gateway) -> None:
    phone.switch_on()
    ring(phone.person)
    ring(phone.person)
    ring(phone.person, 2, hours_ago=30)
    work()
    assert len(gateway.came) == 1
    ring(phone.person, 3)
    with transaction():
        actions.mark_all_read(phone.person.id)
    work()
    assert len(gateway.came) == 1


def test_a_lost_answer_is_asked_again_under_the_same_topic(phone: Phone, gateway: Gateway) -> None:
    phone.switch_on()
    gateway.answers = [0, 503]
    ring(phone.person)
    for _ in range(3):
        work()
        with transaction():
            session.query(Job).filter_by(name="send_push").one().run_at = clock.now()
    assert session.query(Job).filter_by(name="send_push").one().state == JobState.DONE
    assert len({one.headers["topic"] for one in gateway.came}) == 1
    assert len(gateway.came) == 3


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(phone: Phone, gateway: Gateway, status: int) -> None:
    phone.switch_on()
    gateway.answers = [status]
    ring(phone.person)
    work()
    assert devices() == 0
    ring(phone.person, 2)
    work()
    assert len(gateway.came) == 1


def test_a_redirect_is_not_followed(phone: Phone, gateway: Gateway) -> None:
    phone.switch_on()
    gateway.answers = [307]
    ring(phone.person)
    work()
    assert [one.path for one in gateway.came] == ["/push/abc"]


def test_who_does_not_want_a_topic_there_is_not_rung(phone: Phone, gateway: Gateway) -> None:
    phone.switch_on()
    with transaction():
        actions.choose_ways(phone.person.id, {Topic.SALES: [Way.SMS]})
    ring(phone.person)
    work()
    assert gateway.came == []


FORBIDDEN = [
    "http://push.example/a", "https://127.0.0.1/a", "https://127.1/a", "https://2130706433/a", "https://0x7f000001/a",
    "https://[::1]/a", "https://[::ffff:10.0.0.1]/a", "https://localhost/a", "https://10.0.0.5/a",
    "https://169.254.169.254/latest", "https://user@push.example/a", "https://push.example:8443/a", "https://metadata/a",
    "file:///etc/passwd", "https:///a", "https://push.example:x/a", "https://push.example/ a", "https://push.example/\r\nX: y",
    "https://push.example/" + "a" * 1000, "", "push",
]  # fmt: skip


@pytest.mark.parametrize("endpoint", FORBIDDEN)
def test_an_endpoint_that_leads_inside_is_refused(phone: Phone, endpoint: str) -> None:
    assert phone.tell(DEVICES, PushBrowser(endpoint).as_json()) == 422
    assert devices() == 0


@pytest.mark.parametrize(
    "content",
    [
        None, [], {}, {"endpoint": "https://push.example/a"}, {"endpoint": 1, "keys": {"p256dh": "a", "auth": "b"}},
        {"endpoint": "https://push.example/a", "keys": {"p256dh": "AAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"}},
        {"endpoint": "https://push.example/a", "keys": {"p256dh": "ä", "auth": "ä"}},
    ],
)  # fmt: skip
def test_nonsense_is_refused(phone: Phone, content: object) -> None:
    assert phone.tell(DEVICES, content) == 422
    assert devices() == 0


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fd00::1",
                "fe80::1%eth0", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "nonsense"],
)  # fmt: skip
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not posting.is_public(address)


def test_a_name_that_leads_inside_when_it_matters_is_not_knocked_at(
    phone: Phone, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name looked harmless when it was told; one of its addresses is ours now (DNS rebinding)."""
    assert phone.tell(DEVICES, PushBrowser("https://push.attacker.example/a").as_json()) == 201
    port = int(gateway.url.rpartition(":")[2])

    def looked_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    with pytest.raises(posting.NotPublic):
        posting.post(f"https://push.attacker.example:{port}/a", b"", {}, only_public=True)
    monkeypatch.undo()
    assert gateway.came == []


def test_a_subscription_is_checked_again_before_sending(service: PushService, gateway: Gateway) -> None:
    good = PushBrowser(f"{gateway.url}/a").as_json()
    keys: dict[str, str] = good["keys"]  # type: ignore[assignment]
    known = Subscription("https://10.0.0.1/a", keys["p256dh"], keys["auth"])
    with pytest.raises(BadSubscription):
        service.send(known, b"x", lasts=timedelta(hours=1), is_urgent=False, topic="t")
    service.send(
        dataclasses.replace(known, endpoint=f"{gateway.url}/a"),
        b"x",
        lasts=timedelta(hours=1),
        is_urgent=False,
        topic="t",
    )
    assert len(gateway.came) == 1


def test_signing_out_and_a_new_password_end_the_news_of_a_phone(phone: Phone) -> None:
    phone.switch_on()
    assert devices() == 1
    with transaction():
        accounts.end_session(sessions_of(phone.person.id)[0].id)
    assert devices() == 0


def test_the_next_person_on_the_same_phone_takes_it_over(
    phone: Phone, browsers: Callable[[], Browser], gateway: Gateway
) -> None:
    phone.switch_on()
    other = Phone(browsers(), phone.push.endpoint)
    assert other.switch_on() == 201
    assert devices() == 1
    ring(phone.person)
    work()
    assert gateway.came == []


def test_devices_are_switched_off_by_their_owner_alone(phone: Phone, browsers: Callable[[], Browser]) -> None:
    phone.switch_on()
    (device_id,) = session.query(PushDevice.id).one()
    thief = Phone(browsers(), "https://push.example/thief")
    thief.tell(f"{DEVICES}/tat", {"endpoint": phone.push.endpoint})
    assert thief.tell(f"{DEVICES}/{device_id}/tat", {}) == 404
    assert devices() == 1
    phone.browser.submit("/tai-khoan/thong-bao/cai-dat", action=f"/{device_id}/tat")
    assert devices() == 0


def test_a_person_has_ten_devices_at_most(phone: Phone, gateway: Gateway) -> None:
    for number in range(12):
        assert phone.tell(DEVICES, PushBrowser(f"{gateway.url}/push/{number}").as_json()) == 201
    session.rollback()
    kept = [row.endpoint.rpartition("/")[2] for row in session.query(PushDevice).order_by(PushDevice.id)]
    assert kept == [str(number) for number in range(2, 12)]


def test_without_a_key_nothing_is_offered(browser: Browser) -> None:
    phone = Phone(browser, "https://push.example/a")
    assert phone.switch_on() == 404
    assert 'id="push"' not in browser.get("/tai-khoan/thong-bao").get_data(as_text=True)
