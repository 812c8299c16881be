"""Comparing the books with those outside: they are asked while no transaction is open."""

from __future__ import annotations

from marketplace.bookkeeping.actions import comparing as actions
from marketplace.bookkeeping.queries import comparing
from marketplace.bookkeeping.queries.statements import midnight
from marketplace.bookkeeping.rules import ONE_DAY
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.payments.providers import find_gateway
from marketplace.payments.states import Method


def compare_books() -> int:
    """Compare with the bank, with parcel services and with the card provider, if this market has one; gives how many
    differences are open. Raises ProviderUnreachable, ProviderBusy, ProviderRefused; the others are compared before."""
    today = clock.today()
    with transaction():
        count = actions.keep(comparing.compare_bank(today=today))
        count += actions.keep(comparing.compare_cash(today=today))
    gateway = find_gateway(Method.CARD)
    if gateway is None:
        return count
    session.rollback()
    # A day more than is compared: a page may be opened before midnight and paid after it.
    movements = gateway.movements_since(midnight(today - (comparing.CARD_DAYS + 1) * ONE_DAY))
    with transaction():
        return count + actions.keep(comparing.compare_card(movements, today=today))
