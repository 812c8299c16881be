"""Reading what the market sent."""

from __future__ import annotations

import re

from marketplace.foundation import jobs, messages
from marketplace.foundation.database import session
from marketplace.foundation.messages import Message


def delivered() -> list[Message]:
    """Do the waiting work, then all messages, newest first."""
    jobs.run_all_due()
    session.rollback()
    return messages.latest()


def newest_code() -> str:
    found = re.search(r"\b\d{6}\b", delivered()[0].text)
    assert found, "the newest message holds no code"
    return found[0]
