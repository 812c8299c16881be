"""A cooperative's own desk: what to do today, its profile, its people."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives import queries
from marketplace.cooperatives.errors import LastOwner, TooManyInvitations
from marketplace.cooperatives.forms import AccountForm, InviteForm, ProfileForm, RoleForm
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import MemberRole
from marketplace.cooperatives.words import ADMISSION_TONES, ADMISSIONS, ROLES
from marketplace.foundation.banks import BANKS
from marketplace.foundation.database import transaction
from marketplace.foundation.pictures import BadUpload
from marketplace.foundation.web import access, uploads
from marketplace.foundation.web.waiting import steps_taken, waiting_at

pages = Blueprint("cooperatives_desk", __name__)


@pages.get("/")
@access.staff
def overview(person: Person, cooperative: Cooperative) -> str:
    """Where the cooperative stands, and what to do next."""
    return render_template(
        "cooperatives/desk/overview.html",
        admission_words=ADMISSIONS,
        tones=ADMISSION_TONES,
        waiting=waiting_at(cooperative.id),
        taken=steps_taken(cooperative.id),
    )


@pages.route("/ho-so", methods=["GET", "POST"])
@access.staff
def profile(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    form = ProfileForm(obj=cooperative)
    if form.validate_on_submit():
        try:
            cover = uploads.keep_photo(sent[0]) if (sent := uploads.sent(form.cover.data)) else None
        except BadUpload as problem:
            form.cover.errors = [uploads.why_refused(problem, form.cover.data.filename)]
        else:
            with transaction():
                cooperatives.change_profile(
                    cooperative,
                    story=form.story.data or "",
                    main_products=form.main_products.data or "",
                    phone=str(form.phone.data),
                    zalo_phone=str(form.zalo_phone.data or ""),
                    email=form.email.data or "",
                    members_count=form.members_count.data or 0,
                    households_count=form.households_count.data or 0,
                    land_area_m2=form.land_area_m2.data or 0,
                    cover=cover,
                )
            flash(_("Saved."), "success")
            return redirect(url_for("cooperatives_desk.profile"), 303)
    page = render_template("cooperatives/desk/profile.html", form=form, bank=BANKS.get(cooperative.bank_bin))
    return (page, 422) if request.method == "POST" else page


@pages.route("/ho-so/tai-khoan", methods=["GET", "POST"])
@access.owner
def account(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    """The bank account, which may be named or changed after the admission too."""
    form = AccountForm(obj=cooperative)
    form.offer_banks()
    if form.validate_on_submit():
        with transaction():
            cooperatives.change_account(
                cooperative,
                bank_bin=form.bank_bin.data or "",
                bank_account=form.bank_account.data or "",
                bank_account_name=form.bank_account_name.data or "",
                by=person.id,
            )
        flash(_("The bank account is saved."), "success")
        return redirect(url_for("cooperatives_desk.profile"), 303)
    page = render_template("cooperatives/desk/account.html", form=form)
    return (page, 422) if request.method == "POST" else page


@pages.get("/nhan-su")
@access.owner
def people(person: Person, cooperative: Cooperative) -> str:
    return _people(person, cooperative, InviteForm(formdata=None))


def _people(person: Person, cooperative: Cooperative, form: InviteForm) -> str:
    return render_template(
        "cooperatives/desk/people.html",
        form=form,
        members=queries.members_of(cooperative.id),
        invitations=queries.invitations_of(cooperative.id),
        roles=ROLES,
        own_id=person.id,
    )


@pages.post("/nhan-su/moi")
@access.owner
def invite(person: Person, cooperative: Cooperative) -> Response | tuple[str, int]:
    form = InviteForm()
    if not form.validate():
        return _people(person, cooperative, form), 422
    try:
        with transaction():
            cooperatives.invite(
                cooperative, contact=form.contact.data or "", role=MemberRole(form.role.data), by=person.id
            )
    except TooManyInvitations:
        form.contact.errors = [_("Twenty people are invited and not here yet. Withdraw an invitation first.")]
        return _people(person, cooperative, form), 422
    flash(_("The invitation is on its way. It is good for seven days."), "success")
    return redirect(url_for("cooperatives_desk.people"), 303)


@pages.post("/nhan-su/loi-moi/<int:invitation_id>/thu-hoi")
@access.owner
def withdraw(person: Person, cooperative: Cooperative, invitation_id: int) -> Response:
    invitation = queries.find_invitation_of(cooperative.id, invitation_id) or abort(404)
    with transaction():
        cooperatives.withdraw_invitation(invitation)
    flash(_("The invitation is withdrawn."), "success")
    return redirect(url_for("cooperatives_desk.people"), 303)


@pages.post("/nhan-su/<int:person_id>/vai-tro")
@access.owner
def change_role(person: Person, cooperative: Cooperative, person_id: int) -> Response:
    form = RoleForm()
    if not form.validate() or not queries.works_for(person_id, cooperative.id):
        abort(404)
    try:
        with transaction():
            cooperatives.change_role(cooperative, person_id=person_id, role=MemberRole(form.role.data), by=person.id)
    except LastOwner:
        flash(_("This is the last owner. Invite another owner first."), "error")
    else:
        flash(_("The role is changed."), "success")
    # Whoever made himself staff may not see the people any more.
    if person_id == person.id:
        return redirect(url_for("cooperatives_desk.overview"), 303)
    return redirect(url_for("cooperatives_desk.people"), 303)


@pages.post("/nhan-su/<int:person_id>/bo")
@access.owner
def remove(person: Person, cooperative: Cooperative, person_id: int) -> Response:
    if not queries.works_for(person_id, cooperative.id):
        abort(404)
    try:
        with transaction():
            cooperatives.remove_member(cooperative, person_id=person_id, by=person.id)
    except LastOwner:
        flash(_("This is the last owner. Invite another owner first."), "error")
    else:
        flash(_("This person no longer works here."), "success")
        if person_id == person.id:
            return redirect(url_for("cooperatives_shop.my_cooperatives"), 303)
    return redirect(url_for("cooperatives_desk.people"), 303)
