"""What a person's role in an alliance lets him see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, true

from marketplace.accounts.models import Person
from marketplace.accounts.states import AllianceRole


def is_admin(person: Person) -> bool:
    return person.alliance_role == AllianceRole.ADMIN


def is_officer(person: Person) -> bool:
    """Officers and admins alike decide at the alliance's desk."""
    return person.alliance_role in (AllianceRole.OFFICER, AllianceRole.ADMIN)


def may_inspect(person: Person) -> bool:
    """Read the whole origin of lots in his provinces; for an inspector this is all."""
    return person.alliance_role is not None


def answers_for(person: Person, province_code: str) -> bool:
    return is_admin(person) or (is_officer(person) and province_code in person.province_codes)


def in_provinces_of(person: Person, column: Any) -> ColumnElement[bool]:
    """The condition that keeps a query inside the officer's provinces."""
    return true() if is_admin(person) else column.in_(person.province_codes)
