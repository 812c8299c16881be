"""Cards through Stripe's own pages: no card number ever reaches ours (payments.md 1).

The client is asked for whole objects and never believed beyond them: notices say only which object to read again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import stripe

from marketplace.payments.providers import (
    Asked,
    BadNotice,
    Closing,
    DisputeStanding,
    Notice,
    NoticeRequest,
    ProviderBusy,
    ProviderDispute,
    ProviderMovement,
    ProviderRefund,
    ProviderRefused,
    ProviderState,
    ProviderUnreachable,
    RefundStanding,
    Standing,
    Started,
)

CONNECT_SECONDS, READ_SECONDS = 3, 15
RETRIES = 2
CURRENCY = "vnd"
LIVE_PREFIXES = ("sk_live_", "rk_live_")

# What a notice of each kind is about; others are kept and have no effect (payments.md 2.2).
SESSION_EVENTS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
    }
)
INTENT_EVENTS = frozenset({"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"})
CHARGE_EVENTS = frozenset({"charge.updated", "charge.refunded"})
DISPUTE_EVENTS = frozenset(
    {
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    }
)
REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})

_REFUND_STANDINGS = {
    "succeeded": RefundStanding.DONE,
    "pending": RefundStanding.IN_TRANSIT,
    "requires_action": RefundStanding.IN_TRANSIT,
    "failed": RefundStanding.FAILED,
    "canceled": RefundStanding.FAILED,
}

# A bank that only asks, and takes no money yet.
_INQUIRY = "warning_"
_DISPUTE_STANDINGS = {"won": DisputeStanding.WON, "lost": DisputeStanding.LOST}

T = TypeVar("T")


class StripeGateway:
    """Checkout Sessions, one for each payment; `base_url` leads the client to another server than Stripe's."""

    def __init__(self, secret_key: str, webhook_secrets: tuple[str, ...], base_url: str | None = None) -> None:
        self.is_live = secret_key.startswith(LIVE_PREFIXES)
        self._secrets = webhook_secrets
        client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": base_url} if base_url else {},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        )
        self._v1 = client.v1

    def start(self, asked: Asked) -> Started:
        metadata = {"order": asked.reference, "payment": str(asked.payment_id)}
        params: Any = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": CURRENCY,
                        "unit_amount": line.amount_dong,
                        "product_data": {"name": line.name},
                    },
                }
                for line in asked.lines
            ],
            "client_reference_id": asked.reference,
            "metadata": metadata,
            "payment_intent_data": {"metadata": metadata},
            "allowed_payment_method_types": ["card"],
            "locale": "vi" if asked.language == "vi" else "en",
            "success_url": asked.success_url,
            "cancel_url": asked.cancel_url,
            "expires_at": int(asked.expires_at.timestamp()),
        }
        if asked.email:
            params["customer_email"] = asked.email
        key = f"pay-{asked.payment_id}-{asked.attempt}"
        session = _ask(lambda: self._v1.checkout.sessions.create(params, {"idempotency_key": key}))
        return Started(session.id, str(session.url))

    def sync(self, provider_id: str) -> ProviderState:
        session = _ask(lambda: self._v1.checkout.sessions.retrieve(provider_id))
        metadata = session.metadata.to_dict() if session.metadata else {}
        payment_id = str(metadata.get("payment", ""))
        charge_id = _id(session.payment_intent)
        return ProviderState(
            provider_id=session.id,
            charge_id=charge_id,
            reference=session.client_reference_id or "",
            payment_id=int(payment_id) if payment_id.isdecimal() else None,
            amount_dong=session.amount_total or 0,
            currency=session.currency or "",
            is_live=session.livemode,
            standing=_standing(session),
            url=session.url,
            refunds=self._refunds(charge_id) if charge_id and session.payment_status == "paid" else (),
            disputes=self._disputes(charge_id) if charge_id and session.payment_status == "paid" else (),
        )

    def find(self, charge_id: str) -> str | None:
        found = _ask(lambda: self._v1.checkout.sessions.list({"payment_intent": charge_id, "limit": 1}))
        return found.data[0].id if found.data else None

    def close(self, provider_id: str) -> Closing:
        try:
            _ask(lambda: self._v1.checkout.sessions.expire(provider_id))
        except ProviderRefused:
            # It was no longer open: paid, being paid, or at its end.
            session = _ask(lambda: self._v1.checkout.sessions.retrieve(provider_id))
            return Closing.ALREADY_PAID if session.status == "complete" else Closing.CLOSED
        return Closing.CLOSED

    def refund(self, *, charge_id: str, refund_id: int, amount_dong: int) -> ProviderRefund:
        params: Any = {"payment_intent": charge_id, "amount": amount_dong, "metadata": {"refund": str(refund_id)}}
        made = _ask(lambda: self._v1.refunds.create(params, {"idempotency_key": f"refund-{refund_id}"}))
        return _refund(made)

    def parse_notice(self, request: NoticeRequest) -> Notice:
        headers = {name.lower(): value for name, value in request.headers.items()}
        event = self._checked(request.body, headers.get("stripe-signature", ""))
        thing = event.data.object
        provider_ids: tuple[str, ...] = ()
        charge_ids: tuple[str, ...] = ()
        if event.type in SESSION_EVENTS:
            provider_ids = (str(thing["id"]),)
        elif event.type in INTENT_EVENTS:
            charge_ids = (str(thing["id"]),)
        elif event.type in CHARGE_EVENTS | REFUND_EVENTS | DISPUTE_EVENTS:
            intent = _id(thing["payment_intent"]) if "payment_intent" in thing else None
            charge_ids = (intent,) if intent else ()
        return Notice(event.id, event.type, event.livemode, provider_ids, charge_ids)

    def _checked(self, body: bytes, signature: str) -> stripe.Event:
        for secret in self._secrets:
            try:
                return stripe.Webhook.construct_event(body, signature, secret)  # type: ignore[no-any-return]
            except stripe.SignatureVerificationError:
                continue  # while a secret is being changed, two are good
            except ValueError as unreadable:
                raise BadNotice("well signed and unreadable") from unreadable
        raise BadNotice("no secret of ours made this signature")

    def _refunds(self, charge_id: str) -> tuple[ProviderRefund, ...]:
        found = _ask(lambda: self._v1.refunds.list({"payment_intent": charge_id, "limit": 100}))
        return tuple(_refund(one) for one in found.data)

    def _disputes(self, charge_id: str) -> tuple[ProviderDispute, ...]:
        found = _ask(lambda: self._v1.disputes.list({"payment_intent": charge_id, "limit": 100}))
        return tuple(_dispute(one) for one in found.data if not one.status.startswith(_INQUIRY))

    def withdrawn_since(self, moment: datetime) -> list[str]:
        since: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        refunds = _ask(lambda: list(self._v1.refunds.list(since).auto_paging_iter()))
        disputes = _ask(lambda: list(self._v1.disputes.list(since).auto_paging_iter()))
        intents = [*(_id(one.payment_intent) for one in refunds), *(_id(one.payment_intent) for one in disputes)]
        return list(dict.fromkeys(one for one in intents if one))

    def movements_since(self, moment: datetime) -> list[ProviderMovement]:
        since: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
        sessions = _ask(lambda: list(self._v1.checkout.sessions.list(since).auto_paging_iter()))
        refunds = _ask(lambda: list(self._v1.refunds.list(since).auto_paging_iter()))
        taken = [
            ProviderMovement(_id(one.payment_intent) or "", None, one.amount_total or 0, _moment(one.created))
            for one in sessions
            if one.payment_status == "paid" and one.currency == CURRENCY
        ]
        given = [
            ProviderMovement(_id(one.payment_intent) or "", one.id, -one.amount, _moment(one.created))
            for one in refunds
            if one.status == "succeeded"
        ]
        return [*taken, *given]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _standing(session: stripe.checkout.Session) -> Standing:
    if session.payment_status == "paid":
        return Standing.PAID
    if session.status == "complete":
        return Standing.PROCESSING
    return Standing.OPEN if session.status == "open" else Standing.CLOSED


def _refund(refund: stripe.Refund) -> ProviderRefund:
    ours = str((refund.metadata.to_dict() if refund.metadata else {}).get("refund", ""))
    standing = _REFUND_STANDINGS.get(refund.status or "", RefundStanding.IN_TRANSIT)
    return ProviderRefund(refund.id, int(ours) if ours.isdecimal() else None, refund.amount, standing)


def _dispute(dispute: stripe.Dispute) -> ProviderDispute:
    due = dispute.evidence_details.due_by if dispute.evidence_details else None
    return ProviderDispute(
        dispute.id,
        dispute.amount,
        _DISPUTE_STANDINGS.get(dispute.status, DisputeStanding.OPEN),
        dispute.reason,
        datetime.fromtimestamp(due, UTC) if due else None,
    )


def _id(thing: Any) -> str | None:
    """Stripe gives an id, or on request the whole object in its place."""
    return thing if thing is None or isinstance(thing, str) else str(thing.id)


def _ask(call: Callable[[], T]) -> T:
    try:
        return call()
    except stripe.RateLimitError as busy:
        raise ProviderBusy("too many calls at once") from busy
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as no:
        if no.http_status == 409:  # the same key is being worked on by another call of ours
            raise ProviderBusy("the same call is under way") from no
        raise ProviderRefused(no.code or type(no).__name__, no.user_message or "") from no
    except (stripe.AuthenticationError, stripe.PermissionError) as no:
        raise ProviderRefused("key_refused", "the key is not accepted") from no
    except stripe.StripeError as unknown:
        raise ProviderUnreachable(type(unknown).__name__) from unknown
