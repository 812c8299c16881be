"""Refunds that no rail returns by itself: which wait for the buyer's account, which are ready, being sent, or sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import Response as PlainResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line, harmless_cell
from marketplace.foundation.web import access
from marketplace.payments import actions as payments
from marketplace.payments import queries
from marketplace.payments.errors import AccountMissing, PaymentMoveRefused
from marketplace.payments.models import Refund
from marketplace.payments.rules import SECOND_PERSON_FROM_DONG, mask, vietqr_payload
from marketplace.payments.states import WAITS_FOR_TRANSFER, Deed
from marketplace.traceability import qr

pages = Blueprint("payments_refunds", __name__)


@pages.get("/hoan-tien")
@access.admin
def refunds(person: Person) -> str:
    """What is being sent first, then what can be, then what waits for its buyer, then the latest that were sent."""
    rows = queries.refunds_to_send()
    return render_template(
        "payments/alliance/refunds.html",
        begun=[row for row in rows if row[0].begun_at],
        ready=[row for row in rows if row[0].has_account and not row[0].begun_at],
        waiting=[row for row in rows if not row[0].has_account],
        sent=queries.refunds_sent(),
        looked_at=queries.waiting_subjects([Deed.REFUND_BEGUN]),
        sent_looked_at=queries.waiting_subjects([Deed.REFUND_SENT]),
        least=SECOND_PERSON_FROM_DONG,
        banks=BANKS,
        mask=mask,
    )


def _do(refund_id: int, deed: Callable[[Refund, str], bool], *, done: str, why_missing: str) -> Response:
    refund = queries.find_refund(refund_id) or abort(404)
    back = redirect(url_for("payments_refunds.refunds", _anchor=f"refund-{refund_id}"), 303)
    reason = clean_line(request.form.get("reason", ""), 200)
    if not reason:
        flash(why_missing, "error")
        return back
    try:
        with transaction():
            is_done = deed(refund, reason)
    except PaymentMoveRefused:
        flash(_("This refund has moved on meanwhile. Nothing was changed a second time."), "info")
    except AccountMissing:
        flash(_("The buyer has not told his account yet. He was asked by message."), "error")
    else:
        if is_done:
            flash(done, "success")
        else:
            flash(_("So much money needs a second person: it waits under Second person."), "info")
    return back


@pages.post("/hoan-tien/<int:refund_id>/bat-dau")
@access.admin
def begin(person: Person, refund_id: int) -> Response:
    """From now on the buyer can no longer change the account; the code to scan appears."""
    return _do(
        refund_id,
        lambda refund, reason: payments.begin_transfer(refund, by=person.id, reason=reason),
        done=_("Scan the code with the bank's app now. Its content tells the market that the money is sent."),
        why_missing=_("Write what it is sent for, so that it can be found again."),
    )


@pages.post("/hoan-tien/<int:refund_id>/chua-gui")
@access.admin
def leave(person: Person, refund_id: int) -> Response:
    def deed(refund: Refund, reason: str) -> bool:
        payments.leave_transfer(refund, by=person.id, reason=reason)
        return True

    return _do(
        refund_id,
        deed,
        done=_("Noted. The buyer may change the account again."),
        why_missing=_("Write why it was not sent."),
    )


@pages.post("/hoan-tien/<int:refund_id>/da-gui")
@access.admin
def sent(person: Person, refund_id: int) -> Response:
    """By hand, when no messenger tells what leaves the account."""

    def deed(refund: Refund, reason: str) -> bool:
        if refund.begun_at is None:
            raise PaymentMoveRefused(f"refund {refund.id} was not begun")
        return payments.note_transferred(refund, by=person.id, reason=reason)

    return _do(
        refund_id,
        deed,
        done=_("Noted. The buyer reads it on his order's page."),
        why_missing=_("Type the bank's number of the movement, so that it can be found again."),
    )


@pages.post("/hoan-tien/<int:refund_id>/tra-lai")
@access.admin
def came_back(person: Person, refund_id: int) -> Response:
    """The buyer's bank has sent it back, and no messenger has told."""

    def deed(refund: Refund, reason: str) -> bool:
        payments.come_back(refund, by=person.id, reason=reason)
        return True

    return _do(
        refund_id,
        deed,
        done=_("Noted. The buyer is asked for an account once more."),
        why_missing=_("Write what the bank said."),
    )


@pages.get("/hoan-tien/<int:refund_id>/vietqr.svg")
@access.admin
def vietqr(person: Person, refund_id: int) -> Response:
    """One code for each refund that is being sent, and for no other."""
    refund = queries.find_refund(refund_id)
    if refund is None or refund.begun_at is None or refund.state not in WAITS_FOR_TRANSFER:
        abort(404)
    payload = vietqr_payload(refund.bank_bin, refund.bank_account, refund.amount_dong, refund.transfer_code)
    answer = PlainResponse(qr.svg(qr.matrix(payload, correction=qr.Correction.M)), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get("/hoan-tien/tep.csv")
@access.admin
def file(person: Person) -> Response:
    """All that is being sent, for the bank's own upload of many transfers."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["bank_bin", "bank", "account", "holder", "amount", "content"])
    for row, _payment in queries.refunds_to_send():
        if row.begun_at is not None:
            bank = BANKS[row.bank_bin].name if row.bank_bin in BANKS else ""
            holder = harmless_cell(row.bank_holder)
            writer.writerow([row.bank_bin, bank, row.bank_account, holder, row.amount_dong, row.transfer_code])
    answer = PlainResponse("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=hoan-tien.csv"
    answer.headers["Cache-Control"] = "no-store"
    return answer
