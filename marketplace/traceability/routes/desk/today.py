"""What a cooperative's labels and lots ask of it."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from marketplace.foundation.web.waiting import Waiting
from marketplace.traceability import queries


def waiting(cooperative_id: int) -> list[Waiting]:
    alarms = queries.count_open_alarms(cooperative_id)
    words = ngettext("warning about your labels", "warnings about your labels", alarms)
    return [Waiting(words, alarms, url_for("traceability_desk.warnings"), "warning", is_urgent=True)]


def has_lots(cooperative_id: int) -> bool:
    return queries.count_lots(cooperative_id) > 0


def has_labels(cooperative_id: int) -> bool:
    return queries.has_label_runs(cooperative_id)
