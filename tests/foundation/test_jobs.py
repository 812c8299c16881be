"""The row is the truth: a job runs once per claim, is tried again with pauses, parked at the end, found when forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.jobs import Job, JobState
from marketplace.wiring import JOBS

done: list[int] = []


def work(*, job_id: int, number: int) -> None:
    jobs.report(job_id, steps_done=1, steps=2, note="half")
    done.append(number)


def fail(*, job_id: int) -> None:
    raise RuntimeError("no")


@pytest.fixture(autouse=True)
def functions(app: Flask) -> Iterator[list[int]]:
    nudges: list[int] = []
    done.clear()
    jobs.serve({"work": work, "fail": fail}, lambda job_id, name: nudges.append(job_id))
    yield nudges
    jobs.serve(JOBS, lambda job_id, name: None)


def enqueue(name: str, **arguments: int) -> int:
    with transaction():
        return jobs.enqueue(name, **arguments).id


def state(job_id: int) -> tuple[JobState, int]:
    session.rollback()
    job = session.get_one(Job, job_id)
    return job.state, job.attempts


def test_a_job_of_a_failed_transaction_never_was(functions: list[int]) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        jobs.enqueue("work", number=1)
        raise ZeroDivisionError
    assert functions == []
    assert jobs.run_all_due() == 0


def test_a_worker_is_woken_after_the_commit(functions: list[int]) -> None:
    job_id = enqueue("work", number=1)
    assert functions == [job_id]


def test_delivered_twice_it_runs_once() -> None:
    job_id = enqueue("work", number=7)
    assert jobs.run(job_id)
    assert not jobs.run(job_id)
    assert done == [7]
    assert state(job_id) == (JobState.DONE, 1)
    assert session.get_one(Job, job_id).result == {"note": "half"}


def test_a_failing_job_is_tried_again_later_and_parked_at_the_end() -> None:
    job_id = enqueue("fail")
    moment = clock.now()
    for attempt, pause in enumerate(jobs.PAUSES, start=1):
        with clock.moved_to(moment):
            assert jobs.run(job_id)
            assert state(job_id) == (JobState.QUEUED, attempt)
            assert not jobs.run(job_id)
        moment += pause + timedelta(seconds=1)
    with clock.moved_to(moment):
        assert jobs.run(job_id)
    assert state(job_id)[0] == JobState.FAILED


def test_the_job_of_a_killed_worker_is_due_again_after_its_lease() -> None:
    job_id = enqueue("work", number=3)
    with transaction():
        job = session.get_one(Job, job_id)
        job.state, job.run_at = JobState.RUNNING, clock.now() + jobs.LEASE
    assert jobs.due() == []
    with clock.moved_to(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.due() == [job_id]
        assert jobs.run(job_id)
    assert done == [3]


def test_a_job_is_found_only_by_who_asked_for_it() -> None:
    with transaction():
        code = jobs.enqueue("work", person_id=1, number=1).code
    assert jobs.find_job(code, person_id=1) is not None
    assert jobs.find_job(code, person_id=2) is None
    assert jobs.find_job(code, cooperative_id=1) is None


def test_an_unknown_job_is_refused_when_asked_for() -> None:
    with pytest.raises(LookupError, match="nonsense"), transaction():
        jobs.enqueue("nonsense")


def test_work_that_waits_for_more_than_an_hour_is_told(functions: list[int]) -> None:
    job_id = enqueue("work", number=1)
    assert jobs.overdue() == []
    with clock.moved_to(clock.now() + timedelta(minutes=59)):
        assert jobs.overdue() == []
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        (found,) = jobs.overdue()
        assert found.startswith(f"job {job_id} (work) has been due since ")
        jobs.run_all_due()
        assert jobs.overdue() == []


def test_work_of_the_demos_past_waits_only_since_it_was_written_down(functions: list[int]) -> None:
    with clock.moved_to(clock.now() - timedelta(days=30)):
        enqueue("work", number=1)
    assert jobs.overdue() == []
    with clock.moved_to(clock.now() + timedelta(minutes=61)):
        assert len(jobs.overdue()) == 1
