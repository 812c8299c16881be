"""Officers build the running order: planned in one press, then moved by buttons, times or dragging; and on paper."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.fairs import actions as fairs_actions
from marketplace.fairs import queries
from marketplace.fairs.errors import SlotsOverlap
from marketplace.fairs.forms.calling import SlotForm
from marketplace.fairs.models import Fair, Slot
from marketplace.fairs.routes.alliance import find
from marketplace.fairs.states import PLANNABLE, BoothState
from marketplace.fairs.words import FAIR_STATES, FAIR_TONES, SLOT_STATES, SLOT_TONES
from marketplace.foundation.database import transaction
from marketplace.foundation.dates import BadDay, format_moment, parse_moment
from marketplace.foundation.web import access

pages = Blueprint("fairs_running_order", __name__)

MOST_MINUTES = 240


@pages.get("/phien-cho/<slug>/lich")
@access.officer
def running_order(person: Person, slug: str) -> str:
    return _show(find(person, slug), SlotForm(formdata=None))


def _show(fair: Fair, form: SlotForm, wrong: int = 0, problem: str = "") -> str:
    rows = queries.running_order(fair.id)
    have = {row.booth_id for row in rows}
    return render_template(
        "fairs/alliance/running_order.html",
        fair=fair,
        rows=rows,
        without=[card for card in queries.booth_cards(fair.id) if card.id not in have],
        may_plan=fair.state in PLANNABLE,
        form=form,
        wrong=wrong,
        problem=problem,
        typed=request.form,
        states=FAIR_STATES,
        tones=FAIR_TONES,
        slot_states=SLOT_STATES,
        slot_tones=SLOT_TONES,
    )


@pages.get("/phien-cho/<slug>/lich/in")
@access.officer
def print_running_order(person: Person, slug: str) -> str:
    """On paper, for the crew and the wall, with a column to tick and to write in."""
    fair = find(person, slug)
    return render_template(
        "fairs/alliance/print_running_order.html",
        fair=fair,
        rows=queries.running_order(fair.id),
        slot_states=SLOT_STATES,
    )


def _back(slug: str, slot_id: int | None = None) -> Response:
    anchor = f"slot-{slot_id}" if slot_id else None
    return redirect(url_for("fairs_running_order.running_order", slug=slug, _anchor=anchor), 303)


def _to_plan(person: Person, slug: str) -> Fair | None:
    """None, with the reason said, once the running order stands for good."""
    fair = find(person, slug)
    if fair.state in PLANNABLE:
        return fair
    flash(_("The running order can no longer be changed here."), "info")
    return None


@pages.post("/phien-cho/<slug>/lich/xep")
@access.officer
def plan(person: Person, slug: str) -> Response:
    """Give each approved booth that has no time the next that is free."""
    fair = _to_plan(person, slug)
    if fair is None:
        return _back(slug)
    with transaction():
        booths = queries.booths_of(fair.id, BoothState.APPROVED)
        before = {slot.booth_id for slot in queries.slots_of(fair.id)}
        waiting = [booth for booth in booths if booth.id not in before]
        found = fairs_actions.plan_booths(fair, booths)
    if found:
        flash(ngettext("%(num)s cooperative has its time.", "%(num)s cooperatives have their time.", found), "success")
    if len(waiting) > found:
        left = len(waiting) - found
        flash(
            ngettext(
                "For %(num)s cooperative no time is left. Make parts shorter, or let the fair end later.",
                "For %(num)s cooperatives no time is left. Make parts shorter, or let the fair end later.",
                left,
            ),
            "error",
        )
    if not waiting:
        flash(_("Every cooperative has its time already."), "info")
    return _back(slug)


@pages.post("/phien-cho/<slug>/lich/them")
@access.officer
def add_slot(person: Person, slug: str) -> Response | tuple[str, int]:
    """The opening, a break, a talk: time of the crew's own."""
    fair = _to_plan(person, slug)
    if fair is None:
        return _back(slug)
    form = SlotForm()
    if form.validate() and form.starts_at.data and form.minutes.data:
        try:
            with transaction():
                starts_at = form.starts_at.data
                fairs_actions.add_slot(
                    fair,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=form.minutes.data),
                    title=form.title.data or "",
                )
        except SlotsOverlap as problem:
            form.starts_at.errors = [_overlap(find(person, slug), problem)]
        except ValueError:
            form.starts_at.errors = [_outside(find(person, slug))]
        else:
            flash(_("Added."), "success")
            return _back(slug)
    return _show(find(person, slug), form), 422


def _overlap(fair: Fair, problem: SlotsOverlap) -> str:
    return str(_("At this time “%(other)s” is on. Choose another time or fewer minutes.", other=problem.other or "…"))


def _outside(fair: Fair) -> str:
    return str(
        _(
            "It must lie between %(start)s and %(end)s.",
            start=format_moment(fair.starts_at),
            end=format_moment(fair.ends_at),
        )
    )


def _slot(fair: Fair, slot_id: int) -> Slot:
    return queries.find_slot(fair.id, slot_id) or abort(404)


@pages.post("/phien-cho/<slug>/lich/<int:slot_id>")
@access.officer
def change_slot(person: Person, slug: str, slot_id: int) -> Response | tuple[str, int]:
    """Another time, as typed."""
    slot = _slot(find(person, slug), slot_id)
    fair = _to_plan(person, slug)
    if fair is None:
        return _back(slug)
    try:
        starts_at = parse_moment(request.form.get("starts_at", ""))
        minutes = int(request.form.get("minutes", ""))
        if not 1 <= minutes <= MOST_MINUTES:
            raise BadDay
    except ValueError:
        words = _("Type day and time such as 05/11/2026 19:30, and minutes from 1 to %(most)s.", most=MOST_MINUTES)
        return _show(fair, SlotForm(formdata=None), slot_id, words), 422
    try:
        with transaction():
            fairs_actions.move_slot(
                fair, slot, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes), booth_id=slot.booth_id
            )
    except SlotsOverlap as overlap:
        fair = find(person, slug)
        return _show(fair, SlotForm(formdata=None), slot_id, _overlap(fair, overlap)), 422
    except ValueError:
        fair = find(person, slug)
        return _show(fair, SlotForm(formdata=None), slot_id, _outside(fair)), 422
    flash(_("Moved. The cooperative confirms anew."), "success")
    return _back(slug, slot_id)


@pages.post("/phien-cho/<slug>/lich/<int:slot_id>/doi-cho")
@access.officer
def shift_slot(person: Person, slug: str, slot_id: int) -> Response:
    """To another place of the order: by a button, or dropped there."""
    slot = _slot(find(person, slug), slot_id)
    fair = _to_plan(person, slug)
    place = request.form.get("place", type=int)
    if fair is not None and place is not None:
        with transaction():
            fairs_actions.shift_slot(fair, slot, to_place=place)
    return _back(slug, slot_id)


@pages.post("/phien-cho/<slug>/lich/<int:slot_id>/bo")
@access.officer
def remove_slot(person: Person, slug: str, slot_id: int) -> Response:
    slot = _slot(find(person, slug), slot_id)
    fair = _to_plan(person, slug)
    if fair is not None:
        with transaction():
            fairs_actions.remove_slot(fair, slot)
        flash(_("Taken out of the running order."), "success")
    return _back(slug)
