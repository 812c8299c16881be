"""Arithmetic of packs and lots."""

from __future__ import annotations


def packs_in(available: int, content: int) -> int:
    """Whole packs of `content` base units that a lot with `available` can still fill; a pack is never cut from two lots."""
    return max(available, 0) // content
