"""Marked places at which a drill kills the process, to see that nothing acknowledged is lost and nothing doubled.

Nothing in the application arms them: tests/fakes/dying does, in a server of its own. tests/drills finds the places by
reading the code, so a new one is drilled from the day it stands there.
"""

from __future__ import annotations

from collections.abc import Callable

_watch: Callable[[str], None] = lambda place: None  # noqa: E731


def arm(watch: Callable[[str], None]) -> None:
    """Call `watch` with the name of each marked place that this process passes."""
    global _watch
    _watch = watch


def point(place: str) -> None:
    """A place at which this process may die; the name is written out, each once in the whole code."""
    _watch(place)
