"""Goods sold by weight on the scales: each pack is weighed, the new price is seen, and who pays the difference is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import quantities
from marketplace.foundation.database import transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.fulfilment import rules
from marketplace.orders import actions as orders
from marketplace.orders import queries as orders_read
from marketplace.orders.errors import LotTooSmall, MoveRefused, NotPaidYet, UnlikelyWeight, WeighedMeanwhile
from marketplace.orders.models import CooperativeOrder, Order, OrderLine
from marketplace.orders.rules import open_methods
from marketplace.orders.states import CAN_BE_WEIGHED
from marketplace.payments.states import Method

pages = Blueprint("fulfilment_scales", __name__)


@dataclass(frozen=True)
class PackOnScales:
    """One pack to weigh, with what was typed for it."""

    name: str
    number: int
    lot_code: str
    typed: str
    grams: int | None

    @property
    def is_wrong(self) -> bool:
        return bool(self.typed) and self.grams is None


@dataclass(frozen=True)
class LineOnScales:
    line: OrderLine
    packs: list[PackOnScales]

    @property
    def weights(self) -> list[int]:
        return [pack.grams for pack in self.packs if pack.grams is not None]


@pages.get("/don-hang/<code>/can")
@access.staff
def scales(person: Person, cooperative: Cooperative, code: str) -> str | Response:
    part, order = _find(cooperative, code)
    if not part.weighed_lines:
        return redirect(url_for("fulfilment_desk.order", code=code))
    return _show(part, order, [_as_weighed(line) for line in part.weighed_lines])


@pages.post("/don-hang/<code>/can")
@access.staff
def weigh(person: Person, cooperative: Cooperative, code: str) -> Response | str | tuple[str, int]:
    """Saved once its price was seen: without script the first press shows it, and the second one saves."""
    part, order = _find(cooperative, code)
    lines = [_as_typed(line) for line in part.weighed_lines]
    if any(pack.grams is None for line in lines for pack in line.packs):
        return _show(part, order, lines, says_missing=True), 422
    if request.form.get("shown") != str(_goods_dong(part, lines)):
        return _show(part, order, lines)
    typed = request.form.get("seen", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1
    was = {lot.lot_code for line in part.weighed_lines for lot in line.lots}
    problem = ""
    try:
        with transaction():
            orders.weigh(part, weights={one.line.id: one.weights for one in lines}, seen=seen, by=person.id)
    except UnlikelyWeight:
        return _show(part, order, lines, says_missing=True), 422
    except LotTooSmall as small:
        left = quantities.format_quantity(small.left_grams, BaseUnit.GRAM)
        problem = _(
            "Lot %(lot)s has only %(left)s left for this, and no other lot has enough. Take a smaller one,"
            " or put right how much this lot has.",
            lot=small.lot_code,
            left=left,
        )
    except WeighedMeanwhile:
        flash(
            _(
                "Somebody else has weighed these goods meanwhile. Look at the weights below, then change them if needed."
            ),
            "warning",
        )
        return redirect(url_for("fulfilment_scales.scales", code=code), 303)
    except NotPaidYet:
        problem = _("Do not pack yet: the transfer of the buyer has not come in. We tell you when it has.")
    except MoveRefused:
        problem = _("The order is not being packed: confirm it first, or it has left already.")
    if problem:
        part, order = _find(cooperative, code)
        return _show(part, order, lines, problem=problem), 422
    _tell_of_other_lots(part, was)
    return redirect(url_for("fulfilment_desk.order", code=code), 303)


def _tell_of_other_lots(part: CooperativeOrder, was: set[str]) -> None:
    flash(_("The weights are saved. The buyer is told."), "success")
    others = sorted({lot.lot_code for line in part.weighed_lines for lot in line.lots} - was)
    if others:
        flash(
            _("The lot had too little left. Take from lot %(lots)s what stands there below.", lots=", ".join(others)),
            "warning",
        )


@pages.post("/don-hang/<code>/can/khong-thu")
@access.staff
def waive(person: Person, cooperative: Cooperative, code: str) -> Response:
    """What the goods weigh more is a present."""
    part, _order = _find(cooperative, code)
    with transaction():
        is_given = orders.waive_surplus(part, by=person.id)
    if is_given:
        flash(_("The buyer pays no more than he ordered for. Thank you from him."), "success")
    else:
        flash(_("There is nothing to decide any more. Nothing was changed."), "info")
    return redirect(url_for("fulfilment_desk.order", code=code), 303)


@pages.post("/don-hang/<code>/can/hoi-khach")
@access.staff
def ask(person: Person, cooperative: Cooperative, code: str) -> Response:
    """The buyer is asked to pay the difference, the way he paid if that way is open to so little."""
    part, order = _find(cooperative, code)
    method = _method_for(part, order) or abort(404)
    with transaction():
        is_asked = orders.ask_for_surplus(part, method=method, by=person.id)
    if is_asked:
        flash(_("The buyer is asked. Keep the goods cool; you are told here when he has paid."), "success")
    else:
        flash(_("There is nothing to decide any more. Nothing was changed."), "info")
    return redirect(url_for("fulfilment_desk.order", code=code), 303)


def can_be_asked(part: CooperativeOrder, order: Order) -> bool:
    """Whether there is a way for the buyer to pay so little."""
    return _method_for(part, order) is not None


def _method_for(part: CooperativeOrder, order: Order) -> Method | None:
    settings: Settings = current_app.config["SETTINGS"]
    if order.payment_method == Method.CASH_ON_DELIVERY or not part.surplus_dong:
        return None
    ways = [way for way in open_methods(settings, part.surplus_dong) if way != Method.CASH_ON_DELIVERY]
    return Method(order.payment_method) if order.payment_method in ways else next(iter(ways), None)


def _find(cooperative: Cooperative, code: str) -> tuple[CooperativeOrder, Order]:
    return orders_read.find_part(cooperative.id, code) or abort(404)


def _as_weighed(line: OrderLine) -> LineOnScales:
    shown = [quantities.format_quantity(grams, BaseUnit.GRAM) for grams in line.weights]
    return _on_scales(line, shown or [""] * line.quantity)


def _as_typed(line: OrderLine) -> LineOnScales:
    names = [f"pack-{line.id}-{number}" for number in range(line.quantity)]
    return _on_scales(line, [request.form.get(name, "")[:20].strip() for name in names])


def _on_scales(line: OrderLine, typed: Sequence[str]) -> LineOnScales:
    lots = [lot.lot_code for lot in line.lots for _ in range(lot.packs(line.content))]
    return LineOnScales(
        line,
        [
            PackOnScales(f"pack-{line.id}-{number}", number + 1, lot, text, rules.grams_typed(text, line.content))
            for number, (lot, text) in enumerate(zip(lots, typed, strict=True))
        ],
    )


def _goods_dong(part: CooperativeOrder, lines: Sequence[LineOnScales]) -> int:
    return part.dong_for({one.line.id: sum(one.weights) for one in lines})


def _show(
    part: CooperativeOrder,
    order: Order,
    lines: Sequence[LineOnScales],
    *,
    says_missing: bool = False,
    problem: str = "",
) -> str:
    is_complete = all(pack.grams is not None for line in lines for pack in line.packs)
    is_cash = order.payment_method == Method.CASH_ON_DELIVERY
    return render_template(
        "fulfilment/desk/scales.html",
        part=part,
        order=order,
        lines=lines,
        is_open=part.state in CAN_BE_WEIGHED and not order.waits_for_money,
        says_missing=says_missing,
        problem=problem,
        is_cash=is_cash,
        goods_dong=_goods_dong(part, lines) if is_complete else None,
        before_dong=part.estimated_dong if is_cash else part.goods_dong,
        other_dong=sum(line.amount_dong for line in part.lines if not line.is_weighed),
    )
