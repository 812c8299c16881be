"""What the log refuses."""


class AlreadySealed(Exception):
    """Something of this name is in the log already; a correction is a new thing with a new name."""


class NotInLog(Exception):
    """Nothing of this name was ever sealed."""


class TooLong(Exception):
    """The name does not fit into an entry; C2SP's tiles allow 65,535 bytes."""


class LogTampered(Exception):
    """The tree in the database does not continue what was signed before, so nothing is signed on top of it."""


class NoSuchTile(Exception):
    """The log has no such tile, or not yet that much of it."""
