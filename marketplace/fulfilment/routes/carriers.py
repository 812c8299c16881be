"""Parcels to a carrier and back: the day's parcels as a file for its page, its numbers and states from a file."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.checkout.states import Way
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access, uploads
from marketplace.fulfilment import carrying, queries
from marketplace.fulfilment.carrying import Row, RowsRefused
from marketplace.fulfilment.forms import TrackingForm
from marketplace.fulfilment.providers import Shipment, tables
from marketplace.fulfilment.providers.by_hand import CARRIERS
from marketplace.fulfilment.queries import PackingParcel
from marketplace.fulfilment.states import FINE
from marketplace.fulfilment.words import OUTCOMES, bad_table

pages = Blueprint("fulfilment_carriers", __name__)


@pages.get("/dong-goi/hang-van-chuyen")
@access.staff
def carriers(person: Person, cooperative: Cooperative) -> str:
    return _show(cooperative, TrackingForm(formdata=None), [])


def _show(cooperative: Cooperative, form: TrackingForm, rows: list[Row], *, is_done: bool = False) -> str:
    return render_template(
        "fulfilment/desk/carriers.html",
        form=form,
        carriers=CARRIERS.values(),
        parcels=_waiting(cooperative),
        rows=rows,
        is_done=is_done,
        outcomes=OUTCOMES,
        fine=FINE,
    )


def _waiting(cooperative: Cooperative) -> list[PackingParcel]:
    """Packed, for a parcel service, and still here."""
    parcels = queries.packing_day(cooperative.id).parcels
    return [one for one in parcels if one.is_packed and one.part.delivery_way == Way.CARRIER]


@pages.get("/dong-goi/hang-van-chuyen/kien.csv")
@access.staff
def announce(person: Person, cooperative: Cooperative) -> Response:
    """The parcels under the headings of the carrier that the address names."""
    known = CARRIERS.get(request.args.get("hang", next(iter(CARRIERS)))) or abort(404)
    answer = make_response(known.announce([_shipment(parcel) for parcel in _waiting(cooperative)]))
    answer.mimetype = "text/csv"
    name = f"{known.code}-{clock.today():%Y-%m-%d}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shipment(parcel: PackingParcel) -> Shipment:
    part, order = parcel.part, parcel.order
    packs = sum(item.packs for item in parcel.items)
    return Shipment(
        part_code=part.code,
        name=order.buyer_name,
        phone=order.phone,
        address=order.address,
        note=order.note,
        contents=str(_("Farm produce, %(packs)s", packs=ngettext("%(num)s pack", "%(num)s packs", packs))),
        grams=part.chargeable_grams,
        collected_dong=parcel.collected_dong,
        goods_dong=part.goods_dong,
    )


@pages.post("/dong-goi/hang-van-chuyen")
@access.staff
def take_in(person: Person, cooperative: Cooperative) -> str | tuple[str, int]:
    """All rows or none; the report stands on the same page."""
    form = TrackingForm()
    if not form.validate():
        return _show(cooperative, form, []), 422
    sent = uploads.sent(form.table.data)
    data = sent[0].read(tables.LARGEST_BYTES + 1) if sent else b""
    try:
        said = CARRIERS[form.carrier.data].tracked(data)
        with transaction():
            rows = carrying.take_in(cooperative.id, said, carrier=form.carrier.data, by=person.id)
    except tables.BadTable as problem:
        form.table.errors = [bad_table(problem)]
        return _show(cooperative, form, []), 422
    except RowsRefused as refused:
        return _show(cooperative, form, refused.rows), 422
    return _show(cooperative, TrackingForm(formdata=None), rows, is_done=True)
