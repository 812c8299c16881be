"""An officer compares a certificate with its paper and decides.

Each deed announces CertificateAnswered and raises ReviewMoveRefused when somebody has decided already.
"""

from __future__ import annotations

from datetime import datetime

from marketplace.certificates.actions.moves import move
from marketplace.certificates.errors import ChangedMeanwhile, SamePerson
from marketplace.certificates.events import CertificateAnswered
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import Review
from marketplace.foundation import clock
from marketplace.foundation.events import announce


def verify(certificate: Certificate, *, by: int, seen: datetime | None = None) -> None:
    """From now on its badges show, on days within its dates.

    `seen` is when what the officer looked at was handed in. Raises SamePerson (one person hands in, another checks)
    and ChangedMeanwhile (something else has been handed in since he looked).
    """
    _by_another(certificate, by)
    if seen is not None and certificate.submitted_at != seen:
        raise ChangedMeanwhile(f"certificate {certificate.id} was handed in again at {certificate.submitted_at}")
    _answer(certificate, Review.VERIFIED, by=by, note="", only_from=Review.PENDING)
    certificate.verified_at, certificate.verified_by_id = clock.now(), by


def ask_for_more(certificate: Certificate, *, by: int, note: str) -> None:
    """Say what is missing; the cooperative mends it and hands in again."""
    _answer(certificate, Review.NEED_INFO, by=by, note=note)


def refuse(certificate: Certificate, *, by: int, note: str) -> None:
    """Say no and why; the cooperative may hand in again."""
    _answer(certificate, Review.REFUSED, by=by, note=note)


def suspend(certificate: Certificate, *, by: int, note: str) -> None:
    """Its badges disappear at once."""
    _answer(certificate, Review.SUSPENDED, by=by, note=note)


def reinstate(certificate: Certificate, *, by: int, note: str) -> None:
    """Lift a suspension. Raises SamePerson, as `verify` does."""
    _by_another(certificate, by)
    _answer(certificate, Review.VERIFIED, by=by, note=note, only_from=Review.SUSPENDED)


def _by_another(certificate: Certificate, by: int) -> None:
    if certificate.submitted_by_id == by:
        raise SamePerson(f"person {by} handed in certificate {certificate.id}")


def _answer(certificate: Certificate, to: Review, *, by: int, note: str, only_from: Review | None = None) -> None:
    move(certificate, to, by=by, note=note, only_from=only_from)
    announce(CertificateAnswered(certificate.id))
