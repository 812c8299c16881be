"""Finding people, their sessions and who answers for a province."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from marketplace.accounts.models import OfficerProvince, Person, WebSession
from marketplace.accounts.states import AllianceRole
from marketplace.foundation import clock
from marketplace.foundation.database import session


def find_person(person_id: int) -> Person | None:
    return session.get(Person, person_id)


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """What these people are called, by id."""
    rows = session.execute(select(Person.id, Person.full_name).where(Person.id.in_(person_ids)))
    return {row.id: row.full_name for row in rows}


def find_by_contact(*, phone: str | None = None, email: str | None = None) -> Person | None:
    if phone is not None:
        return session.scalar(select(Person).where(Person.phone == phone))
    return session.scalar(select(Person).where(Person.email == email))


def find_session(token_digest: str) -> WebSession | None:
    """A browser's session that has not ended."""
    return session.scalar(
        select(WebSession).where(WebSession.token_digest == token_digest, WebSession.expires_at > clock.now())
    )


def sessions_of(person_id: int) -> list[WebSession]:
    return list(
        session.scalars(
            select(WebSession)
            .where(WebSession.person_id == person_id, WebSession.expires_at > clock.now())
            .order_by(WebSession.seen_at.desc())
        )
    )


def officers_of(province_code: str) -> list[Person]:
    """Who may decide about this province: its officers, and the admins."""
    of_province = select(OfficerProvince.person_id).where(OfficerProvince.province_code == province_code)
    return list(
        session.scalars(
            select(Person)
            .where((Person.id.in_(of_province)) | (Person.alliance_role == AllianceRole.ADMIN))
            .where(Person.alliance_role != AllianceRole.INSPECTOR)
            .where(Person.suspended_at.is_(None))
            .order_by(Person.id)
        )
    )


def admins() -> list[Person]:
    """Who decides for all alliances and may sign in."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.alliance_role == AllianceRole.ADMIN, Person.suspended_at.is_(None))
            .order_by(Person.id)
        )
    )


def officers() -> list[Person]:
    """Everybody with an office in an Alliance, admins first."""
    return list(
        session.scalars(
            select(Person)
            .where(Person.alliance_role.is_not(None))
            .order_by(Person.alliance_role, Person.full_name, Person.id)
        )
    )
