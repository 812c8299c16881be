"""Which news is about what, and what nobody can switch off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from marketplace.notifications.states import Topic, Way

OBLIGATORY = frozenset({Topic.RECALL, Topic.SECURITY})
URGENT = OBLIGATORY | {Topic.SALES}

READ_KEPT, UNREAD_KEPT = timedelta(days=60), timedelta(days=180)
REMIND_BEFORE = timedelta(hours=3)  # the end of the time to pay
PUSHED_WITHIN = timedelta(hours=12)  # what is older stands behind the bell and wakes nobody
DEVICES_EACH = 10

_TOPICS = {
    "accounts": Topic.SECURITY,
    "alliance": Topic.DUTIES,
    "care": Topic.ORDERS,
    "care/accepted": Topic.SALES,
    "care/escalated_for_seller": Topic.SALES,
    "care/opened": Topic.SALES,
    "care/review_written": Topic.SALES,
    "care/settled_for_seller": Topic.SALES,
    "certificates": Topic.PAPERS,
    "cooperatives": Topic.PAPERS,
    "cooperatives/submitted": Topic.DUTIES,
    "fairs": Topic.ORDERS,
    "fairs/booth_answered": Topic.SALES,
    "fairs/called_off": Topic.SALES,
    "fairs/ended": Topic.SALES,
    "fairs/own_report": Topic.SALES,
    "fairs/report_due": Topic.DUTIES,
    "fairs/reported": Topic.DUTIES,
    "farming": Topic.PAPERS,
    "invoices/issued": Topic.ORDERS,
    "invoices/asked": Topic.SALES,
    "invoices/missing": Topic.SALES,
    "ledger": Topic.MONEY,
    "ledger/account_approved": Topic.SECURITY,
    "ledger/account_proposed": Topic.SECURITY,
    "orders": Topic.ORDERS,
    "orders/cancelled_for_seller": Topic.SALES,
    "orders/paid_for_seller": Topic.SALES,
    "orders/placed_for_seller": Topic.SALES,
    "orders/surplus_for_seller": Topic.SALES,
    "orders/to_pack": Topic.SALES,
    "sourcing/for_buyer": Topic.ORDERS,
    "sourcing/for_seller": Topic.SALES,
    "traceability": Topic.RECALL,
    "traceability/scan_alarm": Topic.PAPERS,
}


def topic_of(kind: str) -> Topic:
    """By the letter's name, else by the package it is named after."""
    feature, _, rest = kind.partition("/")
    return _TOPICS.get(f"{feature}/{rest.partition('/')[0]}") or _TOPICS[feature]


def topics_for(*, sells: bool, decides: bool) -> list[Topic]:
    """Those that somebody can get news about."""
    sellers = {Topic.SALES, Topic.MONEY, Topic.PAPERS}
    return [topic for topic in Topic if (topic not in sellers or sells) and (topic != Topic.DUTIES or decides)]


def refused(topic: Topic, chosen: Collection[Way]) -> frozenset[Way]:
    """The ways that are shut for this topic, when these are open."""
    return frozenset() if topic in OBLIGATORY else frozenset(Way) - frozenset(chosen)
