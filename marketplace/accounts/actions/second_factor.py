"""The authenticator app of officers and admins."""

from __future__ import annotations

import secrets

import pyotp
from sqlalchemy import update

from marketplace.accounts.errors import WrongCode
from marketplace.accounts.models import Person
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session

STEP_SECONDS = 30


def begin_second_factor(person: Person) -> None:
    """Make the secret for the authenticator app; it counts once a code has confirmed it."""
    if person.totp_secret is None:
        person.totp_secret = pyotp.random_base32()


def check_second_factor(person: Person, code: str) -> None:
    """Raises WrongCode unless this is the app's code of now (30 s either way), each code once."""
    if person.totp_secret is None:
        raise WrongCode("no authenticator app is set up")
    now = clock.now()
    step = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(person.totp_secret)
    for candidate in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.at(candidate * STEP_SECONDS).encode(), code.encode()) and _use(
            person, candidate
        ):
            if person.totp_confirmed_at is None:
                person.totp_confirmed_at = now
                audit.record("person:second_factor:enrol", subject="person", subject_id=person.id, by=person.id)
            return
    raise WrongCode("the code of the authenticator app is wrong or was used")


def _use(person: Person, step: int) -> bool:
    # One conditional update: of two requests with the same code, watched over a shoulder, only one gets in.
    used = session.execute(
        update(Person)
        .where(Person.id == person.id, Person.totp_last_step < step)
        .values(totp_last_step=step)
        .returning(Person.id)
    ).one_or_none()
    return used is not None
