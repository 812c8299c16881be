"""A person's name, language and contacts."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from marketplace.accounts import rules
from marketplace.accounts.actions.codes import ask_for_code, use_code
from marketplace.accounts.errors import ContactTaken
from marketplace.accounts.events import ContactChanged
from marketplace.accounts.models import Person
from marketplace.accounts.states import CodePurpose
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce


def change_profile(person: Person, *, full_name: str, language: str) -> None:
    person.full_name = full_name
    person.language = language


def ask_to_change_contact(person: Person, *, contact: str) -> int:
    """Send a code to the contact that is to be the person's from now on."""
    return ask_for_code(CodePurpose.CHANGE_CONTACT, contact=contact, language=person.language, person_id=person.id)


def change_contact(person: Person, code_id: int, code: str) -> bool:
    """Replace the person's phone number or e-mail address (or add the one he lacks) by the one the code was sent to.

    Announces ContactChanged when one was replaced. False when the code is wrong. Raises ContactTaken when somebody was faster.
    """
    used = use_code(code_id, CodePurpose.CHANGE_CONTACT, code)
    if used is None or used.person_id != person.id:
        return False
    is_email = rules.is_email(used.contact)
    old_contact = person.email if is_email else person.phone
    try:
        with session.begin_nested():
            if is_email:
                person.email = used.contact
            else:
                person.phone = used.contact
            person.contact_confirmed_at = clock.now()
            session.flush()
    except IntegrityError:
        raise ContactTaken("somebody already signs in with this phone number or e-mail address") from None
    audit.record("person:account:contact", subject="person", subject_id=person.id, by=person.id)
    if old_contact:
        announce(ContactChanged(person.id, old_contact))
    return True
