"""What carriers pay out of the cash they collected: officers take in the statements and look at what differs."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import is_admin
from marketplace.foundation.database import transaction
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access, uploads
from marketplace.fulfilment import queries, remitting
from marketplace.fulfilment.errors import AlreadyRemitted, CountsAsLost
from marketplace.fulfilment.forms import DecideForm, StatementForm
from marketplace.fulfilment.providers import tables
from marketplace.fulfilment.providers.by_hand import CARRIERS
from marketplace.fulfilment.states import TO_DECIDE, RemittanceState
from marketplace.fulfilment.words import REMITTANCE_STATES, REMITTANCE_TONES, bad_table
from marketplace.payments import queries as payments_read
from marketplace.payments.errors import MatchRefused
from marketplace.payments.states import Deed

pages = Blueprint("fulfilment_remittances", __name__)

ON_A_PAGE = 30


@pages.route("/thu-ho", methods=["GET", "POST"])
@access.officer
def remittances(person: Person) -> str | Response | tuple[str, int]:
    """Statements, newest first, with how many lines wait; another is taken in on top."""
    form = StatementForm()
    if form.validate_on_submit():
        sent = uploads.sent(form.table.data)
        data = sent[0].read(tables.LARGEST_BYTES + 1) if sent else b""
        name = clean_line(sent[0].filename or "", 120) if sent else ""
        carrier = form.carrier.data
        try:
            said = CARRIERS[carrier].remitted(data)
            with transaction():
                taken, is_new = remitting.take_statement(person, said, carrier=carrier, data=data, file_name=name)
                taken_id = taken.id
        except tables.BadTable as problem:
            form.table.errors = [bad_table(problem)]
        except IntegrityError:
            # Somebody sent a statement with the same parcels in the same moment; the keys let one of the two through.
            form.table.errors = [_("Somebody sent the same lines at this moment. Send the file again.")]
        else:
            if not is_new:
                flash(_("You sent this file before. Nothing was changed a second time."), "info")
            return redirect(url_for("fulfilment_remittances.remittance", remittance_id=taken_id), 303)
    page = render_template(
        "fulfilment/alliance/remittances.html",
        form=form,
        statements=queries.remittances(person, limit=ON_A_PAGE),
        carriers=CARRIERS,
    )
    return (page, 422) if request.method == "POST" else page


@pages.get("/thu-ho/<int:remittance_id>")
@access.officer
def remittance(person: Person, remittance_id: int) -> str:
    return _show(person, remittance_id, DecideForm(formdata=None), 0)


def _show(person: Person, remittance_id: int, form: DecideForm, line_id: int) -> str:
    statement = queries.find_remittance(person, remittance_id) or abort(404)
    lines = queries.remittance_lines(person, statement)
    return render_template(
        "fulfilment/alliance/remittance.html",
        statement=statement,
        carrier=CARRIERS[statement.carrier].name if statement.carrier in CARRIERS else statement.carrier,
        # What wants a decision stands first.
        lines=sorted(lines, key=lambda line: (line.state not in TO_DECIDE, line.row_number)),
        waiting=sum(line.state in TO_DECIDE for line in lines),
        collected_dong=sum(line.collected_dong for line in lines),
        shipping_dong=sum(line.shipping_dong for line in lines),
        fee_dong=sum(line.fee_dong for line in lines),
        states=REMITTANCE_STATES,
        tones=REMITTANCE_TONES,
        to_decide=TO_DECIDE,
        form=form,
        typed_line_id=line_id,
        arrival=queries.arrival_of(statement) if is_admin(person) else None,
        looked_at=payments_read.waiting_subjects([Deed.LAY_ASIDE]) if is_admin(person) else set(),
    )


@pages.post("/thu-ho/<int:remittance_id>/tien-ve/<int:transaction_id>")
@access.admin
def match_arrival(person: Person, remittance_id: int, transaction_id: int) -> Response:
    """The statement's money and a movement on the account are the same."""
    statement = queries.find_remittance(person, remittance_id) or abort(404)
    row = payments_read.find_transaction(transaction_id) or abort(404)
    carrier = CARRIERS[statement.carrier].name if statement.carrier in CARRIERS else statement.carrier
    try:
        with transaction():
            is_done = remitting.match_arrival(
                statement, row, by=person.id, reason=f"{carrier}: {statement.file_name or statement.id}"
            )
    except MatchRefused:
        flash(_("This movement is matched already, or the amounts differ. Nothing was changed."), "info")
    else:
        if is_done:
            flash(_("Noted. It is counted once."), "success")
        else:
            flash(_("So much money needs a second person: it waits under Second person."), "info")
    return redirect(url_for("fulfilment_remittances.remittance", remittance_id=remittance_id), 303)


@pages.post("/thu-ho/<int:remittance_id>/<int:line_id>")
@access.officer
def decide(person: Person, remittance_id: int, line_id: int) -> Response | tuple[str, int]:
    statement = queries.find_remittance(person, remittance_id) or abort(404)
    lines = queries.remittance_lines(person, statement)
    line = next((one for one in lines if one.id == line_id), None) or abort(404)
    form = DecideForm()
    if not form.validate():
        return _show(person, remittance_id, form, line_id), 422
    accept = "accept" in request.form and line.state == RemittanceState.AMOUNT_DIFFERS
    try:
        with transaction():
            is_new = remitting.decide(
                line,
                accept=accept,
                reason=form.reason.data or "",
                by=person.id,
                province_code=queries.province_of_part(line.cooperative_order_id),
            )
    except AlreadyRemitted:
        flash(_("The cash of this order was paid out already. Lay this line aside."), "warning")
    except CountsAsLost:
        flash(
            _("This parcel counts as never arrived. Lay this line aside and ask the carrier and the buyer who has it."),
            "warning",
        )
    else:
        if is_new:
            flash(_("Noted."), "success")
        else:
            flash(_("Somebody decided this before. Nothing was changed a second time."), "info")
    return redirect(url_for("fulfilment_remittances.remittance", remittance_id=remittance_id), 303)
