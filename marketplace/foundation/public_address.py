"""The address under which strangers reach this market: what labels, events and exports say for good."""

from __future__ import annotations

_address = [""]


def use(public_url: str) -> None:
    """Set it once, when the application is made; without a slash at the end."""
    _address[0] = public_url.rstrip("/")


def public_url(path: str = "") -> str:
    """An absolute address; `path` begins with a slash."""
    return _address[0] + path
