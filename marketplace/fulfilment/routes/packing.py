"""Packing day: what to fetch for all parcels together, what lies in each, and the papers to print for them."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.fulfilment import hub_day, packing, queries, slips
from marketplace.fulfilment.hub_day import HubOrder, HubPart
from marketplace.fulfilment.queries import PackingDay, PackingParcel
from marketplace.fulfilment.states import Heap, Tick
from marketplace.orders import queries as orders_read
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState
from marketplace.orders.words import PART_STATES, PART_TONES, WAYS

pages = Blueprint("fulfilment_packing", __name__)


@pages.get("/dong-goi")
@access.staff
def picks(person: Person, cooperative: Cooperative) -> str:
    """What to fetch from which lot, for all parcels together."""
    day = queries.packing_day(cooperative.id)
    return render_template(
        "fulfilment/desk/picks.html",
        day=day,
        views=_views(cooperative, day, "fulfilment_packing.picks"),
        heap=Heap.TO_CONFIRM,
    )


@pages.get("/dong-goi/kien")
@access.staff
def parcels(person: Person, cooperative: Cooperative) -> str:
    """What goes into each parcel, where it goes and what is to be collected."""
    day = queries.packing_day(cooperative.id)
    return render_template(
        "fulfilment/desk/parcels.html",
        day=day,
        views=_views(cooperative, day, "fulfilment_packing.parcels"),
        heap=Heap.TO_CONFIRM,
        part_states=PART_STATES,
        part_tones=PART_TONES,
        ways=WAYS,
    )


@pages.get("/dong-goi/diem-gom")
@access.staff
def to_bring(person: Person, cooperative: Cooperative) -> str:
    """What has to be at which collecting place, by when."""
    rows = hub_day.to_bring(cooperative.id)
    places: dict[tuple[int, datetime], list[tuple[HubOrder, HubPart]]] = {}
    for row, part in rows:
        places.setdefault((row.hub.id, row.promise.bring_by), []).append((row, part))
    return render_template(
        "fulfilment/desk/to_bring.html",
        places=list(places.values()),
        views=_views(cooperative, queries.packing_day(cooperative.id), "fulfilment_packing.to_bring"),
        part_states=PART_STATES,
        part_tones=PART_TONES,
        now=clock.now(),
    )


def _views(cooperative: Cooperative, day: PackingDay, here: str) -> list[dict[str, object]]:
    words = {
        "fulfilment_packing.picks": (_("By product"), len(day.picks)),
        "fulfilment_packing.parcels": (_("By parcel"), len(day.parcels)),
        "fulfilment_packing.to_bring": (_("To the collecting place"), len(hub_day.to_bring(cooperative.id))),
    }
    return [
        {"label": label, "url": url_for(endpoint), "is_current": endpoint == here, "count": count}
        for endpoint, (label, count) in words.items()
    ]


@pages.post("/dong-goi")
@access.staff
def tick_pick(person: Person, cooperative: Cooperative) -> Response:
    """Of what the page showed: packs of an order that came meanwhile are still to be fetched."""
    seen = set(request.form.get("items", "")[:8_000].split())
    day = queries.packing_day(cooperative.id)
    items = [item.key for pick in day.picks for item in pick.items if f"{item.line_id}-{item.lot_id}" in seen]
    _tick(items, Tick.FETCHED, person)
    return redirect(url_for("fulfilment_packing.picks", _anchor=request.form.get("place", "")[:40]), 303)


@pages.post("/dong-goi/kien/<code>")
@access.staff
def tick_item(person: Person, cooperative: Cooperative, code: str) -> Response:
    parcel = _find(cooperative, code)
    seen = set(request.form.get("items", "")[:8_000].split())
    if parcel.part.state == PartState.CONFIRMED:
        items = [item.key for item in parcel.items if f"{item.line_id}-{item.lot_id}" in seen]
        _tick(items, Tick.LAID_IN, person)
    return redirect(url_for("fulfilment_packing.parcels", _anchor=code), 303)


def _tick(items: list[tuple[int, int]], kind: Tick, person: Person) -> None:
    with transaction():
        if "undo" in request.form:
            packing.untick(items, kind)
        else:
            packing.tick(items, kind, by=person.id)


def _find(cooperative: Cooperative, code: str) -> PackingParcel:
    found = orders_read.find_part(cooperative.id, code) or abort(404)
    return queries.packing_parcel(*found)


@pages.get("/dong-goi/phieu.pdf")
@access.staff
def slips_of_the_day(person: Person, cooperative: Cooperative) -> Response:
    """Both papers of every parcel on the page, as one file."""
    day = queries.packing_day(cooperative.id)
    if not day.parcels:
        return redirect(url_for("fulfilment_packing.parcels"), 303)
    return _sent(day.parcels, _("Parcels of the day"), f"dong-goi-{cooperative.slug}.pdf")


@pages.get("/don-hang/<code>/phieu.pdf")
@access.staff
def slips_of_a_parcel(person: Person, cooperative: Cooperative, code: str) -> Response:
    parcel = _find(cooperative, code)
    return _sent([parcel], parcel.part.code, f"{parcel.part.code}.pdf")


def _sent(parcels: list[PackingParcel], title: str, name: str) -> Response:
    answer = make_response(slips.draw([(parcel, _order_url(parcel)) for parcel in parcels], title=title))
    answer.mimetype = "application/pdf"
    answer.headers.set("Content-Disposition", "inline", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _order_url(parcel: PackingParcel) -> str:
    """The link that its buyer was sent, which needs no code and no phone number."""
    settings: Settings = current_app.config["SETTINGS"]
    code = parcel.order.code
    key = access_key(code, str(current_app.secret_key))
    return settings.public_url + url_for("orders_shop.order", code=code, k=key)
