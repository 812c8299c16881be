"""What buyers say is wrong with what they received, as steps of the lives in test_money_machine.py: complained, answered,
agreed to or not, promised and kept, brought to the alliance, decided, taken back; in any order, and by anybody first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule
from sqlalchemy import select

from marketplace.care import actions as care
from marketplace.care.errors import AnswerRefused, ComplaintMoved, ComplaintRefused
from marketplace.care.models import Complaint
from marketplace.care.states import OPEN, Answer, Kind, Wish
from marketplace.foundation.database import session, transaction
from marketplace.orders.models import CooperativeOrder

ANY = st.integers(0, 999)  # which of those that there are
PACKS = st.integers(1, 3)


class Complaining(RuleBasedStateMachine):
    """Each step chooses among the complaints that are open; where none is, or the step comes too late, nothing happens."""

    placed = Bundle("placed")
    maker: int

    def today(self) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _part(self, code: str, number: int) -> CooperativeOrder:
        raise NotImplementedError

    @rule(
        code=placed,
        number=st.integers(0, 1),
        kind=st.sampled_from([Kind.SPOILED, Kind.NOT_ARRIVED]),
        packs=PACKS,
        line=st.sampled_from([0, -1]),
    )
    def complain(self, code: str, number: int, kind: Kind, packs: int, line: int) -> None:
        with self._unless_refused():
            part = self._part(code, number)
            wanted = {part.lines[line].id: packs}
            care.open_complaint(
                part.order_id, part.id, kind=kind, wish=Wish.REFUND, words="x", packs=wanted, by=None
            )  # fmt: skip

    @rule(code=placed, answer=st.sampled_from(list(Answer)), packs=PACKS)
    def complain_and_agree(self, code: str, answer: Answer, packs: int) -> None:
        """The usual way: most lives would else hardly see an answer that is agreed to and kept."""
        self.complain(code, 0, Kind.SPOILED, packs, 0)
        found = session.scalar(select(Complaint.id).where(Complaint.state.in_(OPEN)).order_by(Complaint.id.desc()))
        session.rollback()
        which = self._open().index(found) if found is not None else 0
        self.answer(which, answer, packs)
        self.agree(which, late=False)
        if answer in (Answer.RETURN, Answer.SEND_AGAIN):
            self.keep_promise(which, packs)

    @rule(which=ANY)
    def acknowledge(self, which: int) -> None:
        with self._unless_refused():
            if complaint := self._complaint(which):
                care.acknowledge(complaint, by=self.maker)

    @rule(which=ANY, answer=st.sampled_from(list(Answer)), packs=PACKS)
    def answer(self, which: int, answer: Answer, packs: int) -> None:
        with self._unless_refused():
            if complaint := self._complaint(which):
                care.answer(complaint, kind=answer, words="x", packs=self._of_lines(complaint, packs), by=self.maker)

    @rule(which=ANY, late=st.booleans())
    def agree(self, which: int, late: bool) -> None:
        """To the answer that stands there now; `late`: he has read the one before."""
        with self._unless_refused():
            if complaint := self._complaint(which):
                care.accept(complaint, number=complaint.answers - late, by=None)

    @rule(which=ANY, packs=PACKS)
    def keep_promise(self, which: int, packs: int) -> None:
        with self._unless_refused():
            if complaint := self._complaint(which):
                back = self._of_lines(complaint, packs)
                care.keep_promise(complaint, words="x", returned=back, serials=[], by=self.maker)

    @rule(which=ANY)
    def ask_alliance(self, which: int) -> None:
        with self._unless_refused():
            if complaint := self._complaint(which):
                care.ask_alliance(complaint, words="x", by=None)

    @rule(which=ANY, is_granted=st.booleans(), packs=PACKS)
    def decide(self, which: int, is_granted: bool, packs: int) -> None:
        with self._unless_refused():
            if complaint := self._complaint(which):
                granted = self._of_lines(complaint, packs)
                care.decide(complaint, packs=granted, is_granted=is_granted, words="x", by=self.maker)

    @rule(which=ANY)
    def take_back(self, which: int) -> None:
        with self._unless_refused():
            if complaint := self._complaint(which):
                care.withdraw(complaint, by=None)

    @contextmanager
    def _unless_refused(self) -> Iterator[None]:
        with self.today():
            try:
                with transaction():
                    yield
            except (ComplaintRefused, ComplaintMoved, AnswerRefused):
                pass

    def _complaint(self, which: int) -> Complaint | None:
        found = self._open()
        return session.get_one(Complaint, found[which % len(found)]) if found else None

    def _open(self) -> list[int]:
        return list(session.scalars(select(Complaint.id).where(Complaint.state.in_(OPEN)).order_by(Complaint.id)))

    def _of_lines(self, complaint: Complaint, packs: int) -> dict[int, int]:
        return {row.order_line_id: packs for row in complaint.lines}
