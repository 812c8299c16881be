"""Who works for a cooperative."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from marketplace.cooperatives.errors import InvitationOver, LastOwner, TooManyInvitations
from marketplace.cooperatives.events import StaffInvited
from marketplace.cooperatives.models import Cooperative, Invitation, Membership
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation import audit, clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.events import announce

INVITATION_LIFE = timedelta(days=7)
MOST_WAITING = 20


def invite(cooperative: Cooperative, *, contact: str, role: MemberRole, by: int) -> Invitation:
    """Send a link to a phone number or e-mail address; whoever opens it signed in joins.

    An earlier invitation to the same contact ends, so that the newest role counts. Announces StaffInvited; raises
    TooManyInvitations.
    """
    token, now = codes.random_token(), clock.now()
    waiting = (
        Invitation.cooperative_id == cooperative.id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > now,
    )
    session.execute(update(Invitation).where(*waiting, Invitation.contact == contact).values(withdrawn_at=now))
    if (session.scalar(select(func.count(Invitation.id)).where(*waiting)) or 0) >= MOST_WAITING:
        raise TooManyInvitations(f"{MOST_WAITING} invitations of {cooperative.slug} wait")
    invitation = Invitation(
        cooperative_id=cooperative.id,
        contact=contact,
        role=role,
        token_digest=codes.token_digest(token),
        invited_by_id=by,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    session.add(invitation)
    session.flush()
    audit.record(
        "cooperatives:member:invite", subject="cooperative", subject_id=cooperative.id, by=by, role=role,
        province_code=cooperative.province_code,
    )  # fmt: skip
    announce(StaffInvited(invitation.id, token))
    return invitation


def accept_invitation(invitation: Invitation, *, person_id: int) -> Cooperative:
    """Join with the invited role, once. Raises InvitationOver."""
    now = clock.now()
    used = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(accepted_at=now)
        .returning(Invitation.id)
    ).one_or_none()
    if used is None:
        raise InvitationOver(f"invitation {invitation.id} is over")
    cooperative = session.get_one(Cooperative, invitation.cooperative_id)
    member = _member(cooperative.id, person_id)
    if member is None:
        session.add(
            Membership(cooperative_id=cooperative.id, person_id=person_id, role=invitation.role, created_at=now)
        )
    elif invitation.role == MemberRole.OWNER:
        member.role = MemberRole.OWNER
    audit.record(
        "cooperatives:member:join", subject="cooperative", subject_id=cooperative.id, by=person_id, role=invitation.role,
        province_code=cooperative.province_code,
    )  # fmt: skip
    return cooperative


def withdraw_invitation(invitation: Invitation) -> None:
    if invitation.accepted_at is None:
        invitation.withdrawn_at = clock.now()


def change_role(cooperative: Cooperative, *, person_id: int, role: MemberRole, by: int) -> None:
    """Make somebody an owner or staff; raises LastOwner. Who does not work here stays as he is."""
    member = _locked_member(cooperative, person_id)
    if member is None or member.role == role:
        return
    _must_leave_an_owner(cooperative, member)
    member.role = role
    audit.record(
        "cooperatives:member:role", subject="cooperative", subject_id=cooperative.id, by=by, person=person_id, role=role,
        province_code=cooperative.province_code,
    )  # fmt: skip


def remove_member(cooperative: Cooperative, *, person_id: int, by: int) -> None:
    """The person no longer works here; raises LastOwner. Nobody is removed twice."""
    member = _locked_member(cooperative, person_id)
    if member is None:
        return
    _must_leave_an_owner(cooperative, member)
    session.delete(member)
    audit.record(
        "cooperatives:member:remove", subject="cooperative", subject_id=cooperative.id, by=by, person=person_id,
        province_code=cooperative.province_code,
    )  # fmt: skip


def _member(cooperative_id: int, person_id: int) -> Membership | None:
    return session.scalar(
        select(Membership).where(Membership.cooperative_id == cooperative_id, Membership.person_id == person_id)
    )


def _locked_member(cooperative: Cooperative, person_id: int) -> Membership | None:
    # Two owners who remove each other at the same moment wait for one another here.
    session.refresh(cooperative, with_for_update=True)
    return _member(cooperative.id, person_id)


def _must_leave_an_owner(cooperative: Cooperative, member: Membership) -> None:
    owners = select(func.count(Membership.id)).where(
        Membership.cooperative_id == cooperative.id, Membership.role == MemberRole.OWNER
    )
    if member.role == MemberRole.OWNER and session.scalar(owners) == 1:
        raise LastOwner(f"person {member.person_id} is the last owner of cooperative {cooperative.id}")
