"""What happened at fairs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FairAnnounced:
    fair_id: int


@dataclass(frozen=True)
class RegistrationOpened:
    fair_id: int


@dataclass(frozen=True)
class TimetablePublished:
    fair_id: int


@dataclass(frozen=True)
class FairOpened:
    """On air."""

    fair_id: int


@dataclass(frozen=True)
class FairEnded:
    fair_id: int


@dataclass(frozen=True)
class FairReported:
    """Its closing report is handed in, and its figures are frozen."""

    fair_id: int


@dataclass(frozen=True)
class ReportDue:
    """A fair ended some days ago, and its report has not been handed in."""

    fair_id: int


@dataclass(frozen=True)
class FairCancelled:
    fair_id: int
    reason: str


@dataclass(frozen=True)
class BoothSubmitted:
    booth_id: int


@dataclass(frozen=True)
class BoothAnswered:
    """Approved, refused, or asked to mend something."""

    booth_id: int


@dataclass(frozen=True)
class BoothWithdrawn:
    """The cooperative will not come after all."""

    booth_id: int


@dataclass(frozen=True)
class SlotCut:
    """The crew has taken a cooperative off the air."""

    slot_id: int
    reason: str


@dataclass(frozen=True)
class RecapDue:
    """A fair's report is out; these followers have not been told what became of it."""

    fair_id: int
    follower_ids: tuple[int, ...]


@dataclass(frozen=True)
class FollowersDue:
    """A fair begins in some hours; these followers have not been reminded before."""

    fair_id: int
    follower_ids: tuple[int, ...]
