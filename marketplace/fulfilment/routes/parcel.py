"""Which very packs lie in a parcel: scanned or typed one by one while it is packed."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import codes
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment.forms import PackForm
from marketplace.fulfilment.states import CAN_BE_FILLED
from marketplace.orders import queries as orders_read
from marketplace.orders.models import CooperativeOrder
from marketplace.traceability import queries as lots_read
from marketplace.traceability.errors import UnitRefused
from marketplace.traceability.words import unit_refusal

pages = Blueprint("fulfilment_parcel", __name__)


def _find(cooperative: Cooperative, code: str) -> CooperativeOrder:
    found = orders_read.find_part(cooperative.id, code) or abort(404)
    return found[0]


@pages.get("/don-hang/<code>/goi")
@access.staff
def parcel(person: Person, cooperative: Cooperative, code: str) -> str:
    return _show(_find(cooperative, code), PackForm(formdata=None))


def _show(part: CooperativeOrder, form: PackForm) -> str:
    packed = lots_read.packed_units([line.id for line in part.lines])
    return render_template(
        "fulfilment/desk/parcel.html",
        part=part,
        form=form,
        packed=packed,
        is_open=part.state in CAN_BE_FILLED,
        is_full=all(len(packed[line.id]) == line.quantity for line in part.lines),
        host=_settings().public_url.partition("://")[2],
    )


@pages.post("/don-hang/<code>/goi")
@access.staff
def put_in(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    """One pack more. The page of the camera sends the same form and shows the page that comes back."""
    part = _find(cooperative, code)
    form = PackForm()
    if not form.validate():
        return _show(part, form), 422
    serial = lots_read.serial_in(form.code.data or "", hosts=(_host(), request.host))
    try:
        with transaction():
            line = fulfilment.put_in_parcel(part, serial=serial, by=person.id)
    except UnitRefused as problem:
        form.code.errors = [unit_refusal(problem)]
        return _show(_find(cooperative, code), form), 422
    flash(_("In the parcel: %(product)s …%(end)s", product=line.product_name, end=serial[-4:]), "success")
    return redirect(url_for("fulfilment_parcel.parcel", code=code), 303)


@pages.post("/don-hang/<code>/goi/bo-ra")
@access.staff
def take_out(person: Person, cooperative: Cooperative, code: str) -> Response:
    part = _find(cooperative, code)
    serial = codes.normalise_code(request.form.get("serial", "")[:40])
    with transaction():
        is_out = fulfilment.take_out_of_parcel(part, serial=serial)
    if is_out:
        flash(_("Taken out: code …%(end)s", end=serial[-4:]), "success")
    else:
        flash(_("This pack does not lie in this parcel. Nothing was changed."), "info")
    return redirect(url_for("fulfilment_parcel.parcel", code=code), 303)


def _host() -> str:
    return _settings().public_url.partition("://")[2]


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
