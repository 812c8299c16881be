"""Carts by night."""

from __future__ import annotations

from marketplace.checkout import actions
from marketplace.foundation.database import transaction
from marketplace.inventory import actions as inventory


def tidy_carts(job_id: int) -> None:
    with transaction():
        actions.tidy_carts()
        inventory.forget_lapsed_holds()
