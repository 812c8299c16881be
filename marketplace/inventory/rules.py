"""Arithmetic of packs and lots."""

from __future__ import annotations


def packs_in(available: int, content: int) -> int:
    """Whole packs of `content` base units that a lot with `available` can still fill; a pack is never cut from two lots."""
    return max(available, 0) // content


HOLD_MINUTES = 10  # domain.md 10.3: how long a buyer in a session has to type where the goods go
MOST_PER_BUYER = 99


def least_session_price(regular_dong: int, max_discount_percent: int) -> int:
    """The lowest price of a session; Decree 81/2018/ND-CP, Article 7 allows at most half off outside concentrated
    promotion programmes, and a fair may allow less (domain.md 5.1)."""
    return -(-regular_dong * (100 - max_discount_percent) // 100)
