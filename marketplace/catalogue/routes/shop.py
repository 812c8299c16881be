"""Listing and search for buyers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.catalogue import queries
from marketplace.catalogue.queries import Facets, Order, Wanted
from marketplace.catalogue.rules import SUBGROUPS
from marketplace.catalogue.words import GROUPS, ORDERS
from marketplace.certificates.schemes import SCHEMES
from marketplace.foundation import clock, money
from marketplace.foundation.text import clean_line
from marketplace.foundation.web import access
from marketplace.geography import queries as geography

pages = Blueprint("catalogue_shop", __name__)

STARS = (5, 4, 3)


@pages.get("/san-pham")
@access.shared
def products() -> str | Response:
    """Every product on the market, searched and filtered by the words of the address (design.md 3)."""
    wanted = read_wanted(request.args)
    found = queries.search(wanted, on=clock.today())
    if wanted.page > found.pages:
        return redirect(url_for("catalogue_shop.products", **_query(wanted, page=1)))  # type: ignore[return-value]
    return render_template(
        "catalogue/shop/products.html",
        wanted=wanted,
        found=found,
        choices=_choices(wanted, found.facets),
        chips=_chips(wanted),
        orders=[(order.value, words) for order, words in ORDERS.items() if order != Order.BEST or wanted.words],
        page_url=lambda number: url_for("catalogue_shop.products", **_query(wanted, page=number)),
        month=clock.today().month,
        wrong_price=_wrong_price(request.args),
    )


@pages.get("/san-pham/goi-y")
@access.shared
def suggestions() -> Response:
    """Typing help: names that go on from what is typed."""
    found = queries.suggestions(clean_line(request.args.get("q", ""), 100))
    return jsonify([{"name": name, "url": f"/san-pham/{slug}"} for name, slug in found])


def read_wanted(given: MultiDict[str, str]) -> Wanted:
    """What the address asks for; words that mean nothing are left out rather than refused."""
    words = clean_line(given.get("q", ""), 100)
    provinces = {code for typed in given.getlist("tinh") if (code := _province(typed))}
    prices = {name: _price(given.get(name, "")) for name in ("gia-tu", "gia-den")}
    month, page = given.get("mua-vu", ""), given.get("trang", "")
    return Wanted(
        words=words,
        provinces=frozenset(provinces),
        group=group if (group := given.get("nhom", "")) in SUBGROUPS else "",
        stars=frozenset(int(stars) for stars in given.getlist("sao") if stars in ("3", "4", "5")),
        schemes=frozenset(scheme for scheme in given.getlist("chung-nhan") if scheme in SCHEMES),
        price_from_dong=prices["gia-tu"],
        price_to_dong=prices["gia-den"],
        month=int(month) if month.isdecimal() and 1 <= int(month) <= 12 else None,
        in_stock=given.get("con-hang") == "1",
        order=_order(given.get("sap-xep", ""), words),
        page=min(int(page), queries.LAST_PAGE) if page.isdecimal() and int(page[:6]) > 0 else 1,
    )


def _province(typed: str) -> str:
    """A province by code or by name, old ones understood."""
    if geography.find_province(typed):
        return typed
    codes = geography.provinces_for(typed)
    return codes[0] if codes else ""


def _price(typed: str) -> int | None:
    try:
        return money.parse_dong(typed) if typed.strip() else None
    except money.BadAmount:
        return None


def _wrong_price(given: MultiDict[str, str]) -> bool:
    return any(given.get(name, "").strip() and _price(given[name]) is None for name in ("gia-tu", "gia-den"))


def _order(typed: str, words: str) -> Order:
    if typed in list(Order):
        return Order(typed)
    return Order.BEST if words else Order.NEWEST


def _query(wanted: Wanted, *, page: int = 1) -> dict[str, Any]:
    """The address of these wishes, in one order of words so that equal pages have equal addresses."""
    usual = Order.BEST if wanted.words else Order.NEWEST
    query: dict[str, Any] = {
        "q": wanted.words,
        "tinh": sorted(wanted.provinces),
        "nhom": wanted.group,
        "sao": sorted(wanted.stars),
        "chung-nhan": sorted(wanted.schemes),
        "gia-tu": wanted.price_from_dong,
        "gia-den": wanted.price_to_dong,
        "mua-vu": wanted.month,
        "con-hang": 1 if wanted.in_stock else None,
        "sap-xep": wanted.order.value if wanted.order != usual else None,
        "trang": page if page > 1 else None,
    }
    return {name: value for name, value in query.items() if value not in ("", None, [])}


@dataclass(frozen=True)
class Choice:
    """One box to tick; `count` None when there are too many products to count."""

    value: str
    label: str
    count: int | None
    is_on: bool


def _choices(wanted: Wanted, facets: Facets) -> dict[str, list[Choice]]:
    """Boxes beside the list: those that would leave something, and those already ticked."""

    def several(labels: Mapping[Any, Any], counts: Mapping[Any, int] | None, chosen: frozenset[Any]) -> list[Choice]:
        return [
            Choice(str(value), str(label), None if counts is None else counts.get(value, 0), value in chosen)
            for value, label in labels.items()
            if counts is None or counts.get(value) or value in chosen
        ]

    provinces = {province.code: province.bare_name for province in geography.provinces()}
    listed = several(provinces, facets.provinces, wanted.provinces)
    if facets.provinces is not None:
        listed.sort(key=lambda choice: -(choice.count or 0))
    groups = [Choice("", _("All"), None, not wanted.group)]
    return {
        "groups": groups + several(GROUPS, facets.groups, frozenset({wanted.group})),
        "provinces": listed,
        "stars": several({stars: _("%(count)s stars", count=stars) for stars in STARS}, facets.stars, wanted.stars),
        "schemes": several(
            {code: scheme.name for code, scheme in SCHEMES.items() if not scheme.has_stars},
            facets.schemes,
            wanted.schemes,
        ),
        "others": [
            Choice("mua-vu", _("In season this month"), facets.in_season, wanted.month is not None),
            Choice("con-hang", _("Can be had now"), facets.in_stock, wanted.in_stock),
        ],
    }


def _chips(wanted: Wanted) -> list[dict[str, str]]:
    """What is on, each with the address without it."""
    without = _query(wanted)
    chips: list[dict[str, str]] = []

    def chip(label: object, name: str, value: Any = None) -> None:
        rest = dict(without)
        left = [one for one in rest[name] if one != value] if isinstance(rest[name], list) else []
        rest[name] = left
        address = url_for("catalogue_shop.products", **{key: kept for key, kept in rest.items() if kept != []})
        chips.append({"label": str(label), "url": address})

    if wanted.words:
        chip(f"“{wanted.words}”", "q")
    for code in sorted(wanted.provinces):
        province = geography.find_province(code)
        chip(province.bare_name if province else code, "tinh", code)
    if wanted.group:
        chip(GROUPS[wanted.group], "nhom")
    for stars in sorted(wanted.stars):
        chip(_("OCOP %(count)s stars", count=stars), "sao", stars)
    for scheme in sorted(wanted.schemes):
        chip(SCHEMES[scheme].name, "chung-nhan", scheme)
    if wanted.price_from_dong is not None:
        chip(_("from %(price)s", price=money.format_dong(wanted.price_from_dong)), "gia-tu")
    if wanted.price_to_dong is not None:
        chip(_("up to %(price)s", price=money.format_dong(wanted.price_to_dong)), "gia-den")
    if wanted.month is not None:
        chip(_("In season in month %(month)s", month=wanted.month), "mua-vu")
    if wanted.in_stock:
        chip(_("Can be had now"), "con-hang")
    return chips
