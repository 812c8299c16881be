"""A cooperative's lots: the list, writing one down, showing it to buyers, holding and recalling it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import queries as farming
from marketplace.farming.queries import Told
from marketplace.farming.states import DiaryKind
from marketplace.foundation import clock, codes
from marketplace.foundation.database import transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.web import access
from marketplace.foundation.web.filters import quantity
from marketplace.geography import queries as geography
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.actions import Whence
from marketplace.traceability.errors import (
    HarvestTaken,
    ImpossibleDates,
    LotMoveRefused,
    LotNumberTaken,
    NeedsOfficer,
    WrongSeason,
)
from marketplace.traceability.forms import BOUGHT, NOWHERE, RUNNING, WORKSHOP, LotForm, OutgoForm, ReasonForm, StageForm
from marketplace.traceability.models import Lot
from marketplace.traceability.routes.desk.blueprint import find, pages
from marketplace.traceability.states import MOVES, LotState, OriginKind
from marketplace.traceability.words import (
    HANDED_OVER,
    LOT_STATES,
    LOT_TONES,
    MISSING,
    OBLIGATIONS,
    ORIGINS,
    RECIPE_WORDS,
    REFUSALS,
    STAGES,
    refusal,
    why_stopped,
)

ON_A_PAGE = 20


@pages.get("/lo-hang")
@access.staff
def lots(person: Person, cooperative: Cooperative) -> str:
    """Newest harvest first."""
    count = queries.count_lots(cooperative.id)
    last_page = max(1, -(-count // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    return render_template(
        "traceability/desk/lots.html",
        rows=queries.lots_of(cooperative.id, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        page=page,
        last_page=last_page,
        today=clock.today(),
        open_alarms=queries.count_open_alarms(cooperative.id),
        lot_states=LOT_STATES,
        lot_tones=LOT_TONES,
    )


@pages.route("/lo-hang/moi", methods=["GET", "POST"])
@access.staff
def new_lot(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    products = queries.products_of(cooperative.id)
    commune = geography.find_commune(cooperative.commune_code)
    harvest = _harvest_told(cooperative, request.args.get("thu", type=int))
    if harvest is not None and (made := queries.lot_of_harvest(harvest.id)) is not None:
        flash(_("This harvest is a lot already. Here it is."), "info")
        return redirect(url_for("traceability_desk.lot", code=made.code), 303)
    season = farming.season_of(cooperative.id, harvest.season_id if harvest else request.args.get("vu", 0, type=int))
    form = LotForm(
        products,
        cooperative,
        _seasons(cooperative, kept=season.id if season else None),
        product=season.product_id if season else request.args.get("san-pham", type=int),
        season=str(season.id) if season else RUNNING,
        batch=queries.next_batch(cooperative.id, on=clock.today()),
        harvested_on=harvest.happened_on if harvest else clock.today(),
        quantity=harvest.fields.get("weight") if harvest else None,
        place=farming.season_facts(season).plot_name if season else "",
        commune=commune.name if commune else "",
    )
    if form.validate_on_submit():
        try:
            with transaction():
                facts = _facts(form, harvest_entry_id=harvest.id if harvest else None)
                lot = actions.start_lot(_chosen(products, form), **facts, by=person.id)
        except _BLAMED as problem:
            _blame(form, problem)
        else:
            flash(_("The lot is written down. Tell how it came about, then publish it."), "success")
            return redirect(url_for("traceability_desk.lot", code=lot.code), 303)
    page = render_template("traceability/desk/new_lot.html", form=form, products=products)
    return (page, 422) if request.method == "POST" else page


@pages.route("/lo-hang/<code>/sua", methods=["GET", "POST"])
@access.staff
def edit_lot(person: Person, cooperative: Cooperative, code: str) -> str | Response | tuple[str, int]:
    """Only while it is a draft: what readers of labels have seen stays as it is."""
    lot = find(cooperative, code)
    if lot.state != LotState.DRAFT:
        flash(_("This lot is recorded, so its facts stay as they are. If they are wrong, put it on hold."), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    products = queries.products_of(cooperative.id)
    commune = geography.find_commune(lot.commune_code)
    form = LotForm(
        products,
        cooperative,
        _seasons(cooperative, kept=lot.season_id),
        product=lot.product_id,
        season=str(lot.season_id or _CHOICES.get(lot.origin, NOWHERE)),
        bought_from=lot.bought_from,
        bought_paper=lot.bought_paper,
        batch=lot.batch,
        harvested_on=lot.harvested_on,
        best_before=lot.best_before,
        quantity=lot.quantity,
        place=lot.place,
        commune=commune.name if commune else "",
    )
    if form.validate_on_submit():
        try:
            with transaction():
                facts = _facts(form, harvest_entry_id=lot.harvest_entry_id, of_season=lot.season_id)
                actions.change_draft(lot, _chosen(products, form), **facts, by=person.id)
        except _BLAMED as problem:
            _blame(form, problem)
        except LotMoveRefused:
            flash(_("The lot was recorded meanwhile. Nothing was changed."), "warning")
            return redirect(url_for("traceability_desk.lot", code=code), 303)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("traceability_desk.lot", code=code), 303)
    page = render_template("traceability/desk/edit_lot.html", form=form, lot=lot)
    return (page, 422) if request.method == "POST" else page


def _chosen(products: list[Product], form: LotForm) -> Product:
    return next(product for product in products if product.id == form.product.data)


def _harvest_told(cooperative: Cooperative, entry_id: int | None) -> Told | None:
    """The harvest in the diary that a lot is to be made of; somebody else's, or none, is as if nothing was asked."""
    found = farming.find_entry(cooperative.id, entry_id) if entry_id is not None else None
    return found if found is not None and found.kind == DiaryKind.HARVEST and not found.is_corrected else None


class _NoSeasonRuns(Exception):
    """The season was to be found by itself, and none, or several, can be meant; `count` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} seasons run")
        self.count = count


_BLAMED = (HarvestTaken, ImpossibleDates, LotNumberTaken, WrongSeason, _NoSeasonRuns)
_CHOICES = {OriginKind.WORKSHOP: WORKSHOP, OriginKind.BOUGHT: BOUGHT}


def _whence(form: LotForm, *, harvest_entry_id: int | None, of_season: int | None) -> Whence:
    """A harvest of the diary stays with the lot as long as its season is the lot's. Raises _NoSeasonRuns."""
    season_id = form.season_id
    if form.season.data == RUNNING:
        running = farming.seasons_running_on(form.product.data, form.harvested_on.data or clock.today())
        if len(running) != 1:
            raise _NoSeasonRuns(len(running))
        season_id = running[0].id
    is_bought = form.season.data == BOUGHT
    return Whence(
        season_id=season_id,
        harvest_entry_id=harvest_entry_id if of_season in (None, season_id) and season_id is not None else None,
        in_workshop=form.season.data == WORKSHOP,
        bought_from=form.bought_from.data if is_bought else "",
        bought_paper=form.bought_paper.data if is_bought else "",
    )


def _facts(form: LotForm, *, harvest_entry_id: int | None, of_season: int | None = None) -> dict[str, Any]:
    return {
        "batch": form.batch.data,
        "harvested_on": form.harvested_on.data,
        "best_before": form.best_before.data,
        "quantity": form.quantity.data,
        "place": form.place.data,
        "commune_code": form.commune_code,
        "whence": _whence(form, harvest_entry_id=harvest_entry_id, of_season=of_season),
    }


def _seasons(cooperative: Cooperative, *, kept: int | None = None) -> list[tuple[int, str]]:
    """Running seasons, each with what it can still give; and the one that the lot has already, if that has ended."""
    return [
        (
            season.id,
            _(
                "%(product)s, %(plot)s, %(season)s: %(left)s still possible",
                product=season.product_name,
                plot=season.plot_name,
                season=season.name,
                left=quantity(max(0, season.ceiling - season.harvested), season.base_unit),
            ),
        )
        for season in farming.seasons_of(cooperative.id)
        if season.ended_on is None or season.id == kept
    ]


def _blame(form: LotForm, problem: Exception) -> None:
    if isinstance(problem, _NoSeasonRuns):
        form.season.errors = [
            _("Several seasons of this product run on that day. Choose the one of the plot it was picked on.")
            if problem.count
            else _(
                "No season of this product runs on that day. Open one for its plot first, or say here how you came by"
                " the goods."
            )
        ]
    elif isinstance(problem, HarvestTaken):
        form.season.errors = [_("This harvest of the diary is lot %(code)s already.", code=problem.lot_code)]
    elif isinstance(problem, WrongSeason):
        form.season.errors = [refusal(problem, form.quantity.unit)]
    elif isinstance(problem, LotNumberTaken):
        form.batch.errors = [refusal(problem, form.quantity.unit)]
    else:
        form.best_before.errors = [_("This day lies before the harvest. Check both days.")]


@pages.get("/lo-hang/<code>")
@access.staff
def lot(person: Person, cooperative: Cooperative, code: str) -> str:
    return show(cooperative, code)


def show(cooperative: Cooperative, code: str, **forms: Any) -> str:
    """The page of one lot; `forms` holds the one that was filled in wrongly, the others begin empty."""
    lot = find(cooperative, code)
    product, commune = queries.product_of(lot), geography.find_commune(lot.commune_code)
    empty: dict[str, Any] = {
        "stage_form": StageForm(formdata=None, started_on=clock.today(), place=lot.place),
        "hold_form": ReasonForm(formdata=None, prefix="hold-"),
        "release_form": ReasonForm(formdata=None, prefix="release-"),
        "recall_form": ReasonForm(formdata=None, prefix="recall-"),
        "loss_form": OutgoForm(product.base_unit, formdata=None, prefix="loss-", token=codes.random_code(16)),
        "bulk_form": OutgoForm(product.base_unit, formdata=None, prefix="bulk-", token=codes.random_code(16)),
    }
    holds = queries.open_holds_of(lot) if lot.state == LotState.ON_HOLD else []
    season = farming.season_of(cooperative.id, lot.season_id) if lot.season_id else None
    hindrance = queries.hindrance_of(lot)
    return render_template(
        "traceability/desk/lot.html",
        lot=lot,
        product=product,
        commune=commune.name if commune else "",
        stages=queries.stages_of(lot.id),
        obligations=queries.readiness_of(lot).obligations(),
        obligation_words=OBLIGATIONS,
        missing_words=MISSING,
        moves=MOVES[lot.state],
        season=season,
        origin_words=ORIGINS,
        hindrance=refusal(hindrance, product.base_unit) if hindrance else "",
        will_wait=queries.why_officer_of(lot) if lot.state == LotState.DRAFT else "",
        holds=holds,
        approval=farming.find_approval(lot.id),
        own_holds=[each for each in holds if each.is_own],
        transformations=queries.transformations_with(lot) if lot.state != LotState.DRAFT else [],
        reach=queries.reach_of(lot) if lot.state != LotState.DRAFT else None,
        recipe_words=RECIPE_WORDS,
        handed_over=HANDED_OVER,
        why_stopped=why_stopped,
        is_printable=rules.may_be_labelled(lot.state, best_before=lot.best_before, on=clock.today()),
        labelled=sum(run.count for run in queries.label_runs_of(lot.id)),
        today=clock.today(),
        stage_words=STAGES,
        lot_states=LOT_STATES,
        lot_tones=LOT_TONES,
        **{**empty, **forms},
    )


@pages.post("/lo-hang/<code>/cong-bo")
@access.staff
def publish(person: Person, cooperative: Cooperative, code: str) -> Response:
    lot = find(cooperative, code)
    try:
        with transaction():
            actions.publish(lot, by=person.id)
    except ImpossibleDates:
        flash(_("This lot is past its best-before date already, so it cannot be sold. Check the day."), "warning")
    except LotMoveRefused:
        tell_how_it_stands(cooperative, code)
    except REFUSALS as problem:
        flash(refusal(problem, queries.product_of(lot).base_unit), "warning")
    else:
        _tell_recorded(lot, _("The lot is published: it is on sale, and you can print its labels."))
    return redirect(url_for("traceability_desk.lot", code=code), 303)


@pages.post("/lo-hang/<code>/ghi-so")
@access.staff
def record(person: Person, cooperative: Cooperative, code: str) -> Response:
    """Into the balance, but not on sale: for what will be dried, milled or handed over first."""
    lot = find(cooperative, code)
    try:
        with transaction():
            actions.record(lot, by=person.id)
    except LotMoveRefused:
        tell_how_it_stands(cooperative, code)
    except REFUSALS as problem:
        flash(refusal(problem, queries.product_of(lot).base_unit), "warning")
    else:
        _tell_recorded(lot, _("The lot is recorded. It counts from now on, and is not on sale yet."))
    return redirect(url_for("traceability_desk.lot", code=code), 303)


def _tell_recorded(lot: Lot, words: str) -> None:
    if lot.state == LotState.ON_HOLD:
        flash(
            _(
                "Recorded, but it waits: an officer of the Alliance looks at it. Nothing of it is sold until then. %(why)s",
                why=why_stopped(lot.state_reason),
            ),
            "warning",
        )
    else:
        flash(words, "success")


@pages.post("/lo-hang/<code>/tam-dung")
@access.staff
def hold(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    lot, form = find(cooperative, code), ReasonForm(prefix="hold-")
    if not form.validate():
        return show(cooperative, code, hold_form=form), 422
    return _moved(
        cooperative,
        code,
        lambda: actions.hold(lot, by=person.id, reason=str(form.reason.data)),
        _("The lot is on hold: nothing more of it is sold until you release it."),
    )


@pages.post("/lo-hang/<code>/ban-lai")
@access.staff
def release(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    lot, form = find(cooperative, code), ReasonForm(prefix="release-")
    if not form.validate():
        return show(cooperative, code, release_form=form), 422
    return _moved(
        cooperative,
        code,
        lambda: actions.release(lot, by=person.id, reason=str(form.reason.data)),
        _("The lot is on sale again."),
    )


@pages.post("/lo-hang/<code>/thu-hoi")
@access.staff
def recall(person: Person, cooperative: Cooperative, code: str) -> Response | tuple[str, int]:
    lot, form = find(cooperative, code), ReasonForm(prefix="recall-")
    if not form.validate():
        return show(cooperative, code, recall_form=form), 422
    return _moved(
        cooperative,
        code,
        lambda: actions.recall(lot, by=person.id, reason=str(form.reason.data)),
        _("The lot is recalled. Whoever scans its label is warned from now on."),
    )


def _moved(cooperative: Cooperative, code: str, deed: Callable[[], object], done: str) -> Response:
    try:
        with transaction():
            deed()
    except NeedsOfficer as problem:
        flash(refusal(problem, BaseUnit.GRAM), "warning")
    except LotMoveRefused:
        tell_how_it_stands(cooperative, code)
    else:
        flash(done, "success")
    return redirect(url_for("traceability_desk.lot", code=code), 303)


def tell_how_it_stands(cooperative: Cooperative, code: str) -> None:
    state = LOT_STATES[find(cooperative, code).state]
    flash(_("Somebody was faster. Nothing was changed; the lot is now: %(state)s.", state=state), "info")
