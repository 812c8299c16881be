"""A cooperative's money: what waits, what can be paid out, what came, and for what."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.dates import VIETNAM
from marketplace.foundation.web import access
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries
from marketplace.ledger.forms import PayoutAccountForm
from marketplace.ledger.queries import payouts, statements
from marketplace.ledger.words import ACCOUNTS, EVENTS, PAYOUT_TONES, PAYOUTS, STATEMENT

pages = Blueprint("ledger_desk", __name__)


@pages.get("/tien")
@access.owner
def money(person: Person, cooperative: Cooperative) -> str:
    """What the market holds for the cooperative today, and the statement of a month."""
    month = _month(request.args.get("thang", "")) or clock.today().replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    lines = queries.lines_of_cooperative(cooperative.id, since=_midnight(month), until=_midnight(following))
    opening = queries.balances_before(cooperative.id, _midnight(month))
    return render_template(
        "ledger/desk/money.html",
        funds=queries.funds_of(cooperative.id),
        payouts=payouts.payouts_of(cooperative.id),
        account=payouts.account_in_use(cooperative.id, at=clock.now()),
        latest=payouts.latest_account(cooperative.id),
        lines=lines[::-1],
        opening=opening,
        closing=opening - sum(line.amount_dong for line in lines),
        month=month,
        last=following - timedelta(days=1),
        before=(month - timedelta(days=1)).replace(day=1),
        after=following if following <= clock.today() else None,
        events=EVENTS,
        accounts=ACCOUNTS,
        payout_states=PAYOUTS,
        payout_tones=PAYOUT_TONES,
        banks=BANKS,
    )


@pages.get("/tien/<code>")
@access.owner
def payout(person: Person, cooperative: Cooperative, code: str) -> str:
    """One payout with the orders it is for: lines that add up to it."""
    found = payouts.find_payout_of(cooperative.id, code) or abort(404)
    return render_template(
        "ledger/desk/payout.html",
        payout=found,
        lines=statements.statement(found),
        words=STATEMENT,
        payout_states=PAYOUTS,
        payout_tones=PAYOUT_TONES,
        banks=BANKS,
    )


@pages.route("/tien/tai-khoan", methods=["GET", "POST"])
@access.owner
def account(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    form = PayoutAccountForm()
    if form.validate_on_submit():
        with transaction():
            ledger.propose_account(
                cooperative_id=cooperative.id,
                bank_bin=form.bank.data,
                number=form.number.data or "",
                holder=form.holder.data or "",
                by=person.id,
            )
        flash(_("Noted. An officer calls you under your usual number; two days later it is used."), "success")
        return redirect(url_for("ledger_desk.money"), 303)
    page = render_template("ledger/desk/account.html", form=form)
    return (page, 422) if request.method == "POST" else page


def _month(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2100 else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
