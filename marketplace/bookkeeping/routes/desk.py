"""A cooperative's statements: on the page, on paper and as a workbook, for any days and for each payout."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.bookkeeping import rules
from marketplace.bookkeeping.papers import statement as papers
from marketplace.bookkeeping.queries import statements
from marketplace.bookkeeping.routes import answering
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, jobs
from marketplace.foundation.web import access
from marketplace.ledger.queries import payouts
from marketplace.ledger.words import EVENTS

pages = Blueprint("bookkeeping_desk", __name__)


@pages.get("/sao-ke")
@access.owner
def statement(person: Person, cooperative: Cooperative) -> str | tuple[str, int]:
    form, period = answering.asked_period()
    shown = period or rules.month_of(clock.today())
    is_long = statements.count_movements(cooperative.id, shown) > statements.MOST_AT_ONCE
    page = render_template(
        "bookkeeping/desk/statement.html",
        form=form,
        is_wrong=period is None,
        period=shown,
        days=answering.days(shown),
        months=answering.months_around(shown),
        statement=None if is_long else statements.statement_of(cooperative, shown),
        amounts=papers.amounts,
        events=EVENTS,
        made=jobs.latest_jobs("draw_statement", cooperative_id=cooperative.id),
        made_words=answering.made_words,
    )
    return (page, 422) if period is None else page


@pages.get("/sao-ke/tep.<file_type>")
@access.owner
def statement_file(person: Person, cooperative: Cooperative, file_type: str) -> Response:
    """Drawn now when it is short; a long one is ordered on the page."""
    answering.wanted_type(file_type, "pdf", "xlsx")
    _form, period = answering.asked_period()
    if period is None or statements.count_movements(cooperative.id, period) > statements.MOST_AT_ONCE:
        return redirect(
            url_for("bookkeeping_desk.statement", tu=answering.typed("tu"), den=answering.typed("den")), 303
        )
    found = statements.statement_of(cooperative, period)
    data = papers.draw(found) if file_type == "pdf" else papers.calculate(found)
    return answering.send(data, file_type=file_type, name=answering.file_name("sao-ke", cooperative.slug, period))


@pages.post("/sao-ke/tep")
@access.owner
def order_file(person: Person, cooperative: Cooperative) -> Response:
    code = answering.order_paper(
        "draw_statement", "pdf", "xlsx", cooperative_id=cooperative.id, person_id=person.id, cooperative=cooperative.id
    )
    return redirect(url_for("bookkeeping_desk.made", code=code), 303)


def _job(cooperative: Cooperative, code: str) -> jobs.Job:
    job = jobs.find_job(code, cooperative_id=cooperative.id)
    return job if job is not None and job.name == "draw_statement" else abort(404)


@pages.get("/sao-ke/tep/<code>")
@access.owner
def made(person: Person, cooperative: Cooperative, code: str) -> Response:
    return answering.show_job(
        _job(cooperative, code),
        "bookkeeping/desk/made.html",
        file_url=url_for("bookkeeping_desk.made_file", code=code),
        back_url=url_for("bookkeeping_desk.statement"),
        words=answering.made_words,
    )


@pages.get("/sao-ke/tep/<code>/tai-ve")
@access.owner
def made_file(person: Person, cooperative: Cooperative, code: str) -> Response:
    job = _job(cooperative, code)
    period = answering.period_of(job)
    return answering.send_made(job, name=answering.file_name("sao-ke", cooperative.slug, period))


@pages.get("/sao-ke/chi-tra/<code>.<file_type>")
@access.owner
def payout_file(person: Person, cooperative: Cooperative, code: str, file_type: str) -> Response:
    """What one payout is for, part by part."""
    answering.wanted_type(file_type, "pdf", "xlsx")
    payout = payouts.find_payout_of(cooperative.id, code) or abort(404)
    found = statements.payout_statement(cooperative, payout)
    data = papers.draw_payout(found) if file_type == "pdf" else papers.calculate_payout(found)
    return answering.send(data, file_type=file_type, name=f"{code}-{cooperative.slug}")
