"""What happened to cooperatives."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CooperativeSubmitted:
    cooperative_id: int


@dataclass(frozen=True)
class CooperativeOpened:
    """Verified, or admitted again after a suspension."""

    cooperative_id: int


@dataclass(frozen=True)
class CooperativeClosed:
    """Suspended: out of sight and out of sale at once; buyers' open orders go on."""

    cooperative_id: int
    reason: str


@dataclass(frozen=True)
class CooperativeAnswered:
    """The officer asked for more, or refused, with a reason."""

    cooperative_id: int


@dataclass(frozen=True)
class CooperativeProfileChanged:
    """Its name or place changed."""

    cooperative_id: int


@dataclass(frozen=True)
class StaffInvited:
    """`token` opens the invitation and is told to nobody but the invited."""

    invitation_id: int
    token: str
