"""Who may enter a page: every view declares it, the guard enforces it, and the route table in the tests is built from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Audience(StrEnum):
    """The least that a visitor must be. The guard hands the view what it found: `person`, `cooperative`."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"  # view gets person
    STAFF = "staff"  # of the cooperative in the address; view gets person and cooperative
    OWNER = "owner"  # likewise, and speaks for it
    OFFICER = "officer"  # of an alliance; view gets person, looks things up through his provinces
    INSPECTOR = "inspector"  # likewise, or somebody who only reads origins; view gets person
    ADMIN = "admin"  # of all alliances; view gets person
    OPERATOR = "operator"  # on this machine only
    DEMO = "demo"  # exists in demo and test mode only


@dataclass(frozen=True)
class Access:
    audience: Audience
    is_shared: bool = False  # the same page for every stranger: no cookie, no token in it, may be cached


def allow(audience: Audience, *, is_shared: bool = False) -> Callable[[View], View]:
    def declare(view: View) -> View:
        view.access = Access(audience, is_shared)  # type: ignore[attr-defined]
        return view

    return declare


public = allow(Audience.PUBLIC)
shared = allow(Audience.PUBLIC, is_shared=True)
signed_in = allow(Audience.SIGNED_IN)
staff = allow(Audience.STAFF)
owner = allow(Audience.OWNER)
officer = allow(Audience.OFFICER)
inspector = allow(Audience.INSPECTOR)
admin = allow(Audience.ADMIN)
operator = allow(Audience.OPERATOR)
demo = allow(Audience.DEMO)


def of(view: Callable[..., Any] | None) -> Access | None:
    """What the view declared, or None when somebody forgot."""
    return getattr(view, "access", None)
