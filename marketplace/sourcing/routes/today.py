"""Papers to sign, call-offs and buyers to answer, on the first page of a cooperative's desk."""

from __future__ import annotations

from flask import url_for
from flask_babel import ngettext

from marketplace.foundation import clock
from marketplace.foundation.web.waiting import Waiting
from marketplace.sourcing import queries


def waiting(cooperative_id: int) -> list[Waiting]:
    to_do = queries.to_do_of(cooperative_id)
    address = url_for("sourcing_delivering.commitments")
    to_meet = queries.meetings_to_answer(cooperative_id, at=clock.now())
    return [
        Waiting(
            ngettext("call-off to answer", "call-offs to answer", to_do.to_answer),
            to_do.to_answer, address, "truck", is_urgent=True,
        ),
        Waiting(
            ngettext("buyer wants to meet you", "buyers want to meet you", to_meet),
            to_meet, url_for("sourcing_receiving.meetings"), "people", is_urgent=True,
        ),
        Waiting(ngettext("paper to sign", "papers to sign", to_do.to_sign), to_do.to_sign, address, "edit"),
    ]  # fmt: skip
