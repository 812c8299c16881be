"""States and controlled words of a product."""

from enum import StrEnum


class Publication(StrEnum):
    """A withdrawn product was taken down by an officer, with a reason; its cooperative cannot publish it again."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


MOVES: dict[Publication, frozenset[Publication]] = {
    Publication.DRAFT: frozenset({Publication.PUBLISHED, Publication.ARCHIVED}),
    Publication.PUBLISHED: frozenset({Publication.DRAFT, Publication.ARCHIVED, Publication.WITHDRAWN}),
    Publication.ARCHIVED: frozenset({Publication.DRAFT}),
    Publication.WITHDRAWN: frozenset({Publication.DRAFT}),
}


class ClaimStanding(StrEnum):
    """Whether a certificate gives a product its badge on a day, or what is in the way; the first that applies."""

    OTHER_PRODUCT = "other_product"
    PENDING = "pending"
    NEED_INFO = "need_info"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    NOT_YET = "not_yet"
    ENDED = "ended"
    SHOWN = "shown"


class StorageClass(StrEnum):
    """How the goods travel: ambient, 0 to 8 °C, or at most -18 °C (domain.md 6.4)."""

    AMBIENT = "ambient"
    COOL = "cool"
    FROZEN = "frozen"


class VatCode(StrEnum):
    """Rate strings of the e-invoice (domain.md 5.4, Law 48/2024 as amended)."""

    NOT_SUBJECT = "KCT"
    NOT_DECLARED = "KKKNT"
    ZERO = "0%"
    FIVE = "5%"
    EIGHT = "8%"
    TEN = "10%"


# There is no tax in the price of these, so that nobody is told that it holds some.
UNTAXED = frozenset({VatCode.NOT_SUBJECT, VatCode.NOT_DECLARED})
