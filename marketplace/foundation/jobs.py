"""Long work: a row in the transaction that wants it, then a queue that wakes a worker.

The row is the truth. A lost queue, a killed worker or a second delivery changes nothing: the row is claimed by one
conditional update, a claim that is not renewed lapses, and a sweep sends again whatever is due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.foundation import clock, codes, events
from marketplace.foundation.database import Base, session, transaction

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
PAUSES = [timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600)]


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of long work; `steps_done` of `steps` feed the progress bar, `result` what the page shows at the end."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    created_at: Mapped[datetime]
    # By a clock that no rehearsal moves: work that the demo did "a month ago" has waited only since it was written down.
    written_at: Mapped[datetime] = mapped_column(default=clock.unmoved)
    finished_at: Mapped[datetime | None]
    steps: Mapped[int] = mapped_column(default=0)
    steps_done: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    person_id: Mapped[int | None] = mapped_column(index=True)
    cooperative_id: Mapped[int | None] = mapped_column(index=True)


_functions: dict[str, Callable[..., None]] = {}
_nudge: Callable[[int, str], None] = lambda job_id, name: None  # noqa: E731


def serve(functions: Mapping[str, Callable[..., None]], nudge: Callable[[int, str], None]) -> None:
    """Set which function does which job, and how a worker is woken for one of a name; called once, by wiring."""
    global _nudge
    _functions.clear()
    _functions.update(functions)
    _nudge = nudge


def enqueue(
    name: str,
    *,
    person_id: int | None = None,
    cooperative_id: int | None = None,
    run_at: datetime | None = None,
    **arguments: Any,
) -> Job:
    """Ask for work inside the open transaction; a worker hears of it after the commit. Pass ids, never rows.

    Work for later than now is found by the sweep when its time has come.
    """
    if name not in _functions:
        raise LookupError(f"no job is called {name!r}; add it to wiring")
    now = clock.now()
    job = Job(
        code=codes.random_code(12),
        name=name,
        arguments=arguments,
        run_at=run_at or now,
        created_at=now,
        person_id=person_id,
        cooperative_id=cooperative_id,
        result={},
    )
    session.add(job)
    session.flush()
    job_id = job.id
    if job.run_at <= now:
        events.after_commit(lambda: _nudge(job_id, name))
    return job


def run(job_id: int) -> bool:
    """Claim the job and do it. False when somebody else has it or it is not due."""
    now = clock.now()
    with transaction():
        claimed = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.run_at <= now)
            .where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
            .values(state=JobState.RUNNING, attempts=Job.attempts + 1, run_at=now + LEASE)
            .returning(Job.name, Job.arguments, Job.attempts)
        ).one_or_none()
    if claimed is None:
        return False
    name, arguments, attempts = claimed
    try:
        _functions[name](job_id=job_id, **arguments)
    except Exception:
        log.exception("job failed", extra={"job": name, "job_id": job_id, "attempt": attempts})
        _put_off(job_id, attempts)
        return True
    with transaction():
        session.execute(update(Job).where(Job.id == job_id).values(state=JobState.DONE, finished_at=clock.now()))
    return True


def _put_off(job_id: int, attempts: int) -> None:
    session.rollback()
    with transaction():
        if attempts > len(PAUSES):
            values: dict[str, Any] = {"state": JobState.FAILED, "finished_at": clock.now()}
        else:
            values = {"state": JobState.QUEUED, "run_at": clock.now() + PAUSES[attempts - 1]}
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def report(job_id: int, *, steps_done: int, steps: int, **result: Any) -> None:
    """Tell the waiting page how far the job is, in a transaction of its own, and keep the claim alive."""
    with transaction():
        job = session.get_one(Job, job_id)
        job.steps_done, job.steps = steps_done, steps
        job.run_at = clock.now() + LEASE
        if result:
            job.result = {**job.result, **result}


def due(limit: int = 100) -> list[int]:
    """Jobs that nobody works on though their time has come; the sweep sends them again."""
    now = clock.now()
    return list(
        session.scalars(
            select(Job.id)
            .where(or_(Job.state == JobState.QUEUED, Job.state == JobState.RUNNING), Job.run_at <= now)
            .order_by(Job.run_at)
            .limit(limit)
        )
    )


def overdue() -> list[str]:
    """Invariant (I9): no work has been due for longer than an hour, counted from when it could first be done.

    A worker that stands still breaks it, too. What failed for good is parked and stands in the log.
    """
    rows = session.execute(
        select(Job.id, Job.name, Job.run_at)
        .where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        .where(Job.run_at < clock.now() - LONGEST_WAIT, Job.written_at < clock.now() - LONGEST_WAIT)
        .order_by(Job.run_at)
    )
    return [f"job {id} ({name}) has been due since {run_at:%Y-%m-%d %H:%M} UTC" for id, name, run_at in rows]


def run_all_due() -> int:
    """Do everything that is due, here and now; for tests, the demo and the command line."""
    count = 0
    while ids := due():
        for job_id in ids:
            count += run(job_id)
        session.rollback()
    return count


def find_job(code: str, *, person_id: int | None = None, cooperative_id: int | None = None) -> Job | None:
    """A job by its code, through the scope of who asked for it."""
    query = select(Job).where(Job.code == code)
    if cooperative_id is not None:
        query = query.where(Job.cooperative_id == cooperative_id)
    else:
        query = query.where(Job.person_id == person_id)
    return session.scalar(query)


def latest_jobs(
    name: str, *, person_id: int | None = None, cooperative_id: int | None = None, limit: int = 10
) -> list[Job]:
    """Jobs of one kind, newest first, through the scope of who asked for them; so that work that was left is found."""
    query = select(Job).where(Job.name == name)
    if cooperative_id is not None:
        query = query.where(Job.cooperative_id == cooperative_id)
    else:
        query = query.where(Job.person_id == person_id, Job.cooperative_id.is_(None))
    return list(session.scalars(query.order_by(Job.id.desc()).limit(limit)))
