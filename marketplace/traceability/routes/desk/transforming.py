"""Lots made of lots: what was done, and telling one more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.catalogue.states import Publication
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import transaction
from marketplace.foundation.web import access
from marketplace.foundation.web.filters import quantity
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.actions import Input, Output
from marketplace.traceability.errors import NotEnoughInLot
from marketplace.traceability.forms import InputForm, OutputForm, TransformForm
from marketplace.traceability.queries import UsableLot, genealogy
from marketplace.traceability.routes.desk.blueprint import pages
from marketplace.traceability.rules import RECIPES, Recipe
from marketplace.traceability.words import HANDED_OVER, RECIPE_WORDS, REFUSALS, refusal

ON_A_PAGE = 20
# How many lots a form offers to make at once.
ROWS = {"split": 4, "merge": 1, "sort": 4, "rice_milling": 4, "drying": 1, "cooking": 3}
# The goods stay what they are, so they keep no longer than what went in.
KEEPS_ITS_DATE = frozenset({"split", "merge", "sort"})
BY_PRODUCTS = frozenset({"sort", "rice_milling", "cooking"})


@pages.get("/che-bien")
@access.staff
def transformations(person: Person, cooperative: Cooperative) -> str:
    """The newest first."""
    count = queries.count_transformations(cooperative.id)
    last_page = max(1, -(-count // ON_A_PAGE))
    page = min(max(request.args.get("trang", 1, type=int), 1), last_page)
    return render_template(
        "traceability/desk/transformations.html",
        rows=queries.transformations_of(cooperative.id, limit=ON_A_PAGE, offset=(page - 1) * ON_A_PAGE),
        page=page,
        last_page=last_page,
        recipe_words=RECIPE_WORDS,
        handed_over=HANDED_OVER,
    )


@pages.route("/che-bien/moi", methods=["GET", "POST"])
@access.staff
def new_transformation(person: Person, cooperative: Cooperative) -> str | Response | tuple[str, int]:
    """First what was done, by large buttons; then what went in and what came out."""
    wanted = request.args.get("lo", "")
    recipe = RECIPES.get(request.args.get("cach", ""))
    lots = queries.usable_lots(cooperative.id, on=clock.today())
    if recipe is None or recipe.code not in RECIPE_WORDS:
        return render_template(
            "traceability/desk/choose_recipe.html", recipe_words=RECIPE_WORDS, wanted=wanted, has_lots=bool(lots)
        )
    if recipe.code == "rice_milling":
        milled = genealogy.milled_among([lot.id for lot in lots])
        lots = [lot for lot in lots if lot.id not in milled]
    # The lot that somebody came from stands first, filled in.
    lots.sort(key=lambda lot: lot.code != wanted)
    products = queries.products_of(cooperative.id)
    form = _form(cooperative, recipe, lots, products, wanted)
    asks_again = False
    if request.method == "POST":
        before = queries.find_lot(cooperative.id, form.token.data or "")
        if before is not None:
            flash(_("This was written down already. Nothing was written a second time."), "info")
            return redirect(url_for("traceability_desk.lot", code=before.code), 303)
        if not rules.could_be_lot_code(form.token.data or ""):
            abort(422)
        if form.validate_everything(is_dried=recipe.is_measured):
            if recipe.is_measured:
                recipe = rules.drying(form.moisture_before.data or 0, form.moisture_after.data or 0)
            inputs, outputs, problem = _read(form, recipe, lots, products)
            asks_again = not problem and _is_much(recipe, inputs, outputs)
            if asks_again and not form.is_weighed.data:
                problem = _much(recipe, inputs, outputs)
            problem = problem or _write(cooperative, person, form, recipe, lots, inputs, outputs)
            if not problem:
                flash(_("Written down. The new lots are recorded; publish those that you sell."), "success")
                is_one = len(outputs) == 1
                endpoint = "traceability_desk.lot" if is_one else "traceability_desk.transformations"
                return redirect(url_for(endpoint, **({"code": form.token.data} if is_one else {})), 303)
            form.form_errors.append(problem)
    page = render_template(
        "traceability/desk/new_transformation.html",
        form=form,
        recipe=recipe,
        words=RECIPE_WORDS[recipe.code],
        lots=lots,
        has_byproducts=recipe.code in BY_PRODUCTS,
        asks_again=asks_again,
    )
    return (page, 422) if request.method == "POST" else page


def _write(
    cooperative: Cooperative,
    person: Person,
    form: TransformForm,
    recipe: Recipe,
    lots: Sequence[UsableLot],
    inputs: Sequence[Input],
    outputs: Sequence[Output],
) -> str:
    """Nothing to say when it is written; why not, otherwise."""
    try:
        with transaction():
            actions.transform(
                cooperative_id=cooperative.id,
                recipe=recipe,
                inputs=inputs,
                outputs=outputs,
                place=form.place.data or "",
                commune_code=cooperative.commune_code,
                on=form.on.data or clock.today(),
                by=person.id,
                note=form.note.data or "",
            )
    except NotEnoughInLot as short:
        row = next(lot for lot in lots if lot.code == short.lot_code)
        short.lot_code = row.batch
        form.inputs[row.id].quantity.errors = [refusal(short, row.base_unit)]
        return refusal(short, row.base_unit)
    except REFUSALS as refused:
        return refusal(refused, outputs[0].product.base_unit)
    return ""


def _form(
    cooperative: Cooperative, recipe: Recipe, lots: Sequence[UsableLot], products: Sequence[Product], wanted: str
) -> TransformForm:
    form = TransformForm(token=actions.new_code(), on=clock.today(), place=cooperative.address_line)
    sent = request.form if request.method == "POST" else None
    form.inputs = {
        lot.id: InputForm(lot, sent, prefix=f"in-{lot.id}-", quantity=lot.free if lot.code == wanted else None)
        for lot in lots
    }
    chosen = next((lot for lot in lots if lot.code == wanted), None)
    first = queries.next_batch(cooperative.id, on=clock.today())
    stem, _dash, number = first.rpartition("-")
    form.outputs = [
        OutputForm(
            products,
            sent,
            prefix=f"out-{row}-",
            product=_likely_output(recipe, chosen, products),
            batch=f"{stem}-{int(number) + row:02d}",
        )
        for row in range(ROWS[recipe.code])
    ]
    return form


def _likely_output(recipe: Recipe, chosen: UsableLot | None, products: Sequence[Product]) -> int | None:
    """The same goods where they stay the same; else what the shop sells first, never what went in."""
    if chosen is None:
        return None
    if recipe.code == "sort" or not recipe.changes_product:
        return chosen.product_id
    others = [product for product in products if product.id != chosen.product_id]
    sold = [product for product in others if product.publication == Publication.PUBLISHED]
    return next((product.id for product in [*sold, *others]), chosen.product_id)


def _read(
    form: TransformForm, recipe: Recipe, lots: Sequence[UsableLot], products: Sequence[Product]
) -> tuple[list[Input], list[Output], str]:
    """What was typed, and the sentence that says what is missing in it."""
    by_id = {lot.id: lot for lot in lots}
    inputs = [Input(lot_id, row.quantity.data) for lot_id, row in form.inputs.items() if row.quantity.data]
    rows = [row for row in form.outputs if row.is_filled]
    used = [by_id[each.lot_id] for each in inputs]
    if not used:
        return [], [], str(_("Type how much of which lot went in."))
    if recipe.code == "split" and len(used) > 1:
        return [], [], str(_("Split one lot at a time. For several at once, merge them first."))
    if recipe.code == "merge" and len(used) < 2:
        return [], [], str(_("Merging takes at least two lots. Type how much of each went in."))
    if not recipe.changes_product and len({lot.product_id for lot in used}) > 1:
        return [], [], str(_("Only lots of one product are merged. For a mixture choose “Process”."))
    if not rows:
        return [], [], str(_("Type how much came out."))
    outputs = []
    for number, row in enumerate(rows):
        kept = used[0].product_id if not recipe.changes_product else row.product.data
        product = next((one for one in products if one.id == kept), None)
        if product is None:
            return [], [], str(_("Choose the product that came out."))
        if not row.batch.data:
            return [], [], str(_("Give each new lot its number."))
        outputs.append(
            Output(
                product,
                row.quantity.data or 0,
                row.batch.data,
                row.best_before.data or _usual_date(recipe, used, product, form.on.data or clock.today()),
                is_byproduct=row.is_byproduct.data and recipe.code in BY_PRODUCTS,
            )
        )
        if number == 0:
            outputs[0] = replace(outputs[0], code=form.token.data or "")
    if all(output.is_byproduct for output in outputs):
        return [], [], str(_("By-products come beside something. Untick what is the main product."))
    return inputs, outputs, ""


def _usual_date(recipe: Recipe, used: Sequence[UsableLot], product: Product, on: date) -> date:
    if recipe.code in KEEPS_ITS_DATE:
        return min(lot.best_before for lot in used)
    return rules.usual_best_before(on, product.shelf_life_days)


def _is_much(recipe: Recipe, inputs: Sequence[Input], outputs: Sequence[Output]) -> bool:
    all_in = sum(each.quantity for each in inputs)
    main_out = sum(each.quantity for each in outputs if not each.is_byproduct)
    # What cannot be at all is refused with its ceiling; asking again would only delay that.
    is_possible = main_out <= all_in * recipe.main_permille // 1000
    return is_possible and rules.is_unusually_much(recipe, all_in=all_in, main_out=main_out)


def _much(recipe: Recipe, inputs: Sequence[Input], outputs: Sequence[Output]) -> str:
    all_in = sum(each.quantity for each in inputs)
    return str(
        _(
            "That is unusually much: good practice gives about %(usual)s. Weigh again; if it is right, tick the box below.",
            usual=quantity(all_in * recipe.warn_permille // 1000, outputs[0].product.base_unit),
        )
    )
