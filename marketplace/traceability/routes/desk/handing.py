"""Goods that go to another cooperative or come from one."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.traceability import actions, queries
from marketplace.traceability.errors import LotMoveRefused, NotEnoughInLot, TransferOver
from marketplace.traceability.forms import AcceptForm, OfferForm, ReasonForm
from marketplace.traceability.models import LotTransfer
from marketplace.traceability.queries import TransferRow
from marketplace.traceability.routes.desk.blueprint import pages
from marketplace.traceability.words import LOT_STATES, REFUSALS, TRANSFER_STATES, TRANSFER_TONES, refusal


@pages.get("/giao-nhan")
@access.staff
def transfers(person: Person, cooperative: Cooperative) -> str:
    """What waits for an answer stands first."""
    return render_template(
        "traceability/desk/transfers.html",
        rows=queries.transfers_of(cooperative.id),
        states=TRANSFER_STATES,
        tones=TRANSFER_TONES,
    )


@pages.route("/giao-nhan/moi", methods=["GET", "POST"])
@access.staff
def new_transfer(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    lots = [lot for lot in queries.usable_lots(cooperative.id, on=clock.today()) if lot.free]
    form = OfferForm(
        lots,
        lambda typed: queries.find_receivers(typed, but_not=cooperative.id),
        token=codes.random_code(16),
        lot=request.args.get("lo", ""),
    )
    if form.validate_on_submit():
        chosen = next(lot for lot in lots if lot.code == form.lot.data)
        try:
            with transaction():
                transfer = actions.offer(
                    queries.find_lot(cooperative.id, chosen.code) or abort(404),
                    receiver_id=form.receiver_id,
                    quantity=form.quantity.data or 0,
                    token=form.token.data or "",
                    note=form.note.data or "",
                    by=person.id,
                )
                transfer_id = transfer.id
        except (NotEnoughInLot, LotMoveRefused) as problem:
            form.quantity.errors = [refusal(problem, chosen.base_unit)]
        else:
            flash(_("Offered. The goods are kept for them until they answer."), "success")
            return redirect(url_for("traceability_desk.transfer", transfer_id=transfer_id), 303)
    page = render_template("traceability/desk/new_transfer.html", form=form, has_lots=bool(lots))
    return (page, 422) if request.method == "POST" else page


@pages.get("/giao-nhan/<int:transfer_id>")
@access.staff
def transfer(person: Person, cooperative: Cooperative, transfer_id: int) -> str:
    return _show(cooperative, transfer_id)


def _find(cooperative: Cooperative, transfer_id: int) -> tuple[LotTransfer, TransferRow]:
    return queries.find_transfer(cooperative.id, transfer_id) or abort(404)


def _show(
    cooperative: Cooperative,
    transfer_id: int,
    accept_form: AcceptForm | None = None,
    refuse_form: ReasonForm | None = None,
) -> str:
    _transfer, row = _find(cooperative, transfer_id)
    return render_template(
        "traceability/desk/transfer.html",
        row=row,
        is_receiver=row.receiver_id == cooperative.id,
        accept_form=accept_form or _accept_form(cooperative, row, is_sent=False),
        refuse_form=refuse_form or ReasonForm(formdata=None, prefix="refuse-"),
        states=TRANSFER_STATES,
        tones=TRANSFER_TONES,
        lot_states=LOT_STATES,
    )


def _accept_form(cooperative: Cooperative, row: TransferRow, *, is_sent: bool) -> AcceptForm:
    products = [one for one in queries.products_of(cooperative.id) if one.base_unit == row.base_unit]
    same = next((one.id for one in products if one.name == row.product_name), None)
    values = {
        "product": same,
        "batch": queries.next_batch(cooperative.id, on=clock.today()),
        "best_before": row.best_before,
        "place": cooperative.address_line,
    }
    return AcceptForm(products, **values) if is_sent else AcceptForm(products, formdata=None, **values)


@pages.post("/giao-nhan/<int:transfer_id>/nhan")
@access.staff
def accept_transfer(person: Person, cooperative: Cooperative, transfer_id: int) -> Response | tuple[str, int]:
    found, row = _find_as(cooperative, transfer_id, "receiver_id")
    form = _accept_form(cooperative, row, is_sent=True)
    if not form.validate():
        return _show(cooperative, transfer_id, accept_form=form), 422
    product = next(one for one in queries.products_of(cooperative.id) if one.id == form.product.data)
    return _answered(
        transfer_id,
        row,
        lambda: actions.accept(
            found,
            product,
            batch=form.batch.data or "",
            best_before=form.best_before.data or row.best_before,
            place=form.place.data or "",
            commune_code=cooperative.commune_code,
            by=person.id,
        ),
        _("Taken over. It is now a lot of your own; publish it to sell it."),
    )


@pages.post("/giao-nhan/<int:transfer_id>/tu-choi")
@access.staff
def refuse_transfer(person: Person, cooperative: Cooperative, transfer_id: int) -> Response | tuple[str, int]:
    found, row = _find_as(cooperative, transfer_id, "receiver_id")
    form = ReasonForm(prefix="refuse-")
    if not form.validate():
        return _show(cooperative, transfer_id, refuse_form=form), 422
    reason = form.reason.data or ""
    return _answered(
        transfer_id,
        row,
        lambda: actions.refuse(found, reason=reason, by=person.id),
        _("Refused. The other cooperative keeps the goods."),
    )


@pages.post("/giao-nhan/<int:transfer_id>/rut-lai")
@access.staff
def withdraw_transfer(person: Person, cooperative: Cooperative, transfer_id: int) -> Response:
    found, row = _find_as(cooperative, transfer_id, "giver_id")
    return _answered(
        transfer_id,
        row,
        lambda: actions.withdraw(found, by=person.id),
        _("Withdrawn. You can sell these goods again."),
    )


def _find_as(cooperative: Cooperative, transfer_id: int, side: str) -> tuple[LotTransfer, TransferRow]:
    """Only the side that may do it finds it."""
    found, row = _find(cooperative, transfer_id)
    if getattr(row, side) != cooperative.id:
        abort(404)
    return found, row


def _answered(transfer_id: int, row: TransferRow, deed: Callable[[], object], done: str) -> Response:
    try:
        with transaction():
            deed()
    except TransferOver as over:
        state = TRANSFER_STATES[row.state.__class__(over.state)]
        flash(_("This was answered already. Nothing was changed; it is now: %(state)s.", state=state), "info")
    except REFUSALS as problem:
        flash(refusal(problem, row.base_unit), "warning")
    else:
        flash(done, "success")
    return redirect(url_for("traceability_desk.transfer", transfer_id=transfer_id), 303)
