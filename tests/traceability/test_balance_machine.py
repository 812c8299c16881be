"""Random lives of lots through the real services: whatever happens, I1 to I10 hold, and each refusal is just.

Done with a model that knows nothing of the code: it adds up movements and decides beforehand whether a deed must pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.catalogue.models import Product, ProductPicture
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.inventory import actions as inventory
from marketplace.inventory.errors import NotEnoughStock
from marketplace.traceability import actions
from marketplace.traceability.actions import Input, Output, Whence, balance
from marketplace.traceability.errors import (
    AlreadyMilled,
    LotMoveRefused,
    NotEnoughInLot,
    OverCeiling,
    TooManyLabels,
    UnitRefused,
)
from marketplace.traceability.models import LabelRun, Lot, LotMovement, TransformationInput, TransformationOutput, Unit
from marketplace.traceability.queries import invariants
from marketplace.traceability.queries.genealogy import milled_among
from marketplace.traceability.rules import RECIPES
from marketplace.traceability.states import LabelKind, LotState, MovementKind, UnitState
from tests.factories.accounts import make_person
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative

PICTURE = {
    "key": "pictures/x", "width": 400, "height": 300, "mean_colour": "#8a7f52", "widths": [400], "formats": ["jpg"],
    "state": "ready",
}  # fmt: skip
QUANTITIES = st.integers(1, 12_000)
PICK = st.integers(0, 10_000)


class Figures:
    """What the movements of a lot say, added up without the counters."""

    def __init__(self, lot: Lot) -> None:
        rows = session.execute(
            select(LotMovement.kind, func.sum(LotMovement.quantity))
            .where(LotMovement.lot_id == lot.id)
            .group_by(LotMovement.kind)
        )
        sums = {kind: int(total) for kind, total in rows}
        kind = MovementKind

        def of(*kinds: MovementKind) -> int:
            return sum(sums.get(each, 0) for each in kinds)

        self.reserved = of(kind.RESERVED) - of(kind.RELEASED) - of(kind.SOLD)
        self.sold = of(kind.SOLD, kind.SOLD_IN_BULK, kind.SOLD_LABELLED)
        self.returned = of(kind.RETURNED)
        gone = of(kind.CONSUMED, kind.LOST)
        self.left = of(kind.PRODUCED) + self.returned - gone - self.reserved - self.sold
        self.labelled = of(kind.LABELLED) - of(kind.UNLABELLED)
        self.labels_in_house = self.labelled + self.returned - of(kind.SOLD_LABELLED)
        self.room = of(kind.PRODUCED) - gone - of(kind.SOLD_IN_BULK) - self.labelled


@dataclass
class Pack:
    """What the model knows of a pack with a serial."""

    lot: int
    run: int
    state: UnitState = UnitState.PRINTED
    line: int | None = None

    @property
    def is_free(self) -> bool:
        return self.state in (UnitState.PRINTED, UnitState.RETURNED) and self.line is None


class Lives(RuleBasedStateMachine):
    """One cooperative with paddy, rice and bran; each rule is one deed at its desk."""

    lots = Bundle("lots")

    @initialize(target=lots)
    def begin(self) -> MultipleResults[int]:
        cooperative = make_cooperative()
        self.cooperative_id = cooperative.id
        self.commune = cooperative.commune_code
        self.person = make_person().id
        self.paddy, self.rice, self.bran = (make_product(cooperative).id for _ in range(3))
        with transaction():
            for product_id in (self.paddy, self.rice, self.bran):
                session.add(ProductPicture(product_id=product_id, picture=PICTURE))
        self.lines = 0
        self.held: list[tuple[str, int, int, int]] = []  # reference, lot, product, quantity
        self.sold: list[tuple[str, int, int]] = []
        self.units: dict[str, Pack] = {}
        first, *others = [self._harvest(quantity, published=True) for quantity in (60_000, 45_500, 30_000)]
        # Each life begins with packs to put into a parcel; by chance alone the two would hardly ever meet.
        self._print_serials(first, 8)
        self._reserve("paddy", 3)
        self._reserve("paddy", 2)
        return multiple(first, *others)

    def lot(self, which: int) -> Lot:
        session.rollback()
        return session.get_one(Lot, which, populate_existing=True)

    def attempt(self, deed: Callable[[], object], *, must_pass: bool, refusals: tuple[type[Exception], ...]) -> bool:
        before = session.scalar(select(func.count(LotMovement.id)))
        session.rollback()
        try:
            with transaction():
                deed()
        except refusals:
            assert not must_pass
            session.rollback()
            assert session.scalar(select(func.count(LotMovement.id))) == before
            return False
        assert must_pass
        return True

    @rule(target=lots, quantity=QUANTITIES, published=st.booleans())
    def harvest(self, quantity: int, published: bool) -> int:
        return self._harvest(quantity, published=published)

    def _harvest(self, quantity: int, *, published: bool) -> int:
        with transaction():
            lot = actions.start_lot(
                session.get_one(Product, self.paddy),
                batch=f"L{self.lines}",
                harvested_on=clock.today() - timedelta(days=2),
                quantity=quantity,
                place="Thôn Đông",
                commune_code=self.commune,
                by=self.person,
                whence=Whence(bought_from="Chợ đầu mối", bought_paper="PX 12"),
            )
            actions.record(lot, by=self.person)
            if published:
                _publish(lot)
        self.lines += 1
        return lot.id

    @rule(
        target=lots,
        one=lots,
        other=lots,
        share=PICK,
        out=PICK,
        publish=st.booleans(),
        name=st.sampled_from(["split", "merge", "rice_milling"]),
    )
    def transform(self, one: int, other: int, share: int, out: int, publish: bool, name: str) -> int:
        recipe = RECIPES[name]
        ids = sorted({one} if name == "split" else {one, other})
        inputs = [(self.lot(each), max(1, Figures(self.lot(each)).left * (share % 13) // 10)) for each in ids]
        all_in = sum(quantity for _, quantity in inputs)
        main = max(1, all_in * (out % 80) // 100)
        beside = all_in // 5 if name == "rice_milling" and out % 2 else 0
        may = all(
            lot.state in (LotState.RECORDED, LotState.PUBLISHED)
            and quantity <= Figures(lot).left
            and quantity <= Figures(lot).room
            for lot, quantity in inputs
        )
        may = may and main <= all_in * recipe.main_permille // 1000
        may = may and beside <= all_in * recipe.byproduct_permille // 1000 and main + beside <= all_in
        may = may and not (name == "rice_milling" and milled_among(ids))
        made: list[Lot] = []
        self.lines += 1

        def deed() -> None:
            outputs = [(self.rice, main, False)] + ([(self.bran, beside, True)] if beside else [])
            made.extend(
                actions.transform(
                    cooperative_id=self.cooperative_id,
                    recipe=recipe,
                    inputs=[Input(lot.id, quantity) for lot, quantity in inputs],
                    outputs=[
                        Output(
                            session.get_one(Product, product),
                            quantity,
                            f"R{self.lines}",
                            _soon(),
                            is_byproduct=is_byproduct,
                        )
                        for product, quantity, is_byproduct in outputs
                    ],
                    place="Nhà máy xay",
                    commune_code=self.commune,
                    on=clock.today(),
                    by=self.person,
                )
            )
            if publish:
                _publish(made[0])

        if not self.attempt(deed, must_pass=may, refusals=(AlreadyMilled, LotMoveRefused, NotEnoughInLot, OverCeiling)):
            return one
        return made[0].id

    @rule(which=lots, packs=st.integers(1, 12))
    def label(self, which: int, packs: int) -> None:
        lot = self.lot(which)
        may = lot.state == LotState.PUBLISHED and packs * 1000 <= Figures(lot).room
        variant = session.get_one(Product, lot.product_id).variants[0]
        self.attempt(
            lambda: actions.print_labels(lot, variant, count=packs, layout="24", by=self.person),
            must_pass=may,
            refusals=(LotMoveRefused, TooManyLabels),
        )

    @rule(which=lots, count=st.integers(1, 12))
    def void(self, which: int, count: int) -> None:
        run = session.scalars(select(LabelRun).where(LabelRun.lot_id == which).order_by(LabelRun.id.desc())).first()
        if run is None:
            return
        session.rollback()
        run = session.get_one(LabelRun, run.id, populate_existing=True)
        may = run.kind == LabelKind.LOT and run.voided + count <= run.count
        self.attempt(
            lambda: actions.void_labels(run, count=count, reason="In hỏng", by=self.person),
            must_pass=may,
            refusals=(TooManyLabels,),
        )

    @rule(which=lots, packs=st.integers(1, 6))
    def print_serials(self, which: int, packs: int) -> None:
        self._print_serials(which, packs)

    def _print_serials(self, which: int, packs: int) -> None:
        lot = self.lot(which)
        may = lot.state == LotState.PUBLISHED and packs * 1000 <= Figures(lot).room
        variant = session.get_one(Product, lot.product_id).variants[0]
        runs: list[LabelRun] = []
        printed = self.attempt(
            lambda: runs.append(actions.print_units(lot, variant, count=packs, layout="24", by=self.person)),
            must_pass=may,
            refusals=(LotMoveRefused, TooManyLabels),
        )
        if printed:
            run = runs[0].id
            # As on the sheets. Serials are drawn by chance, so a life that is told again must name packs by their place.
            for serial in session.scalars(select(Unit.serial).where(Unit.run_id == run).order_by(Unit.serial)):
                self.units[serial] = Pack(which, run)
            session.rollback()

    @rule(pick=PICK, rest=st.booleans())
    def void_serials(self, pick: int, rest: bool) -> None:
        if not self.units:
            return
        serial = list(self.units)[pick % len(self.units)]
        pack = self.units[serial]
        lot = self.lot(pack.lot)
        free = [each for each, one in self.units.items() if one.run == pack.run and one.is_free]
        if rest:
            with transaction():
                run = session.get_one(LabelRun, pack.run)
                assert actions.void_rest(lot, run, reason="Kẹt giấy", by=self.person) == len(free)
        elif self.attempt(
            lambda: actions.void_units(lot, [serial, serial], reason="Rách", by=self.person),
            must_pass=pack.is_free,
            refusals=(UnitRefused,),
        ):
            free = [serial]
        else:
            free = []
        for each in free:
            self.units[each].state = UnitState.VOID

    @rule(pick=PICK, held=PICK, times=st.integers(1, 4))
    def fill_parcel(self, pick: int, held: int, times: int) -> None:
        for which in range(times):
            self._put_in_parcel(pick + which, held)

    def _put_in_parcel(self, pick: int, held: int) -> None:
        if not self.units or not self.held:
            return
        # Mostly a pack and a line of one lot, or hardly any would ever meet.
        lots = {one.lot for one in self.units.values()}
        meeting = [one for one in self.held if one[1] in lots] or self.held
        reference, lot_id, _, quantity = meeting[held % len(meeting)]
        near = [serial for serial, one in self.units.items() if one.lot == lot_id and pick % 5] or list(self.units)
        serial = near[pick % len(near)]
        pack = self.units[serial]
        line = int(reference.rpartition("-")[2])
        packed = sum(1 for one in self.units.values() if (one.line, one.lot) == (line, lot_id))
        # Recalled packs stay where they lie; no other can be put beside them.
        is_in = pack.line == line and pack.state in (UnitState.PRINTED, UnitState.RETURNED)
        may = is_in or (pack.is_free and pack.lot == lot_id and packed < quantity // 1000)

        def deed() -> None:
            actions.pack_unit(
                serial,
                cooperative_id=self.cooperative_id,
                order_line_id=line,
                packs_of_lot={lot_id: quantity // 1000},
                content=1000,
            )

        if self.attempt(deed, must_pass=may, refusals=(UnitRefused,)):
            pack.line = line

    @rule(pick=PICK, packs=st.integers(1, 4))
    def sell_at_the_stall(self, pick: int, packs: int) -> None:
        if not self.units:
            return
        pack = list(self.units.values())[pick % len(self.units)]
        lot = self.lot(pack.lot)
        figures = Figures(lot)
        free = [one for one in self.units.values() if one.run == pack.run and one.is_free]
        may = lot.state in (LotState.RECORDED, LotState.PUBLISHED) and len(free) >= packs
        may = may and packs * 1000 <= min(figures.left, figures.labels_in_house)
        self.lines += 1

        def deed() -> None:
            run = session.get_one(LabelRun, pack.run)
            actions.sell_labelled(
                lot, run, packs=packs, note="", reference=f"stall:{self.cooperative_id}-{self.lines}", by=self.person
            )

        if self.attempt(deed, must_pass=may, refusals=(LotMoveRefused, TooManyLabels)):
            for one in free[:packs]:
                one.state = UnitState.SOLD

    @rule(pick=PICK)
    def pack_comes_back(self, pick: int) -> None:
        if not self.units:
            return
        serial = list(self.units)[pick % len(self.units)]
        pack = self.units[serial]
        lot = self.lot(pack.lot)
        figures = Figures(lot)
        may = pack.state in (UnitState.SHIPPED, UnitState.SOLD) and figures.sold - figures.returned >= 1000
        if self.attempt(
            lambda: actions.return_unit(lot, serial, note="Khách trả", by=self.person),
            must_pass=may,
            refusals=(UnitRefused,),
        ):
            pack.state, pack.line = UnitState.RETURNED, None

    @rule(which=st.sampled_from(["paddy", "rice"]), packs=st.integers(1, 15))
    def reserve(self, which: str, packs: int) -> None:
        self._reserve(which, packs)

    def _reserve(self, which: str, packs: int) -> None:
        product_id = getattr(self, which)
        session.rollback()
        on_sale = session.scalars(
            select(Lot).where(Lot.product_id == product_id, Lot.state == LotState.PUBLISHED).order_by(Lot.id)
        ).all()
        there = sum(Figures(lot).left // 1000 for lot in on_sale)
        reference = f"line:{self.cooperative_id}-{self.lines}"
        self.lines += 1
        taken: list[inventory.Taken] = []

        def deed() -> None:
            taken.extend(
                inventory.take(
                    product_id=product_id, content=1000, packs=packs, reference=reference, on=clock.today(), by=None
                )
            )

        if self.attempt(deed, must_pass=packs <= there, refusals=(NotEnoughStock,)):
            self.held += [(reference, each.lot_id, product_id, each.quantity) for each in taken]

    @rule(pick=PICK, twice=st.booleans())
    def cancel(self, pick: int, twice: bool) -> None:
        if not self.held:
            return
        reference, lot_id, product_id, quantity = self.held.pop(pick % len(self.held))
        session.rollback()
        for _ in range(2 if twice else 1):
            with transaction():
                inventory.give_back(
                    lot_id=lot_id, product_id=product_id, quantity=quantity, reference=reference, by=None
                )
                actions.unpack_units([int(reference.rpartition("-")[2])])
        self._empty(reference)

    def _empty(self, reference: str, into: UnitState | None = None) -> None:
        """The parcel of the line, sent or not; what was recalled meanwhile stays recalled."""
        for one in self.units.values():
            if one.line == int(reference.rpartition("-")[2]) and into is None:
                one.line = None
            elif one.line == int(reference.rpartition("-")[2]) and one.state != UnitState.RECALLED:
                one.state = into or one.state

    @rule(pick=PICK, twice=st.booleans())
    def ship(self, pick: int, twice: bool) -> None:
        if not self.held:
            return
        reference, lot_id, _, quantity = self.held[pick % len(self.held)]
        may = self.lot(lot_id).state in (LotState.RECORDED, LotState.PUBLISHED)
        sent = self.attempt(
            lambda: inventory.hand_over(lot_id=lot_id, quantity=quantity, reference=reference, by=None),
            must_pass=may,
            refusals=(LotMoveRefused,),
        )
        if sent:
            self.held.pop(pick % len(self.held))
            self.sold.append((reference, lot_id, quantity))
            line = int(reference.rpartition("-")[2])
            if all(held[0] != reference for held in self.held):  # the last lot of the line leaves with the parcel
                for _ in range(2 if twice else 1):
                    with transaction():
                        actions.ship_units([line], by=None)
                self._empty(reference, UnitState.SHIPPED)
                if pick % 2:
                    with transaction():
                        actions.deliver_units([line], by=None)
                    self._empty(reference, UnitState.SOLD)
            if twice:
                with transaction():
                    inventory.hand_over(lot_id=lot_id, quantity=quantity, reference=reference, by=None)

    @rule(pick=PICK, quantity=QUANTITIES)
    def come_back(self, pick: int, quantity: int) -> None:
        if not self.sold:
            return
        reference, lot_id, _ = self.sold[pick % len(self.sold)]
        figures = Figures(self.lot(lot_id))
        if session.scalar(
            select(LotMovement.id).where(LotMovement.reference == reference, LotMovement.kind == MovementKind.RETURNED)
        ):
            return
        self.attempt(
            lambda: actions.take_back(lot_id, quantity, reference=reference, note="Khách trả", by=self.person),
            must_pass=quantity <= figures.sold - figures.returned,
            refusals=(NotEnoughInLot,),
        )

    @rule(which=lots, quantity=QUANTITIES, bulk=st.booleans())
    def lose_or_sell_outside(self, which: int, quantity: int, bulk: bool) -> None:
        lot = self.lot(which)
        figures = Figures(lot)
        self.lines += 1
        deed = actions.sell_in_bulk if bulk else actions.write_off
        may = quantity <= min(figures.left, figures.room)
        may = may and (not bulk or lot.state in (LotState.RECORDED, LotState.PUBLISHED))
        self.attempt(
            lambda: deed(lot, quantity, reference=f"deed:{self.cooperative_id}-{self.lines}", note="", by=self.person),
            must_pass=may,
            refusals=(NotEnoughInLot, LotMoveRefused),
        )

    @rule(which=lots)
    def hold(self, which: int) -> None:
        lot = self.lot(which)
        self.attempt(
            lambda: actions.hold(lot, by=self.person, reason="Kiểm tra"),
            must_pass=lot.state in (LotState.RECORDED, LotState.PUBLISHED),
            refusals=(LotMoveRefused,),
        )

    @rule(which=lots)
    def release(self, which: int) -> None:
        lot = self.lot(which)
        session.rollback()
        try:
            with transaction():
                actions.release(lot, by=self.person, reason="Đã kiểm tra")
        except LotMoveRefused:
            return
        assert self.lot(which).state != LotState.RECALLED

    @rule(which=lots)
    def recall(self, which: int) -> None:
        lot = self.lot(which)
        passed = self.attempt(
            lambda: actions.recall(lot, by=self.person, reason="Nghi nhiễm"),
            must_pass=lot.state != LotState.RECALLED,
            refusals=(LotMoveRefused,),
        )
        if passed:
            reached = {which, *_made_of(which)}
            for made in reached:
                assert self.lot(made).state == LotState.RECALLED
            for one in self.units.values():
                if one.lot in reached and one.state != UnitState.VOID:
                    one.state = UnitState.RECALLED

    @invariant()
    def everything_agrees(self) -> None:
        session.rollback()
        checks = (
            invariants.counters_that_disagree,
            invariants.labels_that_exceed,
            invariants.units_that_disagree,
            invariants.transformations_that_gain,
            invariants.lots_out_of_order,
            invariants.recalls_that_stop_short,
        )
        assert {check.__name__: found for check in checks if (found := check())} == {}
        rows = session.execute(select(Unit.serial, Unit.lot_id, Unit.run_id, Unit.state, Unit.order_line_id))
        assert {row[0]: Pack(*row[1:]) for row in rows if row[0] in self.units} == self.units


def _soon() -> date:
    return clock.today() + timedelta(days=30)


def _publish(lot: Lot) -> None:
    """As at the desk; the readiness of products is another test's business."""
    actions.publish(lot, by=None)


def _made_of(lot_id: int) -> set[int]:
    """Walked row by row, not by the query under test."""
    found, todo = set(), [lot_id]
    while todo:
        rows = session.scalars(
            select(TransformationOutput.lot_id)
            .join(TransformationInput, TransformationInput.transformation_id == TransformationOutput.transformation_id)
            .where(TransformationInput.lot_id == todo.pop())
        ).all()
        todo += [each for each in rows if each not in found]
        found |= set(rows)
    return found


SETTINGS = settings(
    max_examples=20,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    # A failing life is long; what it is made of says enough, and shrinking it takes minutes.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def test_random_lives_of_lots_keep_the_balance(app: Flask) -> None:
    run_state_machine_as_test(Lives, settings=SETTINGS)


def test_without_the_guard_the_same_lives_break_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a balance that never asks whether there is enough."""
    for kind, change in list(balance._CHANGES.items()):
        monkeypatch.setitem(balance._CHANGES, kind, balance._Change(change.grows, change.shrinks, ()))
    with pytest.raises((IntegrityError, AssertionError)):  # the database's own constraint, or the model
        run_state_machine_as_test(Lives, settings=SETTINGS)
