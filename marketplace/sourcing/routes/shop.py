"""The board of supply and demand, and one demand as everybody sees it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_login import current_user

from marketplace.catalogue.rules import group_of
from marketplace.catalogue.words import SUBGROUPS
from marketplace.certificates.schemes import SCHEMES
from marketplace.cooperatives import queries as cooperatives
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import queries as fairs
from marketplace.foundation import clock
from marketplace.foundation.web import access
from marketplace.geography import queries as geography
from marketplace.sourcing import queries
from marketplace.sourcing.queries import Filter
from marketplace.sourcing.words import SHOWN

pages = Blueprint("sourcing_shop", __name__)

FILTERS = ("tinh", "nhom", "chung-nhan", "phien")


@pages.get("/cung-cau")
@access.public
def board() -> str:
    fair = fairs.find_fair(request.args.get("phien", ""))
    chosen = _filter(fair.id if fair else None)
    page = min(max(request.args.get("trang", 1, type=int), 1), 1000)
    cards, count = queries.board(chosen, on=clock.today(), page=page)
    query: dict[str, Any] = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return render_template(
        "sourcing/shop/board.html",
        cards=cards,
        count=count,
        page=page,
        pages=-(-count // queries.PAGE),
        query=query,
        page_url=lambda number: url_for("sourcing_shop.board", **query, trang=number),
        chosen=chosen,
        fair=fair,
        provinces=geography.provinces(),
        province_names={one.code: one.bare_name for one in geography.provinces()},
        subgroups=SUBGROUPS,
        schemes=SCHEMES,
        today=clock.today(),
        **SHOWN,
    )


def _filter(fair_id: int | None) -> Filter:
    """What the address names, as far as this market knows it."""
    province, subgroup, scheme = (request.args.get(name, "") for name in ("tinh", "nhom", "chung-nhan"))
    return Filter(
        province_code=province if geography.find_province(province) else "",
        subgroup=subgroup if subgroup in SUBGROUPS else "",
        scheme=scheme if scheme in SCHEMES else "",
        fair_id=fair_id,
    )


@pages.get("/cung-cau/<demand_code>")
@access.public
def demand(demand_code: str) -> str:
    found = queries.find_demand(demand_code) or abort(404)
    return render_template(
        "sourcing/shop/demand.html",
        demand=found,
        is_open=found.takes_quotes(clock.today()),
        is_mine=current_user.is_authenticated and current_user.id == found.person_id,
        workplaces=_workplaces(),
        place=_place(found.commune_code),
        group=group_of(found.subgroup),
        subgroups=SUBGROUPS,
        today=clock.today(),
        **SHOWN,
    )


def _workplaces() -> list[Cooperative]:
    if not current_user.is_authenticated:
        return []
    return [one for one in cooperatives.workplaces_of(current_user.id) if one.is_open]


def _place(commune_code: str) -> str:
    """Commune and province; the house number is told to nobody but whom the buyer signs with."""
    return geography.full_address("", commune_code)
