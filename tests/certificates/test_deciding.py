"""Who decides about a certificate, when, and what follows; whatever is changed is checked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.certificates import actions as certificates
from marketplace.certificates.actions import CertificateDetails, Evidence
from marketplace.certificates.errors import ChangedMeanwhile, NoEvidence, ReviewMoveRefused, SamePerson
from marketplace.certificates.models import Certificate
from marketplace.certificates.states import IssuerLevel, Review
from marketplace.foundation import clock, public_version
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.jobs import Job
from tests.factories.accounts import make_officer, make_person
from tests.factories.cooperatives import make_cooperative

pytestmark = pytest.mark.usefixtures("app")

DETAILS = CertificateDetails(
    scheme="vietgap_crop",
    number="VietGAP-TT-13-09-33-0096",
    issuer_name="Trung tâm chứng nhận (mẫu)",
    issuer_level=IssuerLevel.BODY,
    valid_from=date(2026, 1, 1),
    valid_to=date(2027, 12, 31),
    scope=("Nhãn lồng",),
)
SCAN = Evidence("papers/scan.jpg", "giấy.jpg", "image/jpeg")
SECOND_SCAN = Evidence("papers/second.pdf", "trang 2.pdf", "application/pdf")


def handed_in() -> Certificate:
    cooperative, owner = make_cooperative(), make_person()
    with transaction():
        return certificates.submit_certificate(cooperative, DETAILS, [SCAN], by=owner.id)


def verified() -> Certificate:
    certificate, officer = handed_in(), make_officer("33")
    with transaction():
        certificates.verify(certificate, by=officer.id)
    return certificate


def deeds(certificate: Certificate) -> list[str]:
    rows = session.query(AuditEntry).filter_by(subject="certificate", subject_id=certificate.id)
    return [row.tag.rpartition(":")[2] for row in rows.order_by(AuditEntry.id)]


def letters() -> int:
    """How often the cooperative was to be told of an answer."""
    session.rollback()
    return session.query(Job).filter_by(name="tell_certificate_answered").count()


def test_a_second_person_verifies_once() -> None:
    certificate, officer = handed_in(), make_officer("33")
    before = public_version.read()
    with transaction():
        certificates.verify(certificate, by=officer.id, seen=certificate.submitted_at)
    assert (certificate.review, certificate.verified_by_id) == (Review.VERIFIED, officer.id)
    assert public_version.read() > before
    assert deeds(certificate) == ["pending_review", "verified"]
    assert session.query(AuditEntry).filter_by(tag="certificates:certificate:verified").one().province_code == "33"
    with pytest.raises(ReviewMoveRefused), transaction():
        certificates.verify(certificate, by=officer.id)
    assert letters() == 1


def test_nobody_verifies_what_he_handed_in() -> None:
    certificate = handed_in()
    with pytest.raises(SamePerson), transaction():
        certificates.verify(certificate, by=certificate.submitted_by_id)
    session.rollback()
    assert (certificate.review, certificate.verified_at) == (Review.PENDING, None)
    assert (deeds(certificate), letters()) == (["pending_review"], 0)


def test_nobody_reinstates_what_he_handed_in() -> None:
    certificate, officer = verified(), make_officer("33")
    with transaction():
        certificates.suspend(certificate, by=officer.id, note="Có khiếu nại.")
    with pytest.raises(SamePerson), transaction():
        certificates.reinstate(certificate, by=certificate.submitted_by_id, note="Ổn rồi.")
    with transaction():
        certificates.reinstate(certificate, by=officer.id, note="Đã kiểm tra lại.")
    assert (certificate.review, certificate.review_note) == (Review.VERIFIED, "Đã kiểm tra lại.")


def test_a_suspension_is_lifted_with_a_reason_only() -> None:
    certificate, officer = verified(), make_officer("33")
    with transaction():
        certificates.suspend(certificate, by=officer.id, note="Có khiếu nại.")
    with pytest.raises(ReviewMoveRefused), transaction():
        certificates.verify(certificate, by=officer.id)


def test_what_was_changed_after_the_officer_looked_is_not_verified() -> None:
    certificate, officer = handed_in(), make_officer("33")
    seen = certificate.submitted_at
    with clock.moved_to(clock.now() + timedelta(minutes=5)), transaction():
        certificates.change_certificate(
            certificate, replace(DETAILS, scope=("Vải thiều",)), [], by=certificate.submitted_by_id
        )
    with pytest.raises(ChangedMeanwhile), transaction():
        certificates.verify(certificate, by=officer.id, seen=seen)
    session.rollback()
    assert certificate.review == Review.PENDING


def test_a_change_takes_the_badges_off_and_tells_nobody_of_an_answer() -> None:
    certificate = verified()
    before = public_version.read()
    with transaction():
        certificates.change_certificate(
            certificate, replace(DETAILS, number="Số mới"), [SECOND_SCAN], by=certificate.submitted_by_id
        )
    session.rollback()
    assert (certificate.review, certificate.number) == (Review.PENDING, "Số mới")
    assert (certificate.verified_at, certificate.verified_by_id) == (None, None)
    assert [file.file_name for file in certificate.files] == ["giấy.jpg", "trang 2.pdf"]
    assert public_version.read() > before
    assert letters() == 1  # of the verification before


def test_a_scan_can_be_replaced_but_one_must_stay() -> None:
    certificate = handed_in()
    first = certificate.files[0].id
    by = certificate.submitted_by_id
    with pytest.raises(NoEvidence), transaction():
        certificates.change_certificate(certificate, DETAILS, [], by=by, without_files={first})
    with transaction():
        certificates.change_certificate(certificate, DETAILS, [SECOND_SCAN], by=by, without_files={first})
    session.rollback()
    assert [file.file_name for file in certificate.files] == ["trang 2.pdf"]


def test_without_a_scan_nothing_is_handed_in() -> None:
    cooperative, owner = make_cooperative(), make_person()
    with pytest.raises(NoEvidence), transaction():
        certificates.submit_certificate(cooperative, DETAILS, [], by=owner.id)
    session.rollback()
    assert session.query(Certificate).count() == 0


def test_reminders_come_once_at_each_distance() -> None:
    certificate = verified()
    ends = certificate.valid_to

    def reminded(days_before: int) -> int:
        with transaction():
            return certificates.remind(on=ends - timedelta(days=days_before))

    assert [reminded(days) for days in (181, 180, 179, 90, 31, 29, 28, 0, -1)] == [0, 1, 0, 1, 0, 1, 0, 0, 0]
    assert session.query(Job).filter_by(name="tell_certificate_runs_out").count() == 3
