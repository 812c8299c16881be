"""What happened to accounts."""

from dataclasses import dataclass, field

from marketplace.accounts.states import CodePurpose


@dataclass(frozen=True)
class CodeIssued:
    """`code` is told to nobody but the contact."""

    contact: str
    purpose: CodePurpose
    language: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class KnownContactTried:
    """Somebody wants a new account with a contact that has one; only its owner hears of it."""

    contact: str
    language: str


@dataclass(frozen=True)
class PasswordChanged:
    person_id: int


@dataclass(frozen=True)
class SecondFactorReset:
    person_id: int


@dataclass(frozen=True)
class ContactChanged:
    """Another phone number or e-mail address stands where `old_contact` stood."""

    person_id: int
    old_contact: str
