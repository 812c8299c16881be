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
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.geography import queries as geography
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.errors import ImpossibleDates, LotIncomplete, LotMoveRefused
from marketplace.traceability.forms import LabelForm, LotForm, ReasonForm, StageForm
from marketplace.traceability.models import Lot
from marketplace.traceability.routes.desk.blueprint import find, pages
from marketplace.traceability.states import MOVES, LotState
from marketplace.traceability.words import LOT_STATES, LOT_TONES, MISSING, STAGES

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
        lot_states=LOT_STATES,
        lot_tones=LOT_TONES,
    )


@pages.route("/lo-hang/moi", methods=["GET", "POST"])
@access.staff
def new_lot(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    products = queries.products_of(cooperative.id)
    commune = geography.find_commune(cooperative.commune_code)
    form = LotForm(
        products,
        cooperative,
        product=request.args.get("san-pham", type=int),
        batch=queries.next_batch(cooperative.id, on=clock.today()),
        harvested_on=clock.today(),
        commune=commune.name if commune else "",
    )
    if form.validate_on_submit():
        try:
            with transaction():
                lot = actions.start_lot(_chosen(products, form), **_facts(form), by=person.id)
        except ImpossibleDates:
            _blame_dates(form)
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
        flash(_("This lot is published, so its facts stay as they are. If they are wrong, put it on hold."), "warning")
        return redirect(url_for("traceability_desk.lot", code=code), 303)
    products = queries.products_of(cooperative.id)
    commune = geography.find_commune(lot.commune_code)
    form = LotForm(
        products,
        cooperative,
        product=lot.product_id,
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
                actions.change_draft(lot, _chosen(products, form), **_facts(form), by=person.id)
        except ImpossibleDates:
            _blame_dates(form)
        except LotMoveRefused:
            flash(_("The lot was published meanwhile. Nothing was changed."), "warning")
            return redirect(url_for("traceability_desk.lot", code=code), 303)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("traceability_desk.lot", code=code), 303)
    page = render_template("traceability/desk/edit_lot.html", form=form, lot=lot)
    return (page, 422) if request.method == "POST" else page


def _chosen(products: list[Product], form: LotForm) -> Product:
    return next(product for product in products if product.id == form.product.data)


def _facts(form: LotForm) -> dict[str, Any]:
    return {
        "batch": form.batch.data,
        "harvested_on": form.harvested_on.data,
        "best_before": form.best_before.data,
        "quantity": form.quantity.data,
        "place": form.place.data,
        "commune_code": form.commune_code,
    }


def _blame_dates(form: LotForm) -> None:
    form.best_before.errors = [_("This day lies before the harvest. Check both days.")]


@pages.get("/lo-hang/<code>")
@access.staff
def lot(person: Person, cooperative: Cooperative, code: str) -> str:
    return show(cooperative, code)


def show(cooperative: Cooperative, code: str, **forms: Any) -> str:
    """The page of one lot; `forms` holds the one that was filled in wrongly, the others begin empty."""
    lot = find(cooperative, code)
    product, commune = queries.product_of(lot), geography.find_commune(lot.commune_code)
    packs = [
        (pack, rules.labels_left(to_label=lot.to_label, content=pack.content)) for pack in queries.packs_of(product.id)
    ]
    empty: dict[str, Any] = {
        "stage_form": StageForm(formdata=None, started_on=clock.today(), place=lot.place),
        "hold_form": ReasonForm(formdata=None, prefix="hold-"),
        "release_form": ReasonForm(formdata=None, prefix="release-"),
        "recall_form": ReasonForm(formdata=None, prefix="recall-"),
        "label_form": LabelForm(pack_choices(lot, product), formdata=None),
    }
    return render_template(
        "traceability/desk/lot.html",
        lot=lot,
        product=product,
        commune=commune.name if commune else "",
        stages=queries.stages_of(lot.id),
        missing=actions.readiness(lot).missing(),
        missing_words=MISSING,
        moves=MOVES[lot.state],
        packs=packs,
        most_labels=max((left for _pack, left in packs), default=0),
        pack_names={pack.id: pack.name for pack in product.variants},
        runs=queries.label_runs_of(lot.id),
        is_large_run=rules.is_large_run,
        today=clock.today(),
        stage_words=STAGES,
        lot_states=LOT_STATES,
        lot_tones=LOT_TONES,
        **{**empty, **forms},
    )


def pack_choices(lot: Lot, product: Product) -> list[tuple[int, str]]:
    """Pack sizes, each with how many labels the lot has left for it."""
    return [
        (
            pack.id,
            _(
                "%(pack)s (%(left)s labels left)",
                pack=pack.name,
                left=rules.labels_left(to_label=lot.to_label, content=pack.content),
            ),
        )
        for pack in queries.packs_of(product.id)
    ]


@pages.post("/lo-hang/<code>/cong-bo")
@access.staff
def publish(person: Person, cooperative: Cooperative, code: str) -> Response:
    lot = find(cooperative, code)
    try:
        with transaction():
            actions.publish(lot, by=person.id)
    except LotIncomplete as incomplete:
        words = ", ".join(str(MISSING[key]) for key in incomplete.missing)
        flash(_("Not yet: what buyers must see is missing: %(what)s.", what=words), "warning")
    except ImpossibleDates:
        flash(_("This lot is past its best-before date already, so it cannot be sold. Check the day."), "warning")
    except LotMoveRefused:
        _tell_how_it_stands(cooperative, code)
    else:
        flash(_("The lot is published: it is on sale, and you can print its labels."), "success")
    return redirect(url_for("traceability_desk.lot", code=code), 303)


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
    except LotMoveRefused:
        _tell_how_it_stands(cooperative, code)
    else:
        flash(done, "success")
    return redirect(url_for("traceability_desk.lot", code=code), 303)


def _tell_how_it_stands(cooperative: Cooperative, code: str) -> None:
    state = LOT_STATES[find(cooperative, code).state]
    flash(_("Somebody was faster. Nothing was changed; the lot is now: %(state)s.", state=state), "info")
