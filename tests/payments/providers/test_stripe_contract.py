"""What our gateway sends and reads is what the official client knows (payments.md 1.5); and one life of a payment's page
that goes the same way on the stand-in and, when STRIPE_SANDBOX_KEY is set, on Stripe's own sandbox."""

from __future__ import annotations

import ast
import os
import secrets
import typing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stripe
from stripe import params
from stripe.params import checkout

from marketplace.payments.providers import Asked, AskedLine, Closing, ProviderRefused, Standing
from marketplace.payments.providers import stripe as gateway
from marketplace.payments.providers.stripe import StripeGateway
from tests.fakes.stripe.process import KEY, FakeStripe

SOURCE = ast.parse(Path(gateway.__file__).read_text())
# Which object of the client each name in our code stands for.
READ = {
    "session": [stripe.checkout.Session],
    "refund": [stripe.Refund],
    "dispute": [stripe.Dispute],
    "event": [stripe.Event],
    "found": [stripe.ListObject],
    "one": [stripe.checkout.Session, stripe.Refund, stripe.Dispute],
}
OF_EVERY_OBJECT = {"to_dict"}


def function(name: str) -> ast.FunctionDef:
    (found,) = [node for node in ast.walk(SOURCE) if isinstance(node, ast.FunctionDef) and node.name == name]
    return found


def sent_by(name: str) -> set[str]:
    """The keys of `params` that a function of ours sends, those that it adds later included."""
    keys: set[str] = set()
    for node in ast.walk(function(name)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "params":
            assert isinstance(node.value, ast.Dict)
            keys |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "params":
            assert isinstance(node.slice, ast.Constant)
            keys.add(node.slice.value)
    return keys


@pytest.mark.parametrize(
    ("name", "known"), [("start", checkout.SessionCreateParams), ("refund", params.RefundCreateParams)]
)
def test_everything_that_is_sent_is_a_parameter_of_the_client(name: str, known: type) -> None:
    sent = sent_by(name)
    assert len(sent) > 2
    assert sent <= set(known.__annotations__)


def test_everything_that_is_read_is_an_attribute_of_the_clients_objects() -> None:
    read = {
        (node.value.id, node.attr)
        for node in ast.walk(SOURCE)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in READ
    }
    assert ("session", "payment_status") in read
    unknown = [
        f"{name}.{attribute}"
        for name, attribute in sorted(read)
        if attribute not in OF_EVERY_OBJECT
        and not any(attribute in kind.__annotations__ or hasattr(kind, attribute) for kind in READ[name])
    ]
    assert unknown == []


def test_every_kind_of_notice_that_is_handled_is_one_that_can_be_asked_for() -> None:
    (listed,) = typing.get_args(params.WebhookEndpointCreateParams.__annotations__["enabled_events"])
    ours = (
        gateway.SESSION_EVENTS
        | gateway.INTENT_EVENTS
        | gateway.CHARGE_EVENTS
        | gateway.DISPUTE_EVENTS
        | gateway.REFUND_EVENTS
    )
    assert ours <= set(typing.get_args(listed))


@pytest.fixture(params=["stand-in", "sandbox"])
def cards(request: pytest.FixtureRequest) -> Iterator[StripeGateway]:
    if request.param == "sandbox":
        key = os.environ.get("STRIPE_SANDBOX_KEY", "")
        if not key:
            pytest.skip("Stripe's sandbox is asked only when STRIPE_SANDBOX_KEY is set")
        yield StripeGateway(key, ("whsec_none",))
        return
    fake = FakeStripe("http://127.0.0.1:9/nobody")
    yield StripeGateway(KEY, ("whsec_none",), fake.url)
    fake.stop()


def asked(number: int, *amounts: int) -> Asked:
    return Asked(
        payment_id=number,
        attempt=1,
        reference="HTX7K3QD94Q",
        amount_dong=sum(amounts),
        lines=tuple(AskedLine(f"HTX Sông Biếc {amount}", amount) for amount in amounts),
        email="mua@example.org",
        language="vi",
        expires_at=datetime.now(UTC) + timedelta(minutes=45),
        success_url="https://example.org/xong?phien={CHECKOUT_SESSION_ID}",
        cancel_url="https://example.org/thoi",
    )


def test_a_page_is_opened_once_read_again_and_closed(cards: StripeGateway) -> None:
    number = secrets.randbelow(10**9)
    page = asked(number, 277_000, 127_000)
    opened = cards.start(page)
    assert cards.start(page) == opened
    state = cards.sync(opened.provider_id)
    assert (state.standing, state.reference, state.payment_id) == (Standing.OPEN, "HTX7K3QD94Q", number)
    assert (state.amount_dong, state.currency, state.is_live) == (404_000, "vnd", False)
    assert cards.close(opened.provider_id) == Closing.CLOSED
    assert cards.sync(opened.provider_id).standing == Standing.CLOSED
    assert cards.close(opened.provider_id) == Closing.CLOSED


def test_the_same_key_with_another_amount_and_too_small_an_amount_are_refused(cards: StripeGateway) -> None:
    number = secrets.randbelow(10**9)
    cards.start(asked(number, 404_000))
    with pytest.raises(ProviderRefused):
        cards.start(asked(number, 405_000))
    with pytest.raises(ProviderRefused, match="amount_too_small"):
        cards.start(asked(secrets.randbelow(10**9), 500))
