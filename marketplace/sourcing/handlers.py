"""What commitments do when certificates or orders change."""

from __future__ import annotations

from marketplace.certificates.events import CertificateAnswered, CertificateSubmitted
from marketplace.certificates.models import Certificate
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
