"""Tables of supply and demand."""

from marketplace.sourcing.models.commitments import CallOff, Commitment, Signature
from marketplace.sourcing.models.demands import Demand
from marketplace.sourcing.models.meetings import Conference, Meeting
from marketplace.sourcing.models.quotes import Quote, QuoteTurn
from marketplace.sourcing.models.supply import Forecast

__all__ = [
    "CallOff", "Commitment", "Conference", "Demand", "Forecast", "Meeting", "Quote", "QuoteTurn", "Signature",
]  # fmt: skip
