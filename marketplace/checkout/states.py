"""The ways in which goods reach a buyer."""

from enum import StrEnum


class Way(StrEnum):
    """A carrier takes ambient goods anywhere; the cooperative's own van keeps them cool nearby; or they are fetched."""

    CARRIER = "carrier"
    OWN_VAN = "own_van"
    PICKUP = "pickup"
