"""Nothing is promised twice: forecasts rest on what can grow, and of many who ask at once only as much is promised."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.models import Product
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing.errors import ForecastRefused, NotEnoughSupply
from marketplace.sourcing.models import Commitment, Forecast
from marketplace.sourcing.queries import forecasts_promised_otherwise
from marketplace.sourcing.states import Basis, Side
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_season
from tests.factories.sourcing import TONNE, make_commitment, make_demand, make_forecast, make_quote
from tests.factories.traceability import make_lot

AT_ONCE = 8


def committed(forecast_id: int) -> int:
    session.rollback()
    return session.scalars(select(Forecast.committed).where(Forecast.id == forecast_id)).one()


def many_promise(app: Flask, promise: Callable[[int], bool], forecast_id: int) -> int:
    """How many of several threads were told that it is promised; each has read before any of them writes."""
    all_have_read = threading.Barrier(AT_ONCE)
    told: list[bool] = []

    def run() -> None:
        with app.app_context():
            before = committed(forecast_id)
            session.remove()
            all_have_read.wait()
            with transaction():
                told.append(promise(before))
            session.remove()

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(told)


def test_of_many_at_once_only_as_much_is_promised_as_there_is(app: Flask) -> None:
    forecast_id = make_forecast(make_product(make_cooperative()), quantity=3 * TONNE).id
    session.remove()
    assert many_promise(app, lambda _before: sourcing.commit(forecast_id, TONNE), forecast_id) == 3
    assert committed(forecast_id) == 3 * TONNE


def test_without_the_condition_more_is_promised_than_there_is(app: Flask) -> None:
    """The control: whoever decides on what he read before tells everybody yes."""
    forecast_id = make_forecast(make_product(make_cooperative()), quantity=3 * TONNE).id
    session.remove()

    def look_then_write(before: int) -> bool:
        if before + TONNE > 3 * TONNE:
            return False
        session.execute(update(Forecast).where(Forecast.id == forecast_id).values(committed=before + TONNE))
        return True

    assert many_promise(app, look_then_write, forecast_id) == AT_ONCE
    assert committed(forecast_id) == TONNE


def test_the_database_itself_refuses_to_promise_more(app: Flask) -> None:
    forecast_id = make_forecast(make_product(make_cooperative()), quantity=3 * TONNE).id
    with pytest.raises(IntegrityError), transaction():
        session.execute(update(Forecast).where(Forecast.id == forecast_id).values(committed=3 * TONNE + 1))
    with pytest.raises(IntegrityError), transaction():
        session.execute(update(Forecast).where(Forecast.id == forecast_id).values(committed=-1))


def test_a_forecast_promises_no_more_than_its_season_or_store_gives(app: Flask) -> None:
    product = make_product(make_cooperative())
    season = make_season(product, ceiling=2 * TONNE, ceiling_note="Nhà lưới")
    days = {"starts_on": clock.today(), "ends_on": clock.today() + timedelta(days=60)}

    def forecast(basis: Basis, quantity: int) -> Forecast:
        with transaction():
            return sourcing.make_forecast(
                session.merge(product), basis=basis, season=session.merge(season) if basis == Basis.SEASON else None,
                quantity=quantity, by=None, **days,
            )  # fmt: skip

    with pytest.raises(ForecastRefused, match="more_than_there_is") as refused:
        forecast(Basis.SEASON, 2 * TONNE + 1)
    assert refused.value.facts == {"most": 2 * TONNE}
    assert forecast(Basis.SEASON, 2 * TONNE).left == 2 * TONNE
    with pytest.raises(ForecastRefused, match="forecast_stands"):
        forecast(Basis.SEASON, 1)
    make_lot(product, quantity=300_000)
    with pytest.raises(ForecastRefused, match="more_than_there_is"):
        forecast(Basis.STORE, 300_001)
    assert forecast(Basis.STORE, 300_000).left == 300_000
    assert session.query(Forecast).count() == 2


def test_a_forecast_is_not_lowered_below_what_is_promised(app: Flask) -> None:
    forecast = make_forecast(make_product(make_cooperative()), quantity=3 * TONNE)
    days = {"starts_on": forecast.starts_on, "ends_on": forecast.ends_on, "note": ""}
    with transaction():
        assert sourcing.commit(forecast.id, TONNE)
    with pytest.raises(ForecastRefused, match="below_committed"), transaction():
        sourcing.change_forecast(session.merge(forecast), quantity=TONNE - 1, **days)
    with transaction():
        sourcing.change_forecast(session.merge(forecast), quantity=TONNE, **days)
    assert committed(forecast.id) == TONNE


def test_a_second_buyer_is_refused_with_what_is_left_and_a_paper_given_up_frees_it(app: Flask) -> None:
    seller = make_person()
    product: Product = make_product(make_cooperative(owner=seller))
    make_forecast(product, quantity=6 * TONNE)
    first = make_quote(make_demand(required_schemes=()), product)
    second = make_quote(make_demand(required_schemes=()), product)
    commitment = make_commitment(first, seller=seller, signed=False)
    with pytest.raises(NotEnoughSupply) as refused:
        make_commitment(second, seller=seller)
    assert (refused.value.asked, refused.value.left) == (4 * TONNE, 2 * TONNE)
    assert session.query(Commitment).count() == 1
    assert forecasts_promised_otherwise() == []
    session.rollback()
    with transaction():
        from_draft = session.get_one(Commitment, commitment.id)
        sourcing.give_up(from_draft, side=Side.BUYER)
    assert make_commitment(second, seller=seller).quantity == 4 * TONNE
    assert forecasts_promised_otherwise() == []
