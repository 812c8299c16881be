"""What happened to complaints and reviews."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ComplaintOpened:
    complaint_id: int


@dataclass(frozen=True)
class ComplaintAnswered:
    """The cooperative offers something or refuses; the buyer has to say whether he agrees."""

    complaint_id: int


@dataclass(frozen=True)
class ComplaintAccepted:
    """The buyer agrees to something that the cooperative has still to do."""

    complaint_id: int


@dataclass(frozen=True)
class ComplaintEscalated:
    complaint_id: int
    because: str


@dataclass(frozen=True)
class ComplaintDecided:
    """An officer has decided; much money may still wait for a second person."""

    complaint_id: int


@dataclass(frozen=True)
class ComplaintSettled:
    """It is over, whoever ended it."""

    complaint_id: int


@dataclass(frozen=True)
class ReviewWritten:
    review_id: int


@dataclass(frozen=True)
class ReviewAnswered:
    review_id: int


@dataclass(frozen=True)
class ReviewTakenDown:
    review_id: int
