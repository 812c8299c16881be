"""States of demands, quotes, commitments and call-offs with their moves (domain.md 10.4), and who stands where."""

from enum import StrEnum


class BuyerKind(StrEnum):
    """Who asks."""

    CANTEEN = "bep_an_tap_the"
    SCHOOL = "truong_hoc"
    HOSPITAL = "benh_vien"
    SUPERMARKET = "sieu_thi"
    RESTAURANT = "nha_hang"
    PROCESSOR = "che_bien"
    EXPORTER = "xuat_khau"
    TRADER = "thuong_mai"
    OTHER = "khac"


class Frequency(StrEnum):
    """How often so much is wanted; once, and of a season, it is all of it together."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SEASON = "season"


class DemandState(StrEnum):
    OPEN = "open"
    MATCHED = "matched"  # a cooperative has quoted
    NEGOTIATING = "negotiating"  # the buyer has answered
    AGREED = "agreed"  # a commitment is signed by both sides
    CLOSED_LOST = "closed_lost"  # the buyer took it back
    EXPIRED = "expired"  # the deadline went by


DEMAND_MOVES: dict[DemandState, frozenset[DemandState]] = {
    DemandState.OPEN: frozenset(
        {DemandState.MATCHED, DemandState.NEGOTIATING, DemandState.CLOSED_LOST, DemandState.EXPIRED}
    ),
    DemandState.MATCHED: frozenset(
        {DemandState.NEGOTIATING, DemandState.AGREED, DemandState.CLOSED_LOST, DemandState.EXPIRED}
    ),
    DemandState.NEGOTIATING: frozenset({DemandState.AGREED, DemandState.CLOSED_LOST, DemandState.EXPIRED}),
    DemandState.AGREED: frozenset(),
    DemandState.CLOSED_LOST: frozenset(),
    DemandState.EXPIRED: frozenset(),
}

# Cooperatives may still quote, and the board shows it.
TAKES_QUOTES = frozenset({DemandState.OPEN, DemandState.MATCHED, DemandState.NEGOTIATING})


class Basis(StrEnum):
    """What a forecast rests on; it can never promise more than that gives."""

    SEASON = "season"  # what the plot can give in this season, by its ceiling
    STORE = "store"  # what lies in lots on sale
    WORKSHOP = "workshop"  # what a workshop can make; goods that grow nowhere


class Side(StrEnum):
    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> "Side":
        return Side.SELLER if self is Side.BUYER else Side.BUYER


class QuoteState(StrEnum):
    """A quote stands on the table until one side takes it, or one of them ends the talk."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the buyer
    WITHDRAWN = "withdrawn"  # by the cooperative
    LAPSED = "lapsed"  # its time, or the demand's, went by


class PaperKind(StrEnum):
    MEMORANDUM = "bien_ban_ghi_nho"
    CONTRACT = "hop_dong"


class CommitmentState(StrEnum):
    DRAFT = "draft"  # agreed, and not signed by both sides yet
    SIGNED = "signed"
    CANCELLED = "cancelled"  # given up before both had signed
    ENDED = "ended"  # called off to the last, or its time is over


class CallOffState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"  # it is an order now
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FELL_THROUGH = "fell_through"  # its order was cancelled, refused or lost; the quantity can be called off anew


# What they asked for counts as called off.
COUNTS = frozenset({CallOffState.ASKED, CallOffState.CONFIRMED})


class MeetingState(StrEnum):
    """A meeting at a conference. Asked or accepted, it holds its table and the time of both sides."""

    ASKED = "asked"  # one side has named the time, the other has to answer
    ACCEPTED = "accepted"
    DECLINED = "declined"  # by the cooperative
    CANCELLED = "cancelled"  # by one side, by an officer, or because the fair is off


MEETING_STANDS = frozenset({MeetingState.ASKED, MeetingState.ACCEPTED})


class MeetingOutcome(StrEnum):
    """What one side says of a meeting afterwards."""

    AGREED = "agreed"
    QUOTE = "quote"  # a quote is to follow
    NOTHING_YET = "nothing_yet"
    MISSED = "missed"  # it did not take place
