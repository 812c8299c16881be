"""The ways in which goods reach a buyer."""

from enum import StrEnum


class Way(StrEnum):
    """A carrier takes ambient goods anywhere; the cooperative's own van keeps them cool nearby; or they are fetched."""

    CARRIER = "carrier"
    OWN_VAN = "own_van"
    PICKUP = "pickup"
    COACH = "coach"  # an intercity bus takes it along for the cooperative
    HUB = "hub"  # several cooperatives' parts as one parcel, from a collecting place of the alliance
    HUB_PICKUP = "hub_pickup"


class Step(StrEnum):
    """The steps of ordering, in their order; the value stands in the address of the page."""

    ADDRESS = "nguoi-nhan"
    DELIVERY = "giao-hang"
    PAYMENT = "thanh-toan"
