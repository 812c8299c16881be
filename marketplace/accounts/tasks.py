"""Jobs of accounts: sending codes, dropping what is over."""

from __future__ import annotations

from marketplace.accounts import actions
from marketplace.foundation.database import transaction


def send_code(*, job_id: int, code_id: int) -> None:
    with transaction():
        actions.send_code(code_id)


def tidy_accounts(*, job_id: int) -> None:
    with transaction():
        actions.tidy()
