"""One-time codes: asked for by a browser, sent to a contact, used once."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import func, select, update

from marketplace.accounts import queries, rules
from marketplace.accounts.events import CodeIssued, KnownContactTried
from marketplace.accounts.models import OneTimeCode
from marketplace.accounts.states import CodePurpose
from marketplace.foundation import clock, codes, jobs
from marketplace.foundation.database import session
from marketplace.foundation.events import announce

DAY = timedelta(hours=24)


def ask_for_code(purpose: CodePurpose, *, contact: str, language: str, person_id: int | None = None) -> int:
    """Note that a code is wanted and let a job send it; the same work for contacts known and unknown."""
    now = clock.now()
    row = OneTimeCode(
        purpose=purpose,
        contact=contact,
        language=language,
        person_id=person_id,
        created_at=now,
        expires_at=now + rules.CODE_LIFE,
    )
    session.add(row)
    session.flush()
    jobs.enqueue("send_code", code_id=row.id)
    return row.id


def send_code(code_id: int) -> None:
    """Make the six digits and announce CodeIssued, where a code helps; else KnownContactTried or nothing."""
    row = session.get_one(OneTimeCode, code_id)
    if row.digest or row.expires_at <= clock.now() or _sent_today(row) >= rules.CODES_A_DAY:
        return
    holder = queries.find_by_contact(**rules.as_contact(row.contact))
    if row.purpose == CodePurpose.RESET_PASSWORD:
        if holder is None or holder.suspended_at is not None:
            return
        row.person_id = holder.id
        row.language = holder.language
    elif holder is not None and row.purpose != CodePurpose.CHECK_PHONE:
        row.digest = "known"  # no code has this digest, and the contact is not written to again
        announce(KnownContactTried(contact=row.contact, language=holder.language))
        return
    code = f"{secrets.randbelow(10**6):06d}"
    row.digest = _digest(row.id, code)
    announce(CodeIssued(contact=row.contact, purpose=row.purpose, language=row.language, code=code))


def _sent_today(row: OneTimeCode) -> int:
    # Each code gives a guesser a few tries, and each text message costs money: both end here, whoever asks.
    return session.scalars(
        select(func.count())
        .select_from(OneTimeCode)
        .where(OneTimeCode.contact == row.contact, OneTimeCode.purpose == row.purpose, OneTimeCode.digest != "")
        .where(OneTimeCode.created_at > clock.now() - DAY)
    ).one()


def use_code(code_id: int, purpose: CodePurpose, code: str) -> OneTimeCode | None:
    """Use the code up. None when it is wrong, used, tried too often or too old; the try is counted either way,
    so callers must not let an exception undo it."""
    now = clock.now()
    counted = session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id == code_id, OneTimeCode.purpose == purpose, OneTimeCode.used_at.is_(None))
        .where(OneTimeCode.tries < rules.CODE_TRIES, OneTimeCode.expires_at > now)
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode.digest)
    ).one_or_none()
    if counted is None or not secrets.compare_digest(counted[0], _digest(code_id, code)):
        return None
    row = session.get_one(OneTimeCode, code_id, populate_existing=True)
    row.used_at = now
    return row


def _digest(code_id: int, code: str) -> str:
    return codes.token_digest(f"{code_id}:{code}")
