"""How often a stranger may try: per address and per account, in this process or, with Redis, in all of them."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from marketplace.foundation import phones

limiter = Limiter(key_func=get_remote_address, headers_enabled=False)


def install(app: Flask, redis_url: str | None) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = redis_url or "memory://"
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    limiter.init_app(app)


def typed_contact() -> str:
    """The account a sign-in is aimed at, whoever types it."""
    typed = request.form.get("contact", "")[:200].strip()
    try:
        # However the number is written, it is the same account that is being tried.
        typed = phones.parse_phone(typed)
    except phones.BadPhone:
        typed = typed.lower()
    return f"contact:{typed}"


def was_refused(response: Response) -> bool:
    return response.status_code == 422


def went_on(response: Response) -> bool:
    return response.status_code in (302, 303)


# reliability.md 1: the same or stricter than the package index's own limits. Only failures count at sign-in, so that
# a cooperative behind one address is not locked out by its own people; only codes really asked for count there.
sign_in_per_address = limiter.limit("20 per 5 minutes", methods=["POST"], deduct_when=was_refused)
sign_in_per_account = limiter.limit(
    "10 per 5 minutes", key_func=typed_contact, methods=["POST"], deduct_when=was_refused
)
one_time_codes = limiter.limit("5 per 5 minutes;20 per hour", methods=["POST"], deduct_when=went_on)
code_look_ups = limiter.limit("60 per minute")
devices = limiter.limit("20 per hour")
writes_by_strangers = limiter.limit("30 per minute", methods=["POST"])
# A village behind one address talks in a room; one sender is held by the room's own slow mode.
room_messages = limiter.limit("120 per minute", methods=["POST"])
# They ask again by themselves, once a second at most.
waiting_pages = limiter.limit("120 per minute")
