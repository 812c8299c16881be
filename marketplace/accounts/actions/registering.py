"""New accounts: by proving a contact, or made at once by the demo and by tests."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from marketplace.accounts import rules
from marketplace.accounts.actions.codes import ask_for_code, use_code
from marketplace.accounts.actions.passwords import hash_password
from marketplace.accounts.errors import ContactTaken
from marketplace.accounts.models import Person, Registration
from marketplace.accounts.states import CodePurpose
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session


def begin_registration(*, full_name: str, contact: str, password_hash: str, language: str, terms_version: str) -> int:
    """Keep what was typed until the contact is proved by a code; gives the number under which the code is asked.

    Does the same for a contact that has an account already: only its owner is told, by message.
    """
    code_id = ask_for_code(CodePurpose.REGISTER, contact=contact, language=language)
    session.add(
        Registration(
            one_time_code_id=code_id, full_name=full_name, password_hash=password_hash, terms_version=terms_version
        )
    )
    session.flush()
    return code_id


def finish_registration(code_id: int, code: str) -> Person | None:
    """The new person, when the code is right. Raises ContactTaken when somebody was faster with this contact."""
    used = use_code(code_id, CodePurpose.REGISTER, code)
    if used is None:
        return None
    wanted = session.get_one(Registration, code_id)
    person = _add(
        Person(
            full_name=wanted.full_name,
            password_hash=wanted.password_hash,
            language=used.language,
            contact_confirmed_at=clock.now(),
            terms_version=wanted.terms_version,
            terms_accepted_at=used.created_at,
            created_at=clock.now(),
            **rules.as_contact(used.contact),
        )
    )
    session.delete(wanted)
    return person


def register(
    *, full_name: str, phone: str | None, email: str | None, password: str, language: str = "vi", is_demo: bool = False
) -> Person:
    """A new person who signs in by phone or e-mail, believed at his word. Raises ContactTaken, WeakPassword."""
    return _add(
        Person(
            full_name=full_name,
            phone=phone,
            email=email,
            password_hash=hash_password(password),
            language=language,
            terms_version=rules.TERMS_VERSION,
            terms_accepted_at=clock.now(),
            created_at=clock.now(),
            is_demo=is_demo,
        )
    )


def _add(person: Person) -> Person:
    try:
        with session.begin_nested():
            session.add(person)
            session.flush()
    except IntegrityError:
        raise ContactTaken("somebody already signs in with this phone number or e-mail address") from None
    audit.record("person:account:register", subject="person", subject_id=person.id, by=person.id)
    return person
