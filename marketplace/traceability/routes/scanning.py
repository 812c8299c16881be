"""Scans: the beacon that a reader's page sends, the reader's own word about where he is, and how fast one may ask.

Pages never count themselves: kept pages are answered from memory, and previews, prefetches and crawlers open pages too.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
import re
import secrets
import time
from base64 import b64decode
from typing import Any

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from limits import RateLimitItem, parse
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts import permissions as accounts
from marketplace.cooperatives import queries as cooperatives
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.foundation.web.access import Access, Audience
from marketplace.foundation.web.forgery import protection
from marketplace.foundation.web.limits import limiter
from marketplace.geography import queries as geography
from marketplace.geography.rules import province_seats
from marketplace.traceability import actions, queries, rules

pages = Blueprint("traceability_scans", __name__)

COOKIE = "htx_quet"
LIFE_SECONDS = 30 * 24 * 3600
_REMEMBERED = re.compile(r"([A-Za-z0-9_-]{22})(?:\.(\d\d))?")
_GTIN = re.compile(r"\d{14}", re.ASCII)

# traceability.md 5, for each network; more than that is neither kept nor an error.
SCANS, UNKNOWN_CODES = parse("60 per minute"), parse("10 per minute")

# Programs that open an address for somebody: search engines, previews in chats, command lines. In-app browsers of
# chats are people, so only what those programs alone say stands here.
_PROGRAMS = re.compile(
    r"bot\b|crawl|spider|preview|facebookexternalhit|facebookcatalog|meta-external|^whatsapp|^viber|^curl|^wget"
    r"|^python|^go-http|^java|^okhttp|^libwww|^axios|^node"
)
_PHONES = ("android", "iphone", "ipad")
_ONE_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@pages.app_template_global()
def provinces_to_choose() -> list[geography.ProvinceEntry]:
    """The 34 provinces for the form that asks a reader where he is; held in memory."""
    return geography.provinces()


@pages.app_template_global()
def province_name(code: str) -> str:
    found = geography.find_province(code)
    return found.bare_name if found else ""


# -- doors


# Stands on pages that are the same for all strangers and hold no token; the origin check guards it, as at the cart.
@pages.post("/q/<code>/quet")
@protection.exempt
@access.public
def count(code: str) -> AnyResponse:
    """A reader's page tells that it was opened by a person. Says nothing back, whatever became of it."""
    _note(code)
    return remember_device(make_response("", 204))


@pages.get("/q/<code>/quet.gif")
@access.public
def count_without_script(code: str) -> AnyResponse:
    """The same for a browser without script: a picture of one pixel."""
    # A picture on another site must not make its visitors scan our codes.
    if request.method == "HEAD" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return make_response("", 204)
    _note(code)
    answer = make_response(_ONE_PIXEL)
    answer.mimetype = "image/gif"
    answer.headers["Cache-Control"] = "no-store"
    return remember_device(answer)


@pages.post("/q/<code>/noi-quet")
@protection.exempt
@access.public
def tell_place(code: str) -> AnyResponse:
    """In which province the reader is, told by himself; kept for his next scans too."""
    code = codes.normalise_code(code)
    chosen = request.form.get("province", "")
    back = redirect(url_for("traceability_shop.origin", code=code or "-", _anchor="noi-quet"), 303)
    if chosen not in province_seats():
        return back
    if _could_be_ours(code) and _is_person() and _is_allowed(SCANS, "scans") and queries.knows_code(code):
        with transaction():
            actions.note_place(
                code=code, device=device(), also_device=_device_of_today(), network=network(), province_code=chosen,
                **_whose(),
            )  # fmt: skip
    return remember_device(back, province_code=chosen)


def _note(code: str) -> None:
    code, gtin = codes.normalise_code(code), request.form.get("gtin", "")
    if not _could_be_ours(code) or not _is_person() or not _is_allowed(SCANS, "scans"):
        return
    gtin = gtin if _GTIN.fullmatch(gtin) else ""
    if (gtin or not queries.knows_code(code)) and not _is_allowed(UNKNOWN_CODES, "unknown scans"):
        return
    with transaction():
        actions.note_scan(
            code=code, device=device(), also_device=_device_of_today(), network=network(), gtin=gtin,
            province_code=_province(), **_whose(),
        )  # fmt: skip


def _could_be_ours(code: str) -> bool:
    return rules.could_be_serial(code) or rules.could_be_lot_code(code)


def _whose() -> dict[str, Any]:
    """Whose own scan it is, if the reader is signed in: people of the house do not count."""
    if not current_user.is_authenticated:
        return {}
    person = current_user._get_current_object()
    own = {workplace.id for workplace in cooperatives.workplaces_of(person.id)}
    return {"by_staff_of": own, "by_officer": accounts.may_inspect(person)}


def _is_person() -> bool:
    agent = request.user_agent.string.lower()
    if not agent or _PROGRAMS.search(agent):
        return False
    if "zalo" in agent and not any(phone in agent for phone in _PHONES):
        return False  # its previews; its in-app browser names the phone
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return not any("prefetch" in purpose or "prerender" in purpose for purpose in purposes)


# -- limits


def ask_to_wait() -> AnyResponse | None:
    """For the page of a code that nobody here issued: a page that opens again by itself when a network asked for too
    many of them, or None. The server never sleeps: each of its processes has one thread."""
    if _is_allowed(UNKNOWN_CODES, "unknown pages"):
        return None
    opens_at, _left = limiter.limiter.get_window_stats(UNKNOWN_CODES, "unknown pages", network())
    seconds = min(max(math.ceil(opens_at - time.time()), 1), 60)
    answer = make_response(render_template("traceability/shop/wait.html", seconds=seconds), 429)
    answer.headers["Retry-After"] = answer.headers["Refresh"] = str(seconds)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_allowed(limit: RateLimitItem, what: str) -> bool:
    return not limiter.enabled or limiter.limiter.hit(limit, what, network())


# -- who reads, as little as will do


def device() -> str:
    """The reader's device as it is stored: of his cookie, or of this day alone when he has none."""
    found = _remembered()
    return _sealed("cookie", found[1]) if found else _device_of_today()


def remember_device(response: AnyResponse, *, province_code: str = "") -> AnyResponse:
    """Give the reader's browser its cookie, so that he is told of his own scans as his own.

    A page that does this knows its reader, and is kept for nobody else.
    """
    g.access = Access(Audience.PUBLIC)
    response.headers["Cache-Control"] = "no-store"
    found = _remembered()
    province_code = province_code or (found[2] or "" if found else "")
    if found is None or province_code != (found[2] or ""):
        token = found[1] if found else secrets.token_urlsafe(16)
        response.set_cookie(
            COOKIE,
            f"{token}.{province_code}" if province_code else token,
            max_age=LIFE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response


def network() -> str:
    """The reader's neighbourhood on the Internet, of this day alone; the address itself is never kept."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return _sealed("network", _day(), "")
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    cut = ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False)
    return _sealed("network", _day(), str(cut))


def _device_of_today() -> str:
    return _sealed("device", _day(), request.remote_addr or "", request.user_agent.string)


def _province() -> str:
    """What a proxy knows of the address, or what the reader said of himself before; nothing that is no province."""
    header = _settings().province_header
    told = request.headers.get(header, "").strip() if header else ""
    found = _remembered()
    return next((code for code in (told, (found[2] if found else "") or "") if code in province_seats()), "")


def _remembered() -> re.Match[str] | None:
    return _REMEMBERED.fullmatch(request.cookies.get(COOKIE, ""))


def _day() -> str:
    return clock.today().isoformat()


def _sealed(*parts: str) -> str:
    """Nobody gets back from it what went in, nor can compare it with another market's, without this one's secret."""
    key = _settings().secret_key.encode()
    return hmac.new(key, "\0".join(("scan", *parts)).encode(), hashlib.sha256).hexdigest()[:32]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
