"""What a cooperative will have, and how much of it is promised; nothing is promised twice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from marketplace.catalogue.models import Product
from marketplace.farming.models import Season
from marketplace.foundation import clock
from marketplace.foundation.database import session
from marketplace.sourcing import queries
from marketplace.sourcing.errors import ForecastRefused
from marketplace.sourcing.models import Forecast
from marketplace.sourcing.states import Basis


def make_forecast(
    product: Product,
    *,
    basis: Basis,
    season: Season | None = None,
    starts_on: date,
    ends_on: date,
    quantity: int,
    note: str = "",
    by: int | None,
    is_demo: bool = False,
) -> Forecast:
    """Tell buyers how much there will be, in base units of the product.

    Raises ForecastRefused: more than the season or the store can still give, or a forecast rests on the same already.
    """
    # The product's row is locked, so that of two forecasts in one moment the second sees the first.
    session.execute(select(Product.id).where(Product.id == product.id).with_for_update())
    forecast = Forecast(
        cooperative_id=product.cooperative_id, product_id=product.id, basis=basis,
        season_id=season.id if season else None, starts_on=starts_on, ends_on=ends_on, quantity=quantity,
        committed=0, note=note, created_by_id=by, created_at=clock.now(), is_demo=is_demo,
    )  # fmt: skip
    if queries.find_standing_forecast(forecast) is not None:
        raise ForecastRefused("forecast_stands")
    _refuse_more_than_there_is(forecast, quantity, committed=0)
    session.add(forecast)
    session.flush()
    return forecast


def change_forecast(forecast: Forecast, *, starts_on: date, ends_on: date, quantity: int, note: str) -> None:
    """Correct a forecast. Raises ForecastRefused: below what is promised already, or more than there can be."""
    _refuse_more_than_there_is(forecast, quantity, committed=forecast.committed)
    changed = session.execute(
        update(Forecast)
        .where(Forecast.id == forecast.id, Forecast.closed_at.is_(None), Forecast.committed <= quantity)
        .values(starts_on=starts_on, ends_on=ends_on, quantity=quantity, note=note)
        .returning(Forecast.id)
    ).one_or_none()
    session.refresh(forecast)
    if changed is None:
        raise ForecastRefused("below_committed", committed=forecast.committed)


def close_forecast(forecast: Forecast) -> None:
    """Promise no more of it; what is promised stays promised. A second time changes nothing."""
    session.execute(
        update(Forecast).where(Forecast.id == forecast.id, Forecast.closed_at.is_(None)).values(closed_at=clock.now())
    )
    session.refresh(forecast)


def _refuse_more_than_there_is(forecast: Forecast, quantity: int, *, committed: int) -> None:
    most = queries.most_to_come(forecast)
    is_lowered = forecast.id is not None and quantity <= forecast.quantity
    if most is not None and quantity - committed > most and not is_lowered:
        raise ForecastRefused("more_than_there_is", most=most + committed)


def commit(forecast_id: int, quantity: int) -> bool:
    """Promise so much of it. One condition in the database decides: of any number who ask at once, only as much is
    promised as there is. False, and nothing written, when it has less left or is closed."""
    promised = session.execute(
        update(Forecast)
        .where(
            Forecast.id == forecast_id,
            Forecast.closed_at.is_(None),
            Forecast.committed + quantity <= Forecast.quantity,
        )
        .values(committed=Forecast.committed + quantity)
        .returning(Forecast.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return promised is not None


def release(forecast_id: int, quantity: int) -> None:
    """What was promised is free again."""
    if quantity:
        session.execute(
            update(Forecast)
            .where(Forecast.id == forecast_id)
            .values(committed=Forecast.committed - quantity)
            .execution_options(synchronize_session=False)
        )
