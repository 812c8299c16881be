"""What admins do with the accounts of officers and of anyone who misbehaves."""

from __future__ import annotations

from marketplace.accounts.actions.sessions import end_all_sessions
from marketplace.accounts.errors import OwnAccount
from marketplace.accounts.events import SecondFactorReset
from marketplace.accounts.models import OfficerProvince, Person
from marketplace.accounts.states import AllianceRole
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce


def appoint(person: Person, *, role: AllianceRole, province_codes: set[str], by: int | None) -> None:
    """Make the person an officer or inspector of these provinces, or an admin of all.

    Ends his sessions, so that it counts at once.
    """
    _refuse_own(person, by)
    person.alliance_role = role
    _set_provinces(person, set() if role == AllianceRole.ADMIN else province_codes)
    end_all_sessions(person.id)
    audit.record(
        "alliance:person:appoint",
        subject="person",
        subject_id=person.id,
        by=by,
        role=role,
        provinces=sorted(province_codes),
    )


def dismiss(person: Person, *, by: int) -> None:
    """The person is an officer no longer, from this moment."""
    _refuse_own(person, by)
    person.alliance_role = None
    _set_provinces(person, set())
    end_all_sessions(person.id)
    audit.record("alliance:person:dismiss", subject="person", subject_id=person.id, by=by)


def reset_second_factor(person: Person, *, by: int) -> None:
    """For a lost phone: the next sign-in sets up a new authenticator app. Announces SecondFactorReset."""
    _refuse_own(person, by)
    person.totp_secret = None
    person.totp_confirmed_at = None
    end_all_sessions(person.id)
    audit.record("alliance:person:reset_second_factor", subject="person", subject_id=person.id, by=by)
    announce(SecondFactorReset(person.id))


def suspend(person: Person, *, by: int, reason: str) -> None:
    """The person is out at once, in every browser."""
    _refuse_own(person, by)
    if person.suspended_at is None:
        person.suspended_at = clock.now()
        person.suspended_reason = reason
        end_all_sessions(person.id)
        audit.record("alliance:person:suspend", subject="person", subject_id=person.id, by=by, reason=reason)


def lift_suspension(person: Person, *, by: int) -> None:
    if person.suspended_at is not None:
        person.suspended_at = None
        person.suspended_reason = ""
        audit.record("alliance:person:restore", subject="person", subject_id=person.id, by=by)


def _refuse_own(person: Person, by: int | None) -> None:
    if person.id == by:
        raise OwnAccount("ask another admin to change your own account")


def _set_provinces(person: Person, province_codes: set[str]) -> None:
    kept = {row.province_code: row for row in person.provinces}
    person.provinces = [
        kept.get(code) or OfficerProvince(person_id=person.id, province_code=code) for code in sorted(province_codes)
    ]
    session.flush()
