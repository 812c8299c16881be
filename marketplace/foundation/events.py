"""Facts announced by actions and the functions that react to them, inside the same transaction.

A reaction that fails fails the whole: nobody is told of something that did not happen, and nothing happens unnoticed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Handler = Callable[[Any], None]

_handlers: dict[type, Sequence[Handler]] = {}
_waiting = threading.local()


def subscribe(table: Mapping[type, Sequence[Handler]]) -> None:
    """Set who reacts to what; called once, by wiring."""
    _handlers.clear()
    _handlers.update(table)


def announce(event: object) -> None:
    for handler in _handlers.get(type(event), ()):
        handler(event)


def last_in_transaction(effect: Callable[[], None]) -> None:
    """Do this once, as the last write before the commit: for rows that everybody writes, so that they are locked
    shortest and never while another lock is still wanted."""
    if effect not in _last():
        _last().append(effect)


def run_last_in_transaction() -> None:
    # Always in the same order, whoever asked first: two transactions that lock the same rows the other way round
    # would wait for each other for good. An effect may ask for another one; it is of the same transaction.
    while effects := _last():
        _waiting.last = []
        for effect in sorted(effects, key=_name):
            effect()


def _name(effect: Callable[[], None]) -> str:
    return f"{getattr(effect, '__module__', '')}.{getattr(effect, '__qualname__', '')}"


def _last() -> list[Callable[[], None]]:
    if not hasattr(_waiting, "last"):
        _waiting.last = []
    effects: list[Callable[[], None]] = _waiting.last
    return effects


def after_commit(effect: Callable[[], None]) -> None:
    """Do this once the open transaction is committed; it is forgotten when the transaction fails."""
    _effects().append(effect)


def run_after_commit() -> None:
    effects, _waiting.effects = _effects(), []
    for effect in effects:
        effect()


def forget() -> None:
    """The transaction failed: nothing of it is to have an effect."""
    _waiting.effects = []
    _waiting.last = []


def _effects() -> list[Callable[[], None]]:
    if not hasattr(_waiting, "effects"):
        _waiting.effects = []
    effects: list[Callable[[], None]] = _waiting.effects
    return effects
