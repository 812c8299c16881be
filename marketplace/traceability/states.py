"""States of a lot and the vocabulary of its stages."""

from enum import StrEnum


class LotState(StrEnum):
    """A published lot is on sale while it has stock and is not past its date; both are read, not stored."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"


MOVES: dict[LotState, frozenset[LotState]] = {
    LotState.DRAFT: frozenset({LotState.PUBLISHED}),
    LotState.PUBLISHED: frozenset({LotState.ON_HOLD, LotState.RECALLED}),
    LotState.ON_HOLD: frozenset({LotState.PUBLISHED, LotState.RECALLED}),
    LotState.RECALLED: frozenset(),
}


class StageKind(StrEnum):
    """Stages of production and trade as people know them (domain.md 4.4)."""

    PLANTING = "planting"
    GROWING = "growing"
    HARVEST = "harvest"
    TESTING = "testing"
    PROCESSING = "processing"
    PACKING = "packing"
    STORING = "storing"
    SHIPPING = "shipping"


class OriginStatus(StrEnum):
    """What a reader of a label is told first (domain.md 4.5)."""

    VALID = "valid"
    UNKNOWN_CODE = "unknown_code"
    EXPIRED = "expired_lot"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"
    CERTIFICATE_EXPIRED = "cert_expired_since_harvest"
