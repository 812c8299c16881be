"""What can be wrong when an order is worked off."""


class NotPaidYet(Exception):
    """The buyer pays by transfer, and the money is not there."""


class AlreadyRemitted(Exception):
    """The cash of this part was paid out by another line, or the line names no part of ours."""
