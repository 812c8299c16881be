"""The demo's past fair, played on a small market: it is reported, it sold, and no rule of the market is broken."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace import wiring
from marketplace.demo.past_fair import DAYS_AGO, hold_past_fair
from marketplace.demo.scene import Scene
from marketplace.fairs.models import Fair
from marketplace.fairs.states import FairState
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.reports import queries
from marketplace.reports.states import Figure
from tests.factories.accounts import make_officer, make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot


def test_a_fair_of_the_past_is_reported_and_breaks_no_rule(app: Flask) -> None:
    officer, buyer = make_officer("33"), make_person()
    scene = Scene(clock.today(), buyer, officer, {})
    before = clock.now() - timedelta(days=DAYS_AGO + 5)
    for number in range(3):
        with clock.moved_to(before):
            maker = make_cooperative()
            product = make_product(maker)
            make_lot(product, best_before=clock.today() + timedelta(days=200), published_at=clock.now())
            if number == 2:
                make_lot(make_product(maker, name="Ổi lê"), published_at=clock.now() + timedelta(days=DAYS_AGO + 4))
        scene.cooperatives[maker.short_name] = maker
    hold_past_fair(scene)
    session.rollback()
    fair = session.query(Fair).one()
    assert fair.state == FairState.REPORTED
    assert fair.ended_at is not None
    assert fair.ended_at < clock.now() - timedelta(days=DAYS_AGO - 2)
    report = queries.report_of(fair)
    figures = report.figures
    assert figures[Figure.ATTENDED] == 3
    assert figures[Figure.PRODUCTS] == 3
    assert min(figures[Figure.DELIVERED], figures[Figure.CANCELLED], figures[Figure.SCANS], figures[Figure.RATINGS]) > 0
    assert figures[Figure.DELIVERED_DONG] < figures[Figure.GROSS_DONG]
    assert queries.differences_then(fair, report) == []
    with transaction():
        assert {rule: found for rule, check in wiring.INVARIANTS.items() if (found := check())} == {}
