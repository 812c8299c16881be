"""Fairs and their followers by the clock, and what the stream process counts."""

from __future__ import annotations

from marketplace.fairs import actions
from marketplace.foundation.database import transaction


def keep_dates() -> None:
    """Open and close registrations when it was said to."""
    with transaction():
        actions.keep_dates()


def remind_followers() -> None:
    """Ask for the letters to those who follow a fair that begins soon."""
    with transaction():
        actions.remind_followers()


def count_viewers(fair_id: int, listeners: int) -> None:
    with transaction():
        actions.count_viewers(fair_id, listeners=listeners)
