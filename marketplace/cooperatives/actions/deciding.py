"""An officer decides about a cooperative of his provinces."""

from __future__ import annotations

from marketplace.cooperatives.actions.moves import move
from marketplace.cooperatives.events import CooperativeAnswered, CooperativeClosed, CooperativeOpened
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.foundation import clock
from marketplace.foundation.events import announce


def verify(cooperative: Cooperative, *, by: int) -> None:
    """Admit an application that waits for an answer: from now on the cooperative is seen and sells.

    Announces CooperativeOpened; raises AdmissionMoveRefused.
    """
    move(cooperative, Admission.VERIFIED, by=by, only_from=Admission.SUBMITTED)
    cooperative.verified_at, cooperative.verified_by_id = clock.now(), by
    cooperative.admission_note = ""
    announce(CooperativeOpened(cooperative.id))


def ask_for_more(cooperative: Cooperative, *, by: int, note: str) -> None:
    """Say what is missing; the cooperative mends it and hands in again.

    Announces CooperativeAnswered; raises AdmissionMoveRefused.
    """
    move(cooperative, Admission.NEED_INFO, by=by, reason=note)
    cooperative.admission_note = note
    announce(CooperativeAnswered(cooperative.id))


def refuse(cooperative: Cooperative, *, by: int, reason: str) -> None:
    """Say no; the cooperative may mend what was wrong and apply again.

    Announces CooperativeAnswered; raises AdmissionMoveRefused.
    """
    move(cooperative, Admission.REFUSED, by=by, reason=reason)
    cooperative.admission_note = reason
    announce(CooperativeAnswered(cooperative.id))


def suspend(cooperative: Cooperative, *, by: int, reason: str) -> None:
    """Out of sight and out of sale at once; open orders go on.

    Announces CooperativeClosed; raises AdmissionMoveRefused.
    """
    move(cooperative, Admission.SUSPENDED, by=by, reason=reason)
    cooperative.admission_note = reason
    announce(CooperativeClosed(cooperative.id, reason))


def open_again(cooperative: Cooperative, *, by: int, reason: str) -> None:
    """Lift a suspension. Announces CooperativeOpened; raises AdmissionMoveRefused."""
    move(cooperative, Admission.VERIFIED, by=by, reason=reason, only_from=Admission.SUSPENDED, deed="opened_again")
    cooperative.admission_note = ""
    announce(CooperativeOpened(cooperative.id))
