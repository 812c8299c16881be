"""A cooperative's payouts, and the account to which they go."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.ledger import actions as ledger
from marketplace.ledger.forms import PayoutAccountForm
from marketplace.ledger.queries import payouts, statements
from marketplace.ledger.words import PAYOUT_TONES, PAYOUTS, STATEMENT

pages = Blueprint("ledger_desk", __name__)


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
        return redirect(url_for("bookkeeping_money.money"), 303)
    page = render_template("ledger/desk/account.html", form=form)
    return (page, 422) if request.method == "POST" else page
