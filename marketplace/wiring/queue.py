"""The queue that wakes a worker: Huey on a SQLite file, on Redis when there is one. Losing it loses no work."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from flask import Flask
from huey import Huey, PriorityRedisHuey, SqliteHuey, crontab

from marketplace.foundation import jobs
from marketplace.foundation.database import transaction
from marketplace.foundation.settings import Settings

log = logging.getLogger(__name__)

# Letters wait for what somebody looks at a page for, such as the way to a card's page: a call to thousands holds no till.
LETTERS = ("tell_", "remind_")


def connect(settings: Settings) -> Huey | None:
    """The queue of this installation; none in tests, which do due work themselves."""
    if settings.mode == "test":
        return None
    if settings.redis_url:
        return PriorityRedisHuey("market", url=settings.redis_url, results=False)
    settings.var.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("market", filename=str(settings.var / "queue.sqlite"), results=False)


def nudge(huey: Huey | None, app: Flask) -> Callable[[int, str], None]:
    """A function that wakes a worker for one job of a name."""
    if huey is None:
        return lambda job_id, name: None

    @huey.task(name="run_job")
    def run_job(job_id: int) -> None:
        _run(app, job_id)

    def wake(job_id: int, name: str) -> None:
        try:
            run_job(job_id, priority=0 if name.startswith(LETTERS) else 1)
        except Exception:
            # The queue is a convenience: the row is committed, and the sweep finds it within a minute.
            log.warning("the queue did not take a job; the sweep will", extra={"job_id": job_id}, exc_info=True)

    return wake


def keep_time(huey: Huey, app: Flask, nightly: Sequence[str], minutely: Sequence[Callable[[], None]] = ()) -> None:
    """What the worker does by the clock: sweep and do the small tasks each minute, and
    the nightly jobs just after midnight in Vietnam."""

    @huey.periodic_task(crontab(minute="*"), name="sweep")
    def sweep() -> None:
        with app.app_context():
            waiting = jobs.due()
        for job_id in waiting:
            _run(app, job_id)

    @huey.periodic_task(crontab(minute="*"), name="each_minute")
    def each_minute() -> None:
        for task in minutely:
            with app.app_context():
                try:
                    task()
                except Exception:
                    log.exception("a task of the minute failed; the next minute tries again")

    @huey.periodic_task(crontab(hour="17", minute="5"), name="nightly")
    def begin_day() -> None:
        with app.app_context(), transaction():
            for name in nightly:
                jobs.enqueue(name)


def keep_doing(app: Flask, task: Callable[[], None], *, every_seconds: float) -> None:
    """In a thread beside the queue's, for what minutes are too coarse for; it ends with the process."""

    def repeat() -> None:
        while True:
            with app.app_context():
                try:
                    task()
                except Exception:
                    log.exception("a task of seconds failed; it is tried again")
            time.sleep(every_seconds)

    threading.Thread(target=repeat, name="each few seconds", daemon=True).start()


def _run(app: Flask, job_id: int) -> None:
    # The queue's threads know no application; letters need its templates and addresses.
    with app.app_context():
        jobs.run(job_id)
