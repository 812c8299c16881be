"""How templates show money, quantities, days and phone numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, current_app
from flask_babel import gettext as _

from marketplace.foundation import clock, codes, dates, money, phones, quantities
from marketplace.foundation.pictures import PictureSet, ShownPicture
from marketplace.foundation.quantities import BaseUnit


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        dong=money.format_dong,
        quantity=quantity,
        unit_word=unit_word,
        day=dates.format_day,
        moment=dates.format_moment,
        friendly=friendly,
        phone=phones.format_phone,
        mask_phone=phones.mask_phone,
        shown=shown,
        grouped=codes.grouped,
    )
    app.jinja_env.globals["page_exists"] = lambda endpoint: endpoint in current_app.view_functions


def quantity(amount: int, unit: BaseUnit | str) -> str:
    return quantities.format_quantity(amount, BaseUnit(unit), piece_word=_("pcs"))


def unit_word(unit: BaseUnit | str) -> str:
    """What a unit price is for."""
    words: Mapping[BaseUnit, str] = {BaseUnit.GRAM: "kg", BaseUnit.MILLILITRE: _("litre"), BaseUnit.PIECE: _("piece")}
    return words[BaseUnit(unit)]


def friendly(moment: datetime) -> str:
    """Today and yesterday in words, other days in full."""
    day: date = dates.vietnam_day(moment)
    time = dates.format_moment(moment)[-5:]
    if day == clock.today():
        return str(_("today, %(time)s", time=time))
    if day == clock.today() - timedelta(days=1):
        return str(_("yesterday, %(time)s", time=time))
    return dates.format_moment(moment)


PICTURES = "/anh/"


def shown(picture: Mapping[str, Any] | ShownPicture | None) -> ShownPicture | None:
    """A picture as a row keeps it, ready for components/picture.html; one that is ready stays as it is."""
    if not picture:
        return None
    if isinstance(picture, ShownPicture):
        return picture
    return PictureSet.from_json(dict(picture)).shown(lambda key: PICTURES + key)
