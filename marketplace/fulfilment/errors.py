"""What can be wrong when an order is worked off."""


class NotPaidYet(Exception):
    """The buyer pays by transfer, and the money is not there."""
