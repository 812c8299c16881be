"""A cooperative answers from its phone what viewers ask about its stall."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.forms.hosting import AnswerForm
from marketplace.fairs.models import Fair
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access

pages = Blueprint("fairs_questions", __name__)


def _find(cooperative: Cooperative, slug: str) -> Fair:
    """A fair at which the cooperative has its place."""
    fair = queries.find_fair(slug)
    if fair is None or not queries.has_booth(fair.id, cooperative.id):
        abort(404)
    return fair


@pages.get("/phien-cho/<slug>/cau-hoi")
@access.staff
def questions(person: Person, cooperative: Cooperative, slug: str) -> str:
    return _show(cooperative, _find(cooperative, slug))


def _show(cooperative: Cooperative, fair: Fair, wrong_id: int = 0, form: AnswerForm | None = None) -> str:
    return render_template(
        "fairs/desk/questions.html",
        fair=fair,
        questions=queries.questions_for(fair.id, cooperative.id),
        wrong_id=wrong_id,
        form=form,
    )


@pages.post("/phien-cho/<slug>/cau-hoi/<int:message_id>")
@access.staff
def answer(person: Person, cooperative: Cooperative, slug: str, message_id: int) -> Response | tuple[str, int]:
    fair = _find(cooperative, slug)
    if message_id not in {one.id for one in queries.questions_for(fair.id, cooperative.id)}:
        abort(404)
    message = queries.find_message(fair.id, message_id) or abort(404)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _show(cooperative, fair, message_id, form), 422
    try:
        with transaction():
            fairs.answer_question(message, answer=form.answer.data or "", by=person.id)
    except MoveRefused:
        flash(_("The crew has taken this question away."), "error")
    else:
        flash(_("Your answer is seen by all."), "success")
    return redirect(url_for("fairs_questions.questions", slug=slug), 303)
