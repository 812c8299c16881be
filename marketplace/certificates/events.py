"""What happened to certificates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CertificateSubmitted:
    certificate_id: int


@dataclass(frozen=True)
class CertificateAnswered:
    """Verified, refused, suspended or asked for more; `review` of the row says which."""

    certificate_id: int


@dataclass(frozen=True)
class CertificateRunsOut:
    certificate_id: int
    days: int
