"""States of fairs, booths, slots and messages, with their moves (domain.md 10.2)."""

from enum import StrEnum


class FairState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    REGISTRATION_OPEN = "registration_open"
    REGISTRATION_CLOSED = "registration_closed"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"
    REPORTED = "reported"
    CANCELLED = "cancelled"


FAIR_MOVES: dict[FairState, frozenset[FairState]] = {
    FairState.DRAFT: frozenset({FairState.ANNOUNCED, FairState.CANCELLED}),
    FairState.ANNOUNCED: frozenset({FairState.REGISTRATION_OPEN, FairState.CANCELLED}),
    FairState.REGISTRATION_OPEN: frozenset({FairState.REGISTRATION_CLOSED, FairState.CANCELLED}),
    FairState.REGISTRATION_CLOSED: frozenset({FairState.REGISTRATION_OPEN, FairState.SCHEDULED, FairState.CANCELLED}),
    FairState.SCHEDULED: frozenset({FairState.REGISTRATION_CLOSED, FairState.LIVE, FairState.CANCELLED}),
    FairState.LIVE: frozenset({FairState.ENDED, FairState.CANCELLED}),
    FairState.ENDED: frozenset({FairState.REPORTED}),
    FairState.REPORTED: frozenset(),
    FairState.CANCELLED: frozenset(),
}

# The public sees everything but drafts.
SEEN = frozenset(FairState) - {FairState.DRAFT}
# The timetable stands and visitors may come.
HAS_TIMETABLE = frozenset({FairState.SCHEDULED, FairState.LIVE, FairState.ENDED, FairState.REPORTED})
# The running order may still be changed.
PLANNABLE = frozenset({FairState.REGISTRATION_OPEN, FairState.REGISTRATION_CLOSED, FairState.SCHEDULED})
OVER = frozenset({FairState.ENDED, FairState.REPORTED, FairState.CANCELLED})


class BoothState(StrEnum):
    """A cooperative's application for a booth."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEED_INFO = "need_info"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


BOOTH_MOVES: dict[BoothState, frozenset[BoothState]] = {
    BoothState.DRAFT: frozenset({BoothState.SUBMITTED, BoothState.WITHDRAWN}),
    BoothState.SUBMITTED: frozenset(
        {BoothState.APPROVED, BoothState.NEED_INFO, BoothState.REJECTED, BoothState.WITHDRAWN}
    ),
    BoothState.NEED_INFO: frozenset({BoothState.SUBMITTED, BoothState.REJECTED, BoothState.WITHDRAWN}),
    BoothState.APPROVED: frozenset({BoothState.WITHDRAWN, BoothState.REJECTED}),
    BoothState.REJECTED: frozenset(),
    BoothState.WITHDRAWN: frozenset({BoothState.DRAFT}),
}

# While the cooperative still writes.
BOOTH_OPEN = frozenset({BoothState.DRAFT, BoothState.NEED_INFO})


class SlotState(StrEnum):
    """One stretch of the running order."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"  # the cooperative says that it will be there
    ON_AIR = "on_air"
    DONE = "done"
    SKIPPED = "skipped"
    CUT_OFF = "cut_off"


SLOT_MOVES: dict[SlotState, frozenset[SlotState]] = {
    SlotState.PLANNED: frozenset({SlotState.CONFIRMED, SlotState.ON_AIR, SlotState.SKIPPED}),
    SlotState.CONFIRMED: frozenset({SlotState.PLANNED, SlotState.ON_AIR, SlotState.SKIPPED}),
    SlotState.ON_AIR: frozenset({SlotState.DONE, SlotState.CUT_OFF}),
    SlotState.DONE: frozenset({SlotState.ON_AIR}),
    SlotState.SKIPPED: frozenset({SlotState.ON_AIR}),
    SlotState.CUT_OFF: frozenset({SlotState.ON_AIR}),
}

WAS_ON_AIR = frozenset({SlotState.ON_AIR, SlotState.DONE, SlotState.CUT_OFF})


class MessageState(StrEnum):
    """A viewer's message: seen by all, or waiting, or taken away by the crew."""

    WAITING = "waiting"  # the room is moderated beforehand, or its words want a look
    VISIBLE = "visible"
    HIDDEN = "hidden"  # the crew may show it again
    REMOVED = "removed"  # for good: against the rules of the room


MESSAGE_MOVES: dict[MessageState, frozenset[MessageState]] = {
    MessageState.WAITING: frozenset({MessageState.VISIBLE, MessageState.HIDDEN, MessageState.REMOVED}),
    MessageState.VISIBLE: frozenset({MessageState.HIDDEN, MessageState.REMOVED}),
    MessageState.HIDDEN: frozenset({MessageState.VISIBLE, MessageState.REMOVED}),
    MessageState.REMOVED: frozenset(),
}


class CrewRole(StrEnum):
    """Who helps the officer of a fair: the host speaks and sells, a moderator keeps the chat."""

    HOST = "host"
    MODERATOR = "moderator"


class Happening(StrEnum):
    """Kinds of live events of a room; every body holds ids and absolute figures."""

    STATE = "state"  # the fair opened or ended: {state}
    SLOT = "slot"  # another slot is on air: {slot_id, booth_id, title, cooperative, state}
    PIN = "pin"  # what is shown below the stage: {item_id or null}
    PRICE = "price"  # {item_id, state, price_dong, regular_price_dong, opens_at, closes_at, now}
    STOCK = "stock"  # {item_id, free}
    CHAT = "chat"  # {message_id, name, text, is_question, is_crew}
    CHAT_GONE = "chat_gone"  # {message_id, takes_back}
    CHAT_RULES = "chat_rules"  # {is_open, slow_seconds}
    QUEUE = "queue"  # something waits for the crew: {message_id}
    NOTE = "note"  # between a stall and the crew: {booth_id}
    QUESTION = "question"  # {message_id, votes, answer, is_pinned}
    NOTICE = "notice"  # what the crew announces: {text}
    CARD = "card"  # text or photo shown on the stage: {text, picture}
    VIEWERS = "viewers"  # {count}
