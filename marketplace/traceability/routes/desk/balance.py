"""What leaves a lot without an order: losses, and sales outside the market."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.traceability import actions, queries
from marketplace.traceability.errors import LotMoveRefused, NotEnoughInLot
from marketplace.traceability.forms import OutgoForm
from marketplace.traceability.routes.desk.blueprint import find, pages
from marketplace.traceability.routes.desk.lots import show, tell_how_it_stands
from marketplace.traceability.words import refusal


@pages.post("/lo-hang/<code>/hao-hut")
@access.staff
def write_off(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    return _leave(person, cooperative, code, "loss", actions.write_off, _("Written off. The balance is right again."))


@pages.post("/lo-hang/<code>/ban-ngoai")
@access.staff
def sell_in_bulk(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    return _leave(person, cooperative, code, "bulk", actions.sell_in_bulk, _("Noted as sold outside the market."))


def _leave(
    person: Person, cooperative: Cooperative, code: str, kind: str, action: Any, done: str
) -> Response | tuple[str, int]:
    lot = find(cooperative, code)
    unit = queries.product_of(lot).base_unit
    form = OutgoForm(unit, prefix=f"{kind}-")
    if form.validate():
        try:
            with transaction():
                action(
                    lot,
                    form.quantity.data or 0,
                    reference=f"{kind}:{(form.token.data or '')[:40]}",
                    note=form.note.data or "",
                    by=person.id,
                )
        except NotEnoughInLot as problem:
            form.quantity.errors = [refusal(problem, unit)]
        except LotMoveRefused:
            tell_how_it_stands(cooperative, code)
            return redirect(url_for("traceability_desk.lot", code=code), 303)
        else:
            flash(done, "success")
            return redirect(url_for("traceability_desk.lot", code=code, _anchor="balance"), 303)
    return show(cooperative, code, **{f"{kind}_form": form}), 422
