"""Passwords: hashing, checking, changing."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from marketplace.accounts import queries, rules
from marketplace.accounts.actions.codes import use_code
from marketplace.accounts.actions.sessions import end_all_sessions
from marketplace.accounts.errors import PersonSuspended, WrongCredentials
from marketplace.accounts.events import PasswordChanged
from marketplace.accounts.models import Person
from marketplace.accounts.states import CodePurpose
from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce

# OWASP's floor for argon2id: 19 MiB, two passes. One at a time in a process, so that a crowd at the door cannot
# take the machine's memory.
STRONG = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_hasher = STRONG
_one_at_a_time = threading.Lock()
# Compared with when nobody has the contact, so that a stranger waits as long as a wrong password does.
_nobody = _hasher.hash(codes.random_token())


def hash_password(password: str) -> str:
    """Raises WeakPassword. Slow on purpose: doors call it before they open a transaction."""
    rules.check_password(password)
    with _one_at_a_time:
        return _hasher.hash(rules.composed(password))


def check_credentials(*, phone: str | None, email: str | None, password: str) -> Person:
    """The person whose contact and password these are. Takes as long for a stranger as for a wrong password."""
    person = queries.find_by_contact(phone=phone, email=email)
    if not _matches(person.password_hash if person else _nobody, password) or person is None:
        raise WrongCredentials("unknown contact or wrong password")
    if person.suspended_at is not None:
        raise PersonSuspended("this account is suspended")
    return person


def check_password_of(person: Person, password: str) -> None:
    """Before what a borrowed phone must not do. Raises WrongCredentials."""
    if not _matches(person.password_hash, password):
        raise WrongCredentials("wrong password")


def set_password(person: Person, password_hash: str, *, keep_session: int | None = None) -> None:
    """A new password; every other session of the person ends. The second factor stays as it is."""
    person.password_hash = password_hash
    end_all_sessions(person.id, but=keep_session)
    audit.record("person:account:password", subject="person", subject_id=person.id, by=person.id)
    announce(PasswordChanged(person.id))


def reset_password(code_id: int, code: str, password_hash: str) -> Person | None:
    """A new password for whoever received the code; None when the code is wrong. Signs nobody in."""
    used = use_code(code_id, CodePurpose.RESET_PASSWORD, code)
    if used is None or used.person_id is None:
        return None
    person = session.get_one(Person, used.person_id)
    if person.suspended_at is not None or used.contact not in person.contacts:
        return None
    person.contact_confirmed_at = person.contact_confirmed_at or clock.now()
    set_password(person, password_hash)
    return person


def _matches(password_hash: str, password: str) -> bool:
    with _one_at_a_time:
        try:
            return _hasher.verify(password_hash, rules.composed(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
