"""The desk of a collecting place: what is expected, what has come, what goes on as one parcel."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.checkout import queries as checkout
from marketplace.checkout.models import Hub
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.fulfilment import hub_day, slips
from marketplace.fulfilment import hubs as hub_work
from marketplace.fulfilment.errors import KeptTooLong, NotForThisHub, NothingToSend, StillExpected
from marketplace.fulfilment.forms import ArrivalForm, SendOnForm
from marketplace.fulfilment.hub_day import HubOrder
from marketplace.fulfilment.models import HubParcel
from marketplace.fulfilment.providers.by_hand import CARRIERS, our_code
from marketplace.orders.errors import LotsStopped, MoveRefused, NotPaidYet, NotWeighedYet, SurplusIsOpen
from marketplace.orders.rules import access_key
from marketplace.orders.states import PartState
from marketplace.orders.words import PART_STATES, PART_TONES

pages = Blueprint("fulfilment_hubs", __name__)


@pages.get("/diem-gom")
@access.officer
def hubs(person: Person) -> str:
    return render_template(
        "fulfilment/alliance/hubs.html",
        hubs=[
            (hub, names, checkout.hub_place(hub).point.next_window(clock.now()))
            for hub, names in checkout.hubs_of_officer(person)
        ],
    )


def _find(person: Person, hub_id: int) -> Hub:
    return checkout.find_hub(person, hub_id) or abort(404)


@pages.get("/diem-gom/<int:hub_id>")
@access.officer
def hub(person: Person, hub_id: int) -> str:
    return _show(_find(person, hub_id), ArrivalForm(formdata=None))


def _show(hub: Hub, form: ArrivalForm, typed: tuple[str, SendOnForm] | None = None) -> str:
    """`typed` is the order whose parcel could not be sent, with what was typed for it."""
    rows = hub_day.orders_at(hub)
    return render_template(
        "fulfilment/alliance/hub.html",
        hub=hub,
        form=form,
        ready=[row for row in rows if row.here and not row.to_come],
        waiting=[row for row in rows if row.to_come],
        under_way=[(row, parcel) for row in rows for parcel in row.open_parcels],
        send_form=SendOnForm(formdata=None),
        typed=typed,
        carriers=CARRIERS,
        part_states=PART_STATES,
        part_tones=PART_TONES,
        now=clock.now(),
    )


@pages.post("/diem-gom/<int:hub_id>/nhan")
@access.officer
def receive(person: Person, hub_id: int) -> Response | tuple[str, int]:
    """A part was brought: its code was scanned from the delivery note, or typed, or its button pressed."""
    hub = _find(person, hub_id)
    form = ArrivalForm()
    if not form.validate():
        return _show(hub, form), 422
    code = our_code(form.code.data or "")
    problem = ""
    try:
        with transaction():
            part = hub_work.receive(hub, part_code=code, by=person.id)
            code, seller = part.code, part.seller["short_name"]
    except NotForThisHub:
        problem = _("No part with this code is expected here. Compare it with the delivery note.")
    except NotPaidYet:
        problem = _("The buyer has not paid this order yet. Let the cooperative take the parcel back.")
    except LotsStopped as stopped:
        problem = _(
            "Do not take it in: lot %(lots)s is on hold or recalled. The cooperative takes it back.",
            lots=", ".join(stopped.lot_codes),
        )
    except NotWeighedYet:
        problem = _("These goods are sold by weight and not weighed yet. The cooperative weighs them first.")
    except SurplusIsOpen as surplus:
        problem = _("Wait: it is not settled who pays for the heavier weight of %(code)s.", code=surplus.code)
    except MoveRefused as refused:
        problem = _refusal(PartState(refused.from_state))
    if problem:
        form.code.errors = [problem]
        return _show(_find(person, hub_id), form), 422
    flash(_("Received: %(code)s of %(seller)s", code=code, seller=seller), "success")
    return redirect(url_for("fulfilment_hubs.hub", hub_id=hub_id), 303)


def _refusal(state: PartState) -> str:
    if state == PartState.AT_HUB:
        return str(_("This part was received already. Nothing was changed a second time."))
    if state in (PartState.CANCELLED, PartState.REFUSED):
        return str(_("This part was cancelled. The cooperative takes the parcel back."))
    return str(_("This part has moved on already: %(state)s.", state=PART_STATES[state]))


@pages.post("/diem-gom/<int:hub_id>/gui/<order_code>")
@access.officer
def send_on(person: Person, hub_id: int, order_code: str) -> Response | tuple[str, int]:
    """What has come leaves as one parcel, or lies ready for the buyer."""
    hub = _find(person, hub_id)
    row = hub_day.find_order_at(hub, order_code) or abort(404)
    form = SendOnForm()
    is_valid = form.validate() or row.is_fetched
    problem = ""
    if is_valid:
        try:
            with transaction():
                parcel = hub_work.send_on(
                    hub,
                    row.order.id,
                    carrier="" if row.is_fetched else form.carrier.data,
                    tracking="" if row.is_fetched else form.tracking.data or "",
                    reason=form.reason.data or "",
                    by=person.id,
                )
                code = parcel.code
        except (NothingToSend, IntegrityError):
            flash(_("Somebody has sent this parcel already. Nothing was changed a second time."), "info")
            return redirect(url_for("fulfilment_hubs.hub", hub_id=hub_id), 303)
        except StillExpected as expected:
            form.reason.errors = [
                _("Still to come: %(codes)s. Say why you do not wait.", codes=", ".join(expected.part_codes))
            ]
        except SurplusIsOpen as surplus:
            problem = _("Wait: it is not settled who pays for the heavier weight of %(code)s.", code=surplus.code)
        except KeptTooLong as kept:
            problem = _(
                "%(codes)s has lain here longer than its goods may. Refuse it first.",
                codes=", ".join(kept.part_codes),
            )
        except LotsStopped as stopped:
            problem = _(
                "%(code)s holds lot %(lots)s, which is on hold or recalled. Refuse it first.",
                code=stopped.code,
                lots=", ".join(stopped.lot_codes),
            )
        else:
            flash(_("Parcel %(code)s is made. Print its two sheets: one outside, one inside.", code=code), "success")
            return redirect(url_for("fulfilment_hubs.hub", hub_id=hub_id, _anchor=code), 303)
    if problem:
        form.form_errors = [problem]
    return _show(_find(person, hub_id), ArrivalForm(formdata=None), (order_code, form)), 422


@pages.post("/diem-gom/<int:hub_id>/tra-lai/<order_code>/<part_code>")
@access.officer
def refuse(person: Person, hub_id: int, order_code: str, part_code: str) -> Response:
    """A part that came spoilt or wrong; its buyer reads why."""
    hub = _find(person, hub_id)
    row = hub_day.find_order_at(hub, order_code) or abort(404)
    back = redirect(url_for("fulfilment_hubs.hub", hub_id=hub_id, _anchor=order_code), 303)
    reason = clean_line(request.form.get("reason", ""), 200)
    if not reason:
        flash(_("Type why it is refused. The buyer reads it."), "error")
        return back
    try:
        with transaction():
            hub_work.refuse(hub, row.order.id, part_code=part_code, reason=reason, by=person.id)
    except NotForThisHub:
        abort(404)
    except MoveRefused as refused:
        flash(_refusal(PartState(refused.from_state)), "info")
    else:
        flash(_("Refused. Buyer and cooperative are told; the cooperative takes it back."), "success")
    return back


def _parcel(person: Person, hub_id: int, code: str) -> tuple[HubOrder, HubParcel]:
    found = hub_day.find_parcel(person, code)
    if found is None or found.hub_id != hub_id:
        abort(404)
    row = hub_day.find_order_at(_find(person, hub_id), code.rpartition("-")[0]) or abort(404)
    return row, found


@pages.post("/diem-gom/<int:hub_id>/kien/<code>/da-nhan")
@access.officer
def hand_out(person: Person, hub_id: int, code: str) -> Response:
    _row, parcel = _parcel(person, hub_id, code)
    try:
        with transaction():
            hub_work.hand_out(parcel, by=person.id)
    except NothingToSend:
        flash(_("That was done already. Nothing was changed a second time."), "info")
    else:
        flash(_("The buyer has everything. The cooperatives are told."), "success")
    return redirect(url_for("fulfilment_hubs.hub", hub_id=hub_id), 303)


@pages.get("/diem-gom/<int:hub_id>/kien/<code>.pdf")
@access.officer
def slip(person: Person, hub_id: int, code: str) -> Response:
    """Outside where it goes and what is to be collected, inside every lot and the way to the origins."""
    row, parcel = _parcel(person, hub_id, code)
    settings: Settings = current_app.config["SETTINGS"]
    key = access_key(row.order.code, str(current_app.secret_key))
    url = settings.public_url + url_for("orders_shop.order", code=row.order.code, k=key)
    answer = make_response(slips.draw_hub_parcel(row, parcel, order_url=url))
    answer.mimetype = "application/pdf"
    answer.headers.set("Content-Disposition", "inline", filename=f"{parcel.code}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer
