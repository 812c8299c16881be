"""What can be done with certificates: handing in, deciding, reminding."""

from marketplace.certificates.actions.deciding import ask_for_more, refuse, reinstate, suspend, verify
from marketplace.certificates.actions.reminding import remind
from marketplace.certificates.actions.submitting import (
    CertificateDetails,
    Evidence,
    change_certificate,
    submit_certificate,
)

__all__ = [
    "CertificateDetails",
    "Evidence",
    "ask_for_more",
    "change_certificate",
    "refuse",
    "reinstate",
    "remind",
    "submit_certificate",
    "suspend",
    "verify",
]
