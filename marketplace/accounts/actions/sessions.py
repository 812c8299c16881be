"""Browsers' sessions of people who signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from marketplace.accounts import rules
from marketplace.accounts.models import OneTimeCode, Person, Registration, WebSession
from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session


def open_session(person: Person, *, data: dict[str, Any], user_agent: str) -> tuple[WebSession, str]:
    """A new server-side session and the token for its cookie."""
    token = codes.random_token()
    now = clock.now()
    row = WebSession(
        token_digest=codes.token_digest(token),
        person_id=person.id,
        data=data,
        user_agent=user_agent[:200],
        created_at=now,
        seen_at=now,
        expires_at=rules.session_end(created_at=now, seen_at=now, is_officer=person.alliance_role is not None),
    )
    session.add(row)
    session.flush()
    audit.record("person:session:open", subject="person", subject_id=person.id, by=person.id)
    return row, token


def touch_session(session_id: int, *, data: dict[str, Any], is_officer: bool, now: datetime) -> None:
    """Keep what the session remembers and put its end off."""
    row = session.get(WebSession, session_id)
    if row is not None:
        row.data = data
        row.seen_at = now
        row.expires_at = rules.session_end(created_at=row.created_at, seen_at=now, is_officer=is_officer)


def end_session(session_id: int, *, person_id: int | None = None) -> bool:
    """End one session; with `person_id`, only if it is his. True when there was one."""
    query = delete(WebSession).where(WebSession.id == session_id)
    if person_id is not None:
        query = query.where(WebSession.person_id == person_id)
    return bool(session.execute(query.returning(WebSession.id)).all())


def end_all_sessions(person_id: int, *, but: int | None = None) -> int:
    query = delete(WebSession).where(WebSession.person_id == person_id)
    if but is not None:
        query = query.where(WebSession.id != but)
    return len(session.execute(query.returning(WebSession.id)).all())


def tidy() -> None:
    """Drop sessions and codes that are over; what is over opens nothing even before."""
    now = clock.now()
    session.execute(delete(WebSession).where(WebSession.expires_at < now))
    over = OneTimeCode.expires_at < now - rules.CODES_KEPT
    registrations = Registration.one_time_code_id.in_(select(OneTimeCode.id).where(over))
    session.execute(delete(Registration).where(registrations))
    session.execute(delete(OneTimeCode).where(over))
