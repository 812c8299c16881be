"""A cooperative applies to its Alliance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from marketplace.cooperatives import rules
from marketplace.cooperatives.actions.moves import move
from marketplace.cooperatives.errors import ApplicationClosed, ApplicationIncomplete, TaxCodeTaken, TooManyPapers
from marketplace.cooperatives.events import CooperativeSubmitted
from marketplace.cooperatives.models import Cooperative, CooperativeDocument, Membership
from marketplace.cooperatives.states import (
    OPEN_TO_CHANGE,
    Admission,
    CooperativeKind,
    MemberRole,
    Sector,
    VatMethod,
)
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.text import fold, slugify, sort_key
from marketplace.geography import queries as geography

MOST_PAPERS = 20


@dataclass(frozen=True)
class ApplicationDetails:
    """What identifies a cooperative (domain.md 1.3); the province follows from the commune."""

    kind: CooperativeKind
    legal_name: str
    short_name: str
    tax_code: str
    representative_name: str
    address_line: str
    commune_code: str
    phone: str
    representative_title: str = ""
    registered_on: date | None = None
    registered_at: str = ""
    legacy_registration_no: str = ""
    zalo_phone: str = ""
    email: str = ""
    members_count: int = 0
    households_count: int = 0
    land_area_m2: int = 0
    sector: Sector = Sector.AGRICULTURE
    main_products: str = ""
    is_alliance_member: bool = False
    bank_bin: str = ""
    bank_account: str = ""
    bank_account_name: str = ""
    vat_method: VatMethod = VatMethod.DIRECT


def start_application(details: ApplicationDetails, *, by: int, is_demo: bool = False) -> Cooperative:
    """Write the application down as a draft; whoever writes it becomes the owner. Raises TaxCodeTaken."""
    now = clock.now()
    cooperative = Cooperative(slug=_free_slug(details.short_name), created_at=now, is_demo=is_demo)
    _fill(cooperative, details)
    session.add(cooperative)
    try:
        session.flush()
    except IntegrityError as error:
        raise TaxCodeTaken(details.tax_code) from error
    session.add(Membership(cooperative_id=cooperative.id, person_id=by, role=MemberRole.OWNER, created_at=now))
    session.flush()
    return cooperative


def change_application(cooperative: Cooperative, details: ApplicationDetails) -> None:
    """Correct what was written, while the Alliance is not checking it. Raises TaxCodeTaken, ApplicationClosed."""
    _must_be_open(cooperative)
    _fill(cooperative, details)
    try:
        session.flush()
    except IntegrityError as error:
        raise TaxCodeTaken(details.tax_code) from error


def _fill(cooperative: Cooperative, details: ApplicationDetails) -> None:
    commune = geography.find_commune(details.commune_code)
    assert commune is not None, "the form has checked the commune"
    for name, value in vars(details).items():
        setattr(cooperative, name, value)
    cooperative.province_code = commune.province_code
    cooperative.sort_key, cooperative.folded = sort_key(details.short_name), fold(details.short_name)


def _free_slug(name: str) -> str:
    """An address of its own; the second of one name gets a number."""
    base = slugify(name, 60) or "htx"
    taken = set(session.scalars(select(Cooperative.slug).where(Cooperative.slug.startswith(base))))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _must_be_open(cooperative: Cooperative) -> None:
    # Locked, so that nothing is handed in or decided between the look and the change.
    session.refresh(cooperative, with_for_update=True)
    if cooperative.admission not in OPEN_TO_CHANGE:
        raise ApplicationClosed(f"cooperative {cooperative.slug} is {cooperative.admission}")


def add_paper(cooperative: Cooperative, *, kind: str, file_key: str, file_name: str, content_type: str) -> None:
    """Put a stored scan to the application. Raises ApplicationClosed, TooManyPapers."""
    _must_be_open(cooperative)
    mine = CooperativeDocument.cooperative_id == cooperative.id
    if (session.scalar(select(func.count(CooperativeDocument.id)).where(mine)) or 0) >= MOST_PAPERS:
        raise TooManyPapers(f"cooperative {cooperative.slug} has {MOST_PAPERS} papers")
    session.add(
        CooperativeDocument(
            cooperative_id=cooperative.id,
            kind=kind,
            file_key=file_key,
            file_name=file_name,
            content_type=content_type,
            created_at=clock.now(),
        )
    )
    session.flush()


def remove_paper(cooperative: Cooperative, *, paper_id: int) -> None:
    """Take a paper out of the application; one that is gone already is no error. Raises ApplicationClosed."""
    _must_be_open(cooperative)
    session.execute(
        delete(CooperativeDocument).where(
            CooperativeDocument.id == paper_id, CooperativeDocument.cooperative_id == cooperative.id
        )
    )


def submit(cooperative: Cooperative, *, by: int) -> None:
    """Hand the application in; announces CooperativeSubmitted. Raises ApplicationIncomplete, AdmissionMoveRefused."""
    kinds = set(
        session.scalars(select(CooperativeDocument.kind).where(CooperativeDocument.cooperative_id == cooperative.id))
    )
    missing = rules.missing_papers(kinds, sells_food=cooperative.sector == Sector.AGRICULTURE)
    if missing:
        raise ApplicationIncomplete(missing)
    move(cooperative, Admission.SUBMITTED, by=by)
    cooperative.submitted_at, cooperative.admission_note = clock.now(), ""
    announce(CooperativeSubmitted(cooperative.id))
