"""What the doors share: the days in an address, a file as an answer, a file that a job has made."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from marketplace.bookkeeping import rules
from marketplace.bookkeeping.forms import PeriodForm
from marketplace.bookkeeping.rules import Period
from marketplace.bookkeeping.tasks import TYPES
from marketplace.bookkeeping.words import period_words
from marketplace.foundation import clock, files, jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.jobs import Job, JobState
from marketplace.foundation.text import clean_line


def asked_period() -> tuple[PeriodForm, Period | None]:
    """The days in the address, this month without any; None when they make no period, and the form keeps them."""
    form = PeriodForm(request.args)
    is_fine = form.validate()
    period = rules.typed_period(form.tu.data, form.den.data, today=clock.today()) if is_fine else None
    if period is not None and form.tu.data is None:
        form = PeriodForm(data={"tu": period.since, "den": period.until})
    return form, period


def typed(name: str) -> str:
    """A day as it stands in the address, right or wrong, to send it on."""
    return clean_line(request.args.get(name, ""), 20)


def days(period: Period) -> dict[str, str]:
    """The period for an address."""
    return {"tu": period.since.isoformat(), "den": period.until.isoformat()}


def months_around(period: Period) -> list[tuple[str, dict[str, str]]]:
    """The month before and the one after, if it has begun."""
    before = rules.month_of(period.since.replace(day=1) - rules.ONE_DAY)
    after = rules.month_of(rules.month_of(period.until).day_after)
    found = [before] + ([after] if after.since <= clock.today() else [])
    return [(f"{one.since:%m/%Y}", days(one)) for one in found]


def period_of(job: Job) -> Period:
    """The days that a job was asked for."""
    return Period(date.fromisoformat(job.arguments["since"]), date.fromisoformat(job.arguments["until"]))


def made_words(job: Job) -> str:
    """What a job makes, for a list of them."""
    return f"{period_words(period_of(job))}, {job.arguments['file_type'].upper()}"


def file_name(what: str, whose: str, period: Period) -> str:
    return f"{what}-{whose}-{period.since:%Y%m%d}-{period.until:%Y%m%d}"


def language() -> str:
    return str(get_locale() or "vi")


def send(data: bytes, *, file_type: str, name: str) -> Response:
    answer = make_response(data)
    answer.mimetype = TYPES[file_type]
    disposition = "inline" if file_type == "pdf" else "attachment"
    answer.headers.set("Content-Disposition", disposition, filename=f"{name}.{file_type}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def wanted_type(file_type: str, *of: str) -> str:
    return file_type if file_type in of else abort(404)


def order_paper(
    name: str, *types: str, person_id: int | None = None, cooperative_id: int | None = None, **arguments: Any
) -> str:
    """Have the asked days made into a file of one of these types in the background; gives the job's code."""
    _form, period = asked_period()
    file_type = wanted_type(request.form.get("file_type", ""), *types)
    if period is None:
        abort(404)
    with transaction():
        job = jobs.enqueue(
            name,
            person_id=person_id,
            cooperative_id=cooperative_id,
            since=period.since.isoformat(),
            until=period.until.isoformat(),
            file_type=file_type,
            language=language(),
            **arguments,
        )
        return job.code


def show_job(job: Job | None, template: str, **values: object) -> Response:
    """How far the paper is; the page asks again by itself until it is over."""
    if job is None:
        abort(404)
    is_over = job.state in (JobState.DONE, JobState.FAILED)
    answer = make_response(render_template(template, job=job, is_over=is_over, **values))
    if not is_over:
        answer.headers["Refresh"] = "2"
    return answer


def send_made(job: Job | None, *, name: str) -> Response:
    """The file that a job has made."""
    if job is None or "file" not in job.result:
        abort(404)
    key: str = job.result["file"]
    try:
        data = files.store().read(key)
    except files.FileMissing:
        abort(404)
    return send(data, file_type=key.rpartition(".")[2], name=name)
