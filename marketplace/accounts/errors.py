"""What can be wrong with signing in and with accounts."""


class AccountError(Exception):
    """Base of the failures of this package."""


class ContactTaken(AccountError):
    """Somebody already signs in with this phone number or e-mail address."""


class WrongCredentials(AccountError):
    """Unknown contact or wrong password; deliberately the same for both."""


class WeakPassword(AccountError):
    """Too short, or on the list of common passwords."""


class WrongCode(AccountError):
    """The one-time code is wrong, used, or too old."""


class PersonSuspended(AccountError):
    """The account is suspended and cannot sign in."""


class OwnAccount(AccountError):
    """Nobody takes away his own rights; another admin must do it."""
