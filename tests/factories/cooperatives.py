"""Cooperatives and who works in them."""

from __future__ import annotations

from itertools import count
from typing import Any

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative, Membership
from marketplace.cooperatives.states import Admission, MemberRole
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.text import fold, slugify, sort_key
from tests.factories.accounts import make_person

_numbers = count(1)
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_code(number: int) -> str:
    """A number that passes the check digit, under the prefix 99 that nobody has."""
    while True:
        body = f"99{number:07d}"
        check = 10 - sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
        if 0 <= check <= 9:
            return f"{body}{check}"
        number += 5_000_000


def make_cooperative(
    *, name: str = "", owner: Person | None = None, province: str = "33", commune: str = "11977", **changes: Any
) -> Cooperative:
    """A verified cooperative in Hưng Yên with an owner, unless told otherwise."""
    number = next(_numbers)
    name = name or f"Nông sản Sông Biếc {number}"
    owner = owner or make_person(full_name="Nguyễn Thị Lan")
    now = clock.now()
    values: dict[str, Any] = {
        "slug": slugify(name) + f"-{number}",
        "legal_name": f"Hợp tác xã {name}",
        "short_name": f"HTX {name}",
        "sort_key": sort_key(name),
        "folded": fold(name),
        "tax_code": tax_code(number),
        "representative_name": "Nguyễn Thị Lan",
        "representative_title": "Giám đốc",
        "address_line": "Thôn Đông",
        "commune_code": commune,
        "province_code": province,
        "phone": "+84900000001",
        "members_count": 25,
        "land_area_m2": 120_000,
        "admission": Admission.VERIFIED,
        "verified_at": now,
        "created_at": now,
        **changes,
    }
    with transaction():
        cooperative = Cooperative(**values)
        session.add(cooperative)
        session.flush()
        session.add(
            Membership(cooperative_id=cooperative.id, person_id=owner.id, role=MemberRole.OWNER, created_at=now)
        )
    return cooperative


def make_staff(cooperative: Cooperative, *, role: MemberRole = MemberRole.STAFF) -> Person:
    """A person who works for the cooperative."""
    person = make_person(full_name="Vũ Văn Nhân Viên")
    with transaction():
        session.add(Membership(cooperative_id=cooperative.id, person_id=person.id, role=role, created_at=clock.now()))
    return person
