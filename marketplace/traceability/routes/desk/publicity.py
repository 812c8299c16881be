"""A cooperative chooses what its origin pages show beyond the obligatory."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.traceability import actions, queries
from marketplace.traceability.forms import PublicityForm
from marketplace.traceability.routes.desk.blueprint import pages


@pages.route("/lo-hang/hien-thi", methods=["GET", "POST"])
@access.owner
def publicity(person: Person, cooperative: Cooperative) -> str | Response:
    form = PublicityForm(obj=queries.publicity_of(cooperative.id))
    if form.validate_on_submit():
        chosen = {name: bool(field.data) for name, field in form._fields.items() if name != "csrf_token"}
        with transaction():
            actions.choose_publicity(cooperative.id, **chosen, by=person.id)
        flash(_("Saved. It holds for all your lots from now on."), "success")
        return redirect(url_for("traceability_desk.publicity"), 303)
    return render_template("traceability/desk/publicity.html", form=form)
