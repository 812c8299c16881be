"""Addresses that come from outside: where a redirect may lead, which links may be shown."""

from __future__ import annotations

from urllib.parse import urlsplit


def own(target: str | None, otherwise: str = "/") -> str:
    """The target when it is a path of this site, else the other one; open redirects end here."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(sign) < 32 for sign in target):
        return otherwise
    return target


def is_web_link(link: str) -> bool:
    """Safe to put into an href: http or https with a host."""
    parts = urlsplit(link)
    return parts.scheme in ("http", "https") and bool(parts.netloc)
