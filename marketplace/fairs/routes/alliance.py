"""Officers call a fair, open and close its applications, publish its timetable, choose its crew, or call it off."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.accounts.permissions import answers_for
from marketplace.accounts.queries import find_by_contact
from marketplace.fairs import actions as fairs_actions
from marketplace.fairs import queries
from marketplace.fairs.errors import MoveRefused, NotReady
from marketplace.fairs.forms.calling import CrewForm, FairForm, ReasonForm, values_of
from marketplace.fairs.models import Fair
from marketplace.fairs.routes import covers
from marketplace.fairs.states import FAIR_MOVES, OVER, PLANNABLE, FairState
from marketplace.fairs.words import CREW_ROLES, FAIR_STATES, FAIR_TONES, RULES, say_lacks
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography

pages = Blueprint("fairs_alliance", __name__)

# Buttons of the life cycle, by what they are called in the address of their form.
STEPS = {
    "cong-bo": fairs_actions.announce_fair,
    "mo-dang-ky": fairs_actions.open_registration,
    "dong-dang-ky": fairs_actions.close_registration,
    "cong-bo-lich": fairs_actions.publish_timetable,
    "lay-lai-lich": fairs_actions.take_timetable_back,
}
SETTLED = OVER | {FairState.SCHEDULED, FairState.LIVE}


def find(person: Person, slug: str) -> Fair:
    """A fair of the officer's provinces; others do not exist for him."""
    return queries.find_fair_to_run(person, slug) or abort(404)


@pages.get("/phien-cho")
@access.officer
def fairs(person: Person) -> str:
    page = min(max(request.args.get("trang", 1, type=int), 1), 1000)
    return render_template(
        "fairs/alliance/fairs.html",
        rows=queries.fairs_to_run(person, page=page),
        page=page,
        most=queries.PAGE,
        states=FAIR_STATES,
        tones=FAIR_TONES,
    )


@pages.route("/phien-cho/moi", methods=["GET", "POST"])
@access.officer
def new_fair(person: Person) -> str | Response | tuple[str, int]:
    """An empty form, or one that begins as the last fair was."""
    last = queries.last_fair_of(person)
    is_copy = request.args.get("nhu") == "lan-truoc" and last is not None
    with force_locale("vi"):
        rules_text = "\n".join(str(rule) for rule in RULES)
    values = (
        values_of(last, as_new=True)
        if is_copy and last
        else {
            "booth_quota": 30, "slot_minutes": 12, "gap_minutes": 2, "max_discount_percent": 50, "per_buyer": 5,
            "rules_text": rules_text,
        }
    )  # fmt: skip
    form = FairForm(data=values)
    form.offer(_own_provinces(person))
    cover, refused = covers.keep(form)
    if form.check(refused=refused):
        with transaction():
            fair = fairs_actions.create_fair(form.details(), province_code=form.province.data, by=person.id)
            if cover is not None:
                fairs_actions.set_cover(fair, cover, by=person.id)
            slug = fair.slug
        flash(_("Kept as a draft. Look it over, then announce it."), "success")
        return redirect(url_for("fairs_alliance.fair", slug=slug), 303)
    page = render_template("fairs/alliance/new_fair.html", form=form, cover=cover, last=last, is_copy=is_copy)
    return (page, 422) if request.method == "POST" else page


def _own_provinces(person: Person) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in geography.provinces() if answers_for(person, one.code)]


@pages.get("/phien-cho/<slug>")
@access.officer
def fair(person: Person, slug: str) -> str:
    return _show(find(person, slug), ReasonForm(formdata=None), CrewForm(formdata=None))


def _show(found: Fair, reason_form: ReasonForm, crew_form: CrewForm) -> str:
    province = geography.find_province(found.province_code)
    counts = queries.count_booths(found.id)
    return render_template(
        "fairs/alliance/fair.html",
        fair=found,
        province_name=province.name if province else "",
        counts=counts,
        slots=len(queries.slots_of(found.id)),
        crew=queries.crew_of(found.id),
        crew_form=crew_form,
        reason_form=reason_form,
        may_change=found.state not in SETTLED,
        may_plan=found.state in PLANNABLE,
        may_call_off=FairState.CANCELLED in FAIR_MOVES[found.state],
        states=FAIR_STATES,
        tones=FAIR_TONES,
        roles=CREW_ROLES,
    )


@pages.route("/phien-cho/<slug>/sua", methods=["GET", "POST"])
@access.officer
def change(person: Person, slug: str) -> str | Response | tuple[str, int]:
    found = find(person, slug)
    if found.state in SETTLED:
        flash(_("The timetable is out. Take it back first if something must change."), "info")
        return redirect(url_for("fairs_alliance.fair", slug=slug), 303)
    form = FairForm(data=values_of(found))
    form.offer([(code, name) for code, name in _own_provinces(person) if code == found.province_code])
    cover, refused = covers.keep(form)
    if form.check(refused=refused):
        try:
            with transaction():
                version = found.rules_version
                fairs_actions.change_fair(found, form.details(), by=person.id)
                if cover is not None or form.without_cover.data:
                    fairs_actions.set_cover(found, cover, by=person.id)
                is_new_version = found.rules_version > version
        except MoveRefused:
            flash(_("The fair moved on at this moment. Nothing was changed."), "info")
        else:
            flash(
                _("Saved. The rules changed, so cooperatives accept them anew.") if is_new_version else _("Saved."),
                "success",
            )
        return redirect(url_for("fairs_alliance.fair", slug=slug), 303)
    page = render_template("fairs/alliance/change.html", form=form, fair=found, cover=cover or found.cover)
    return (page, 422) if request.method == "POST" else page


@pages.post("/phien-cho/<slug>/buoc")
@access.officer
def take_step(person: Person, slug: str) -> Response:
    """The next step of the fair's life, or what it still lacks, in words."""
    found = find(person, slug)
    step = STEPS.get(request.form.get("step", "")) or abort(404)
    try:
        with transaction():
            step(found, by=person.id)
    except NotReady as problem:
        flash(_("Not yet. %(lacks)s", lacks=say_lacks(problem.lacks)), "error")
    except MoveRefused:
        # A second press, or a colleague who was faster: the page shows how it stands now.
        flash(_("This was done already, or the fair has moved on."), "info")
    else:
        flash(_("Done. Everybody sees it now."), "success")
    return redirect(url_for("fairs_alliance.fair", slug=slug), 303)


@pages.post("/phien-cho/<slug>/huy")
@access.officer
def call_off(person: Person, slug: str) -> Response | tuple[str, int]:
    found = find(person, slug)
    form = ReasonForm()
    if not form.validate():
        return _show(found, form, CrewForm(formdata=None)), 422
    try:
        with transaction():
            fairs_actions.call_off(found, by=person.id, reason=form.reason.data or "")
    except MoveRefused:
        flash(_("This was done already, or the fair has moved on."), "info")
    else:
        flash(_("Called off. What was kept for the fair is on sale again."), "success")
    return redirect(url_for("fairs_alliance.fair", slug=slug), 303)


@pages.post("/phien-cho/<slug>/nguoi-giup")
@access.officer
def join_crew(person: Person, slug: str) -> Response | tuple[str, int]:
    """Share the host desk with somebody who has an account."""
    found = find(person, slug)
    form = CrewForm()
    is_valid = form.validate()
    helper = find_by_contact(phone=form.phone.data) if is_valid and form.phone.data else None
    if is_valid and helper is None:
        form.phone.errors = [_("Nobody here has this number. Ask the person to register first.")]
    if helper is None:
        return _show(found, ReasonForm(formdata=None), form), 422
    with transaction():
        fairs_actions.join_crew(found, person_id=helper.id, role=form.chosen_role(), by=person.id)
    flash(_("%(name)s shares the host desk now.", name=helper.full_name), "success")
    return redirect(url_for("fairs_alliance.fair", slug=slug, _anchor="crew"), 303)


@pages.post("/phien-cho/<slug>/nguoi-giup/bo")
@access.officer
def leave_crew(person: Person, slug: str) -> Response:
    found = find(person, slug)
    with transaction():
        fairs_actions.leave_crew(found, person_id=request.form.get("person", 0, type=int), by=person.id)
    flash(_("Taken out of the crew."), "success")
    return redirect(url_for("fairs_alliance.fair", slug=slug, _anchor="crew"), 303)
