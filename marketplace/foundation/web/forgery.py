"""Requests that another site made a browser send are refused, twice over: by origin and by form token.

The origin check also covers the one form that stands on pages shared by all strangers (adding to the cart), which
can hold no token without making the page personal.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

protection = CSRFProtect()


def install(app: Flask) -> None:
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # the session's end is the token's end
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)  # the origin check below is stricter
    app.before_request(_refuse_other_origins)
    protection.init_app(app)


def _refuse_other_origins() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith(("/webhooks/", "/epcis/")):
        return
    # Browsers since 2020 send one of these with every POST; their words beat ours about who is asking.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
