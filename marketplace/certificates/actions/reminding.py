"""Telling cooperatives that a certificate will end."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from marketplace.certificates.events import CertificateRunsOut
from marketplace.certificates.models import Certificate, CertificateReminder
from marketplace.certificates.states import Review
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce

DAYS = (180, 90, 30)  # domain.md 11.2


def remind(*, on: date) -> int:
    """Remind of each verified certificate once at each distance, also when a night was missed; announces
    CertificateRunsOut and gives the number of reminders."""
    reminded = select(CertificateReminder.certificate_id, CertificateReminder.valid_to, CertificateReminder.days)
    sent = {tuple(row) for row in session.execute(reminded)}
    running = session.scalars(
        select(Certificate).where(Certificate.review == Review.VERIFIED, Certificate.valid_to >= on)
    ).all()
    count = 0
    for certificate in running:
        left = (certificate.valid_to - on).days
        due = min((days for days in DAYS if left <= days), default=None)
        if due is None or (certificate.id, certificate.valid_to, due) in sent:
            continue
        session.add(
            CertificateReminder(
                certificate_id=certificate.id, valid_to=certificate.valid_to, days=due, sent_at=clock.now()
            )
        )
        announce(CertificateRunsOut(certificate.id, left))
        count += 1
    return count
