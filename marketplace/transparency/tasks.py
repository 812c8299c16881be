"""Jobs of the log: signing it, and rebuilding it every night."""

from __future__ import annotations

import logging

from marketplace.foundation.database import session, transaction
from marketplace.transparency import actions, queries

log = logging.getLogger(__name__)


class LogBroken(Exception):
    """The nightly check found the log changed; the job fails, so that operators see it, with the findings in it."""


def sign_log() -> None:
    """Each minute: sign what was sealed since, so that others can keep the checkpoint."""
    with transaction():
        actions.sign_checkpoint()


def check_log(*, job_id: int) -> None:
    """Each night: rebuild the log from its entries."""
    findings = queries.self_check()
    session.rollback()
    if findings:
        log.error("the log of origins was changed", extra={"findings": findings[:20]})
        raise LogBroken("; ".join(findings[:20]))
