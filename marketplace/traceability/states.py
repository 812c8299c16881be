"""States of lots and units, and the vocabularies of stages, movements, events and chains of custody."""

from enum import StrEnum


class LotState(StrEnum):
    """A recorded lot counts in the balance; a published one is on sale while it has stock and is not past its date."""

    DRAFT = "draft"
    RECORDED = "recorded"
    PUBLISHED = "published"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"


MOVES: dict[LotState, frozenset[LotState]] = {
    LotState.DRAFT: frozenset({LotState.RECORDED}),
    LotState.RECORDED: frozenset({LotState.PUBLISHED, LotState.ON_HOLD, LotState.RECALLED}),
    LotState.PUBLISHED: frozenset({LotState.ON_HOLD, LotState.RECALLED}),
    LotState.ON_HOLD: frozenset({LotState.RECORDED, LotState.PUBLISHED, LotState.RECALLED}),
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


class MovementKind(StrEnum):
    """Why a lot's counters changed; each movement is a positive quantity of base units."""

    PRODUCED = "produced"
    CONSUMED = "consumed"  # became part of other lots
    RESERVED = "reserved"  # an order holds it
    RELEASED = "released"  # an order holds it no longer
    SOLD = "sold"  # what an order held has left the house
    SOLD_IN_BULK = "sold_in_bulk"  # sold outside the market, without labels
    SOLD_LABELLED = "sold_labelled"  # sold outside the market, in packs with labels
    RETURNED = "returned"
    LOST = "lost"
    LABELLED = "labelled"
    UNLABELLED = "unlabelled"  # labels were voided


class EventKind(StrEnum):
    """What a trace event tells, in the words of the farm; each is one kind of EPCIS event (domain.md 4.4)."""

    HARVESTED = "harvested"
    TOLD = "told"  # a stage of the lot's life
    TRANSFORMED = "transformed"
    RELEASED = "released"
    LABELLED = "labelled"
    VOIDED = "voided"
    SHIPPED = "shipped"
    UNITS_SOLD = "units_sold"
    SOLD = "sold"
    RETURNED = "returned"
    LOST = "lost"
    HELD = "held"
    RECALLED = "recalled"
    CAPTURED = "captured"  # told by a machine, of no kind above


class ItemRole(StrEnum):
    """How a trace event speaks of a thing."""

    WHAT = "what"
    INPUT = "input"
    OUTPUT = "output"
    PARENT = "parent"
    CHILD = "child"


class ErrorReason(StrEnum):
    """Why a trace event is declared wrong (CBV 2.0)."""

    DID_NOT_OCCUR = "did_not_occur"
    INCORRECT_DATA = "incorrect_data"


class Custody(StrEnum):
    """Chain-of-custody models of ISO 22095:2020, strongest first; book and claim is not supported.

    Of goods whose growing nobody wrote down here nothing is claimed, which is weaker than all of them.
    """

    IDENTITY_PRESERVED = "identity_preserved"
    SEGREGATED = "segregated"
    CONTROLLED_BLENDING = "controlled_blending"
    MASS_BALANCE = "mass_balance"
    NOT_CLAIMED = "not_claimed"


class OriginKind(StrEnum):
    """Where a lot comes from, what is known best first. Only the first two stand on a season's diary and ceiling."""

    SEASON = "season"
    LOTS = "lots"  # made of other lots of the market
    WORKSHOP = "workshop"  # made of material that has no lots here, such as clay
    BOUGHT = "bought"  # from somebody who keeps no lots here, with a paper
    UNTOLD = "untold"


class LabelKind(StrEnum):
    """One code for all packs of a lot, or a serial of its own for each pack."""

    LOT = "lot"
    UNIT = "unit"


class UnitState(StrEnum):
    """What became of the pack that carries a serial."""

    PRINTED = "printed"
    SHIPPED = "shipped"
    SOLD = "sold"
    RETURNED = "returned"
    RECALLED = "recalled"
    VOID = "void"


UNIT_MOVES: dict[UnitState, frozenset[UnitState]] = {
    UnitState.PRINTED: frozenset({UnitState.SHIPPED, UnitState.SOLD, UnitState.RECALLED, UnitState.VOID}),
    UnitState.SHIPPED: frozenset({UnitState.SOLD, UnitState.RETURNED, UnitState.RECALLED}),
    UnitState.SOLD: frozenset({UnitState.RETURNED, UnitState.RECALLED}),
    UnitState.RETURNED: frozenset({UnitState.SHIPPED, UnitState.SOLD, UnitState.RECALLED, UnitState.VOID}),
    UnitState.RECALLED: frozenset(),
    UnitState.VOID: frozenset(),
}

# In the house: what can be packed, sold at the cooperative's own stall, or thrown away.
IN_HOUSE = (UnitState.PRINTED, UnitState.RETURNED)


class ScanReason(StrEnum):
    """Why scans of a code deserve a look (traceability.md 5)."""

    NEVER_ISSUED = "never_issued"  # serials that nobody printed: guessed, or a forged print
    NOT_SHIPPED = "not_shipped"
    AFTER_END = "after_end"  # recalled, returned, void or past its date
    MANY_DEVICES = "many_devices"
    SEVERAL_PROVINCES = "several_provinces"
    TOO_FAST = "too_fast"
    MORE_THAN_SOLD = "more_than_sold"
    BURST = "burst"  # one device over many serials: a trade scanner or a crawler


# Somebody else may hold a pack with the same code: what a buyer is told of, mildly.
ABOUT_COPIES = (ScanReason.MANY_DEVICES, ScanReason.SEVERAL_PROVINCES, ScanReason.TOO_FAST)


class AlarmState(StrEnum):
    """What became of an alarm; one that is settled opens again when the same thing goes on."""

    OPEN = "open"
    EXPLAINED = "explained"
    CONFIRMED = "confirmed"


class TransferState(StrEnum):
    """Goods offered to another cooperative; only an offered transfer moves on, and the others stay as they are."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class OriginStatus(StrEnum):
    """What a reader of a label is told first (domain.md 4.5)."""

    VALID = "valid"
    UNKNOWN_CODE = "unknown_code"
    EXPIRED = "expired_lot"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"
    VOID_LABEL = "void_label"
    COPY_SUSPECTED = "copy_suspected"
    NOT_SENT = "not_sent"
    NO_SEASON = "no_season"
    CERTIFICATE_EXPIRED = "cert_expired_since_harvest"
