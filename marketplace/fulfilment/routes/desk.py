"""A cooperative's orders: the heaps, one order with its next step, the slip for the parcel."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.checkout import queries as checkout
from marketplace.checkout.states import Way
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment import queries, rules
from marketplace.fulfilment.errors import NotScannedYet
from marketplace.fulfilment.forms import CoachForm, HandOverForm, RefuseForm, UnscannedForm
from marketplace.fulfilment.providers.by_hand import CARRIERS
from marketplace.fulfilment.queries import RecalledPart
from marketplace.fulfilment.routes.scales import can_be_asked
from marketplace.fulfilment.states import CAN_BE_FILLED, HEAPS, OVER, Heap
from marketplace.fulfilment.words import DONE, EMPTY, next_step
from marketplace.fulfilment.words import HEAPS as HEAP_WORDS
from marketplace.inventory.errors import NotEnoughStock
from marketplace.orders import actions as orders_actions
from marketplace.orders import queries as orders_read
from marketplace.orders.errors import LotsStopped, MoveRefused, NotPaidYet, NotWeighedYet, SurplusIsOpen, WeighedAlready
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import HUB_WAYS, MARKETS_WAYS
from marketplace.orders.states import CAN_TAKE_OTHER_LOTS, MOVES, PartState
from marketplace.orders.words import PART_STATES, PART_TONES, SURPLUS_TONES, SURPLUSES, WAYS, journey
from marketplace.payments import queries as payments_read
from marketplace.payments.states import UNDECIDED, Deed, Method
from marketplace.traceability import queries as lots_read
from marketplace.traceability.models import Lot
from marketplace.traceability.queries.genealogy import descendants_of

pages = Blueprint("fulfilment_desk", __name__)

ON_A_PAGE = 20


@pages.get("/don-hang")
@access.staff
def orders(person: Person, cooperative: Cooperative) -> str:
    """One heap of orders; without a choice the first that has any."""
    counts = orders_read.count_parts(cooperative.id)
    sizes = {heap: sum(counts.get(state, 0) for state in states) for heap, states in HEAPS.items()}
    asked = request.args.get("muc", "")
    heap = Heap(asked) if asked in list(Heap) else next((one for one in Heap if sizes[one]), Heap.TO_CONFIRM)
    last_page = max(1, -(-sizes[heap] // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    return render_template(
        "fulfilment/desk/orders.html",
        heap=heap,
        tabs_shown=[
            {
                "label": HEAP_WORDS[one],
                "url": url_for("fulfilment_desk.orders", muc=one.value),
                "is_current": one == heap,
                "count": 0 if one in OVER else sizes[one],
            }
            for one in Heap
        ],
        rows=orders_read.parts_of(
            cooperative.id,
            HEAPS[heap],
            newest_first=heap in OVER,
            limit=ON_A_PAGE,
            offset=(page - 1) * ON_A_PAGE,
        ),
        page=page,
        last_page=last_page,
        empty=EMPTY[heap],
        part_states=PART_STATES,
        part_tones=PART_TONES,
        collected_dong=rules.collected_dong,
    )


def _find(cooperative: Cooperative, code: str) -> tuple[CooperativeOrder, Order]:
    return orders_read.find_part(cooperative.id, code) or abort(404)


@pages.get("/don-hang/<code>")
@access.staff
def order(person: Person, cooperative: Cooperative, code: str) -> str:
    return _show(cooperative, code, HandOverForm(formdata=None), RefuseForm(formdata=None))


def _show(
    cooperative: Cooperative,
    code: str,
    hand_over_form: HandOverForm,
    refuse_form: RefuseForm,
    coach_form: CoachForm | None = None,
    unscanned_form: UnscannedForm | None = None,
) -> str:
    part, order = _find(cooperative, code)
    return render_template(
        "fulfilment/desk/order.html",
        part=part,
        order=order,
        packed=lots_read.packed_units([line.id for line in part.lines]),
        to_scan=(to_scan := queries.packs_to_scan(part)),
        unscanned=sum(to_scan.values()),
        can_fill=part.state in CAN_BE_FILLED,
        unscanned_form=unscanned_form or UnscannedForm(formdata=None),
        payment=payments_read.payment_of(order.code),
        is_withdrawn=any(row.state in UNDECIDED for row in payments_read.withdrawals_of(*order.references)),
        asked_back=payments_read.latest_approval(Deed.REFUND_LINES, part.id),
        steps=journey(part, orders_read.steps_of(order.id)),
        next_step=next_step(part),
        coach_form=coach_form or CoachForm(formdata=None),
        ride=queries.find_ride(part),
        promise=checkout.find_promise(order.id) if part.delivery_way in HUB_WAYS else None,
        can_refuse=PartState.REFUSED in MOVES[part.state],
        stopped_lots=queries.stopped_lots(part) if part.state in CAN_TAKE_OTHER_LOTS else [],
        collected_dong=rules.collected_dong(part, order),
        is_carriers_cash=order.payment_method == Method.CASH_ON_DELIVERY and part.delivery_way in MARKETS_WAYS,
        surplus_words=SURPLUSES,
        surplus_tones=SURPLUS_TONES,
        can_ask=can_be_asked(part, order),
        is_only_part=len(order.parts) == 1,
        part_states=PART_STATES,
        part_tones=PART_TONES,
        ways=WAYS,
        hand_over_form=hand_over_form,
        refuse_form=refuse_form,
    )


@pages.get("/don-hang/<code>/phieu")
@access.staff
def packing_slip(person: Person, cooperative: Cooperative, code: str) -> str:
    """A sheet to put into the parcel."""
    part, order = _find(cooperative, code)
    return render_template(
        "fulfilment/desk/packing_slip.html",
        part=part,
        order=order,
        packed=lots_read.packed_units([line.id for line in part.lines]),
        collected_dong=rules.collected_dong(part, order),
        ways=WAYS,
    )


@pages.post("/don-hang/<code>/xac-nhan")
@access.staff
def confirm(person: Person, cooperative: Cooperative, code: str) -> Response:
    part, _order = _find(cooperative, code)
    return _step(part, PartState.CONFIRMED, lambda: fulfilment.confirm(part, by=person.id))


@pages.post("/don-hang/<code>/dong-goi")
@access.staff
def pack(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    """With a reason where labelled packs lie in the house and not all of them were scanned into the parcel."""
    part, _order = _find(cooperative, code)
    form = UnscannedForm()
    if "reason" in request.form and not form.validate():
        page = _show(cooperative, code, HandOverForm(formdata=None), RefuseForm(formdata=None), unscanned_form=form)
        return page, 422
    reason = form.reason.data or ""
    return _step(part, PartState.PACKED, lambda: fulfilment.pack(part, unscanned_because=reason, by=person.id))


@pages.post("/don-hang/<code>/giao")
@access.staff
def hand_over(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    part, _order = _find(cooperative, code)
    form = HandOverForm()
    if not form.validate():
        return _show(cooperative, code, form, RefuseForm(formdata=None)), 422
    tracking = form.tracking.data or ""
    if part.delivery_way in HUB_WAYS:
        return _belongs_to_hub(part)
    if part.delivery_way == Way.COACH:
        return _hand_to_coach(cooperative, part, person)
    carrier = form.carrier.data if part.delivery_way == Way.CARRIER and form.carrier.data in CARRIERS else ""

    def deed() -> None:
        fulfilment.hand_over(part, tracking=tracking, carrier=carrier, by=person.id)

    return _step(part, PartState.SHIPPED, deed)


@pages.post("/don-hang/<code>/da-nhan")
@access.staff
def deliver(person: Person, cooperative: Cooperative, code: str) -> Response:
    part, _order = _find(cooperative, code)
    if part.delivery_way in HUB_WAYS:
        return _belongs_to_hub(part)
    return _step(part, PartState.DELIVERED, lambda: fulfilment.deliver(part, by=person.id))


@pages.post("/don-hang/<code>/xong")
@access.staff
def complete(person: Person, cooperative: Cooperative, code: str) -> Response:
    part, _order = _find(cooperative, code)
    return _step(part, PartState.COMPLETED, lambda: fulfilment.complete(part, by=person.id))


@pages.post("/don-hang/<code>/lo-khac")
@access.staff
def take_other_lots(person: Person, cooperative: Cooperative, code: str) -> Response:
    """Goods of a stopped lot come from another one; the buyer gets what was ordered."""
    part, _order = _find(cooperative, code)
    try:
        with transaction():
            orders_actions.take_other_lots(part, by=person.id)
    except NotEnoughStock as short:
        flash(
            _(
                "Your other lots hold only %(left)s of the %(asked)s packs that are needed. Nothing was changed. Refuse the"
                " order, or record a new lot first.",
                left=short.left,
                asked=short.asked,
            ),
            "warning",
        )
    except WeighedAlready:
        flash(_("These packs were weighed for the buyer already and cannot be exchanged. Refuse the order."), "warning")
    except MoveRefused as refused:
        _tell_how_it_stands(PartState(refused.from_state), PartState.PACKED)
    else:
        flash(
            _("The goods come from another lot now. If they were packed already, exchange them in the parcel."),
            "success",
        )
    return redirect(url_for("fulfilment_desk.order", code=code), 303)


@pages.post("/don-hang/<code>/tu-choi")
@access.staff
def refuse(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    part, _order = _find(cooperative, code)
    form = RefuseForm()
    if not form.validate():
        return _show(cooperative, code, HandOverForm(formdata=None), form), 422
    reason = form.reason.data or ""
    return _step(part, PartState.REFUSED, lambda: fulfilment.refuse(part, reason=reason, by=person.id))


def _belongs_to_hub(part: CooperativeOrder) -> Response:
    flash(_("This part goes over the collecting place: its people receive it and send it on."), "info")
    return redirect(url_for("fulfilment_desk.order", code=part.code), 303)


def _hand_to_coach(cooperative: Cooperative, part: CooperativeOrder, person: Person) -> Response | tuple[str, int]:
    """The buyer must know which coach to wait for, and whom to call."""
    form = CoachForm()
    if not form.validate():
        return _show(cooperative, part.code, HandOverForm(formdata=None), RefuseForm(formdata=None), form), 422

    def deed() -> None:
        fulfilment.hand_to_coach(
            part,
            plate=form.plate.data or "",
            phone=str(form.coach_phone.data),
            arrival=form.arrival.data or "",
            by=person.id,
        )

    return _step(part, PartState.SHIPPED, deed)


def _step(part: CooperativeOrder, to: PartState, deed: Callable[[], None]) -> Response:
    code = part.code
    try:
        with transaction():
            deed()
    except NotPaidYet:
        flash(_("Do not pack yet: the transfer of the buyer has not come in. We tell you when it has."), "warning")
    except NotWeighedYet:
        flash(_("These goods are sold by weight. Weigh them before you pack."), "warning")
        return redirect(url_for("fulfilment_scales.scales", code=code), 303)
    except NotScannedYet as problem:
        flash(
            ngettext(
                "%(num)s labelled pack is not scanned. Scan it, or say below why not.",
                "%(num)s labelled packs are not scanned. Scan them, or say below why not.",
                problem.missing,
            ),
            "warning",
        )
        return redirect(url_for("fulfilment_desk.order", code=code, _anchor="unscanned"), 303)
    except SurplusIsOpen:
        flash(_("Do not hand it over yet: it is not settled who pays for the heavier weight."), "warning")
    except MoveRefused as refused:
        _tell_how_it_stands(PartState(refused.from_state), to)
    except LotsStopped as stopped:
        flash(
            _(
                "Not so: lot %(lots)s is on hold or recalled. Take the goods from another lot, or refuse the order so that"
                " the buyer knows.",
                lots=", ".join(stopped.lot_codes),
            ),
            "warning",
        )
    else:
        flash(str(DONE[to]), "success")
    if request.form.get("back") == "packing":
        return redirect(url_for("fulfilment_packing.parcels", _anchor=code), 303)
    return redirect(url_for("fulfilment_desk.order", code=code), 303)


def _tell_how_it_stands(state: PartState, wanted: PartState) -> None:
    if state == wanted:
        flash(_("That was done already. Nothing was changed a second time."), "info")
    elif state == PartState.CANCELLED:
        flash(_("The order was cancelled meanwhile. Do not send it: the goods are back in your stock."), "warning")
    else:
        flash(_("The order has moved on meanwhile. It is now: %(state)s.", state=PART_STATES[state]), "info")


@pages.get("/don-hang/thu-hoi/<lot_code>")
@access.staff
def recalled(person: Person, cooperative: Cooperative, lot_code: str) -> str:
    """Whom a recall reaches, or would reach: what has arrived is called about first."""
    lot = lots_read.find_lot(cooperative.id, lot_code) or abort(404)
    parts = _reached(cooperative, lot)
    return render_template(
        "fulfilment/desk/recalled.html",
        lot=lot,
        product=lots_read.product_of(lot),
        buyers=queries.by_buyer(parts),
        part_states=PART_STATES,
        part_tones=PART_TONES,
    )


def _reached(cooperative: Cooperative, lot: Lot) -> list[RecalledPart]:
    """Of this cooperative only: another's buyers are its own business, and it has a list of its own."""
    return queries.recalled_parts([lot.id, *descendants_of(lot.id)], cooperative_id=cooperative.id, listed_under=lot.id)


@pages.post("/don-hang/thu-hoi/<lot_code>/<code>/da-goi")
@access.staff
def note_call(person: Person, cooperative: Cooperative, lot_code: str, code: str) -> Response:
    lot = lots_read.find_lot(cooperative.id, lot_code) or abort(404)
    part = next((one.part for one in _reached(cooperative, lot) if one.part.code == code), None) or abort(404)
    with transaction():
        fulfilment.note_call(part, lot, by=person.id)
    return redirect(url_for("fulfilment_desk.recalled", lot_code=lot_code, _anchor=code), 303)
