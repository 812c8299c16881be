"""Movements on the market's bank account: what their purpose is, and statements from the bank."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation import money
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.ledger import queries as ledger_read
from marketplace.ledger.rules import STRIPE_RECEIVABLE
from marketplace.payments import actions as payments
from marketplace.payments import queries
from marketplace.payments.errors import MatchRefused, MissingChanged, PayoutRefused
from marketplace.payments.providers.bank_notices import BadStatement, statement
from marketplace.payments.states import BankState, Deed
from marketplace.payments.words import BANK_STATES, BANK_TONES

pages = Blueprint("payments_alliance", __name__)

LARGEST_STATEMENT = 2 * 1024 * 1024


@pages.get("/ngan-hang")
@access.admin
def bank(person: Person) -> str:
    """What nobody knows the purpose of, and the latest movements."""
    unmatched = queries.unmatched_transactions()
    return render_template(
        "payments/alliance/bank.html",
        unmatched=unmatched,
        proposals={row.id: queries.payments_like(row) for row in unmatched},
        refunds_to_send=queries.count_refunds_to_send(),
        looked_at=queries.waiting_subjects([Deed.MATCH, Deed.LAY_ASIDE, Deed.PROVIDER_PAYOUT]),
        provider_holds=ledger_read.balance(STRIPE_RECEIVABLE),
        provider_payouts=queries.provider_payouts(),
        latest=queries.latest_transactions(),
        states=BANK_STATES,
        tones=BANK_TONES,
    )


@pages.get("/ngan-hang/<int:transaction_id>")
@access.admin
def compare(person: Person, transaction_id: int) -> str | Response:
    """What is still open of the order, and what would become of the money, before anything is written."""
    row = queries.find_transaction(transaction_id) or abort(404)
    code = clean_line(request.args.get("code", ""), 40).upper().replace(" ", "")
    reason = clean_line(request.args.get("reason", ""), 200)
    found = queries.payments_by_code(code) if code else []
    if row.state != BankState.UNMATCHED:
        flash(_("This movement is matched already."), "info")
    elif not found or not reason:
        flash(_("Type the code of an order or a transfer that exists, and how you know."), "error")
    else:
        return render_template(
            "payments/alliance/compare.html",
            row=row,
            found=found,
            code=code,
            reason=reason,
        )
    return redirect(url_for("payments_alliance.bank", _anchor=f"movement-{transaction_id}"), 303)


@pages.post("/ngan-hang/<int:transaction_id>")
@access.admin
def match(person: Person, transaction_id: int) -> Response:
    """Somebody knows what it is for, has read what becomes of it, and says why."""
    row = queries.find_transaction(transaction_id) or abort(404)
    payment_id, seen = request.form.get("payment", "", type=str), request.form.get("seen", "")
    payment = queries.find_payment(int(payment_id)) if payment_id.isdecimal() and len(payment_id) < 19 else None
    reason = clean_line(request.form.get("reason", ""), 200)
    back = redirect(url_for("payments_alliance.bank"), 303)
    if payment is None or not reason or not seen.isdecimal():
        flash(_("Type the code of an order or a transfer that exists, and how you know."), "error")
        return back
    try:
        with transaction():
            is_done = payments.match_by_hand(row, payment, by=person.id, reason=reason, seen_dong=int(seen))
    except MissingChanged:
        flash(_("Something has changed meanwhile. Nothing was booked: compare once more."), "error")
        again = url_for(
            "payments_alliance.compare", transaction_id=transaction_id, code=payment.reference, reason=reason
        )
        return redirect(again, 303)
    except MatchRefused:
        flash(_("This movement is matched already."), "info")
    else:
        _say(is_done, _("Booked for %(code)s.", code=payment.reference))
    return back


@pages.post("/ngan-hang/<int:transaction_id>/da-ghi")
@access.admin
def lay_aside(person: Person, transaction_id: int) -> Response:
    """The same money is in the books already, by a parcel service's statement."""
    row = queries.find_transaction(transaction_id) or abort(404)
    reason = clean_line(request.form.get("reason", ""), 200)
    back = redirect(url_for("payments_alliance.bank"), 303)
    if not reason:
        flash(_("Write where it is booked, such as the statement of a parcel service."), "error")
        return back
    try:
        with transaction():
            is_done = payments.lay_aside(row, by=person.id, reason=reason)
    except MatchRefused:
        flash(_("This movement is matched already."), "info")
    else:
        _say(is_done, _("Noted. It is counted once."))
    return back


@pages.post("/ngan-hang/<int:transaction_id>/tien-the")
@access.admin
def provider_payout(person: Person, transaction_id: int) -> Response:
    """The card provider has paid out; what is missing of what it held are its fees and the exchange."""
    row = queries.find_transaction(transaction_id) or abort(404)
    number = clean_line(request.form.get("number", ""), 80)
    reason = clean_line(request.form.get("reason", ""), 200)
    back = redirect(url_for("payments_alliance.bank", _anchor=f"movement-{transaction_id}"), 303)
    try:
        gross = money.parse_dong(request.form.get("gross", "")[:40])
    except money.BadAmount:
        gross = 0
    if not number or not reason or gross <= 0:
        flash(
            _("Type the provider's payout number, the amount before its fees such as 323.427, and where you read it."),
            "error",
        )
        return back
    try:
        with transaction():
            is_done = payments.note_provider_payout(row, number=number, gross_dong=gross, by=person.id, reason=reason)
    except MatchRefused:
        flash(_("This movement is matched already."), "info")
    except PayoutRefused as refused:
        if refused.reason == "known":
            flash(_("A payout with this number is booked already. Nothing was changed a second time."), "info")
        else:
            held = money.format_dong(refused.held_dong)
            flash(_("By our books the provider holds only %(amount)s. Look at the amount again.", amount=held), "error")
    else:
        _say(is_done, _("Noted. The fees are booked."))
    return back


def _say(is_done: bool, done: str) -> None:
    if is_done:
        flash(done, "success")
    else:
        flash(_("So much money needs a second person: it waits under Second person."), "info")


@pages.post("/ngan-hang/sao-ke")
@access.admin
def read_statement(person: Person) -> Response:
    """A bank's statement: each movement once, however often it is read; a bad row stops the whole file."""
    settings: Settings = current_app.config["SETTINGS"]
    account = settings.collecting_account or abort(404)
    back = redirect(url_for("payments_alliance.bank"), 303)
    file = request.files.get("file")
    body = file.read(LARGEST_STATEMENT + 1) if file else b""
    try:
        if not 0 < len(body) <= LARGEST_STATEMENT:
            raise BadStatement(0, _("choose a file below 2 MB"))
        notices = statement(body.decode("utf-8-sig"), account.number)
    except UnicodeDecodeError:
        flash(_("This is no text in UTF-8. Save the statement as CSV UTF-8."), "error")
        return back
    except BadStatement as bad:
        flash(_("Nothing was read. Row %(row)s: %(what)s", row=bad.row, what=bad.what), "error")
        return back
    new = 0
    for notice in notices:
        with transaction():
            new += payments.note_transaction("statement", notice, our_account=account.number) is not None
    flash(_("%(count)s movements read, %(new)s of them new.", count=len(notices), new=new), "success")
    return back
