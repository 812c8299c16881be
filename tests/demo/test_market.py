"""The demo market is made by the actions people use, breaks no rule, and tells every story it promises."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace import wiring
from marketplace.catalogue.models import Product, Variant
from marketplace.certificates.models import Certificate
from marketplace.cooperatives.models import Cooperative
from marketplace.demo import builder, drawings
from marketplace.demo.pictures import Key
from marketplace.farming import queries as farming
from marketplace.farming.models import DiaryEntry, HarvestApproval, Season
from marketplace.farming.rules import is_late
from marketplace.farming.states import DiaryKind, Verdict
from marketplace.foundation import clock, files, pictures
from marketplace.foundation.database import session
from marketplace.fulfilment import queries as fulfilment
from marketplace.orders.models import CooperativeOrder, OrderLine, OrderLineLot
from marketplace.orders.states import PartState, Surplus
from marketplace.traceability.models import (
    LabelRun,
    Lot,
    LotHold,
    ScanAlarm,
    Transformation,
    TransformationInput,
    TransformationOutput,
    Unit,
)
from marketplace.traceability.queries.genealogy import ancestors_of
from marketplace.traceability.states import AlarmState, Custody, LabelKind, LotState, ScanReason, UnitState
from marketplace.transparency import queries as transparency
from tests.client import Browser


@pytest.fixture
def market(app: Flask, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole demo but for its pictures: one is drawn and stands for all, for drawing takes a minute."""
    one = pictures.keep_complete(files.store(), drawings.draw_product("rice", 1)).to_json()

    def draw_one(wanted: Iterable[Key], *, files_url: str) -> dict[Key, dict[str, Any]]:
        return dict.fromkeys(wanted, one)

    paper = cache(drawings.draw_certificate)
    monkeypatch.setattr(builder, "draw_all", draw_one)
    monkeypatch.setattr(
        drawings, "draw_certificate", lambda **_: paper(scheme="attp", number="", holder="", scope="", valid_to="")
    )
    builder.build(files_url=settings.files_url)


def test_the_demo_breaks_no_rule_and_tells_every_story(market: None, app: Flask) -> None:
    _no_rule_is_broken()
    _vegetables_under_vietgap()
    _rice_and_bran_from_paddy()
    _dried_longan_of_two_cooperatives()
    _recalled_lot_with_its_buyers()
    _packs_from_label_to_buyer_and_back()
    _a_suspected_copy_and_one_explained(app)
    _harvest_over_its_ceiling_waits()
    _chickens_on_the_scales()
    _every_page_opens(app)
    _everything_is_signed()


def _no_rule_is_broken() -> None:
    for rule, find in wiring.INVARIANTS.items():
        assert find() == [], rule
        session.rollback()


def _chickens_on_the_scales() -> None:
    """One order waits to be weighed, one got its difference back, of one the difference is asked."""
    weighed = select(CooperativeOrder).where(
        CooperativeOrder.id.in_(select(OrderLine.cooperative_order_id).where(OrderLine.kilogram_dong.is_not(None)))
    )
    parts = list(session.scalars(weighed.order_by(CooperativeOrder.id)))
    assert [(part.waits_for_scales, part.surplus) for part in parts] == [
        (True, Surplus.NONE),
        (False, Surplus.NONE),
        (False, Surplus.ASKED),
    ]
    (waiting, lighter, heavier) = parts
    assert lighter.goods_dong < lighter.estimated_dong == waiting.goods_dong
    assert heavier.goods_dong == heavier.estimated_dong
    assert heavier.surplus_dong == 45_000


def _season(name: str) -> Season:
    """The one that was told last, day by day; plain lots have plain seasons before it."""
    told = select(Season).join(Product, Product.id == Season.product_id).where(Product.name == name)
    return session.scalars(told.order_by(Season.id.desc()).limit(1)).one()


def _lots(name: str, **which: Any) -> list[Lot]:
    found = select(Lot).join(Product, Product.id == Lot.product_id).where(Product.name == name).filter_by(**which)
    return list(session.scalars(found.order_by(Lot.id)))


def _vegetables_under_vietgap() -> None:
    season = _season("Ngọn su su Núi Mờ")
    assert session.get_one(Certificate, season.certificate_id).scheme == "vietgap_crop"
    entries = list(session.scalars(select(DiaryEntry).where(DiaryEntry.season_id == season.id)))
    kinds = {entry.kind for entry in entries}
    assert kinds >= {
        DiaryKind.LAND_PREP, DiaryKind.SEED_PLANTING, DiaryKind.FERTILIZER, DiaryKind.PESTICIDE, DiaryKind.HARVEST,
    }  # fmt: skip
    (lot,) = session.scalars(select(Lot).where(Lot.season_id == season.id))
    (spraying,) = [entry for entry in entries if entry.kind == DiaryKind.PESTICIDE]
    assert spraying.waits_until is not None
    assert spraying.waits_until <= lot.harvested_on
    assert [is_late(entry.happened_on, entry.entered_at) for entry in entries].count(True) == 1
    assert len([entry for entry in entries if entry.corrects_id is not None]) == 1
    (test,) = [entry for entry in entries if entry.kind == DiaryKind.LAB_TEST]
    assert len(test.photos) == 1
    assert (lot.state, lot.custody, lot.certified_permille) == (LotState.PUBLISHED, Custody.IDENTITY_PRESERVED, 1000)
    assert lot.labelled > 0
    assert season.harvested == lot.produced
    (told,) = [entry for entry in entries if entry.kind == DiaryKind.HARVEST]
    assert told.fields["lot_code"] == lot.code
    assert len(farming.diary_of(season.id)) == len(entries)


def _rice_and_bran_from_paddy() -> None:
    (paddy,) = session.scalars(select(Lot).where(Lot.season_id == _season("Thóc tám xoan").id))
    milling = session.scalars(select(Transformation).where(Transformation.recipe == "rice_milling")).one()
    outputs = list(
        session.execute(
            select(Product.name, TransformationOutput.is_byproduct, Lot.state, Lot.certified_permille)
            .join(Lot, Lot.id == TransformationOutput.lot_id)
            .join(Product, Product.id == Lot.product_id)
            .where(TransformationOutput.transformation_id == milling.id)
            .order_by(TransformationOutput.is_byproduct)
        )
    )
    assert [tuple(row) for row in outputs] == [
        ("Gạo tám xoan Đồng Mây", False, LotState.PUBLISHED, 1000),
        ("Cám gạo tám xoan", True, LotState.RECORDED, 1000),
    ]
    assert 0 < paddy.consumed < paddy.produced


def _dried_longan_of_two_cooperatives() -> None:
    drying = session.scalars(select(Transformation).where(Transformation.recipe == "drying")).one()
    made = session.scalars(
        select(TransformationOutput.lot_id).where(TransformationOutput.transformation_id == drying.id)
    ).one()
    before = session.scalars(select(Lot).where(Lot.id.in_(ancestors_of(made)))).all()
    names = {session.get_one(Cooperative, lot.cooperative_id).short_name for lot in before if lot.season_id is not None}
    assert names == {"HTX Nông sản Sông Biếc", "HTX Long nhãn Phố Cổ"}
    merge = session.scalars(select(Transformation).where(Transformation.recipe == "merge")).one()
    shares = session.scalars(
        select(TransformationInput.quantity).where(TransformationInput.transformation_id == merge.id)
    ).all()
    assert sorted(shares) == [2_000_000, 3_000_000]
    dried = session.get_one(Lot, made)
    assert dried.state == LotState.PUBLISHED
    assert (dried.certified_permille, dried.custody) == (1000, Custody.SEGREGATED)


def _recalled_lot_with_its_buyers() -> None:
    (recalled,) = _lots("Chả mực giã tay Bãi Sóng", state=LotState.RECALLED)
    states = session.scalars(
        select(CooperativeOrder.state)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(OrderLineLot, OrderLineLot.order_line_id == OrderLine.id)
        .where(OrderLineLot.lot_id == recalled.id)
    ).all()
    assert {PartState.COMPLETED, PartState.DELIVERED, PartState.SHIPPED} <= set(states)
    assert recalled.sold > 0
    has_left = [part.has_left for part in fulfilment.recalled_parts([recalled.id])]
    assert (has_left.count(True), has_left.count(False)) == (3, 1)


def _packs_from_label_to_buyer_and_back() -> None:
    states = set(session.scalars(select(Unit.state)))
    assert states == {
        UnitState.PRINTED, UnitState.SHIPPED, UnitState.SOLD, UnitState.RETURNED, UnitState.RECALLED, UnitState.VOID,
    }  # fmt: skip
    waiting = session.scalars(
        select(CooperativeOrder.state)
        .join(OrderLine, OrderLine.cooperative_order_id == CooperativeOrder.id)
        .join(Unit, Unit.order_line_id == OrderLine.id)
        .where(Unit.state == UnitState.PRINTED)
    ).all()
    assert {PartState.PACKED, PartState.AT_HUB} == set(waiting)
    assert set(session.scalars(select(LabelRun.kind))) == set(LabelKind)


def _a_suspected_copy_and_one_explained(app: Flask) -> None:
    reasons = {
        (alarm.reason, alarm.state): alarm.unit_id
        for alarm in session.scalars(select(ScanAlarm).order_by(ScanAlarm.id))
    }
    copied = reasons[ScanReason.TOO_FAST, AlarmState.OPEN]
    assert copied == reasons[ScanReason.MANY_DEVICES, AlarmState.OPEN]
    assert (ScanReason.MANY_DEVICES, AlarmState.EXPLAINED) in reasons
    assert (ScanReason.AFTER_END, AlarmState.OPEN) in reasons
    browser = Browser(app)
    serial = session.get_one(Unit, copied).serial
    assert browser.get(f"/q/{serial}").status_code == 200
    assert "bản sao" in browser.text


def _harvest_over_its_ceiling_waits() -> None:
    (asked,) = session.scalars(select(HarvestApproval))
    lot, season = session.get_one(Lot, asked.lot_id), session.get_one(Season, asked.season_id)
    assert (asked.verdict, lot.state) == (Verdict.WAITING, LotState.ON_HOLD)
    assert season.ceiling < season.harvested <= season.ceiling * 110 // 100
    assert session.scalars(select(LotHold.needs_officer).where(LotHold.lot_id == lot.id)).all() == [True]


def _every_page_opens(app: Flask) -> None:
    browser = Browser(app)
    for code in session.scalars(select(Lot.code).where(Lot.published_at.is_not(None))):
        assert browser.get(f"/q/{code}").status_code == 200, code
    (gtin, batch) = session.execute(
        select(Variant.gtin, Lot.batch)
        .join(Lot, Lot.product_id == Variant.product_id)
        .where(Variant.gtin == "09520000100018", Lot.state == LotState.PUBLISHED)
        .order_by(Lot.id)
        .limit(1)
    ).one()
    assert browser.get(f"/01/{gtin}/10/{batch}").status_code in (200, 307)


def _everything_is_signed() -> None:
    checkpoint = transparency.latest_checkpoint()
    assert checkpoint is not None
    assert checkpoint.size == transparency.size() > 100
    assert transparency.self_check() == []


def test_the_demo_says_that_it_is_one(market: None) -> None:
    for model in (Cooperative, Product, Lot, Season):
        assert session.scalar(select(func.count()).where(model.is_demo.is_(False)).select_from(model)) == 0
    assert session.scalars(select(func.max(DiaryEntry.happened_on))).one() <= clock.today()
