"""Kinds of organisation, roles in a cooperative, and the states of its admission with their moves."""

from enum import StrEnum


class CooperativeKind(StrEnum):
    """domain.md 1.1; credit funds are counted but never sell."""

    COOPERATIVE = "htx"
    UNION = "lien_hiep_htx"
    GROUP = "to_hop_tac"


class Sector(StrEnum):
    AGRICULTURE = "nong_nghiep"
    INDUSTRY_TRADE_SERVICES = "cn_xd_tc_tmdv"
    OTHER = "khac"


class VatMethod(StrEnum):
    DEDUCTION = "khau_tru"
    DIRECT = "truc_tiep"


class MemberRole(StrEnum):
    """An owner speaks for the cooperative; staff list products, keep lots and pack orders."""

    OWNER = "owner"
    STAFF = "staff"


class Admission(StrEnum):
    """Where a cooperative stands with its Alliance. Only a verified one is seen and sells."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEED_INFO = "need_info"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


MOVES: dict[Admission, frozenset[Admission]] = {
    Admission.DRAFT: frozenset({Admission.SUBMITTED}),
    Admission.SUBMITTED: frozenset({Admission.VERIFIED, Admission.NEED_INFO, Admission.REFUSED}),
    Admission.NEED_INFO: frozenset({Admission.SUBMITTED, Admission.REFUSED}),
    Admission.REFUSED: frozenset({Admission.SUBMITTED}),
    Admission.VERIFIED: frozenset({Admission.SUSPENDED}),
    Admission.SUSPENDED: frozenset({Admission.VERIFIED}),
}

# While the cooperative still writes: before handing in, and after an answer that asks it to mend something.
OPEN_TO_CHANGE = frozenset(state for state, reached in MOVES.items() if Admission.SUBMITTED in reached)
