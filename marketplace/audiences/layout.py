"""What every page shows around its content: who is signed in, where he may go, what waits for him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user

from marketplace.accounts import permissions as accounts
from marketplace.certificates.schemes import SCHEMES
from marketplace.cooperatives.states import MemberRole
from marketplace.foundation.settings import Settings
from marketplace.notifications import pushing
from marketplace.notifications import queries as notifications


@dataclass(frozen=True)
class Link:
    """One entry of a navigation."""

    label: str
    url: str
    icon: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True)
class Entry:
    """Where a door leads: endpoint, words, icon."""

    endpoint: str
    label: Any
    icon: str
    owner_only: bool = False
    admin_only: bool = False
    for_inspectors: bool = False


DESK = (
    Entry("cooperatives_desk.overview", lazy_gettext("Today"), "home"),
    Entry("fulfilment_desk.orders", lazy_gettext("Orders"), "box"),
    Entry("catalogue_desk.products", lazy_gettext("Products"), "leaf"),
    Entry("farming_desk.seasons", lazy_gettext("Diary"), "calendar"),
    Entry("care_desk.complaints", lazy_gettext("Complaints"), "message"),
    Entry("traceability_desk.lots", lazy_gettext("Lots and labels"), "qr"),
    Entry("certificates_desk.certificates", lazy_gettext("Certificates"), "award"),
    Entry("cooperatives_desk.profile", lazy_gettext("Our cooperative"), "house"),
    Entry("sourcing_desk.demands", lazy_gettext("Supply and demand"), "inbox"),
    Entry("fairs_desk.fairs", lazy_gettext("Fairs"), "calendar"),
    Entry("invoices_desk.invoices", lazy_gettext("Invoices"), "list"),
    Entry("checkout_desk.delivery", lazy_gettext("Delivery"), "truck"),
    Entry("bookkeeping_money.money", lazy_gettext("Money"), "money", owner_only=True),
    Entry("bookkeeping_desk.statement", lazy_gettext("Statements"), "list", owner_only=True),
    Entry("bookkeeping_households.sheets", lazy_gettext("Sharing with households"), "people", owner_only=True),
    Entry("cooperatives_desk.people", lazy_gettext("People"), "people", owner_only=True),
    Entry("epcis_desk.connections", lazy_gettext("Connections"), "link", owner_only=True),
)

ALLIANCE = (
    Entry("cooperatives_alliance.queue", lazy_gettext("Applications"), "inbox"),
    Entry("certificates_alliance.queue", lazy_gettext("Certificates"), "award"),
    Entry("cooperatives_alliance.cooperatives", lazy_gettext("Cooperatives"), "house"),
    Entry("fairs_alliance.fairs", lazy_gettext("Fairs"), "calendar"),
    Entry("reports_alliance.year", lazy_gettext("Figures of the year"), "chart"),
    Entry("sourcing_alliance.demands", lazy_gettext("Supply and demand"), "inbox"),
    Entry("fulfilment_alliance.payments", lazy_gettext("Payments"), "money"),
    Entry("care_alliance.complaints", lazy_gettext("Complaints"), "message"),
    Entry("care_alliance.reviews", lazy_gettext("Reviews"), "star"),
    Entry("fulfilment_hubs.hubs", lazy_gettext("Collecting places"), "box"),
    Entry("fulfilment_remittances.remittances", lazy_gettext("Cash from carriers"), "truck"),
    Entry("fulfilment_bills.bills", lazy_gettext("Bills of carriers"), "truck", admin_only=True),
    Entry("ledger_alliance.payouts", lazy_gettext("Payouts"), "money"),
    Entry("bookkeeping_alliance.cooperatives", lazy_gettext("Statements"), "list"),
    Entry("orders_alliance.approvals", lazy_gettext("Second person"), "people"),
    Entry("orders_withdrawals.withdrawals", lazy_gettext("Money taken back"), "warning", admin_only=True),
    Entry("payments_alliance.bank", lazy_gettext("Bank account"), "money", admin_only=True),
    Entry("payments_refunds.refunds", lazy_gettext("Refunds"), "money", admin_only=True),
    Entry("payments_methods.methods", lazy_gettext("Ways to pay"), "list", admin_only=True),
    Entry("bookkeeping_comparing.differences", lazy_gettext("Comparison"), "check", admin_only=True),
    Entry("ledger_alliance.books", lazy_gettext("The books"), "money", admin_only=True),
    Entry("bookkeeping_books.journal", lazy_gettext("For the accountant"), "list", admin_only=True),
    Entry("traceability_alliance.queue", lazy_gettext("Lots to decide on"), "warning"),
    Entry("farming_alliance.diaries", lazy_gettext("Diaries to look into"), "edit"),
    Entry("traceability_inspector.lots", lazy_gettext("Origins"), "qr", for_inspectors=True),
    Entry("traceability_warnings.warnings", lazy_gettext("Warnings about labels"), "warning", for_inspectors=True),
    Entry("cooperatives_alliance.audit", lazy_gettext("Audit trail"), "list"),
    Entry("accounts_alliance.officers", lazy_gettext("Officers"), "people", admin_only=True),
)


def install(app: Flask, settings: Settings) -> None:
    app.jinja_env.globals["scheme_label"] = lambda code: SCHEMES[code].short_label if code in SCHEMES else code

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        # Asking who is signed in touches the session and so the Vary header; strangers' shared pages never ask.
        rule = g.get("access")
        is_shared = rule is not None and rule.is_shared
        person = current_user if not is_shared and current_user.is_authenticated else None
        return {
            "current_person": person,
            "cooperative": g.get("cooperative"),
            "settings": settings,
            "navigation": _navigation,
            "push_service": pushing.service,
            "unread_notices": lambda: notifications.unread_count(person.id) if person is not None else 0,
        }

    def _navigation(door: str) -> list[Link]:
        entries = DESK if door == "desk" else ALLIANCE
        is_owner = g.get("member_role") == MemberRole.OWNER
        only_reads = door == "alliance" and current_user.is_authenticated and not accounts.is_officer(current_user)
        is_admin = door == "alliance" and current_user.is_authenticated and accounts.is_admin(current_user)
        here = (request.endpoint or "").split(".")[0]
        return [
            Link(
                label=str(entry.label),
                url=url_for(entry.endpoint),
                icon=entry.icon,
                is_current=entry.endpoint == request.endpoint
                or (here == entry.endpoint.split(".")[0] and here not in _CROWDED),
            )
            for entry in entries
            if entry.endpoint in app.view_functions
            and (is_owner or not entry.owner_only)
            and (is_admin or not entry.admin_only)
            and (entry.for_inspectors or not only_reads)
        ]


# Their pages belong to several entries, or to another's entry.
_CROWDED = {"reports_alliance", "cooperatives_desk", "cooperatives_alliance", "ledger_alliance", "care_alliance"}
