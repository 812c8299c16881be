"""A cooperative's money: what waits, what can be paid out, what came, and each order's share of it in a month."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from marketplace.accounts.models import Person
from marketplace.bookkeeping import rules
from marketplace.bookkeeping.papers.statement import amounts
from marketplace.bookkeeping.queries import statements
from marketplace.bookkeeping.routes import answering
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.banks import BANKS
from marketplace.foundation.web import access
from marketplace.ledger import queries
from marketplace.ledger.queries import payouts
from marketplace.ledger.words import ACCOUNTS, EVENTS, PAYOUT_TONES, PAYOUTS

pages = Blueprint("bookkeeping_money", __name__)


@pages.get("/tien")
@access.owner
def money(person: Person, cooperative: Cooperative) -> str:
    """What the market holds for the cooperative today, and what each order of a month comes to."""
    month = rules.month_of(_day(request.args.get("thang", "")) or clock.today())
    is_long = statements.count_movements(cooperative.id, month) > statements.MOST_AT_ONCE
    return render_template(
        "bookkeeping/desk/money.html",
        funds=queries.funds_of(cooperative.id),
        payouts=payouts.payouts_of(cooperative.id),
        account=payouts.account_in_use(cooperative.id, at=clock.now()),
        latest=payouts.latest_account(cooperative.id),
        statement=None if is_long else statements.statement_of(cooperative, month),
        days=answering.days(month),
        months=[(words, day["tu"][:7]) for words, day in answering.months_around(month)],
        month=month.since,
        amounts=amounts,
        events=EVENTS,
        accounts=ACCOUNTS,
        payout_states=PAYOUTS,
        payout_tones=PAYOUT_TONES,
        banks=BANKS,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2100 else None
