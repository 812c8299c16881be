"""What can be wrong with an invoice."""


class IssuedAlready(Exception):
    """Somebody wrote another invoice for these goods a moment ago; what he wrote stands."""


class NotWanted(Exception):
    """The goods are not sent after all, so no invoice is written for them."""
