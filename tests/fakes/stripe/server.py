"""The addresses of the fake: the interface that the official client calls, the buyer's page, and the tests' controls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from stripe.params import DisputeListParams, RefundCreateParams, RefundListParams
from stripe.params.checkout import SessionCreateParams, SessionListParams
from werkzeug.wrappers import Response as AnyResponse

from tests.fakes.stripe import state as states
from tests.fakes.stripe.forms import UnknownParameter, nested, refuse_unknown
from tests.fakes.stripe.state import CARDS, State, Thing, error, public

LEAST_VND, MOST_VND = 13_000, 99_999_999
SHORTEST_SECONDS, LONGEST_SECONDS = 30 * 60, 24 * 3600


class Refused(Exception):
    def __init__(self, status: int, kind: str, code: str | None, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.body = status, error(kind, code, message, param)


def invalid(code: str, message: str, param: str | None = None) -> Refused:
    return Refused(400, "invalid_request_error", code, message, param)


def make_app(state: State) -> Flask:
    app = Flask(__name__, template_folder="pages")

    @app.before_request
    def be_as_asked() -> AnyResponse | None:
        if not request.path.startswith("/v1/"):
            return None
        with state.lock:
            state.calls.append(f"{request.method} {request.path}")
            control, hang, answer = state.control, False, 0
            if control.hang:
                control.hang, hang = control.hang - 1, True
            elif control.answer:
                control.answer, answer = control.answer - 1, control.answer_status
            state.expire_old()
        if hang:
            time.sleep(control.hang_seconds)
        if answer:
            kinds = {429: "rate_limit_error", 402: "card_error"}
            return _json(answer, error(kinds.get(answer, "api_error"), None, "as the test asked"))
        if not request.headers.get("Authorization", "").startswith("Bearer sk_test_"):
            return _json(401, error("invalid_request_error", "api_key_invalid", "Only sk_test_ keys are taken here."))
        return None

    @app.errorhandler(Refused)
    def refuse(refused: Refused) -> AnyResponse:
        return _json(refused.status, refused.body)

    def written(params: type[Any], make: Callable[[Thing], Thing]) -> AnyResponse:
        """A POST: unknown names refused, the same key once."""
        given = nested(request.form.items(multi=True))

        def run() -> tuple[int, str]:
            try:
                refuse_unknown(given, params)
                with state.lock:
                    return 200, json.dumps(public(make(given)))
            except UnknownParameter as unknown:
                return 400, error(
                    "invalid_request_error", "parameter_unknown", f"Received unknown parameter: {unknown.name}"
                )
            except Refused as refused:
                return refused.status, refused.body

        key = request.headers.get("Idempotency-Key", state.new_id("none"))
        status, body, replayed = state.once(key, request.path + json.dumps(given, sort_keys=True), run)
        return _json(status, body, replayed=replayed)

    @app.post("/v1/checkout/sessions")
    def create_session() -> AnyResponse:
        return written(SessionCreateParams, lambda given: new_session(state, given))

    @app.get("/v1/checkout/sessions")
    def list_sessions() -> AnyResponse:
        given = nested(request.args.items(multi=True))
        refuse_unknown(given, SessionListParams)
        intent = given.get("payment_intent")
        found = [one for one in state.sessions.values() if intent is None or one["payment_intent"] == intent]
        return _list("/v1/checkout/sessions", found, given)

    @app.get("/v1/checkout/sessions/<session_id>")
    def retrieve_session(session_id: str) -> AnyResponse:
        return _json(200, json.dumps(public(_find(state.sessions, session_id))))

    @app.post("/v1/checkout/sessions/<session_id>/expire")
    def expire_session(session_id: str) -> AnyResponse:
        with state.lock:
            session = _find(state.sessions, session_id)
            if session["status"] != "open":
                raise Refused(
                    400,
                    "invalid_request_error",
                    None,
                    f"Only open sessions can be expired; this is {session['status']}.",
                )
            state.close(session)
            return _json(200, json.dumps(public(session)))

    @app.get("/v1/payment_intents/<intent_id>")
    def retrieve_intent(intent_id: str) -> AnyResponse:
        return _json(200, json.dumps(public(_find(state.intents, intent_id))))

    @app.post("/v1/refunds")
    def create_refund() -> AnyResponse:
        return written(RefundCreateParams, lambda given: new_refund(state, given))

    @app.get("/v1/refunds")
    def list_refunds() -> AnyResponse:
        given = nested(request.args.items(multi=True))
        refuse_unknown(given, RefundListParams)
        intent = given.get("payment_intent")
        found = [one for one in state.refunds.values() if intent is None or one["payment_intent"] == intent]
        return _list("/v1/refunds", found, given)

    @app.get("/v1/disputes")
    def list_disputes() -> AnyResponse:
        given = nested(request.args.items(multi=True))
        refuse_unknown(given, DisputeListParams)
        intent = given.get("payment_intent")
        found = [one for one in state.disputes.values() if intent is None or one["payment_intent"] == intent]
        return _list("/v1/disputes", found, given)

    @app.get("/v1/events")
    def list_events() -> AnyResponse:
        return _list("/v1/events", state.events[::-1], nested(request.args.items(multi=True)))

    @app.get("/pay/<session_id>")
    def page(session_id: str) -> tuple[str, int] | str:
        session = state.sessions.get(session_id)
        if session is None or session["status"] != "open":
            return render_template("closed.html"), 410
        return render_template("pay.html", session=session, cards=CARDS, said="", confirms="")

    @app.post("/pay/<session_id>")
    def pay(session_id: str) -> AnyResponse | str | tuple[str, int]:
        with state.lock:
            session = state.sessions.get(session_id)
            if session is None or session["status"] != "open":
                return render_template("closed.html"), 410
            card = request.form.get("card", "").replace(" ", "")
            said, confirms = _try_card(card, request.form.get("answer", ""))
            if said or confirms:
                page = render_template("pay.html", session=session, cards=CARDS, said=said, confirms=confirms)
                return page, 402 if said else 200
            state.pay(session, card)
        return redirect(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session_id), 303)

    @app.post("/_control")
    def control() -> AnyResponse:
        """What a test wants: `drop`, `duplicate`, `hold`, `answer`, `hang`, `release`, `clock`, `refund`, `settle`,
        `dispute` and `decide` one, `change` a session, stop its clock `at` a second, `forget` everything."""
        wanted: Thing = request.get_json()
        with state.lock:
            if wanted.get("forget"):
                state.forget()
            for name in ("drop", "duplicate", "hold", "answer", "answer_status", "hang", "hang_seconds"):
                if name in wanted:
                    setattr(state.control, name, wanted[name])
            state.stopped_at = wanted.get("at", state.stopped_at)
            state.clock_offset += wanted.get("clock", 0)
            state.expire_old()
            if wanted.get("release"):
                held, state.held = state.held[::-1], []
                for event in held:
                    state.send(event)
            if "resend" in wanted:
                state.send(next(event for event in state.events if event["id"] == wanted["resend"]))
            if "change" in wanted:
                _find(state.sessions, wanted["change"]).update(wanted["to"])
            if "refund" in wanted:
                new_refund(state, {"payment_intent": wanted["refund"], "amount": wanted["amount"]})
            if "dispute" in wanted:
                state.dispute(_find(state.intents, wanted["dispute"]))
            if "decide" in wanted:
                state.decide(_find(state.intents, wanted["decide"])["id"], wanted["status"])
            if wanted.get("settle"):
                settle_refunds(state)
            if "webhook_url" in wanted:
                state.webhook_url = wanted["webhook_url"]
        return _json(200, "{}")

    @app.get("/_control")
    def look() -> AnyResponse:
        with state.lock:
            return _json(
                200,
                json.dumps({"events": state.events, "deliveries": state.deliveries, "calls": state.calls}),
            )

    return app


def new_session(state: State, given: Thing) -> Thing:
    lines = list(given.get("line_items", {}).values())
    if given.get("mode") != "payment" or not lines or "success_url" not in given:
        raise invalid("parameter_missing", "mode=payment, line_items and success_url are needed")
    amount = 0
    for line in lines:
        price = line["price_data"]
        if price["currency"] != "vnd":
            raise invalid("currency_not_supported", "only vnd is known here", "currency")
        if not price["unit_amount"].isdigit() or not price.get("product_data", {}).get("name"):
            raise invalid("parameter_invalid_integer", "amounts are whole đồng, and a line has a name")
        amount += int(price["unit_amount"]) * int(line.get("quantity", "1"))
    if amount < LEAST_VND:
        raise invalid("amount_too_small", "The amount must convert to at least 50 cents.")
    if amount > MOST_VND:
        raise invalid("amount_too_large", "The amount must be no more than 99999999.")
    expires_at = int(given.get("expires_at", state.now() + LONGEST_SECONDS))
    if not SHORTEST_SECONDS <= expires_at - state.now() <= LONGEST_SECONDS:
        raise invalid("parameter_invalid", "expires_at must be between 30 minutes and 24 hours from now.", "expires_at")
    session_id = state.new_id("cs_test")
    state.sessions[session_id] = {
        "id": session_id,
        "object": "checkout.session",
        "amount_total": amount,
        "amount_subtotal": amount,
        "currency": "vnd",
        "client_reference_id": given.get("client_reference_id"),
        "metadata": given.get("metadata", {}),
        "mode": "payment",
        "status": "open",
        "payment_status": "unpaid",
        "payment_intent": None,
        "livemode": False,
        "created": state.now(),
        "expires_at": expires_at,
        "success_url": given["success_url"],
        "cancel_url": given.get("cancel_url"),
        "url": f"{state.public_url}/pay/{session_id}",
        "_lines": [
            (line["price_data"]["product_data"]["name"], int(line["price_data"]["unit_amount"])) for line in lines
        ],
        "_intent_metadata": given.get("payment_intent_data", {}).get("metadata", {}),
    }
    return state.sessions[session_id]


def new_refund(state: State, given: Thing) -> Thing:
    intent = _find(state.intents, given.get("payment_intent", ""))
    left = intent["amount_received"] - state.refunded(intent["id"])
    amount = int(given.get("amount", left))
    dispute = state.dispute_of(intent["id"])
    if dispute is not None and dispute["status"] != "won":
        raise invalid("charge_disputed", "The charge has been charged back, so it cannot be refunded.")
    if left == 0:
        raise invalid("charge_already_refunded", "The charge has already been refunded.")
    if not 0 < amount <= left:
        raise invalid("amount_too_large", f"Refund amount ({amount}) is greater than unrefunded amount ({left}).")
    return state.refund(intent, amount, given.get("metadata", {}))


def settle_refunds(state: State) -> None:
    """Time passes: slow refunds arrive, and those to closed accounts come back."""
    for refund in state.refunds.values():
        card = state.intents[refund["payment_intent"]]["_card"]
        if refund["status"] == "pending":
            refund["status"] = "succeeded"
            state.tell("refund.updated", refund)
        elif card == states.REFUND_FAILS and refund["status"] == "succeeded":
            refund["status"] = "failed"
            state.tell("refund.failed", refund)


def _try_card(card: str, answer: str) -> tuple[str, str]:
    """(what is wrong, the card that asks to be confirmed); both empty when it pays."""
    if card not in CARDS:
        return "Trang thử chỉ nhận các số thẻ thử bên dưới. Đừng nhập thẻ thật.", ""
    if card == states.DECLINED:
        return "Ngân hàng từ chối thẻ này. Hãy dùng thẻ khác.", ""
    if card == states.NO_FUNDS:
        return "Thẻ không đủ tiền. Hãy dùng thẻ khác.", ""
    if card == states.ASKS_TO_CONFIRM and answer != "yes":
        return ("Bạn đã không xác nhận với ngân hàng.", "") if answer == "no" else ("", card)
    return "", ""


def _find(things: dict[str, Thing], thing_id: str) -> Thing:
    found = things.get(thing_id)
    if found is None:
        raise Refused(404, "invalid_request_error", "resource_missing", f"No such object: {thing_id}")
    return found


def _list(url: str, things: list[Thing], given: Thing) -> AnyResponse:
    limit = int(given.get("limit", "10"))
    page = {
        "object": "list",
        "url": url,
        "has_more": len(things) > limit,
        "data": [public(one) for one in things[:limit]],
    }
    return _json(200, json.dumps(page))


def _json(status: int, body: str, *, replayed: bool = False) -> AnyResponse:
    answer = Response(body, status=status, mimetype="application/json")
    answer.headers["Request-Id"] = "req_fake"
    if replayed:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer
