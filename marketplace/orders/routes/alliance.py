"""Much money that somebody wants to move by hand: a second person looks, and grants or refuses it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import in_provinces_of
from marketplace.accounts.queries import names_of
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.ledger.errors import SamePerson
from marketplace.orders import actions as orders
from marketplace.orders.errors import RefundRefused
from marketplace.payments import actions as payments
from marketplace.payments import queries as payments_read
from marketplace.payments.errors import (
    AccountMissing,
    ApprovalOver,
    MatchRefused,
    PaymentMoveRefused,
    PayoutRefused,
    RefundTooLarge,
)
from marketplace.payments.models import Approval
from marketplace.payments.rules import SECOND_PERSON_FROM_DONG
from marketplace.payments.words import APPROVAL_STATES, APPROVAL_TONES, DEEDS

pages = Blueprint("orders_alliance", __name__)


@pages.get("/hai-nguoi")
@access.officer
def approvals(person: Person) -> str:
    """What waits for a second person, oldest first, and what was decided lately."""
    provinces = in_provinces_of(person, Approval.province_code)
    waiting = payments_read.approvals_waiting(provinces)
    decided = payments_read.approvals_decided(provinces)
    return render_template(
        "orders/alliance/approvals.html",
        waiting=waiting,
        decided=decided,
        names=names_of({row.asked_by_id for row in (*waiting, *decided)}),
        me=person.id,
        least=SECOND_PERSON_FROM_DONG,
        deeds=DEEDS,
        states=APPROVAL_STATES,
        tones=APPROVAL_TONES,
    )


@pages.post("/hai-nguoi/<int:approval_id>")
@access.officer
def decide(person: Person, approval_id: int) -> Response:
    """The second look. Whoever asked can only take his request back."""
    approval = payments_read.find_approval(in_provinces_of(person, Approval.province_code), approval_id) or abort(404)
    back = redirect(url_for("orders_alliance.approvals"), 303)
    answer = clean_line(request.form.get("answer", ""), 200)
    is_refused = "refuse" in request.form
    if is_refused and not answer:
        flash(_("Write why it is not done."), "error")
        return back
    try:
        with transaction():
            if is_refused:
                payments.refuse(approval, by=person.id, answer=answer)
            else:
                orders.grant(approval, by=person.id)
    except SamePerson:
        flash(_("You have asked for this yourself. Somebody else must look."), "error")
    except ApprovalOver:
        flash(_("Somebody decided this before. Nothing was changed a second time."), "info")
    except (AccountMissing, MatchRefused, PaymentMoveRefused, PayoutRefused, RefundRefused, RefundTooLarge):
        flash(
            _("It can no longer be done: meanwhile it was done otherwise. Refuse it, with that as the reason."), "error"
        )
    else:
        flash(_("Refused. Nothing was moved.") if is_refused else _("Granted and done."), "success")
    return back
