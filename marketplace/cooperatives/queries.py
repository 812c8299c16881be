"""Finding cooperatives, who works in them, and what waits for an officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative, CooperativeDocument, Invitation, Membership
from marketplace.cooperatives.states import Admission, MemberRole
from marketplace.foundation import clock, codes
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session
from marketplace.foundation.text import fold, sort_key


def find_workplace(person_id: int, slug: str) -> tuple[Cooperative, MemberRole] | None:
    """The cooperative of this slug and the person's role there, if he works there."""
    row = session.execute(
        select(Cooperative, Membership.role)
        .join(Membership, Membership.cooperative_id == Cooperative.id)
        .where(Cooperative.slug == slug, Membership.person_id == person_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def works_for(person_id: int, cooperative_id: int) -> bool:
    query = select(Membership.id).where(Membership.person_id == person_id, Membership.cooperative_id == cooperative_id)
    return session.scalar(query) is not None


def workplaces_of(person_id: int) -> list[Cooperative]:
    return list(
        session.scalars(
            select(Cooperative)
            .join(Membership, Membership.cooperative_id == Cooperative.id)
            .where(Membership.person_id == person_id)
            .order_by(Cooperative.sort_key)
        )
    )


@dataclass(frozen=True)
class Member:
    """Somebody who works for a cooperative."""

    person_id: int
    full_name: str
    contact: str
    role: MemberRole
    since: datetime


def members_of(cooperative_id: int) -> list[Member]:
    """Owners first."""
    rows = session.execute(
        select(Person, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cooperative_id == cooperative_id)
        .order_by(Membership.role, Membership.id)
    )
    return [
        Member(person.id, person.full_name, person.contacts[0], member.role, member.created_at)
        for person, member in rows
    ]


def invitations_of(cooperative_id: int) -> list[Invitation]:
    """Those still waiting."""
    return list(
        session.scalars(
            select(Invitation)
            .where(
                Invitation.cooperative_id == cooperative_id,
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.expires_at > clock.now(),
            )
            .order_by(Invitation.id)
        )
    )


@dataclass(frozen=True)
class FoundInvitation:
    """What somebody who opens an invitation's link reads."""

    invitation: Invitation
    cooperative: Cooperative
    inviter: str
    is_over: bool


def find_invitation(token: str) -> FoundInvitation | None:
    row = session.execute(
        select(Invitation, Cooperative, Person.full_name)
        .join(Cooperative, Cooperative.id == Invitation.cooperative_id)
        .join(Person, Person.id == Invitation.invited_by_id)
        .where(Invitation.token_digest == codes.token_digest(token))
    ).one_or_none()
    if row is None:
        return None
    invitation, cooperative, inviter = row
    is_used = invitation.accepted_at is not None or invitation.withdrawn_at is not None
    return FoundInvitation(invitation, cooperative, inviter, is_used or invitation.expires_at <= clock.now())


def find_invitation_of(cooperative_id: int, invitation_id: int) -> Invitation | None:
    return session.scalar(
        select(Invitation).where(Invitation.cooperative_id == cooperative_id, Invitation.id == invitation_id)
    )


def application_of(person_id: int) -> Cooperative | None:
    """The application that this person began last and that is not admitted yet."""
    return session.scalar(
        select(Cooperative)
        .join(Membership, Membership.cooperative_id == Cooperative.id)
        .where(
            Membership.person_id == person_id,
            Membership.role == MemberRole.OWNER,
            Cooperative.admission.in_([Admission.DRAFT, Admission.SUBMITTED, Admission.NEED_INFO, Admission.REFUSED]),
        )
        .order_by(Cooperative.id.desc())
        .limit(1)
    )


def papers_of(cooperative_id: int) -> list[CooperativeDocument]:
    return list(
        session.scalars(
            select(CooperativeDocument)
            .where(CooperativeDocument.cooperative_id == cooperative_id)
            .order_by(CooperativeDocument.id)
        )
    )


def find_paper(paper_id: int, *conditions: ColumnElement[bool]) -> CooperativeDocument | None:
    """A paper of a cooperative that meets the conditions: the asker's own, or one of his provinces."""
    return session.scalar(
        select(CooperativeDocument)
        .join(Cooperative, Cooperative.id == CooperativeDocument.cooperative_id)
        .where(CooperativeDocument.id == paper_id, *conditions)
    )


def find_own_paper(paper_id: int, person_id: int) -> CooperativeDocument | None:
    """A paper of a cooperative that the person works for."""
    return session.scalar(
        select(CooperativeDocument)
        .join(Membership, Membership.cooperative_id == CooperativeDocument.cooperative_id)
        .where(CooperativeDocument.id == paper_id, Membership.person_id == person_id)
    )


PAGE = 24


def open_cooperatives(*, words: str = "", province: str = "", page: int = 1) -> tuple[list[Cooperative], int]:
    """(one page of admitted cooperatives by name, how many there are in all)."""
    query = select(Cooperative).where(Cooperative.admission == Admission.VERIFIED)
    if words:
        query = query.where(*(Cooperative.folded.contains(word) for word in fold(words).split()[:6]))
    if province:
        query = query.where(Cooperative.province_code == province)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Cooperative.sort_key, Cooperative.id).limit(PAGE).offset((page - 1) * PAGE))
    return list(rows), count


def waiting(scope: ColumnElement[bool]) -> list[Cooperative]:
    """Applications that wait for an officer, oldest first; those that wait for the cooperative after them."""
    return list(
        session.scalars(
            select(Cooperative)
            .where(scope, Cooperative.admission.in_([Admission.SUBMITTED, Admission.NEED_INFO]))
            .order_by(Cooperative.admission != Admission.SUBMITTED, Cooperative.submitted_at, Cooperative.id)
            .limit(200)
        )
    )


def find_in_scope(cooperative_id: int, scope: ColumnElement[bool]) -> Cooperative | None:
    return session.scalar(select(Cooperative).where(Cooperative.id == cooperative_id, scope))


def in_scope(
    scope: ColumnElement[bool], *, words: str = "", admission: Admission | None = None, page: int = 1
) -> tuple[list[Cooperative], int]:
    """(one page of an officer's cooperatives by name, how many there are in all), found by name or tax code.

    Drafts are nobody's business.
    """
    query = select(Cooperative).where(scope, Cooperative.admission != Admission.DRAFT)
    if words:
        query = query.where(
            *(
                or_(Cooperative.folded.contains(word), Cooperative.tax_code.contains(word))
                for word in fold(words).split()[:6]
            )
        )
    if admission is not None:
        query = query.where(Cooperative.admission == admission)
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(Cooperative.sort_key, Cooperative.id).limit(PAGE).offset((page - 1) * PAGE))
    return list(rows), count


@dataclass(frozen=True)
class LookAlike:
    """Another cooperative with the same phone, bank account or representative: a hint for the officer, no proof."""

    cooperative: Cooperative
    same_phone: bool
    same_account: bool
    same_representative: bool


def look_alikes(cooperative: Cooperative) -> list[LookAlike]:
    """In every province: who applies twice may do so elsewhere."""
    same = [Cooperative.phone == cooperative.phone, Cooperative.representative_name == cooperative.representative_name]
    if cooperative.bank_account:
        same.append(Cooperative.bank_account == cooperative.bank_account)
    others = session.scalars(
        select(Cooperative)
        .where(or_(*same), Cooperative.id != cooperative.id, Cooperative.admission != Admission.DRAFT)
        .order_by(Cooperative.id)
        .limit(5)
    )
    return [
        LookAlike(
            other,
            same_phone=other.phone == cooperative.phone,
            same_account=bool(cooperative.bank_account) and other.bank_account == cooperative.bank_account,
            same_representative=other.representative_name == cooperative.representative_name,
        )
        for other in others
    ]


def history_of(cooperative_id: int, scope: ColumnElement[bool]) -> list[tuple[AuditEntry, str]]:
    """(what was done to a cooperative, by whom), newest first."""
    rows = session.execute(
        _deeds(scope, AuditEntry.subject == "cooperative", AuditEntry.subject_id == cooperative_id).limit(50)
    )
    return [(entry, name or "") for entry, name in rows]


DEEDS_A_PAGE = 50


def deeds(
    scope: ColumnElement[bool], *, person_id: int | None = None, tag: str = "", page: int = 1
) -> tuple[list[tuple[AuditEntry, str]], int]:
    """(one page of what was done and by whom, newest first, how much there is in all)."""
    conditions = [scope]
    if person_id is not None:
        conditions.append(AuditEntry.person_id == person_id)
    if tag:
        conditions.append(AuditEntry.tag == tag)
    count = session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    rows = session.execute(_deeds(*conditions).limit(DEEDS_A_PAGE).offset((page - 1) * DEEDS_A_PAGE))
    return [(entry, name or "") for entry, name in rows], count


def _deeds(*conditions: ColumnElement[bool]) -> Select[AuditEntry, str]:
    return (
        select(AuditEntry, Person.full_name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(*conditions)
        # By when it was done: what is told later, as by a job that was late, stands where it belongs.
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )


def officers_in(scope: ColumnElement[bool]) -> list[tuple[int, str]]:
    """(id, name) of the officers and admins who did something here, by name."""
    did = select(AuditEntry.person_id).where(scope, AuditEntry.person_id.is_not(None))
    rows = session.execute(
        select(Person.id, Person.full_name).where(Person.alliance_role.is_not(None), Person.id.in_(did))
    )
    return sorted(((person_id, name) for person_id, name in rows), key=lambda row: sort_key(row[1]))
