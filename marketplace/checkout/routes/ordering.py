"""Ordering what lies in the cart, in three steps: who gets it, how it comes, how it is paid.

Each step's page holds what was typed in the others, so that the last one sends a whole order; what is typed is kept in
the buyer's session as well, so that going back, a reload or a phone that died loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as browser_session
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectChoice

from marketplace.checkout import actions as checkout
from marketplace.checkout import queries, rules
from marketplace.checkout.errors import CannotDeliver, CartEmpty, CashNotTaken, NotOnSale, PricesChanged, TooMuchCash
from marketplace.checkout.forms import CheckoutForm
from marketplace.checkout.queries import CartView
from marketplace.checkout.rules import Gathering, Offer
from marketplace.checkout.states import Step, Way
from marketplace.checkout.words import METHOD_HINTS, STEPS, WAYS, days
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.money import format_dong
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access, browser_token, limits
from marketplace.foundation.web.languages import current_language
from marketplace.geography import queries as geography
from marketplace.inventory.errors import HoldLapsed, NotEnoughStock, OfferNotOpen, OfferSoldOut, OverBuyersLimit
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.orders.rules import access_key, open_methods, terms_on
from marketplace.payments.states import Method

pages = Blueprint("checkout_ordering", __name__)

DRAFT = "checkout"
# A cookie holds 4 KB; a longer draft lives in the pages alone.
LONGEST_DRAFT = 2_000


@pages.get("/dat-hang")
@access.public
def order() -> str | AnyResponse:
    """The step that the address names, or an earlier one that lacks something."""
    view = queries.cart_view(browser_token.digest(), on=clock.today())
    if view is None or not view.can_be_had:
        return redirect(url_for("checkout_cart.cart"))
    form, ways = _begun(view)
    asked = request.args.get("buoc", "")
    step = _first_lacking(form, up_to=Step(asked)) if asked in list(Step) else Step.ADDRESS
    _forget_errors(form)
    return _show(form, view, step, ways=ways)


def _begun(view: CartView) -> tuple[CheckoutForm, dict[int, str]]:
    """What was typed before, or what is known of the buyer."""
    draft: dict[str, str] = browser_session.get(DRAFT, {})
    token = draft.get("checkout_token", "")
    if draft and token and orders.find_by_token(token) is None:
        form = CheckoutForm(formdata=MultiDict(draft), meta={"csrf": False})
        if geography.find_province(request.args.get("tinh", "")):
            form.province.data = request.args["tinh"]
        form.validate()
        return form, _typed_ways(view, draft)
    form = CheckoutForm(formdata=None, checkout_token=codes.random_token(), province=_delivery_province(view))
    if current_user.is_authenticated:
        form.name.data, form.phone.data = current_user.full_name, current_user.phone
        form.email.data = current_user.email or ""
        latest = orders.latest_order_of(current_user.id)
        if latest is not None:
            _as_last_time(form, latest)
    return form, {}


def _as_last_time(form: CheckoutForm, latest: Order) -> None:
    """Where the buyer's last order went; only there to be changed, unless the address of the page names a province."""
    if not geography.find_province(request.args.get("tinh", "")):
        form.province.data = latest.province_code
    if form.province.data == latest.province_code:
        form.take_commune(latest.commune_code)
        form.address_line.data = latest.address_line
    company = latest.invoice or {}
    form.company.data, form.company_address.data = company.get("company", ""), company.get("address", "")
    form.company_tax_code.data = company.get("tax_code", "")


def _delivery_province(view: CartView) -> str:
    asked = request.args.get("tinh", "")
    return asked if geography.find_province(asked) else view.parts[0].province_code


def _first_lacking(form: CheckoutForm, *, up_to: Step) -> Step:
    """The first step before this one in which something is missing or wrong; this one when there is none."""
    if not form.address_line.data:
        return Step.ADDRESS  # nothing was typed yet, or not enough
    for step in Step:
        if step == up_to or form.has_errors(step):
            return step
    return up_to


def _forget_errors(form: CheckoutForm, *, but: Step | None = None) -> None:
    for step in Step:
        for field in form.fields_of(step):
            if step != but:
                field.errors = []


@dataclass(frozen=True)
class _Delivery:
    """How each cooperative's part may come, and what is ticked of that."""

    offers: dict[int, list[Offer]]
    gatherings: list[Gathering]
    gathering: Gathering | None
    ticked: dict[int, Offer | None]

    @property
    def chosen(self) -> dict[int, Offer | None]:
        return self.ticked | (dict(self.gathering.offers) if self.gathering else {})

    @property
    def unticked(self) -> list[int]:
        """Whose goods could be had, but for the buyer to say how."""
        return [key for key, offer in self.chosen.items() if offer is None and self.offers[key]]


def _delivery(form: CheckoutForm, view: CartView, province: str, ways: dict[int, str]) -> _Delivery:
    is_island = queries.is_island(form.commune.code)
    offers = {part.cooperative_id: part.offers(province, is_island=is_island) for part in view.parts}
    gatherings = queries.gatherings(view, province, is_island=is_island)
    ticked = {key: _chosen(several, ways.get(key)) for key, several in offers.items()}
    return _Delivery(offers, gatherings, _gathering(gatherings, ways), ticked)


def _show(
    form: CheckoutForm, view: CartView, step: Step, *, ways: dict[int, str], unticked: Collection[int] = ()
) -> str:
    provinces = geography.provinces()
    form.province.choices = [SelectChoice(province.code, province.name) for province in provinces]
    province = form.province.data or provinces[0].code
    found = _delivery(form, view, province, ways)
    chosen = found.chosen
    if step == Step.PAYMENT and not all(chosen.values()):
        step = Step.DELIVERY
    delivery = sum(offer.fee_dong for offer in chosen.values() if offer)
    form.shown_dong.data = str(view.goods_dong + delivery)
    _offer_methods(form, view.goods_dong + delivery, ways)
    if form.payment.data == Method.CASH_ON_DELIVERY and form.payment.choices:
        form.payment.data = form.payment.choices[0].value  # cash, where it is taken at all
    return render_template(
        "checkout/shop/order.html",
        form=form,
        step=step,
        steps=list(Step),
        step_words=STEPS,
        cart=view,
        offers=found.offers,
        gatherings=found.gatherings,
        gathering=found.gathering,
        ticked=found.ticked,
        chosen=chosen,
        unticked=unticked,
        delivery_dong=delivery,
        total_dong=view.goods_dong + delivery,
        communes=geography.communes_of(province),
        province_name=next((one.name for one in provinces if one.code == province), ""),
        ways=WAYS,
        days=days,
        method_hints=METHOD_HINTS,
        can_deliver=all(
            several or any(key in one.offers for one in found.gatherings) for key, several in found.offers.items()
        ),
        terms=terms_on(clock.today()),
    )


def _gathering(gatherings: list[Gathering], ways: dict[int, str]) -> Gathering | None:
    """The one that is chosen for all the parts it holds."""
    return next((one for one in gatherings if all(ways.get(key) == one.key for key in one.offers)), None)


def _offer_methods(form: CheckoutForm, total_dong: int, ways: dict[int, str]) -> None:
    """Only ways to pay that this market has set up and that suit the amount; at a collecting place nobody takes cash."""
    is_open = open_methods(_settings(), total_dong)
    if any(way.startswith(f"{Way.HUB_PICKUP}-") for way in ways.values()):
        is_open = [method for method in is_open if method != Method.CASH_ON_DELIVERY]
    form.payment.choices = [choice for choice in form.payment.choices if choice.value in is_open]


def _chosen(offers: list[Offer], typed: str | None) -> Offer | None:
    return (rules.find_offer(offers, typed) if typed else None) or rules.usual_offer(offers)


@pages.post("/dat-hang")
@access.public
@limits.writes_by_strangers
def place() -> AnyResponse | tuple[str, int]:
    """Go to another step, or place the order; the same page pressed again leads to the order it has made."""
    form = CheckoutForm()
    token = form.checkout_token.data or ""
    placed = orders.find_by_token(token) if token else None
    if placed is not None:
        return _follow(placed)
    view = queries.cart_view(browser_token.digest(), on=clock.today())
    if view is None:
        return redirect(url_for("checkout_cart.cart"), 303)
    ways = _typed_ways(view, request.form)
    shown = form.shown_dong.data or ""
    _offer_methods(form, int(shown) if shown.isdecimal() and len(shown) < 16 else view.goods_dong, ways)
    is_whole = form.validate() and bool(token)
    form.checkout_token.data = token or codes.random_token()
    ways = _with_gathering(form, view, ways)
    asked = request.form.get("go", "")
    if "change_province" in request.form:
        asked = Step.ADDRESS.value
    if asked in list(Step):
        return _go(form, view, Step(asked), ways)
    if not is_whole:
        return _show(form, view, form.first_wrong() or Step.PAYMENT, ways=ways), 422
    unticked = _delivery(form, view, str(form.province.data), ways).unticked
    if unticked:
        return _ask_to_tick(form, view, ways, unticked)
    try:
        return _follow(_place(form, token, ways))
    except PricesChanged:
        form.form_errors = [
            _("The price or the delivery fee has changed meanwhile. Look at the new total and order again.")
        ]
    except CannotDeliver:
        form.form_errors = [_("One of the cooperatives cannot deliver there this way. Choose another way or province.")]
    except CashNotTaken:
        form.form_errors = [_("At the collecting place nobody takes cash. Choose another way to pay.")]
    except TooMuchCash:
        form.form_errors = [
            _(
                "Orders of this phone number may have at most %(most)s to pay in cash. Choose another way to pay.",
                most=format_dong(rules.MOST_OPEN_CASH_DONG),
            )
        ]
    except (NotEnoughStock, NotOnSale):
        flash(
            _("Somebody was faster: of one product less is left than you want. Change the quantity and order again."),
            "error",
        )
        return redirect(url_for("checkout_cart.cart"), 303)
    except (HoldLapsed, OfferNotOpen, OfferSoldOut):
        flash(_("The session price is over, or the time for which it was kept. Nothing was ordered yet."), "error")
        return redirect(url_for("checkout_cart.cart"), 303)
    except OverBuyersLimit as refusal:
        form.phone.errors = [
            _(
                "At the session price each phone number may have at most %(limit)s packs; this one may still have"
                " %(left)s. Change the quantity in the cart.",
                limit=refusal.limit,
                left=refusal.left,
            )
        ]
        return _show(form, view, Step.ADDRESS, ways=ways), 422
    except CartEmpty:
        return redirect(url_for("checkout_cart.cart"), 303)
    fresh = queries.cart_view(browser_token.digest(), on=clock.today())
    if fresh is None:
        return redirect(url_for("checkout_cart.cart"), 303)
    return _show(form, fresh, Step.PAYMENT, ways=ways), 422


def _go(form: CheckoutForm, view: CartView, asked: Step, ways: dict[int, str]) -> AnyResponse | tuple[str, int]:
    """To the step that was asked for, over a redirect, so that the browser's own way back works; or what is wrong."""
    came_from = form.first_wrong()
    if came_from is not None and list(Step).index(came_from) < list(Step).index(asked):
        _forget_errors(form, but=came_from)
        return _show(form, view, came_from, ways=ways), 422
    unticked = _delivery(form, view, str(form.province.data), ways).unticked if asked == Step.PAYMENT else []
    if unticked:
        _forget_errors(form)
        return _ask_to_tick(form, view, ways, unticked)
    draft = _draft(form, ways)
    if sum(len(value.encode()) for value in draft.values()) > LONGEST_DRAFT:
        _forget_errors(form)
        return _show(form, view, asked, ways=ways), 200
    browser_session[DRAFT] = draft
    return redirect(url_for("checkout_ordering.order", buoc=asked.value), 303)


def _ask_to_tick(
    form: CheckoutForm, view: CartView, ways: dict[int, str], unticked: Collection[int]
) -> tuple[str, int]:
    """Nobody finds out only afterwards that he has to go and fetch what he ordered."""
    names = ", ".join(part.name for part in view.parts if part.cooperative_id in unticked)
    form.form_errors = [_("Tick that you fetch the goods of %(names)s, or take them out of the cart.", names=names)]
    return _show(form, view, Step.DELIVERY, ways=ways, unticked=unticked), 422


def _draft(form: CheckoutForm, ways: dict[int, str]) -> dict[str, str]:
    names = [field.name for step in Step for field in form.fields_of(step)] + ["checkout_token"]
    typed = {name: request.form[name] for name in names if request.form.get(name)}
    if form.commune.code:
        # What was typed may mean several; which one was chosen below it.
        typed["commune"] = form.commune.code
    if "change_province" in request.form:
        typed.pop("commune", None)
    return {
        **typed,
        "checkout_token": str(form.checkout_token.data),
        **{f"way-{key}": way for key, way in ways.items()},
    }


def _typed_ways(view: CartView, typed: Any) -> dict[int, str]:
    """The key of the offer that is ticked for each cooperative."""
    found = {part.cooperative_id: str(typed.get(f"way-{part.cooperative_id}", ""))[:40] for part in view.parts}
    return {key: offer_key for key, offer_key in found.items() if offer_key}


def _with_gathering(form: CheckoutForm, view: CartView, ways: dict[int, str]) -> dict[int, str]:
    """What is ticked about gathering goes for every cooperative it holds; pages of other steps do not ask."""
    typed = request.form.get("gather")
    if typed is None:
        return ways
    kept = {key: way for key, way in ways.items() if not rules.is_gathered(way)}
    is_island = queries.is_island(form.commune.code)
    several = queries.gatherings(view, form.province.data or "", is_island=is_island) if typed else []
    found = next((one for one in several if one.key == typed), None)
    return kept | dict.fromkeys(found.offers, found.key) if found else kept


def _place(form: CheckoutForm, token: str, ways: dict[int, str]) -> Order:
    shown = form.shown_dong.data or ""
    person_id = current_user.id if current_user.is_authenticated else None
    buyer = checkout.BuyerDetails(
        name=form.name.data or "",
        phone=str(form.phone.data),
        commune_code=form.commune.code,
        address_line=form.address_line.data or "",
        email=form.email.data or "",
        note=form.note.data or "",
        invoice=_invoice(form),
        person_id=person_id,
        language=current_language(),
    )
    try:
        with transaction():
            return checkout.place_order(
                token_digest=browser_token.digest(),
                checkout_token=token,
                buyer=buyer,
                ways=ways,
                method=Method(form.payment.data),
                shown_dong=int(shown) if shown.isdecimal() else None,
                is_demo=_settings().is_demo,
            )
    except IntegrityError:
        # The same page, pressed twice at the same moment: the unique token let one of the two through.
        placed = orders.find_by_token(token)
        if placed is None:
            raise
        return placed


def _invoice(form: CheckoutForm) -> dict[str, str] | None:
    if not form.wants_invoice.data:
        return None
    return {
        "company": form.company.data or "",
        "tax_code": str(form.company_tax_code.data or ""),
        "address": form.company_address.data or "",
        "email": form.email.data or "",
    }


def _follow(placed: Order) -> AnyResponse:
    if DRAFT in browser_session:
        del browser_session[DRAFT]
    key = access_key(placed.code, str(current_app.secret_key))
    if placed.payment_method == Method.CARD and placed.paid_at is None:
        return redirect(url_for("orders_paying.card", code=placed.code, k=key), 303)
    return redirect(url_for("orders_shop.order", code=placed.code, k=key), 303)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
