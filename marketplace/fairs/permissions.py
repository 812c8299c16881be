"""Who may run a fair, and who may help."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from marketplace.accounts import permissions as accounts
from marketplace.accounts.models import Person
from marketplace.fairs.models import CrewMember, Fair


def runs(person: Person) -> ColumnElement[bool]:
    """The condition that keeps a query inside the fairs of the officer's provinces."""
    return accounts.in_provinces_of(person, Fair.province_code)


def runs_or_helps(person: Person) -> ColumnElement[bool]:
    """Likewise, with those whose crew the person belongs to: the host desk is shared."""
    helps = select(CrewMember.fair_id).where(CrewMember.person_id == person.id)
    if not accounts.is_officer(person):
        return Fair.id.in_(helps)
    return or_(runs(person), Fair.id.in_(helps))
