"""Who can be tried in the demo: one account for each role. Never outside demo mode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

PASSWORD = "cho htx 2026 mẫu"  # noqa: S105  (shown on the demo's home page)

ADMIN = "+84900000001"
OFFICER = "+84900000002"
OTHER_OFFICER = "+84900000003"
BUYER = "+84900000010"
SHOW_HOST = "+84900000088"  # whom the script of the fair on air plays
CREW = "+84900000089"
FIRST_VIEWER = 91  # +84900000091 and so on write in the room
OFFICER_PROVINCES = {"33", "31", "22"}
OTHER_PROVINCES = {"37", "01", "24", "25"}
FIRST_OWNER = 20  # +84900000020 owns the first cooperative, +84900000021 the second


@dataclass(frozen=True)
class DemoAccount:
    role: Any
    contact: str
    note: Any = ""


ACCOUNTS = (
    DemoAccount(_("Cooperative (longan, Hưng Yên)"), "0900 000 020", _("lots, labels, orders to pack")),
    DemoAccount(_("Cooperative (guava and lychee, Hải Phòng)"), "0900 000 024", _("orders in every state")),
    DemoAccount(
        _("Officer of Hưng Yên, Hải Phòng, Quảng Ninh"),
        "0900 000 002",
        _("the app's code stands in the sample mailbox"),
    ),
    DemoAccount(_("Admin of all provinces"), "0900 000 001", _("the app's code stands in the sample mailbox")),
    DemoAccount(_("Crew of the fair on air"), "0900 000 089", _("a link to the host desk stands in the live room")),
    DemoAccount(_("Buyer"), "0900 000 010"),
)


def owner_phone(number: int) -> str:
    return f"+849000000{FIRST_OWNER + number:02d}"


def viewer_phone(number: int) -> str:
    return f"+849000000{FIRST_VIEWER + number:02d}"
