"""What the fake remembers, all in memory: sessions, intents, refunds, events, and the webhooks it still has to send."""

from __future__ import annotations

import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from stripe import WebhookSignature

PAYS = "4242424242424242"
DECLINED = "4000000000000002"
NO_FUNDS = "4000000000009995"
ASKS_TO_CONFIRM = "4000002500003155"
REFUND_PENDING = "4000000000007726"
REFUND_FAILS = "4000000000005126"
DISPUTED = "4000000000000259"
CARDS = {
    PAYS: "thanh toán thành công",
    DECLINED: "bị từ chối",
    NO_FUNDS: "không đủ tiền",
    ASKS_TO_CONFIRM: "ngân hàng hỏi xác nhận (3DS)",
    REFUND_PENDING: "hoàn tiền chậm rồi thành công",
    REFUND_FAILS: "hoàn tiền thành công rồi bị trả lại",
    DISPUTED: "sau đó người mua khiếu nại với ngân hàng",
}

RETRY_SECONDS = (0.2, 0.5, 1, 2, 4)  # Stripe's are hours; a test cannot wait for them
Thing = dict[str, Any]


@dataclass
class Control:
    """What a test has asked for, of the next so many deliveries or calls."""

    drop: int = 0
    duplicate: int = 0
    hold: int = 0  # kept until `release`, which sends them last first
    answer: int = 0
    answer_status: int = 500
    hang_seconds: float = 0.0
    hang: int = 0


@dataclass
class State:
    public_url: str
    webhook_url: str
    webhook_secret: str
    clock_offset: int = 0
    stopped_at: int | None = None
    era: int = 0  # notices of a time that is forgotten are not sent any more
    sessions: dict[str, Thing] = field(default_factory=dict)
    intents: dict[str, Thing] = field(default_factory=dict)
    refunds: dict[str, Thing] = field(default_factory=dict)
    disputes: dict[str, Thing] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    answers: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    held: list[Thing] = field(default_factory=list)
    deliveries: list[Thing] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    control: Control = field(default_factory=Control)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> int:
        return (int(time.time()) if self.stopped_at is None else self.stopped_at) + self.clock_offset

    def forget(self) -> None:
        """As if it had just been started: another market with the same numbers of payments may come."""
        for memory in (self.sessions, self.intents, self.refunds, self.disputes, self.answers):
            memory.clear()
        for told in (self.events, self.held, self.deliveries, self.calls):
            told.clear()
        self.control, self.clock_offset, self.era = Control(), 0, self.era + 1

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(12)}"

    def expire_old(self) -> None:
        """Sessions end by the clock, as at Stripe."""
        for session in list(self.sessions.values()):
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self.close(session)

    def close(self, session: Thing) -> None:
        session["status"], session["url"] = "expired", None
        self.tell("checkout.session.expired", session)

    def pay(self, session: Thing, card: str) -> Thing:
        """The buyer's card paid; caller holds the lock and has seen the session open."""
        intent: Thing = {
            "id": self.new_id("pi"),
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_received": session["amount_total"],
            "currency": session["currency"],
            "status": "succeeded",
            "livemode": False,
            "created": self.now(),
            "metadata": session["_intent_metadata"],
            "latest_charge": self.new_id("ch"),
            "_card": card,
        }
        self.intents[intent["id"]] = intent
        session.update(status="complete", payment_status="paid", payment_intent=intent["id"], url=None)
        self.tell("payment_intent.succeeded", intent)
        self.tell("checkout.session.completed", session)
        if card == DISPUTED:
            self.dispute(intent)
        return intent

    def refunded(self, intent_id: str) -> int:
        return sum(
            refund["amount"]
            for refund in self.refunds.values()
            if refund["payment_intent"] == intent_id and refund["status"] not in ("failed", "canceled")
        )

    def refund(self, intent: Thing, amount: int, metadata: Thing) -> Thing:
        refund: Thing = {
            "id": self.new_id("re"),
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "charge": intent["latest_charge"],
            "status": "pending" if intent["_card"] == REFUND_PENDING else "succeeded",
            "reason": None,
            "created": self.now(),
            "metadata": metadata,
        }
        self.refunds[refund["id"]] = refund
        self.tell("refund.created", refund)
        return refund

    def dispute(self, intent: Thing) -> None:
        """The buyer tells his bank that he never bought it; the bank takes the whole charge back."""
        dispute: Thing = {
            "id": self.new_id("dp"),
            "object": "dispute",
            "amount": intent["amount_received"],
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "charge": intent["latest_charge"],
            "status": "needs_response",
            "reason": "product_not_received",
            "created": self.now(),
            "evidence_details": {"due_by": self.now() + 7 * 24 * 3600, "has_evidence": False, "past_due": False},
            "metadata": {},
        }
        self.disputes[dispute["id"]] = dispute
        self.tell("charge.dispute.created", dispute)
        self.tell("charge.dispute.funds_withdrawn", dispute)

    def dispute_of(self, intent_id: str) -> Thing | None:
        return next((one for one in self.disputes.values() if one["payment_intent"] == intent_id), None)

    def decide(self, intent_id: str, status: str) -> None:
        """The bank decides: `won` or `lost`, as the seller sees it."""
        dispute = self.dispute_of(intent_id)
        assert dispute is not None, "nobody disputes it"
        dispute["status"] = status
        self.tell("charge.dispute.closed", dispute)
        if status == "won":
            self.tell("charge.dispute.funds_reinstated", dispute)

    def tell(self, kind: str, thing: Thing) -> None:
        event = {
            "id": self.new_id("evt"),
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": self.now(),
            "type": kind,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "data": {"object": json.loads(json.dumps(public(thing)))},
        }
        self.events.append(event)
        control = self.control
        if control.drop:
            control.drop -= 1
        elif control.hold:
            control.hold -= 1
            self.held.append(event)
        else:
            times = 5 if control.duplicate else 1
            control.duplicate = max(0, control.duplicate - 1)
            for _ in range(times):
                self.send(event)

    def send(self, event: Thing) -> None:
        threading.Thread(target=self._deliver, args=(event, self.era), daemon=True).start()

    def _deliver(self, event: Thing, era: int) -> None:
        for pause in (0.0, *RETRY_SECONDS):
            time.sleep(pause)
            if era != self.era:
                return
            status = post_signed(self.webhook_url, json.dumps(event), self.webhook_secret, self.now())
            with self.lock:
                self.deliveries.append({"event": event["id"], "type": event["type"], "status": status})
            if 200 <= status < 300:
                return

    def once(self, key: str, fingerprint: str, make: Callable[[], tuple[int, str]]) -> tuple[int, str, bool]:
        """Run a call under its idempotency key: (status, body, was it replayed). A key in use gives 409."""
        with self.lock:
            if key in self.answers:
                known, status, body = self.answers[key]
                if known != fingerprint:
                    return (
                        400,
                        error("idempotency_error", None, "Keys can only be used with the same parameters."),
                        False,
                    )
                return status, body, True
            if key in self.under_way:
                return 409, error("idempotency_error", "idempotency_key_in_use", "This key is in use."), False
            self.under_way.add(key)
        try:
            status, body = make()
            with self.lock:
                # What was refused before it began is not kept; anything else is, also a 500.
                if status != 400:
                    self.answers[key] = (fingerprint, status, body)
            return status, body, False
        finally:
            with self.lock:
                self.under_way.discard(key)


def public(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def error(kind: str, code: str | None, message: str, param: str | None = None) -> str:
    said = {"type": kind, "code": code, "message": message, "param": param}
    return json.dumps({"error": {name: value for name, value in said.items() if value is not None}})


def post_signed(url: str, body: str, secret: str, at: int) -> int:
    """POST a notice as Stripe would; gives the HTTP status, 0 when nobody answers."""
    signature = WebhookSignature.generate_signature_header(body, secret, at)
    request = urllib.request.Request(
        url,
        data=body.encode(),
        headers={"Content-Type": "application/json", "Stripe-Signature": signature},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code
    except OSError:
        return 0
