"""Certificates."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from marketplace.certificates.models import Certificate, CertificateScope
from marketplace.certificates.states import IssuerLevel, Review
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.text import fold
from tests.factories.accounts import make_person

_numbers = count(1)


def make_certificate(
    cooperative: Cooperative,
    *scope: str,
    scheme: str = "vietgap_crop",
    valid_from: date | None = None,
    valid_to: date | None = None,
    **changes: Any,
) -> Certificate:
    """A verified certificate of the cooperative, valid from half a year ago for two years, covering `scope`."""
    number = next(_numbers)
    today = clock.today()
    submitter = make_person()
    values: dict[str, Any] = {
        "cooperative_id": cooperative.id,
        "scheme": scheme,
        "number": f"MAU-{number:04d}",
        "holder": cooperative.legal_name,
        "issuer_name": "Trung tâm chứng nhận (mẫu)",
        "issuer_level": IssuerLevel.PROVINCE if scheme == "ocop" else IssuerLevel.BODY,
        "stars": 4 if scheme == "ocop" else None,
        "valid_from": valid_from or today - timedelta(days=180),
        "valid_to": valid_to or today + timedelta(days=550),
        "review": Review.VERIFIED,
        "submitted_by_id": submitter.id,
        "submitted_at": clock.now(),
        **changes,
    }
    with transaction():
        certificate = Certificate(**values)
        certificate.scope = [CertificateScope(name=name, folded=fold(name)) for name in scope]
        session.add(certificate)
    return certificate
