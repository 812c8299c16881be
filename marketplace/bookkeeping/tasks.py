"""Papers that take longer than anybody waits for, and the nightly comparison of the books."""

from __future__ import annotations

import logging
from datetime import date

from flask_babel import force_locale

from marketplace.bookkeeping import exchanges
from marketplace.bookkeeping.papers import accountant, statement
from marketplace.bookkeeping.papers.workbooks import XLSX
from marketplace.bookkeeping.queries import statements
from marketplace.bookkeeping.rules import Period
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import codes, files, jobs
from marketplace.foundation.database import session

log = logging.getLogger(__name__)

REPORT_EVERY_ROWS = 200
TYPES = {"pdf": "application/pdf", "xlsx": XLSX, "csv": "text/csv"}


def draw_statement(*, job_id: int, cooperative: int, since: str, until: str, file_type: str, language: str) -> None:
    """A long statement of a cooperative; the job's result says where the file lies."""
    period = Period(date.fromisoformat(since), date.fromisoformat(until))
    with force_locale(language):
        found = statements.statement_of(session.get_one(Cooperative, cooperative), period)
        count = len(found.lines)
        session.rollback()

        def tell(row: int) -> None:
            if row % REPORT_EVERY_ROWS == 0:
                jobs.report(job_id, steps_done=row, steps=count + 1)

        data = statement.draw(found, on_row=tell) if file_type == "pdf" else statement.calculate(found)
    _keep(job_id, data, file_type)


def write_journal(*, job_id: int, since: str, until: str, file_type: str, language: str) -> None:
    """A long journal for the accountant."""
    period = Period(date.fromisoformat(since), date.fromisoformat(until))
    with force_locale(language):
        data = accountant.write(period) if file_type == "csv" else accountant.calculate(period)
    session.rollback()
    _keep(job_id, data, file_type)


def compare_books(*, job_id: int) -> None:
    """Every night; what differs waits on the page of differences."""
    count = exchanges.compare_books()
    if count:
        log.warning("the books differ from what others tell", extra={"open_differences": count})


def _keep(job_id: int, data: bytes, file_type: str) -> None:
    key = f"statements/{codes.random_code(26).lower()}.{file_type}"
    files.store().put(key, data, TYPES[file_type])
    jobs.report(job_id, steps_done=1, steps=1, file=key)
