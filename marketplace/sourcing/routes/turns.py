"""What both sides of a talk do in the same way."""

from __future__ import annotations

from marketplace.foundation.database import transaction
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing.actions import Terms
from marketplace.sourcing.errors import Refused
from marketplace.sourcing.forms.trading import AcceptForm, AnswerForm
from marketplace.sourcing.queries import QuoteView
from marketplace.sourcing.states import Side
from marketplace.sourcing.words import say_refused


def answer_form(view: QuoteView, *, is_sent: bool) -> AnswerForm:
    form = AnswerForm() if is_sent else AnswerForm(formdata=None, seen=str(view.quote.turns))
    form.unit = view.demand.unit
    form.standing = Terms(view.quote.quantity, view.quote.price_dong)
    return form


def accept_form(view: QuoteView, *, is_sent: bool) -> AcceptForm:
    """Under names of its own, for it stands beside the answer on one page."""
    return (
        AcceptForm(prefix="take-") if is_sent else AcceptForm(formdata=None, prefix="take-", seen=str(view.quote.turns))
    )


def seen(form: AnswerForm | AcceptForm) -> int:
    """How many turns stood on the page that was sent; none when somebody changed it."""
    typed = form.seen.data or ""
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


def answer(view: QuoteView, form: AnswerForm, *, side: Side, by: int) -> bool:
    """Send it; False, with the reason in the form, when it could not be sent."""
    if not form.validate():
        return False
    try:
        with transaction():
            sourcing.answer(
                view.quote, side=side, seen=seen(form), words=form.words.data or "", terms=form.terms, by=by
            )
    except Refused as problem:
        form.form_errors = [say_refused(problem)]
        return False
    return True


def read_again(form: AnswerForm, view: QuoteView) -> None:
    """The page now shows what was said meanwhile, so what is sent next has been read."""
    form.seen.data = str(view.quote.turns)
