"""Paying cooperatives out, and the books: for officers, each his provinces; the books for those of all alliances."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation import clock
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.dates import VIETNAM
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.ledger import actions as ledger
from marketplace.ledger import queries
from marketplace.ledger.errors import OutsideProvinces, PayoutMoveRefused, SamePerson
from marketplace.ledger.forms import BooksForm
from marketplace.ledger.queries import payouts as payouts_read
from marketplace.ledger.rules import SUSPENSE
from marketplace.ledger.words import BATCH_ENDED, BATCHES, EVENTS, PAYOUT_TONES, PAYOUTS, book_of

pages = Blueprint("ledger_alliance", __name__)


@pages.get("/chi-tra")
@access.officer
def payouts(person: Person) -> str:
    """Who can be paid, whose account waits for a second look, and the batches so far."""
    batches = payouts_read.batches(person)
    candidates = payouts_read.candidates(person, at=clock.now())
    return render_template(
        "ledger/alliance/payouts.html",
        candidates=[one for one in candidates if one.funds.payable_dong >= ledger.LEAST_DONG],
        too_little=[one for one in candidates if one.funds.payable_dong < ledger.LEAST_DONG],
        waiting=payouts_read.accounts_to_approve(person),
        batches=batches,
        ended=payouts_read.ended(batches),
        batch_states=BATCHES,
        batch_ended=BATCH_ENDED,
        banks=BANKS,
        least=ledger.LEAST_DONG,
    )


@pages.post("/chi-tra")
@access.officer
def open_batch(person: Person) -> Response:
    ids = [one.cooperative.id for one in payouts_read.candidates(person, at=clock.now())]
    reason = clean_line(request.form.get("reason", ""), 200)
    if not reason:
        flash(_("Write what these payouts are for."), "error")
        return redirect(url_for("ledger_alliance.payouts"), 303)
    with transaction():
        batch = ledger.open_batch(cooperative_ids=ids, by=person.id, reason=reason)
        code = batch.code if batch else ""
    if not code:
        flash(_("Nobody can be paid now: too little money, no approved account, or a debt."), "info")
        return redirect(url_for("ledger_alliance.payouts"), 303)
    flash(_("The payouts are ready. Somebody else must approve them now."), "success")
    return redirect(url_for("ledger_alliance.batch", code=code), 303)


@pages.post("/chi-tra/tai-khoan/<int:account_id>")
@access.officer
def approve_account(person: Person, account_id: int) -> Response:
    found = payouts_read.find_account_to_approve(person, account_id) or abort(404)
    try:
        with transaction():
            ledger.approve_account(found[0], by=person.id, province_code=found[1].province_code)
    except SamePerson:
        flash(_("You have typed this account yourself. Somebody else must approve it."), "error")
    else:
        flash(_("Approved. It is used from the day after tomorrow."), "success")
    return redirect(url_for("ledger_alliance.payouts"), 303)


@pages.get("/chi-tra/<code>")
@access.officer
def batch(person: Person, code: str) -> str:
    found = payouts_read.find_batch(person, code) or abort(404)
    views = payouts_read.payouts_of_batch(person, found)
    return render_template(
        "ledger/alliance/batch.html",
        batch=found,
        views=views,
        lines={view.payout.id: payouts_read.lines_of(view.payout) for view in views},
        total=sum(view.payout.amount_dong for view in views),
        state=BATCH_ENDED if payouts_read.ended([found]) else BATCHES[found.state],
        payout_states=PAYOUTS,
        payout_tones=PAYOUT_TONES,
        banks=BANKS,
        is_opener=found.opened_by_id == person.id,
        sees_all=payouts_read.sees_all(person, found),
    )


@pages.post("/chi-tra/<code>/duyet")
@access.officer
def approve_batch(person: Person, code: str) -> Response:
    found = payouts_read.find_batch(person, code) or abort(404)
    try:
        with transaction():
            ledger.approve_batch(found, by=person.id)
    except SamePerson:
        flash(_("You have opened these payouts yourself. Somebody else must approve them."), "error")
    except OutsideProvinces:
        _say_outside()
    except PayoutMoveRefused:
        flash(_("These payouts are approved already."), "info")
    else:
        flash(_("Approved. Transfer each amount with exactly its code as the content."), "success")
    return redirect(url_for("ledger_alliance.batch", code=code), 303)


@pages.post("/chi-tra/lenh/<code>")
@access.officer
def end_payout(person: Person, code: str) -> Response:
    """The bank has sent it, or sent it back with a reason."""
    view = payouts_read.find_payout(person, code) or abort(404)
    batch_code = payouts_read.batch_code_of(view.payout)
    reason = clean_line(request.form.get("reason", ""), 200)
    back = redirect(url_for("ledger_alliance.batch", code=batch_code), 303)
    if not reason:
        if "failed" in request.form:
            flash(_("Write why the transfer came back, so that the cooperative can mend it."), "error")
        else:
            flash(_("Type the bank's number of the movement, so that it can be found again."), "error")
        return back
    try:
        with transaction():
            if "failed" in request.form:
                ledger.fail_payout(view.payout, reason=reason, by=person.id)
            else:
                ledger.confirm_payout(view.payout, key=f"payout:{code}:seen", by=person.id, reason=reason)
    except OutsideProvinces:
        _say_outside()
    except PayoutMoveRefused:
        flash(_("This payout cannot be changed any more, or is not approved yet."), "error")
    else:
        flash(_("Noted."), "success")
    return back


@pages.get("/chi-tra/<code>/tep.csv")
@access.officer
def file(person: Person, code: str) -> PlainResponse:
    """The batch for the bank's own upload of many transfers, whole or not at all."""
    found = payouts_read.find_batch(person, code) or abort(404)
    if not payouts_read.sees_all(person, found):
        abort(404)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["bank_bin", "bank", "account", "holder", "amount", "content"])
    for view in payouts_read.payouts_of_batch(person, found):
        row = view.payout
        bank = BANKS[row.bank_bin].name if row.bank_bin in BANKS else ""
        writer.writerow([row.bank_bin, bank, row.number, _harmless(row.holder), row.amount_dong, row.code])
    answer = PlainResponse("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={found.code}.csv"
    return answer


def _say_outside() -> None:
    flash(
        _("These payouts also go to cooperatives outside your provinces. Somebody who answers for all must do it."),
        "error",
    )


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@pages.get("/so-cai")
@access.admin
def books(person: Person) -> str:
    """The trial balance, money of unknown purpose, and all that was booked for an order or a payout."""
    typed = clean_line(request.args.get("ma", ""), 40).upper()
    form = BooksForm(request.args)
    day = form.ngay.data if form.validate() else None
    return render_template(
        "ledger/alliance/books.html",
        form=form,
        day=day,
        balance=queries.trial_balance(before=_end_of(day) if day else None),
        suspense=queries.open_references(SUSPENSE),
        typed=typed,
        lines=queries.lines_of_reference(typed) if typed else [],
        events=EVENTS,
        book_of=book_of,
        names=queries.cooperative_names(),
    )


@pages.get("/so-cai/can-doi.csv")
@access.admin
def trial_balance(person: Person) -> PlainResponse:
    """The trial balance of a day for a spreadsheet."""
    form = BooksForm(request.args)
    day = (form.ngay.data if form.validate() else None) or clock.today()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["account", "code", "debit", "credit"])
    names = queries.cooperative_names()
    for account, amount in queries.trial_balance(before=_end_of(day)).items():
        writer.writerow([_harmless(book_of(account, names)), account, max(0, amount), max(0, -amount)])
    answer = PlainResponse("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=can-doi-{day:%Y%m%d}.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _end_of(day: date) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=VIETNAM)
