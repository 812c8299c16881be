"""A cooperative gives money back for packs that arrived spoilt or short."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import transaction
from marketplace.foundation.money import format_dong
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.orders import actions as orders
from marketplace.orders import queries
from marketplace.orders.errors import RefundRefused
from marketplace.payments.errors import RefundTooLarge

pages = Blueprint("orders_desk", __name__)


@pages.post("/don-hang/<code>/tra-tien")
@access.owner
def refund(person: Person, cooperative: Cooperative, code: str) -> Response:
    """So many packs of each line, with the reason that the buyer reads; taken from what the cooperative has earned."""
    found = queries.find_part(cooperative.id, code)
    if found is None:
        abort(404)
    part, order = found
    back = redirect(url_for("fulfilment_desk.order", code=code), 303)
    reason = clean_line(request.form.get("reason", ""), 200)
    packs = {line.id: _packs(line.id) for line in part.lines}
    if not reason:
        flash(_("Write why: the buyer reads it."), "error")
        return back
    try:
        with transaction():
            amount = orders.refund_lines(
                part, order, packs=packs, reason=reason, by=person.id, province_code=cooperative.province_code
            )
    except RefundTooLarge:
        flash(_("The buyer has so much back already, by his bank or otherwise."), "error")
        return back
    except RefundRefused as refused:
        if refused.why == "more_than_sent":
            flash(
                _("Of %(goods)s only %(left)s packs can still be given back.", goods=refused.what, left=refused.left),
                "error",
            )
        elif refused.why == "nothing_chosen":
            flash(_("Type for how many packs."), "error")
        else:
            flash(_("Money can be given back once the goods have arrived."), "error")
        return back
    if amount:
        flash(_("%(amount)s goes back to the buyer.", amount=format_dong(amount)), "success")
    else:
        flash(_("So much money needs a second person. The Alliance looks at it; you read the answer here."), "info")
    return back


def _packs(line_id: int) -> int:
    typed = request.form.get(f"packs-{line_id}", "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
