"""What can be wrong with certificates."""

from __future__ import annotations


class ReviewMoveRefused(Exception):
    """The certificate is in a state from which it cannot go where it was sent."""

    def __init__(self, number: str, from_state: str, to_state: str) -> None:
        super().__init__(f"certificate {number} is {from_state} and cannot become {to_state}")
        self.from_state, self.to_state = from_state, to_state


class SamePerson(Exception):
    """Whoever handed a certificate in cannot verify it."""


class ChangedMeanwhile(Exception):
    """The cooperative handed in something else after the officer opened the page."""


class NoEvidence(Exception):
    """A certificate without a photo or PDF of the paper cannot be checked."""
