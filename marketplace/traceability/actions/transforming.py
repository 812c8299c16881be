"""Lots made of lots: split, merged, sorted, dried, milled, taken over from another cooperative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select

from marketplace.catalogue.models import Product
from marketplace.foundation import clock, public_version
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.foundation.public_address import public_url
from marketplace.foundation.quantities import BaseUnit
from marketplace.traceability import documents, rules
from marketplace.traceability.actions import balance, telling
from marketplace.traceability.actions.lots import check_number_is_free, facts_of, new_code
from marketplace.traceability.actions.telling import NOW, Occurrence
from marketplace.traceability.documents import Item
from marketplace.traceability.errors import AlreadyMilled, ImpossibleDates, LotMoveRefused, NotEnoughInLot, UnitsDiffer
from marketplace.traceability.events import StockChanged
from marketplace.traceability.models import Lot, LotStage, Transformation, TransformationInput, TransformationOutput
from marketplace.traceability.queries import genealogy
from marketplace.traceability.rules import Recipe
from marketplace.traceability.states import Custody, EventKind, ItemRole, LotState, MovementKind, StageKind


@dataclass(frozen=True)
class Input:
    """So much of a lot goes in, in base units of its product."""

    lot_id: int
    quantity: int


@dataclass(frozen=True)
class Output:
    """What comes out. `code` is given only for a lot that was told elsewhere and keeps its name."""

    product: Product
    quantity: int
    batch: str
    best_before: date
    is_byproduct: bool = False
    code: str = ""


def transform(
    *,
    cooperative_id: int,
    recipe: Recipe,
    inputs: Sequence[Input],
    outputs: Sequence[Output],
    place: str,
    commune_code: str,
    on: date,
    by: int | None,
    note: str = "",
    occurrence: Occurrence = NOW,
    is_demo: bool = False,
) -> list[Lot]:
    """Take the inputs and make the outputs, recorded but not published, in one transaction.

    No more comes out in all than went in, and of each output no more than the recipe can give (I3). The outputs get
    the weakest chain of custody and the weighted share of certified goods of what went in. Raises NotEnoughInLot,
    OverCeiling, UnitsDiffer, ImpossibleDates, LotNumberTaken, LotMoveRefused (an input is on hold or recalled),
    AlreadyMilled (only paddy goes through a mill).
    """
    if not inputs or not outputs or len({each.lot_id for each in inputs}) < len(inputs):
        raise ValueError("a transformation needs inputs, each once, and outputs")
    public_version.changed()
    lots = _lock(inputs)
    if recipe.code == "rice_milling" and (milled := genealogy.milled_among(lots)):
        raise AlreadyMilled(lots[min(milled)].code)
    products = {lot.id: session.get_one(Product, lot.product_id) for lot in lots.values()}
    unit = _unit_of([*products.values(), *(each.product for each in outputs)])
    if on > clock.today() or any(on < lot.harvested_on for lot in lots.values()):
        raise ImpossibleDates("goods are made of what was there before, and not in the future")
    if any(each.best_before < on for each in outputs):
        raise ImpossibleDates("an output would be past its date before it was made")
    all_in = sum(each.quantity for each in inputs)
    ceilings = rules.check_yield(
        recipe, all_in=all_in, outputs=[(each.quantity, each.is_byproduct) for each in outputs]
    )
    transformation = Transformation(
        cooperative_id=cooperative_id, recipe=recipe.code, note=note, by_id=by, at=clock.now()
    )
    session.add(transformation)
    session.flush()
    _consume(transformation, inputs, lots, by=by)
    custody, certified = _inherited(inputs, lots)
    origin = rules.inherited_origin({lots[each.lot_id].origin for each in inputs})
    made = [
        _make(each, cooperative_id, place=place, commune_code=commune_code, on=on, by=by, is_demo=is_demo)
        for each in outputs
    ]
    for lot, output, ceiling in zip(made, outputs, ceilings, strict=True):
        lot.origin, lot.custody, lot.certified_permille = origin, custody, certified
        session.add(
            TransformationOutput(
                lot_id=lot.id,
                transformation_id=transformation.id,
                quantity=output.quantity,
                is_byproduct=output.is_byproduct,
                ceiling_permille=ceiling,
            )
        )
        session.flush()
        balance.change(
            lot.id, MovementKind.PRODUCED, output.quantity, reference=f"transformation:{transformation.id}", by=by
        )
        session.refresh(lot)
    _tell(transformation, recipe, inputs, lots, outputs, made, unit, on=on, by=by, occurrence=occurrence)
    for product_id in sorted({lot.product_id for lot in lots.values()}):
        announce(StockChanged(product_id))
    return made


def _lock(inputs: Sequence[Input]) -> dict[int, Lot]:
    """In the order of their keys, so that two transformations never wait for each other in a circle."""
    rows = session.scalars(
        select(Lot)
        .where(Lot.id.in_([each.lot_id for each in inputs]))
        .order_by(Lot.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {lot.id: lot for lot in rows}


def _unit_of(products: Sequence[Product]) -> BaseUnit:
    units = {product.base_unit for product in products}
    if len(units) > 1:
        raise UnitsDiffer("what goes in and what comes out must be weighed, or counted, alike")
    return units.pop()


def _consume(transformation: Transformation, inputs: Sequence[Input], lots: dict[int, Lot], *, by: int | None) -> None:
    for each in sorted(inputs, key=lambda each: each.lot_id):
        lot = lots[each.lot_id]
        if lot.state not in (LotState.RECORDED, LotState.PUBLISHED):
            raise LotMoveRefused(f"lot {lot.code} is {lot.state} and cannot be used")
        reference = f"transformation:{transformation.id}"
        if not balance.change(lot.id, MovementKind.CONSUMED, each.quantity, reference=reference, by=by):
            session.refresh(lot)
            raise NotEnoughInLot(
                lot.code, asked=each.quantity, left=min(lot.available, lot.to_label), labelled=lot.labelled
            )
        session.refresh(lot)
    session.execute(
        insert(TransformationInput),
        [{"transformation_id": transformation.id, "lot_id": i.lot_id, "quantity": i.quantity} for i in inputs],
    )


def _inherited(inputs: Sequence[Input], lots: dict[int, Lot]) -> tuple[Custody, int]:
    certified = rules.certified_share([(lots[each.lot_id].certified_permille, each.quantity) for each in inputs])
    custody = rules.inherited_custody(
        [lots[each.lot_id].custody for each in inputs],
        origins={lots[each.lot_id].season_id or -each.lot_id for each in inputs},
        certified_permille=certified,
    )
    return custody, certified


def _make(
    output: Output, cooperative_id: int, *, place: str, commune_code: str, on: date, by: int | None, is_demo: bool
) -> Lot:
    check_number_is_free(output.product, output.batch)
    now = clock.now()
    lot = Lot(
        code=output.code or new_code(),
        cooperative_id=cooperative_id,
        product_id=output.product.id,
        batch=output.batch,
        harvested_on=on,
        best_before=output.best_before,
        quantity=output.quantity,
        place=place,
        commune_code=commune_code,
        state=LotState.RECORDED,
        created_by_id=by,
        created_at=now,
        recorded_at=now,
        is_demo=is_demo,
    )
    session.add(lot)
    session.flush()
    session.add(
        LotStage(
            lot_id=lot.id,
            kind=StageKind.PROCESSING,
            place=place,
            started_on=on,
            created_by_id=by,
            created_at=now,
        )
    )
    session.flush()
    session.expire(lot, ["stages"])
    return lot


def _tell(
    transformation: Transformation,
    recipe: Recipe,
    inputs: Sequence[Input],
    lots: dict[int, Lot],
    outputs: Sequence[Output],
    made: Sequence[Lot],
    unit: BaseUnit,
    *,
    on: date,
    by: int | None,
    occurrence: Occurrence,
) -> None:
    items = [
        Item(ItemRole.INPUT, each.lot_id, documents.lot_uri(lots[each.lot_id].code), each.quantity, unit)
        for each in inputs
    ] + [Item(ItemRole.OUTPUT, lot.id, documents.lot_uri(lot.code), lot.quantity, unit) for lot in made]
    facts = {
        documents.lot_uri(lot.code): {**facts_of(lot, output.product), "htx:isByproduct": output.is_byproduct}
        for lot, output in zip(made, outputs, strict=True)
    }
    event = telling.tell(
        EventKind.TRANSFORMED,
        cooperative_id=transformation.cooperative_id,
        items=items,
        by=by,
        occurrence=Occurrence(occurrence.at or telling.moment_of(on), occurrence.document),
        transformation_id=public_url(f"/epcis/transformations/{made[0].code}"),
        extra={
            "htx:recipe": recipe.code,
            "htx:outputs": [{"htx:lot": uri, **told} for uri, told in facts.items()],
            **({"htx:permille": recipe.main_permille} if recipe.is_measured else {}),
        },
    )
    transformation.trace_event_id = event.id
    for lot in made:
        for stage in lot.stages:
            stage.trace_event_id = event.id
    session.flush()
