"""States of a certificate's verification with their moves, and the level of its issuer."""

from enum import StrEnum


class Review(StrEnum):
    PENDING = "pending_review"
    NEED_INFO = "need_info"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


# An edit by the cooperative sends it back to the queue, also from there.
MOVES: dict[Review, frozenset[Review]] = {
    Review.PENDING: frozenset({Review.VERIFIED, Review.NEED_INFO, Review.REFUSED, Review.PENDING}),
    Review.NEED_INFO: frozenset({Review.PENDING, Review.REFUSED}),
    Review.REFUSED: frozenset({Review.PENDING}),
    Review.VERIFIED: frozenset({Review.SUSPENDED, Review.PENDING}),
    Review.SUSPENDED: frozenset({Review.VERIFIED, Review.PENDING}),
}


class IssuerLevel(StrEnum):
    """Districts issued three stars until June 2025; their certificates run to their own end."""

    DISTRICT = "huyen"
    PROVINCE = "tinh"
    NATIONAL = "trung_uong"
    BODY = "to_chuc"
