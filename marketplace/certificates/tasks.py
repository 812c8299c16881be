"""Certificates by night."""

from __future__ import annotations

from marketplace.certificates import actions
from marketplace.foundation import clock
from marketplace.foundation.database import transaction


def remind_certificates(job_id: int) -> None:
    with transaction():
        actions.remind(on=clock.today())
