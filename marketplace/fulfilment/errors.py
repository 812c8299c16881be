"""What can be wrong when an order is worked off."""


class AlreadyRemitted(Exception):
    """The cash of this part was paid out by another line, or the line names no part of ours."""
