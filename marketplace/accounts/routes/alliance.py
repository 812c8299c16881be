"""Pages on which admins appoint officers, help them in after a lost phone, and suspend accounts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from marketplace.accounts import actions as accounts
from marketplace.accounts import queries, rules
from marketplace.accounts.errors import OwnAccount
from marketplace.accounts.forms import AppointForm, FindPersonForm, SuspendForm
from marketplace.accounts.models import Person
from marketplace.accounts.states import AllianceRole
from marketplace.accounts.words import ROLES
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography

pages = Blueprint("accounts_alliance", __name__)


@pages.route("/can-bo", methods=["GET", "POST"])
@access.admin
def officers(person: Person) -> str | Response | tuple[str, int]:
    """Who decides for an Alliance; finding an account to appoint or to suspend."""
    form = FindPersonForm()
    if form.validate_on_submit():
        phone, email = rules.parse_contact(str(form.contact.data))
        found = queries.find_by_contact(phone=phone, email=email)
        if found is not None:
            return redirect(url_for("accounts_alliance.officer", person_id=found.id), 303)
        form.contact.errors = [_("Nobody signs in with this contact. Ask the person to register first.")]
    page = render_template(
        "accounts/alliance/officers.html",
        form=form,
        officers=queries.officers(),
        roles=ROLES,
        province_names={province.code: province.name for province in geography.provinces()},
    )
    return (page, 422) if request.method == "POST" else page


@pages.get("/can-bo/<int:person_id>")
@access.admin
def officer(person: Person, person_id: int) -> str:
    shown = _find(person_id)
    return _show(person, shown, _appoint_form(shown), SuspendForm(formdata=None))


def _appoint_form(shown: Person) -> AppointForm:
    form = AppointForm(
        role=shown.alliance_role or AllianceRole.OFFICER, provinces=sorted(shown.province_codes), formdata=None
    )
    form.provinces.choices = _province_choices()
    return form


def _province_choices() -> list[SelectChoice]:
    return [SelectChoice(province.code, province.name) for province in geography.provinces()]


def _find(person_id: int) -> Person:
    return queries.find_person(person_id) or abort(404)


def _show(person: Person, shown: Person, appoint_form: AppointForm, suspend_form: SuspendForm) -> str:
    return render_template(
        "accounts/alliance/officer.html",
        shown=shown,
        is_self=shown.id == person.id,
        appoint_form=appoint_form,
        suspend_form=suspend_form,
        roles=ROLES,
    )


@pages.post("/can-bo/<int:person_id>/bo-nhiem")
@access.admin
def appoint(person: Person, person_id: int) -> Response | tuple[str, int]:
    shown = _find(person_id)
    form = AppointForm()
    form.provinces.choices = _province_choices()
    if not form.validate():
        return _show(person, shown, form, SuspendForm(formdata=None)), 422
    role, provinces = AllianceRole(form.role.data), set(form.provinces.data or [])
    return _change(
        person_id,
        lambda: accounts.appoint(shown, role=role, province_codes=provinces, by=person.id),
        _("Saved. The person must sign in again."),
    )


@pages.post("/can-bo/<int:person_id>/mien-nhiem")
@access.admin
def dismiss(person: Person, person_id: int) -> Response:
    shown = _find(person_id)
    return _change(person_id, lambda: accounts.dismiss(shown, by=person.id), _("This person is no longer an officer."))


@pages.post("/can-bo/<int:person_id>/xac-thuc")
@access.admin
def reset_second_factor(person: Person, person_id: int) -> Response:
    shown = _find(person_id)
    return _change(
        person_id,
        lambda: accounts.reset_second_factor(shown, by=person.id),
        _("At the next sign-in this person sets up a new authenticator app."),
    )


@pages.post("/can-bo/<int:person_id>/tam-khoa")
@access.admin
def suspend(person: Person, person_id: int) -> Response | tuple[str, int]:
    shown = _find(person_id)
    form = SuspendForm()
    if not form.validate():
        return _show(person, shown, _appoint_form(shown), form), 422
    reason = form.reason.data or ""
    return _change(
        person_id,
        lambda: accounts.suspend(shown, by=person.id, reason=reason),
        _("The account is suspended and signed out everywhere."),
    )


@pages.post("/can-bo/<int:person_id>/mo-khoa")
@access.admin
def lift_suspension(person: Person, person_id: int) -> Response:
    shown = _find(person_id)
    return _change(
        person_id, lambda: accounts.lift_suspension(shown, by=person.id), _("The account may sign in again.")
    )


def _change(person_id: int, deed: Callable[[], None], said: str) -> Response:
    try:
        with transaction():
            deed()
    except OwnAccount:
        flash(_("Your own account is changed by another admin."), "error")
    else:
        flash(said, "success")
    return redirect(url_for("accounts_alliance.officer", person_id=person_id), 303)
