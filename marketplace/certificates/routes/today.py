"""Which certificates a cooperative should think of."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from marketplace.certificates import queries
from marketplace.foundation import clock
from marketplace.foundation.web.waiting import Waiting

LOOK_AHEAD_DAYS = 90  # domain.md 11.2: the second of the three reminders


def waiting(cooperative_id: int) -> list[Waiting]:
    ending = queries.count_ending(cooperative_id, on=clock.today(), within_days=LOOK_AHEAD_DAYS)
    words = ngettext("certificate that runs out soon", "certificates that run out soon", ending)
    return [Waiting(words, ending, url_for("certificates_desk.certificates"), "award")]


def has_any(cooperative_id: int) -> bool:
    return bool(queries.certificates_of(cooperative_id))
