"""What can be wrong with a capture or a query."""

from __future__ import annotations


class CaptureRefused(Exception):
    """An event is well formed but cannot be: not one's own lot, more than the lot holds, told by another name."""

    def __init__(self, rule: str, sentence: str) -> None:
        super().__init__(sentence)
        self.rule, self.sentence = rule, sentence


class BadQuery(Exception):
    """A parameter is unknown, or its value cannot be; the sentence names it."""


class QueryTooLarge(Exception):
    """More events match than `maxEventCount` allows."""


class TooManyTokens(Exception):
    """A cooperative keeps only so many connections open at once."""
