"""Seasons count what they give, the diary is only added to, and waiting days are kept to the day."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.farming import actions, queries
from marketplace.farming.actions import NewEntry
from marketplace.farming.errors import (
    AlreadyCorrected,
    AlreadyDecided,
    DayNotYet,
    EntryIncomplete,
    HarvestOverCeiling,
    ImpossibleSeason,
    NoReason,
    NotOfSeason,
    OtherProduct,
    StillWaiting,
)
from marketplace.farming.models import CertificateYear, DiaryEntry, HarvestApproval, Season
from marketplace.farming.states import Ceiling, CeilingOf, DiaryKind, Verdict
from marketplace.foundation import clock, database
from marketplace.foundation.audit import AuditEntry
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.transparency.models import LogEntry
from tests.factories.accounts import make_officer
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.farming import make_entry, make_plot, make_season, typed_fields

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def product(app: Flask) -> Product:
    return make_product(make_cooperative(), name="Gạo tám", subgroup="food_raw_grain")


def count(season: Season, quantity: int, on: date | None = None) -> Ceiling:
    with transaction():
        return actions.count_harvest(season_id=season.id, quantity=quantity, on=on or clock.today())


def harvested(season: Season) -> int:
    session.rollback()
    return session.scalar(select(Season.harvested).where(Season.id == season.id)) or 0


# Ceilings


def test_a_season_may_give_its_ceiling_and_ten_percent_with_an_officers_word(product: Product) -> None:
    season = make_season(product, ceiling=1_000, ceiling_note="cân ba năm")
    assert count(season, 1_000) == Ceiling.WITHIN
    assert count(season, 1) == Ceiling.OVER
    assert count(season, 99) == Ceiling.OVER
    with pytest.raises(HarvestOverCeiling) as refused:
        count(season, 1)
    assert (refused.value.asked, refused.value.ceiling, refused.value.harvested) == (1, 1_000, 1_100)
    assert refused.value.left == 0
    assert harvested(season) == 1_100


def test_a_ceiling_that_ten_percent_does_not_divide_is_not_rounded_up(product: Product) -> None:
    season = make_season(product, ceiling=1_005, ceiling_note="x")
    with pytest.raises(HarvestOverCeiling):
        count(season, 1_106)  # 110 % are 1105.5
    assert count(season, 1_105) == Ceiling.OVER


def test_the_certificates_year_is_counted_over_all_its_seasons(product: Product) -> None:
    paper = make_certificate(_owner(product), "Gạo", expected_yield_kg_per_year=10)
    first = make_season(product, certificate=paper, ceiling=20_000, ceiling_note="x")
    second = make_season(product, certificate=paper, ceiling=20_000, ceiling_note="x")
    assert count(first, 10_000) == Ceiling.WITHIN
    assert count(second, 1_000) == Ceiling.OVER
    with pytest.raises(HarvestOverCeiling) as refused:
        count(second, 1)
    assert (refused.value.of, refused.value.ceiling, refused.value.harvested) == (
        CeilingOf.CERTIFICATE_YEAR, 10_000, 11_000,
    )  # fmt: skip
    assert (harvested(first), harvested(second)) == (10_000, 1_000)
    # The next running year begins afresh.
    assert count(second, 1, on=paper.valid_from + timedelta(days=366)) == Ceiling.WITHIN
    years = queries.certificate_years(paper.id)
    assert [(year.year, year.harvested, year.expected) for year in years] == [
        (paper.valid_from.year, 11_000, 10_000), (paper.valid_from.year + 1, 1, 10_000),
    ]  # fmt: skip


def _owner(product: Product) -> Cooperative:
    return session.get_one(Cooperative, product.cooperative_id)


def test_a_certificate_refusal_leaves_the_season_untouched_for_who_goes_on(product: Product) -> None:
    paper = make_certificate(_owner(product), "Gạo", expected_yield_kg_per_year=1)
    season = make_season(product, certificate=paper, ceiling=20_000, ceiling_note="x")
    with transaction(), pytest.raises(HarvestOverCeiling):
        actions.count_harvest(season_id=season.id, quantity=5_000, on=clock.today())
    assert harvested(season) == 0


def test_a_voided_harvest_is_given_back_to_season_and_certificate(product: Product) -> None:
    paper = make_certificate(_owner(product), "Gạo", expected_yield_kg_per_year=10)
    season = make_season(product, certificate=paper, ceiling=20_000, ceiling_note="x")
    count(season, 3_000)
    with transaction():
        actions.uncount_harvest(season_id=season.id, quantity=1_000, on=clock.today())
    assert harvested(season) == 2_000
    assert [year.harvested for year in queries.certificate_years(paper.id)] == [2_000]
    with pytest.raises(ValueError, match="has not harvested"), transaction():
        actions.uncount_harvest(season_id=season.id, quantity=2_001, on=clock.today())
    assert harvested(season) == 2_000


def _race(app: Flask, deeds: list[Callable[[], object]]) -> list[object]:
    """Run all at the same moment, each in a thread with a session of its own."""
    ready = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(index: int, deed: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait(10)
            try:
                results[index] = deed()
            except Exception as error:
                results[index] = type(error)
            finally:
                session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_harvests_in_one_moment_never_both_take_the_last_room(app: Flask, product: Product) -> None:
    paper = make_certificate(_owner(product), "Gạo", expected_yield_kg_per_year=100)
    for _ in range(5):
        season = make_season(product, certificate=paper, ceiling=1_000, ceiling_note="x")
        results = _race(app, [lambda season=season: count(season, 700)] * 2)
        assert sorted(map(str, results)) == sorted(map(str, [Ceiling.WITHIN, HarvestOverCeiling]))
        assert harvested(season) == 700
    assert [year.harvested for year in queries.certificate_years(paper.id)] == [3_500]


def test_without_the_guard_the_race_is_lost(app: Flask, product: Product) -> None:
    """The control: reading first and writing what was read lets both in, so the test above can fail."""
    season = make_season(product, ceiling=1_000, ceiling_note="x")
    both_read = threading.Barrier(2)

    def careless() -> Ceiling:
        before = session.scalar(select(Season.harvested).where(Season.id == season.id)) or 0
        session.rollback()
        both_read.wait(10)
        if before + 700 > 1_100:
            raise HarvestOverCeiling(700, 1_000, before)
        with transaction():
            session.execute(update(Season).where(Season.id == season.id).values(harvested=before + 700))
        return Ceiling.WITHIN

    assert _race(app, [careless, careless]) == [Ceiling.WITHIN, Ceiling.WITHIN]


def test_first_harvests_of_two_seasons_share_one_certificate_year(app: Flask, product: Product) -> None:
    paper = make_certificate(_owner(product), "Gạo", expected_yield_kg_per_year=100)
    seasons = [make_season(product, certificate=paper, ceiling=9_000, ceiling_note="x") for _ in range(2)]
    results = _race(app, [lambda season=season: count(season, 1_000) for season in seasons])
    assert results == [Ceiling.WITHIN, Ceiling.WITHIN]
    session.rollback()
    assert session.scalars(select(CertificateYear.harvested)).all() == [2_000]


def test_seasons_get_the_usual_ceiling_and_only_of_ones_own_things(product: Product) -> None:
    season = make_season(product)
    assert (season.ceiling, season.ceiling_basis) == (791_000, "rice_statistics")
    stranger = make_product(make_cooperative(), name="Gạo khác", subgroup="food_raw_grain")
    with pytest.raises(OtherProduct):
        make_season(stranger, plot=make_plot(product.cooperative_id))
    eggs = make_product(_owner(product), name="Trứng vịt", subgroup="food_fresh_animal", base_unit=BaseUnit.PIECE)
    with pytest.raises(ImpossibleSeason):
        make_season(eggs)
    assert make_season(eggs, ceiling=500, ceiling_note="50 con").ceiling == 500


# Approvals


def test_an_officer_decides_once_and_with_a_reason(product: Product) -> None:
    officer = make_officer("33")
    season = make_season(product, ceiling=1_000, ceiling_note="x")
    assert count(season, 1_050) == Ceiling.OVER
    assert queries.seasons_over_their_ceiling() == [f"season {season.id} gave 1050 of 1000 and nobody was asked"]
    with transaction():
        asked = actions.ask_approval(season_id=season.id, lot_id=7, quantity=1_050)
    assert queries.seasons_over_their_ceiling() == []
    with pytest.raises(NoReason), transaction():
        actions.decide(session.merge(asked), Verdict.APPROVED, by=officer.id, reason=" ")
    with transaction():
        actions.decide(session.merge(asked), Verdict.APPROVED, by=officer.id, reason="Đã xem ruộng")
    with pytest.raises(AlreadyDecided), transaction():
        actions.decide(session.merge(asked), Verdict.REFUSED, by=officer.id, reason="Khác")
    session.rollback()
    row = session.scalars(select(HarvestApproval)).one()
    assert (row.verdict, row.reason, row.decided_by_id) == (Verdict.APPROVED, "Đã xem ruộng", officer.id)
    assert session.get_one(Season, season.id).approved_over == 50
    deed = session.scalars(select(AuditEntry).where(AuditEntry.subject == "harvest_approval")).one()
    assert (deed.tag, deed.reason, deed.province_code) == (
        "farming:harvest_approval:approved", "Đã xem ruộng", "33",
    )  # fmt: skip


# Waiting


@pytest.mark.parametrize(
    ("kind", "field"), [(DiaryKind.PESTICIDE, "phi_days"), (DiaryKind.MEDICINE, "withdrawal_days")]
)
def test_one_waits_to_the_very_day(product: Product, kind: DiaryKind, field: str) -> None:
    season = make_season(product)
    sprayed = clock.today() - timedelta(days=10)
    make_entry(season, kind, on=sprayed, trade_name="Mẫu 5SL", **{field: "7"})
    assert queries.last_waiting_until(season.id) == ("Mẫu 5SL", sprayed + timedelta(days=7))
    with pytest.raises(StillWaiting) as refused:
        count(season, 1, on=sprayed + timedelta(days=6))
    assert (refused.value.product, refused.value.until) == ("Mẫu 5SL", sprayed + timedelta(days=7))
    assert harvested(season) == 0
    assert count(season, 1, on=sprayed + timedelta(days=7)) == Ceiling.WITHIN
    # What was harvested before the spraying had nothing on it.
    assert count(season, 1, on=sprayed - timedelta(days=1)) == Ceiling.WITHIN
    # Sprayed and harvested on one day: one cannot know which came first.
    with pytest.raises(StillWaiting):
        count(season, 1, on=sprayed)


def test_a_new_season_of_the_crop_on_the_plot_waits_as_well(product: Product) -> None:
    plot = make_plot(product.cooperative_id)
    make_entry(make_season(product, plot=plot), DiaryKind.PESTICIDE, phi_days="7")
    with pytest.raises(StillWaiting):
        count(make_season(product, plot=plot), 1)
    assert count(make_season(product, plot=make_plot(product.cooperative_id)), 1) == Ceiling.WITHIN


def test_a_corrected_spraying_no_longer_holds_the_harvest(product: Product) -> None:
    season = make_season(product)
    wrong = make_entry(season, DiaryKind.PESTICIDE, phi_days="70")
    told = NewEntry(DiaryKind.PESTICIDE, clock.today(), {**typed_fields(DiaryKind.PESTICIDE), "phi_days": "0"})
    with transaction():
        actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None, corrects=wrong.id)
    assert count(season, 1) == Ceiling.WITHIN


# The diary


def test_an_entry_is_written_once_and_sealed_as_it_stands(product: Product) -> None:
    season = make_season(product)
    key = str(uuid4())
    told = NewEntry(DiaryKind.SALE, clock.today(), typed_fields(DiaryKind.SALE))
    for is_first in (True, False):
        with transaction():
            entry, is_new = actions.write_entry(session.merge(season), told, client_id=key, by=None)
        assert is_new == is_first
    session.rollback()
    assert session.scalar(select(func.count()).select_from(DiaryEntry)) == 1
    sealed = session.scalars(select(LogEntry)).one()
    assert sealed.subject == f"diary:{key}"
    document = json.loads(session.get_one(DiaryEntry, entry.id).document)
    assert document["fields"] == entry.fields == {**typed_fields(DiaryKind.SALE), "weight": 120_000}
    assert (document["id"], document["kind"], document["corrects"]) == (key, "sale", None)


def test_the_same_key_in_the_same_moment_gives_one_entry(app: Flask, product: Product) -> None:
    season, key = make_season(product), str(uuid4())

    def write() -> bool:
        told = NewEntry(DiaryKind.SALE, clock.today(), typed_fields(DiaryKind.SALE))
        with transaction():
            return actions.write_entry(session.get_one(Season, season.id), told, client_id=key, by=None)[1]

    assert sorted(map(bool, _race(app, [write, write]))) == [False, True]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(DiaryEntry)) == 1


def test_a_correction_is_a_new_entry_and_there_is_only_one(product: Product) -> None:
    season = make_season(product)
    old = make_entry(season, DiaryKind.SALE, buyer="Chị Hoa")
    told = NewEntry(DiaryKind.SALE, clock.today(), {**typed_fields(DiaryKind.SALE), "buyer": "Chị Huệ"})
    with transaction():
        new, _ = actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None, corrects=old.id)
    shown = {entry.id: entry for entry in queries.diary_of(season.id)}
    assert [(entry.is_corrected, entry.fields["buyer"]) for entry in (shown[old.id], shown[new.id])] == [
        (True, "Chị Hoa"), (False, "Chị Huệ"),
    ]  # fmt: skip
    with pytest.raises(AlreadyCorrected), transaction():
        actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None, corrects=old.id)
    other = make_season(product)
    with pytest.raises(NotOfSeason), transaction():
        actions.write_entry(session.merge(other), told, client_id=str(uuid4()), by=None, corrects=new.id)


def test_the_future_and_gaps_are_refused_and_nothing_is_written(product: Product) -> None:
    season = make_season(product)
    sale = typed_fields(DiaryKind.SALE)
    with pytest.raises(DayNotYet), transaction():
        tomorrow = clock.today() + timedelta(days=1)
        told = NewEntry(DiaryKind.SALE, tomorrow, sale)
        actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None)
    with pytest.raises(EntryIncomplete) as refused, transaction():
        told = NewEntry(DiaryKind.SALE, clock.today(), {**sale, "buyer": ""})
        actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None)
    assert refused.value.problems == {"buyer": "missing"}
    with pytest.raises(EntryIncomplete) as no_paper, transaction():
        told = NewEntry(DiaryKind.LAB_TEST, clock.today(), typed_fields(DiaryKind.LAB_TEST))
        actions.write_entry(session.merge(season), told, client_id=str(uuid4()), by=None)
    assert no_paper.value.problems == {"photos": "missing"}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(DiaryEntry)) == 0
    assert session.scalar(select(func.count()).select_from(LogEntry)) == 0


def test_an_entry_told_a_week_later_is_marked(product: Product) -> None:
    season = make_season(product)
    make_entry(season, on=clock.today() - timedelta(days=7))
    make_entry(season, on=clock.today() - timedelta(days=8))
    assert [entry.is_late for entry in queries.diary_of(season.id)] == [False, True]


def test_others_find_neither_plot_nor_season_nor_entry(product: Product) -> None:
    season, other = make_season(product), make_cooperative()
    entry = make_entry(season)
    own = session.merge(product).cooperative_id
    assert queries.find_plot(own, season.plot_id)
    assert queries.season_of(own, season.id)
    assert queries.find_entry(own, entry.id)
    assert queries.find_plot(other.id, season.plot_id) is None
    assert queries.season_of(other.id, season.id) is None
    assert queries.find_entry(other.id, entry.id) is None
    assert [one.id for one in queries.seasons_open_for(own, product.id)] == [season.id]
    assert queries.seasons_open_for(other.id, product.id) == []


def test_what_strangers_see_of_a_place_is_coarse(product: Product) -> None:
    outline = [[20.6512, 106.0511], [20.6531, 106.0511], [20.6531, 106.0549]]
    plot = make_plot(product.cooperative_id, polygon=outline)
    assert plot.place == ("20.65", "106.05")
    assert plot.polygon == outline


def test_the_list_of_seasons_asks_a_fixed_number_of_questions(product: Product) -> None:
    def statements() -> int:
        session.rollback()
        asked: list[str] = []
        engine = database.engine()
        note = lambda *arguments: asked.append(arguments[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        queries.seasons_of(product.cooperative_id)
        event.remove(engine, "before_cursor_execute", note)
        return len([one for one in asked if one.startswith("SELECT")])

    make_entry(make_season(product))
    one = statements()
    for _ in range(2):
        make_entry(make_season(product))
    assert statements() == one == 1
