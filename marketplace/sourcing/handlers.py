"""What commitments do when certificates or orders change, and meetings when a fair or a stall of it is off."""

from __future__ import annotations

from marketplace.certificates.events import CertificateAnswered, CertificateSubmitted
from marketplace.certificates.models import Certificate
from marketplace.fairs.events import BoothAnswered, BoothWithdrawn, FairCancelled
from marketplace.fairs.models import Booth
from marketplace.fairs.states import BoothState
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.orders.events import PartMoved
from marketplace.orders.states import PartState
from marketplace.sourcing import actions


def on_certificate_changed(event: CertificateAnswered | CertificateSubmitted) -> None:
    """Suspended, verified, or handed in anew, which takes its badges off until it is checked."""
    session.flush()
    holder = session.get_one(Certificate, event.certificate_id).cooperative_id
    actions.watch_certificates(on=clock.today(), cooperative_id=holder)


def on_part_moved(event: PartMoved) -> None:
    actions.follow_order(event.order_id, PartState(event.to_state))


def on_fair_cancelled(event: FairCancelled) -> None:
    actions.end_meetings_of(event.fair_id, reason=event.reason)


def on_booth_gone(event: BoothAnswered | BoothWithdrawn) -> None:
    """Withdrawn, or refused after it had a place; any other answer takes nobody's meeting away."""
    booth = session.get_one(Booth, event.booth_id)
    if booth.state in (BoothState.REJECTED, BoothState.WITHDRAWN):
        actions.end_meetings_of(booth.fair_id, reason=booth.note, cooperative_id=booth.cooperative_id)
