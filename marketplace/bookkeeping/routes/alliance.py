"""Statements of every cooperative for its officers, and the journal for the accountant of all."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.bookkeeping import rules
from marketplace.bookkeeping.papers import accountant
from marketplace.bookkeeping.papers import statement as papers
from marketplace.bookkeeping.queries import accounts, statements
from marketplace.bookkeeping.routes import answering
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, jobs
from marketplace.foundation.web import access
from marketplace.ledger.queries import cooperative_names, funds_of
from marketplace.ledger.words import EVENTS, book_of

pages = Blueprint("bookkeeping_alliance", __name__)


@pages.get("/sao-ke")
@access.officer
def cooperatives(person: Person) -> str:
    """Whose statement is wanted."""
    found = statements.cooperatives_with_money(person)
    return render_template(
        "bookkeeping/alliance/cooperatives.html",
        rows=[(one, funds_of(one.id)) for one in found],
    )


def _find(person: Person, cooperative_id: int) -> Cooperative:
    return statements.find_cooperative(person, cooperative_id) or abort(404)


@pages.get("/sao-ke/<int:cooperative_id>")
@access.officer
def statement(person: Person, cooperative_id: int) -> str | tuple[str, int]:
    whose = _find(person, cooperative_id)
    form, period = answering.asked_period()
    shown = period or rules.month_of(clock.today())
    is_long = statements.count_movements(whose.id, shown) > statements.MOST_AT_ONCE
    page = render_template(
        "bookkeeping/alliance/statement.html",
        whose=whose,
        form=form,
        is_wrong=period is None,
        period=shown,
        days=answering.days(shown),
        statement=None if is_long else statements.statement_of(whose, shown),
        amounts=papers.amounts,
        events=EVENTS,
        made=[
            job
            for job in jobs.latest_jobs("draw_statement", person_id=person.id)
            if job.arguments["cooperative"] == whose.id
        ],
        made_words=answering.made_words,
    )
    return (page, 422) if period is None else page


@pages.get("/sao-ke/<int:cooperative_id>/tep.<file_type>")
@access.officer
def statement_file(person: Person, cooperative_id: int, file_type: str) -> Response:
    whose = _find(person, cooperative_id)
    answering.wanted_type(file_type, "pdf", "xlsx")
    _form, period = answering.asked_period()
    if period is None or statements.count_movements(whose.id, period) > statements.MOST_AT_ONCE:
        address = url_for(
            "bookkeeping_alliance.statement",
            cooperative_id=whose.id,
            tu=answering.typed("tu"),
            den=answering.typed("den"),
        )
        return redirect(address, 303)
    found = statements.statement_of(whose, period)
    data = papers.draw(found) if file_type == "pdf" else papers.calculate(found)
    return answering.send(data, file_type=file_type, name=answering.file_name("sao-ke", whose.slug, period))


@pages.post("/sao-ke/<int:cooperative_id>/tep")
@access.officer
def order_file(person: Person, cooperative_id: int) -> Response:
    whose = _find(person, cooperative_id)
    code = answering.order_paper("draw_statement", "pdf", "xlsx", person_id=person.id, cooperative=whose.id)
    return redirect(url_for("bookkeeping_alliance.made", code=code), 303)


def _job(person: Person, code: str) -> jobs.Job:
    """A statement of a cooperative of his provinces, whoever ordered it; a journal that he ordered himself."""
    statement_of = statements.find_made(code)
    if statement_of is not None:
        _find(person, statement_of.arguments["cooperative"])
        return statement_of
    job = jobs.find_job(code, person_id=person.id)
    return job if job is not None and job.name == "write_journal" else abort(404)


@pages.get("/sao-ke/tep/<code>")
@access.officer
def made(person: Person, code: str) -> Response:
    job = _job(person, code)
    if job.name == "draw_statement":
        back = url_for("bookkeeping_alliance.statement", cooperative_id=job.arguments["cooperative"])
    else:
        back = url_for("bookkeeping_books.journal")
    return answering.show_job(
        job,
        "bookkeeping/alliance/made.html",
        file_url=url_for("bookkeeping_alliance.made_file", code=code),
        back_url=back,
        words=answering.made_words,
    )


@pages.get("/sao-ke/tep/<code>/tai-ve")
@access.officer
def made_file(person: Person, code: str) -> Response:
    job = _job(person, code)
    whose = "so-nhat-ky" if job.name == "write_journal" else _find(person, job.arguments["cooperative"]).slug
    return answering.send_made(job, name=answering.file_name("sao-ke", whose, answering.period_of(job)))


books = Blueprint("bookkeeping_books", __name__)


@books.get("/so-cai/ke-toan")
@access.admin
def journal(person: Person) -> str | tuple[str, int]:
    """All that was booked in some days, under the official numbers: sums here, every leg in the file."""
    form, period = answering.asked_period()
    shown = period or rules.month_of(clock.today())
    page = render_template(
        "bookkeeping/alliance/journal.html",
        form=form,
        is_wrong=period is None,
        period=shown,
        days=answering.days(shown),
        sums=[(one, accounts.official(one.account, shown.until)) for one in accounts.sums_of(shown)],
        is_long=accounts.count_legs(shown) > accounts.MOST_AT_ONCE,
        book_of=book_of,
        names=cooperative_names(),
        made=jobs.latest_jobs("write_journal", person_id=person.id),
        made_words=answering.made_words,
    )
    return (page, 422) if period is None else page


@books.get("/so-cai/ke-toan/tep.<file_type>")
@access.admin
def journal_file(person: Person, file_type: str) -> Response:
    answering.wanted_type(file_type, "csv", "xlsx")
    _form, period = answering.asked_period()
    if period is None or accounts.count_legs(period) > accounts.MOST_AT_ONCE:
        return redirect(url_for("bookkeeping_books.journal", tu=answering.typed("tu"), den=answering.typed("den")), 303)
    data = accountant.write(period) if file_type == "csv" else accountant.calculate(period)
    return answering.send(data, file_type=file_type, name=answering.file_name("so-nhat-ky", "chohtx", period))


@books.post("/so-cai/ke-toan/tep")
@access.admin
def order_journal(person: Person) -> Response:
    code = answering.order_paper("write_journal", "csv", "xlsx", person_id=person.id)
    return redirect(url_for("bookkeeping_alliance.made", code=code), 303)
