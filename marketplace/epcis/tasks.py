"""Long work of machines' doors: capturing the events of a document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from marketplace.epcis import actions
from marketplace.epcis.errors import CaptureRefused
from marketplace.epcis.models import EpcisCapture
from marketplace.epcis.states import ErrorBehaviour
from marketplace.foundation import jobs
from marketplace.foundation.database import session, transaction
from marketplace.gs1 import epcis

REPORT_EVERY_EVENTS = 20


def capture_events(*, job_id: int, capture_id: int) -> None:
    """All events of the document or none, or each for itself, as its sender wished. Twice is once."""
    row = session.get_one(EpcisCapture, capture_id)
    if row.finished_at is not None:
        return
    document = epcis.read(row.document)
    work = _Work(epcis.events_of(document), row.cooperative_id)
    problems = epcis.validate(document)
    if row.behaviour == ErrorBehaviour.ROLLBACK:
        work.all_or_none(capture_id, problems)
    else:
        work.each_for_itself(capture_id, problems, job_id)


@dataclass
class _Work:
    events: list[dict[str, Any]]
    cooperative_id: int
    errors: list[dict[str, Any]] = field(default_factory=list)
    captured: int = 0

    def all_or_none(self, capture_id: int, problems: list[epcis.Problem]) -> None:
        self.errors = list(map(problem_of, problems))
        if not self.errors:
            try:
                with transaction():
                    for index, is_declaration in self._steps():
                        self._do(index, is_declaration)
                    actions.finish_capture(capture_id, captured=len(self.events), errors=[])
                return
            except _GivenUp as given_up:
                self.errors = [given_up.error]
        with transaction():
            actions.finish_capture(capture_id, captured=0, errors=self.errors)

    def each_for_itself(self, capture_id: int, problems: list[epcis.Problem], job_id: int) -> None:
        self.errors = list(map(problem_of, problems))
        bad = {index for problem in problems if (index := _index_in(problem.path)) is not None}
        for done, (index, is_declaration) in enumerate(self._steps(without=bad), start=1):
            try:
                with transaction():
                    self._do(index, is_declaration)
            except _GivenUp as given_up:
                self.errors.append(given_up.error)
                bad.add(index)
            if done % REPORT_EVERY_EVENTS == 0:
                jobs.report(job_id, steps_done=done, steps=len(self.events))
        with transaction():
            actions.finish_capture(capture_id, captured=len(self.events) - len(bad), errors=self.errors)

    def _steps(self, without: Collection[int] = ()) -> list[tuple[int, bool]]:
        """Events first; what declares one wrong last, because it may name what comes behind it."""
        good = [index for index in range(len(self.events)) if index not in without]
        ordered = [good[place] for place in actions.in_order([self.events[index] for index in good])]
        declared = [index for index in ordered if "errorDeclaration" in self.events[index]]
        return [(index, False) for index in ordered] + [(index, True) for index in declared]

    def _do(self, index: int, is_declaration: bool) -> None:
        event = self.events[index]
        try:
            if is_declaration:
                actions.declare(event, cooperative_id=self.cooperative_id, by=None)
            else:
                corrects = self._corrected.get(event.get("eventID", ""), "")
                actions.capture(event, cooperative_id=self.cooperative_id, by=None, corrects=corrects)
        except CaptureRefused as refused:
            raise _GivenUp(error_of(refused, f"/epcisBody/eventList/{index}")) from refused

    @cached_property
    def _corrected(self) -> dict[str, str]:
        """Which event each corrective one is told instead of."""
        return {
            corrective: event["eventID"]
            for event in self.events
            if isinstance(event.get("eventID"), str)
            for corrective in _correctives(event)
        }


def _correctives(event: dict[str, Any]) -> list[str]:
    """Also of an event that is not valid: it is told apart later."""
    declaration = event.get("errorDeclaration")
    names = declaration.get("correctiveEventIDs") if isinstance(declaration, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


class _GivenUp(Exception):
    """One event was refused, and with it what is written in the same transaction."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["detail"])
        self.error = error


def error_of(refused: CaptureRefused, path: str) -> dict[str, Any]:
    """One problem of the list `errors`, as RFC 7807 writes it."""
    return {
        "type": "epcisException:CaptureException",
        "title": "The event was refused",
        "status": 422,
        "detail": refused.sentence,
        "rule": refused.rule,
        "path": path,
    }


def problem_of(problem: epcis.Problem) -> dict[str, Any]:
    """The same for what is no valid EPCIS."""
    return {
        "type": "epcisException:ValidationException",
        "title": "The document is not valid",
        "status": 400,
        "detail": problem.sentence,
        "rule": problem.rule,
        "path": problem.path,
    }


def _index_in(path: str) -> int | None:
    """Which event a JSON pointer points into."""
    parts = path.split("/")
    return int(parts[3]) if parts[:3] == ["", "epcisBody", "eventList"] and len(parts) > 3 else None
