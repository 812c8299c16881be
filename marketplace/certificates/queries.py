"""Which certificates count on a day, and what a badge made from one says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.accounts.models import Person
from marketplace.certificates.models import Certificate, CertificateFile
from marketplace.certificates.states import Review
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session

PAGE = 50


@dataclass(frozen=True)
class Badge:
    """What may be claimed by one verified certificate within its dates."""

    certificate_id: int
    scheme: str
    stars: int | None
    number: str
    issuer_name: str
    valid_from: date
    valid_to: date

    @property
    def level(self) -> int | None:
        """Stars, where the scheme has them."""
        return self.stars

    @property
    def url(self) -> str:
        """Its public proof."""
        return f"/chung-nhan/{self.certificate_id}"


def counts_on(day: date) -> ColumnElement[bool]:
    """The condition of design.md rule 4: verified, and the day lies within its dates, both included."""
    return and_(Certificate.review == Review.VERIFIED, Certificate.valid_from <= day, Certificate.valid_to >= day)


def badge_of(certificate: Certificate) -> Badge:
    return Badge(
        certificate_id=certificate.id,
        scheme=certificate.scheme,
        stars=certificate.stars,
        number=certificate.number,
        issuer_name=certificate.issuer_name,
        valid_from=certificate.valid_from,
        valid_to=certificate.valid_to,
    )


def badges_of_cooperatives(cooperative_ids: Collection[int], *, on: date) -> dict[int, list[Badge]]:
    """All certificates of each cooperative that count on the day, for its own page."""
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.cooperative_id.in_(cooperative_ids), counts_on(on))
        .order_by(Certificate.scheme, Certificate.id)
    )
    found: dict[int, list[Badge]] = {cooperative_id: [] for cooperative_id in cooperative_ids}
    for row in rows:
        found[row.cooperative_id].append(badge_of(row))
    return found


def certificates_of(cooperative_id: int) -> list[Certificate]:
    """All of a cooperative, what ends first on top."""
    return list(
        session.scalars(
            select(Certificate)
            .where(Certificate.cooperative_id == cooperative_id)
            .order_by(Certificate.valid_to, Certificate.id)
        )
    )


def count_ending(cooperative_id: int, *, on: date, within_days: int) -> int:
    """Certificates that count today and will not when so many days are over."""
    query = select(func.count(Certificate.id)).where(
        Certificate.cooperative_id == cooperative_id,
        counts_on(on),
        Certificate.valid_to < on + timedelta(days=within_days),
    )
    return session.scalar(query) or 0


def find_of(cooperative_id: int, certificate_id: int) -> Certificate | None:
    """A certificate through its cooperative."""
    return session.scalar(
        select(Certificate).where(Certificate.id == certificate_id, Certificate.cooperative_id == cooperative_id)
    )


def find_public(certificate_id: int) -> tuple[Certificate, Cooperative] | None:
    """A certificate that was verified at some time, of an open cooperative."""
    row = session.execute(
        select(Certificate, Cooperative)
        .join(Cooperative, Cooperative.id == Certificate.cooperative_id)
        .where(
            Certificate.id == certificate_id,
            Certificate.review.in_([Review.VERIFIED, Review.SUSPENDED]),
            Cooperative.admission == Admission.VERIFIED,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def in_scope(
    scope: ColumnElement[bool], reviews: Collection[Review], *, ends: tuple[date, date] | None = None, page: int = 1
) -> tuple[list[tuple[Certificate, Cooperative]], int]:
    """One page of an officer's certificates and how many there are: what was handed in first on top, or, within the
    days of `ends`, what ends first."""
    where = [scope, Certificate.review.in_(reviews)]
    order: list[InstrumentedAttribute[Any]] = [Certificate.submitted_at, Certificate.id]
    if ends is not None:
        where.append(Certificate.valid_to.between(*ends))
        order.insert(0, Certificate.valid_to)
    both = Cooperative.id == Certificate.cooperative_id
    count = session.scalar(select(func.count()).select_from(Certificate).join(Cooperative, both).where(*where)) or 0
    rows = session.execute(
        select(Certificate, Cooperative)
        .join(Cooperative, both)
        .where(*where)
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [(certificate, cooperative) for certificate, cooperative in rows], count


def find_in_scope(certificate_id: int, scope: ColumnElement[bool]) -> tuple[Certificate, Cooperative] | None:
    row = session.execute(
        select(Certificate, Cooperative)
        .join(Cooperative, Cooperative.id == Certificate.cooperative_id)
        .where(Certificate.id == certificate_id, scope)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def with_same_number(certificate: Certificate) -> list[tuple[Certificate, Cooperative]]:
    """Others of the same kind and number, anywhere: a borrowed paper shows up here."""
    rows = session.execute(
        select(Certificate, Cooperative)
        .join(Cooperative, Cooperative.id == Certificate.cooperative_id)
        .where(
            Certificate.number == certificate.number,
            Certificate.scheme == certificate.scheme,
            Certificate.id != certificate.id,
        )
        .order_by(Certificate.id)
        .limit(5)
    )
    return [(other, owner) for other, owner in rows]


def find_file(file_id: int, scope: ColumnElement[bool]) -> CertificateFile | None:
    """A scan within the asker's scope: his cooperative, or his provinces."""
    return session.scalar(
        select(CertificateFile)
        .join(Certificate, Certificate.id == CertificateFile.certificate_id)
        .join(Cooperative, Cooperative.id == Certificate.cooperative_id)
        .where(CertificateFile.id == file_id, scope)
    )


def deeds_of(certificate_id: int) -> list[tuple[AuditEntry, str]]:
    """(what was done, by whom), newest first."""
    rows = session.execute(
        select(AuditEntry, Person.full_name)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(AuditEntry.subject == "certificate", AuditEntry.subject_id == certificate_id)
        .order_by(AuditEntry.id.desc())
    )
    return [(entry, name or "") for entry, name in rows]
