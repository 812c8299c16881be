"""Which complaints wait for a cooperative."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from marketplace.care import queries
from marketplace.foundation.web.waiting import Waiting


def waiting(cooperative_id: int) -> list[Waiting]:
    is_open, _over = queries.count_open(cooperative_id)
    words = ngettext("complaint that is not settled", "complaints that are not settled", is_open)
    return [Waiting(words, is_open, url_for("care_desk.complaints"), "message", is_urgent=True)]
