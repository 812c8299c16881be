"""What happened between buyers and cooperatives."""

from dataclasses import dataclass

from marketplace.sourcing.states import Side


@dataclass(frozen=True)
class QuoteMade:
    """A cooperative has quoted for a demand for the first time."""

    quote_id: int


@dataclass(frozen=True)
class QuoteAnswered:
    """One side wrote, or named other terms; the other one is told."""

    quote_id: int
    by: Side


@dataclass(frozen=True)
class QuoteEnded:
    """One side, or time, has ended the talk without an agreement."""

    quote_id: int
    by: Side


@dataclass(frozen=True)
class CommitmentDrafted:
    """One side took the other's terms: both may sign now."""

    commitment_id: int
    by: Side


@dataclass(frozen=True)
class CommitmentSigned:
    """One side has signed; `is_complete` when both have."""

    commitment_id: int
    by: Side
    is_complete: bool


@dataclass(frozen=True)
class CommitmentGivenUp:
    """By one side before both had signed; by nobody when they let the time to sign pass."""

    commitment_id: int
    by: Side | None


@dataclass(frozen=True)
class CommitmentBlocked:
    """A certificate that it requires no longer counts: nothing more can be called off."""

    commitment_id: int


@dataclass(frozen=True)
class CommitmentUnblocked:
    commitment_id: int


@dataclass(frozen=True)
class CallOffAsked:
    call_off_id: int


@dataclass(frozen=True)
class CallOffAnswered:
    """Confirmed or refused by the cooperative, or taken back by the buyer; `state` of the row says which."""

    call_off_id: int


@dataclass(frozen=True)
class MeetingAsked:
    """A buyer wants to meet a cooperative at a conference."""

    meeting_id: int


@dataclass(frozen=True)
class MeetingProposed:
    """One side named another time."""

    meeting_id: int
    by: Side


@dataclass(frozen=True)
class MeetingAccepted:
    meeting_id: int
    by: Side


@dataclass(frozen=True)
class MeetingEnded:
    """Declined or cancelled by one side; by nobody of them when an officer did it, or the fair lost it."""

    meeting_id: int
    by: Side | None


@dataclass(frozen=True)
class MeetingPlaced:
    """An officer brought both sides together; nobody has to answer."""

    meeting_id: int


@dataclass(frozen=True)
class MeetingMoved:
    """An officer gave it another time or table, or the whole conference another place."""

    meeting_id: int
