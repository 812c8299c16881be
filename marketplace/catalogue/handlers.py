"""What the catalogue does when cooperatives open, close or change, and when certificates are answered."""

from __future__ import annotations

from marketplace.catalogue import actions
from marketplace.certificates.events import CertificateAnswered, CertificateSubmitted
from marketplace.cooperatives.events import CooperativeClosed, CooperativeOpened, CooperativeProfileChanged


def on_cooperative_changed(event: CooperativeOpened | CooperativeClosed | CooperativeProfileChanged) -> None:
    actions.refresh_cooperative(event.cooperative_id)


def on_certificate_answered(event: CertificateAnswered) -> None:
    actions.refresh_claims_of_certificate(event.certificate_id)


def on_certificate_submitted(event: CertificateSubmitted) -> None:
    actions.refresh_claims_of_certificate(event.certificate_id)
