"""A closing report against the raw rows: every figure again by SQL of its own, over a fair that was played for real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, text

from marketplace.fairs import actions as fairs
from marketplace.fairs.errors import MoveRefused
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.states import FairState
from marketplace.foundation import clock, dates
from marketplace.foundation.database import Moment, session, transaction
from marketplace.orders.states import PartState
from marketplace.reports import actions, providers, queries
from marketplace.reports.providers import Conferences, Trade
from marketplace.reports.rules import ClosingReport
from marketplace.reports.states import Figure
from marketplace.sourcing.states import PaperKind
from tests.client import Browser
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.orders import move
from tests.factories.sourcing import certify, make_commitment, make_demand, make_forecast, make_quote
from tests.reports.playing import ALL_THE_WAY, Played, play

# The fair's packs, and the parts of orders that hold them; nothing of the package is used.
SOLD = """
    WITH sold AS (
        SELECT ol.id AS line_id, ol.cooperative_order_id AS part_id, ol.quantity AS packs,
               ol.quantity * ol.price_dong AS dong, b.id AS booth_id
        FROM order_line ol
        JOIN booth_item bi ON bi.offer_id = ol.session_offer_id
        JOIN booth b ON b.id = bi.booth_id
        WHERE b.fair_id = :fair
    ), part AS (
        SELECT co.id, co.state, o.phone, o.placed_at, co.delivered_at
        FROM cooperative_order co JOIN "order" o ON o.id = co.order_id
        WHERE co.id IN (SELECT part_id FROM sold)
    )
"""
FELL_THROUGH = "('cancelled', 'refused', 'lost')"
ATTENDED = f"""
    SELECT b.id FROM booth b WHERE b.fair_id = :fair AND b.state = 'approved' AND (
        EXISTS (SELECT 1 FROM fair_slot s WHERE s.booth_id = b.id AND s.state IN ('on_air', 'done', 'cut_off'))
        OR EXISTS (SELECT 1 FROM sold JOIN part ON part.id = sold.part_id
                   WHERE sold.booth_id = b.id AND part.state NOT IN {FELL_THROUGH}))
"""
BADGES = """
    SELECT DISTINCT so.product_id, c.scheme FROM session_offer so
    JOIN booth_item bi ON bi.offer_id = so.id JOIN booth b ON b.id = bi.booth_id
    JOIN product_claim pc ON pc.product_id = so.product_id AND pc.counts
    JOIN certificate c ON c.id = pc.certificate_id AND c.review = 'verified'
    WHERE b.fair_id = :fair AND b.state = 'approved'
"""

SIGNED = "FROM commitment k JOIN demand d ON d.id = k.demand_id WHERE d.fair_id = :fair AND k.signed_at <= :at"

BY_HAND: dict[Figure, str] = {
    Figure.REQUESTS: "SELECT count(*) FROM demand WHERE fair_id = :fair AND created_at <= :at",
    Figure.OFFERS: """SELECT count(*) FROM quote q JOIN demand d ON d.id = q.demand_id
        WHERE d.fair_id = :fair AND q.created_at <= :at""",
    Figure.MEMORANDUMS: f"SELECT count(*) {SIGNED} AND k.kind = 'bien_ban_ghi_nho'",
    Figure.CONTRACTS: f"SELECT count(*) {SIGNED} AND k.kind = 'hop_dong'",
    Figure.CONTRACT_KILOGRAMS: f"SELECT sum(k.quantity) / 1000 {SIGNED} AND k.kind = 'hop_dong' AND k.unit = 'gram'",
    Figure.CONTRACT_DONG: f"SELECT sum(k.quantity * k.price_dong / 1000) {SIGNED} AND k.kind = 'hop_dong'",
    Figure.INVITED: "SELECT count(*) FROM cooperative c, fair f WHERE f.id = :fair AND c.verified_at <= f.registration_opens_at",
    Figure.APPLIED: "SELECT count(*) FROM booth WHERE fair_id = :fair AND submitted_at IS NOT NULL",
    Figure.APPROVED: "SELECT count(*) FROM booth WHERE fair_id = :fair AND state = 'approved'",
    Figure.ATTENDED: f"{SOLD} SELECT count(*) FROM ({ATTENDED}) attended",
    Figure.PROVINCES: f"""{SOLD} SELECT count(DISTINCT c.province_code) FROM ({ATTENDED}) attended
        JOIN booth b ON b.id = attended.id JOIN cooperative c ON c.id = b.cooperative_id""",
    Figure.PRODUCTS: """SELECT count(DISTINCT so.product_id) FROM session_offer so JOIN booth_item bi ON bi.offer_id = so.id
        JOIN booth b ON b.id = bi.booth_id WHERE b.fair_id = :fair AND b.state = 'approved'""",
    Figure.STARRED: f"SELECT count(*) FROM ({BADGES}) badge WHERE scheme = 'ocop'",
    Figure.CERTIFIED: f"SELECT count(DISTINCT product_id) FROM ({BADGES}) badge",
    Figure.SLOTS: "SELECT count(*) FROM fair_slot WHERE fair_id = :fair AND went_on_air_at IS NOT NULL",
    Figure.VIEWERS: "SELECT count(DISTINCT visitor_digest) FROM fair_attendance WHERE fair_id = :fair",
    Figure.PEAK: "SELECT peak_viewers FROM fair_room WHERE fair_id = :fair",
    Figure.QUESTIONS: """SELECT count(*) FROM fair_message
        WHERE fair_id = :fair AND is_question AND NOT is_crew AND state = 'visible'""",
    Figure.ANSWERED: """SELECT count(*) FROM fair_message
        WHERE fair_id = :fair AND is_question AND NOT is_crew AND state = 'visible' AND answer <> ''""",
    Figure.ORDERS: f"{SOLD} SELECT count(*) FROM part",
    Figure.CONFIRMED: f"""{SOLD} SELECT count(*) FROM part WHERE EXISTS (
        SELECT 1 FROM order_step os WHERE os.cooperative_order_id = part.id AND os.to_state = 'confirmed')""",
    Figure.DELIVERED: f"{SOLD} SELECT count(*) FROM part WHERE delivered_at IS NOT NULL",
    Figure.CANCELLED: f"{SOLD} SELECT count(*) FROM part WHERE state IN {FELL_THROUGH}",
    Figure.PACKS: f"""{SOLD} SELECT coalesce(sum(packs), 0) FROM sold JOIN part ON part.id = sold.part_id
        WHERE state NOT IN {FELL_THROUGH}""",
    Figure.GROSS_DONG: f"{SOLD} SELECT coalesce(sum(dong), 0) FROM sold",
    Figure.DELIVERED_DONG: f"""{SOLD} SELECT
        (SELECT coalesce(sum(dong), 0) FROM sold JOIN part ON part.id = sold.part_id WHERE delivered_at IS NOT NULL)
        - (SELECT coalesce(sum(lr.amount_dong), 0) FROM line_refund lr JOIN sold ON sold.line_id = lr.order_line_id)""",
    Figure.AVERAGE_DONG: f"{SOLD} SELECT (SELECT sum(dong) FROM sold) / (SELECT count(*) FROM part)",
    Figure.BUYERS: f"{SOLD} SELECT count(DISTINCT phone) FROM part",
    Figure.NEW_BUYERS: f"""{SOLD} SELECT count(DISTINCT phone) FROM part WHERE phone NOT IN (
        SELECT o.phone FROM "order" o, fair f WHERE f.id = :fair AND o.placed_at < f.went_live_at)""",
    Figure.SCANS: """SELECT count(*) FROM scan, fair f WHERE f.id = :fair AND scan.counts AND scan.at >= f.went_live_at
        AND scan.at <= :at AND scan.lot_id IN (
            SELECT bi.lot_id FROM booth_item bi JOIN booth b ON b.id = bi.booth_id
            WHERE b.fair_id = :fair AND b.state = 'approved')""",
    Figure.LEADS: "SELECT count(*) FROM fair_lead WHERE fair_id = :fair AND withdrawn_at IS NULL",
    Figure.COMPLAINTS: f"{SOLD} SELECT count(*) FROM complaint WHERE cooperative_order_id IN (SELECT id FROM part)",
    Figure.COMPLAINTS_SETTLED: f"""{SOLD} SELECT count(*) FROM complaint
        WHERE cooperative_order_id IN (SELECT id FROM part) AND state IN ('resolved', 'rejected')""",
    Figure.COMPLAINTS_DONG: f"""{SOLD} SELECT coalesce(sum(lr.amount_dong), 0) FROM line_refund lr
        WHERE lr.order_line_id IN (SELECT line_id FROM sold) AND lr.cause LIKE 'complaint:%'""",
    Figure.RATINGS: "SELECT count(satisfaction) FROM booth WHERE fair_id = :fair",
    Figure.RATING_TENTHS: "SELECT sum(satisfaction) * 10 / count(*) FROM booth WHERE fair_id = :fair AND satisfaction > 0",
}  # fmt: skip


def by_hand(fair_id: int, at: datetime) -> dict[Figure, int]:
    found = {figure: _one(sql, fair=fair_id, at=at) for figure, sql in BY_HAND.items()}
    found[Figure.MINUTES] = minutes_by_hand(fair_id)
    return found


def _one(sql: str, **known: Any) -> int:
    statement = text(sql)
    if ":at" in sql:
        statement = statement.bindparams(bindparam("at", type_=Moment()))
    return int(
        session.execute(statement, {name: value for name, value in known.items() if f":{name}" in sql}).scalar() or 0
    )


def minutes_by_hand(fair_id: int) -> int:
    rows = session.execute(
        text(
            "SELECT went_on_air_at, left_air_at FROM fair_slot WHERE fair_id = :fair AND went_on_air_at IS NOT NULL"
        ).columns(went_on_air_at=Moment(), left_air_at=Moment()),
        {"fair": fair_id},
    )
    return int(sum((left - went).total_seconds() for went, left in rows)) // 60


@pytest.fixture
def played(app: Flask, browsers: Callable[[], Browser]) -> Played:
    return play(browsers)


def hand_in(played: Played, at: datetime) -> ClosingReport:
    with clock.moved_to(at), transaction():
        return actions.hand_in(session.get_one(Fair, played.fair_id), by=played.officer_id)


def test_every_figure_agrees_with_the_raw_rows(played: Played) -> None:
    ask_and_sign(played)
    at = played.began_at + timedelta(days=3)
    report = hand_in(played, at)
    wanted = by_hand(played.fair_id, at)
    assert set(report.figures) == set(wanted)
    assert report.figures == wanted
    # And none of them is right only because all is zero.
    assert wanted == {
        Figure.INVITED: 3, Figure.APPLIED: 4, Figure.APPROVED: 3, Figure.ATTENDED: 2,
        Figure.PROVINCES: 1, Figure.PRODUCTS: 3, Figure.STARRED: 1, Figure.CERTIFIED: 2,
        Figure.SLOTS: 2, Figure.MINUTES: 38, Figure.VIEWERS: 3, Figure.PEAK: 7, Figure.QUESTIONS: 2, Figure.ANSWERED: 1,
        Figure.ORDERS: 5, Figure.CONFIRMED: 4, Figure.DELIVERED: 2, Figure.CANCELLED: 2, Figure.PACKS: 5,
        Figure.GROSS_DONG: 280_000, Figure.DELIVERED_DONG: 120_000, Figure.AVERAGE_DONG: 56_000, Figure.BUYERS: 4,
        Figure.NEW_BUYERS: 3, Figure.SCANS: 4, Figure.LEADS: 1, Figure.COMPLAINTS: 1, Figure.COMPLAINTS_SETTLED: 1,
        Figure.COMPLAINTS_DONG: 40_000, Figure.RATINGS: 2, Figure.RATING_TENTHS: 45,
        Figure.REQUESTS: 2, Figure.OFFERS: 1, Figure.MEMORANDUMS: 0, Figure.CONTRACTS: 1,
        Figure.CONTRACT_KILOGRAMS: 4_000, Figure.CONTRACT_DONG: 80_000_000,
    }  # fmt: skip


def test_parts_of_cooperatives_add_up_to_the_whole(played: Played) -> None:
    report = hand_in(played, played.began_at + timedelta(days=3))
    for figure, name in (
        (Figure.ORDERS, "orders"), (Figure.CONFIRMED, "confirmed"), (Figure.DELIVERED, "delivered"),
        (Figure.CANCELLED, "cancelled"), (Figure.PACKS, "packs"), (Figure.GROSS_DONG, "gross_dong"),
        (Figure.DELIVERED_DONG, "delivered_dong"), (Figure.QUESTIONS, "questions"), (Figure.ANSWERED, "answered"),
        (Figure.SCANS, "scans"), (Figure.LEADS, "leads"), (Figure.COMPLAINTS, "complaints"),
    ):  # fmt: skip
        assert sum(getattr(one, name) for one in report.booths) == report.figures[figure], figure
    assert sum(one.packs for one in report.products) == report.figures[Figure.PACKS]
    assert sum(report.steps) == sum(one.orders for one in report.slots) == report.figures[Figure.ORDERS]
    assert report.steps == [2, 2, 1]
    assert [(one.orders, one.dong) for one in report.slots] == [(2, 120_000), (3, 160_000)]
    assert report.provinces == {"Hưng Yên": 2}


def test_a_frozen_report_is_read_back_whole_and_counts_the_same_again(played: Played) -> None:
    report = hand_in(played, played.began_at + timedelta(days=3))
    fair = played.fair
    assert fair.state == FairState.REPORTED
    kept = queries.report_of(fair)
    assert kept == report
    # The world goes on: one more arrives. As of its own moment the report stands; since then one more is delivered.
    orders = played.orders or []
    with clock.moved_to(played.began_at + timedelta(days=4)):
        move(orders[4], *ALL_THE_WAY[1:])
    assert queries.differences_then(fair, kept) == []
    with clock.moved_to(played.began_at + timedelta(days=5)):
        changed = {one.figure: one.counted - one.reported for one in queries.differences_now(fair, kept)}
    assert changed == {Figure.DELIVERED: 1, Figure.DELIVERED_DONG: 40_000}
    # A row that somebody tampers with is seen.
    with transaction():
        session.execute(
            text("UPDATE order_line SET quantity = quantity + 1 WHERE id = :id"), {"id": orders[4].parts[0].lines[0].id}
        )
    assert {one.figure for one in queries.differences_then(fair, kept)} == {
        Figure.PACKS, Figure.GROSS_DONG, Figure.AVERAGE_DONG,
    }  # fmt: skip


def test_a_report_is_handed_in_once_and_only_after_the_end(played: Played) -> None:
    hand_in(played, played.began_at + timedelta(days=3))
    before = played.fair.report
    with pytest.raises(MoveRefused):
        hand_in(played, played.began_at + timedelta(days=4))
    assert played.fair.report == before
    with pytest.raises(MoveRefused), transaction():
        fair = session.get_one(Fair, played.fair_id)
        fairs.rate_fair(session.query(Booth).filter_by(fair_id=fair.id).first(), fair, height=1)


def ask_and_sign(played: Played) -> None:
    """Two buyers ask at the fair, one of them signs a contract; a third asks elsewhere."""
    owner = make_person()
    product = make_product(make_cooperative(owner=owner), subgroup="food_fresh_produce")
    certify(product)
    make_forecast(product)
    asked = make_demand(fair_id=played.fair_id)
    make_demand(fair_id=played.fair_id)
    make_demand()
    make_commitment(make_quote(asked, product), seller=owner, kind=PaperKind.CONTRACT)


def test_a_fair_where_something_was_asked_for_is_a_conference(played: Played) -> None:
    trade = providers.trade()
    assert trade is not None
    fair, before = played.fair, clock.now() - timedelta(seconds=1)
    year = dates.vietnam_day(fair.went_live_at or before).year
    assert trade.conferences([fair.province_code], year=year) == {}
    ask_and_sign(played)
    assert trade.trade_at(fair.id, at=before) == Trade(0, 0, 0, 0, 0, 0)
    # The two who posted, and the cooperative that quoted.
    assert trade.conferences([fair.province_code], year=year) == {fair.province_code: Conferences(1, 3)}
    assert trade.conferences(["31"], year=year) == trade.conferences([fair.province_code], year=year - 1) == {}


def test_a_late_refusal_takes_a_turn_away_from_nobody_who_was_on_air(played: Played) -> None:
    orders = played.orders or []
    with clock.moved_to(played.began_at + timedelta(days=2)):
        move(orders[4], PartState.CANCELLED)
    report = queries.count_fair(played.fair, at=played.began_at + timedelta(days=3))
    assert report.figures[Figure.ATTENDED] == 2
