"""A random token that a browser keeps without signing in: what it has put aside is found by the token's digest."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response

from marketplace.foundation import codes

COOKIE = "htx_cart"
LIFE_SECONDS = 60 * 24 * 3600


def is_known() -> bool:
    return COOKIE in request.cookies


def digest() -> str:
    """What names this browser in the database."""
    return codes.token_digest(request.cookies.get(COOKIE, ""))


def known_or_new() -> str:
    """The token itself, to be kept with the answer."""
    return request.cookies.get(COOKIE) or codes.random_token()


def keep(answer: Response, token: str) -> None:
    answer.set_cookie(
        COOKIE,
        token,
        max_age=LIFE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
