"""What both sides do with a paper in the same way: read it, sign it, give it up."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from marketplace.accounts.models import Person
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import papers, queries
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.trading import SignForm
from marketplace.sourcing.queries import CommitmentView
from marketplace.sourcing.states import CommitmentState, Side
from marketplace.sourcing.words import say_refused


def form(view: CommitmentView, *, is_sent: bool) -> SignForm:
    return SignForm() if is_sent else SignForm(formdata=None, digest=view.commitment.digest)


def sign(view: CommitmentView, form: SignForm, *, side: Side, person: Person) -> bool:
    """False, with the reason in the form, when it could not be signed."""
    if not form.validate():
        return False
    try:
        with transaction():
            sourcing.sign(
                view.commitment,
                side=side,
                person=person,
                position=form.position.data or "",
                digest=form.digest.data or "",
            )
            is_complete = view.commitment.state == CommitmentState.SIGNED
    except Refused as problem:
        form.form_errors = [say_refused(problem)]
        return False
    flash(
        _("Signed by both. It can be called off now.") if is_complete else _("Signed. The other side is told."),
        "success",
    )
    return True


def give_up(view: CommitmentView, *, side: Side) -> None:
    try:
        with transaction():
            sourcing.give_up(view.commitment, side=side)
    except Refused as problem:
        flash(say_refused(problem), "info")
    else:
        flash(_("Given up. The goods are free again, and the other side is told."), "success")


def missing_now(view: CommitmentView) -> list[str]:
    """Schemes that a running commitment requires and that do not count today."""
    if view.commitment.state != CommitmentState.SIGNED:
        return []
    return queries.schemes_missing(view.commitment, on=clock.today())


def paper(view: CommitmentView) -> Response:
    """The PDF, never kept by anybody on the way."""
    answer = Response(
        papers.draw(view.commitment, queries.signatures_of(view.commitment.id)), mimetype="application/pdf"
    )
    answer.headers["Content-Disposition"] = f"inline; filename={view.commitment.code}.pdf"
    answer.headers["Cache-Control"] = "no-store"
    return answer
