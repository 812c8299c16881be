"""Security of accounts: told always, and to where a thief has not changed it yet."""

from __future__ import annotations

from marketplace.accounts.models import Person
from marketplace.foundation.database import session
from marketplace.notifications import letters
from marketplace.notifications.letters import Receiver
from marketplace.notifications.tasks.telling import News, post, to_people

SECURITY = "/tai-khoan/bao-mat"


def tell_password_changed(*, job_id: int, whom: int) -> None:
    post(job_id, to_people("accounts/password_changed", [session.get_one(Person, whom)], path=SECURITY, facts={}))


def tell_second_factor_reset(*, job_id: int, whom: int) -> None:
    post(job_id, to_people("accounts/second_factor_reset", [session.get_one(Person, whom)], path=SECURITY, facts={}))


def tell_contact_changed(*, job_id: int, whom: int, old_contact: str) -> None:
    """To the contact that no longer counts, and by the bell."""
    person = session.get_one(Person, whom)
    [bell] = to_people("accounts/contact_changed", [person], path=SECURITY, facts={})
    letter = letters.compose(
        "accounts/contact_changed", Receiver(old_contact, person.language), link=letters.link("/quen-mat-khau")
    )
    post(job_id, [News("", letter, bell.notice)])
