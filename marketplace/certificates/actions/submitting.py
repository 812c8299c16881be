"""A cooperative hands a certificate in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.certificates.actions.moves import move, record
from marketplace.certificates.errors import NoEvidence
from marketplace.certificates.events import CertificateSubmitted
from marketplace.certificates.models import Certificate, CertificateFile, CertificateScope
from marketplace.certificates.states import IssuerLevel, Review
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.text import fold


@dataclass(frozen=True)
class CertificateDetails:
    """What stands on the paper. `scope` names products (OCOP: exactly as certified), species or varieties."""

    scheme: str
    number: str
    issuer_name: str
    issuer_level: IssuerLevel
    valid_from: date
    valid_to: date
    scope: tuple[str, ...]
    holder: str = ""
    stars: int | None = None
    decision_no: str = ""
    place: str = ""
    area_m2: int | None = None
    expected_yield_kg_per_year: int | None = None
    households_count: int | None = None
    last_surveillance_on: date | None = None


@dataclass(frozen=True)
class Evidence:
    """A stored scan of the paper."""

    file_key: str
    file_name: str
    content_type: str


def submit_certificate(
    cooperative: Cooperative,
    details: CertificateDetails,
    evidence: Sequence[Evidence],
    *,
    by: int,
    is_demo: bool = False,
) -> Certificate:
    """Write it down and put it into the queue of the province. Announces CertificateSubmitted; raises NoEvidence."""
    if not evidence:
        raise NoEvidence(details.number)
    certificate = Certificate(
        cooperative_id=cooperative.id, submitted_by_id=by, submitted_at=clock.now(), is_demo=is_demo
    )
    _fill(certificate, details, cooperative)
    session.add(certificate)
    session.flush()
    _add(certificate, evidence)
    record(certificate, by=by)
    announce(CertificateSubmitted(certificate.id))
    return certificate


def change_certificate(
    certificate: Certificate,
    details: CertificateDetails,
    evidence: Sequence[Evidence],
    *,
    by: int,
    without_files: Collection[int] = (),
) -> None:
    """Write down what was corrected, add scans and take those of `without_files` away.

    Any change sends the certificate back to the queue and takes its badges off (domain.md 11.3). Announces
    CertificateSubmitted; raises NoEvidence, and ReviewMoveRefused when an officer decides at this very moment.
    """
    kept = [file for file in certificate.files if file.id not in without_files]
    if not kept and not evidence:
        raise NoEvidence(details.number)
    move(certificate, Review.PENDING, by=by)
    certificate.files = kept
    _fill(certificate, details, session.get_one(Cooperative, certificate.cooperative_id))
    certificate.submitted_by_id, certificate.submitted_at = by, clock.now()
    certificate.verified_at, certificate.verified_by_id = None, None
    _add(certificate, evidence)
    announce(CertificateSubmitted(certificate.id))


def _fill(certificate: Certificate, details: CertificateDetails, cooperative: Cooperative) -> None:
    for name, value in vars(details).items():
        if name != "scope":
            setattr(certificate, name, value)
    certificate.holder = details.holder or cooperative.legal_name
    certificate.scope = [CertificateScope(name=name, folded=fold(name)) for name in details.scope]


def _add(certificate: Certificate, evidence: Sequence[Evidence]) -> None:
    certificate.files.extend(CertificateFile(**vars(one)) for one in evidence)
    session.flush()
