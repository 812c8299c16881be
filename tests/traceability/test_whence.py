"""Where a lot comes from: a season by itself, and nobody goes round its waiting time, its ceiling or its certificate."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from marketplace.catalogue.models import Product, ProductClaim, ProductPicture
from marketplace.farming.actions import NewEntry, write_entry
from marketplace.farming.errors import StillWaiting
from marketplace.farming.states import DiaryKind
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.traceability import actions, queries, rules
from marketplace.traceability.actions import Input, Output, Whence
from marketplace.traceability.models import Lot
from marketplace.traceability.queries import inspection
from marketplace.traceability.queries.invariants import claims_without_ground
from marketplace.traceability.states import Custody, LotState, OriginKind, OriginStatus
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative
from tests.factories.epcis import PICTURE, alone, code_for, harvest_event, make_machine, make_mill
from tests.factories.farming import make_entry, make_plot, make_season, typed_fields

OWNER = "+84901234567"
BOUGHT = Whence(bought_from="Chợ đầu mối", bought_paper="PX 12")


class Farm:
    """A cooperative that sells longan under VietGAP and four stars."""

    def __init__(self) -> None:
        self.cooperative = make_cooperative(owner=make_person(phone=OWNER))
        self.product = make_product(self.cooperative)
        self.home = f"/htx-cua-toi/{self.cooperative.slug}/lo-hang"
        with transaction():
            session.add(ProductPicture(product_id=self.product.id, picture=PICTURE))
            session.flush()
            session.refresh(self.product)
        session.expunge_all()  # read on after requests have closed the session

    def certify(self, product: Product | None = None) -> int:
        papers = [make_certificate(self.cooperative, scheme=scheme) for scheme in ("vietgap_crop", "ocop")]
        with transaction():
            for paper in papers:
                claim = ProductClaim(product_id=(product or self.product).id, certificate_id=paper.id, counts=True)
                session.add(claim)
        self.vietgap = papers[0]
        return papers[0].id

    def record(self, whence: Whence, *, batch: str = "L1", product: Product | None = None) -> Lot:
        with transaction():
            lot = actions.start_lot(
                session.get_one(Product, (product or self.product).id), batch=batch, harvested_on=clock.today(), quantity=50_000,
                place="Vườn đầu làng", commune_code="11977", by=None, whence=whence,
            )  # fmt: skip
            actions.publish(lot, by=None)
        return lot


@pytest.fixture
def farm(app: Flask) -> Farm:
    return Farm()


def schemes(lot: Lot) -> list[str]:
    session.rollback()
    story = queries.origin_story(lot.code, on=clock.today(), for_cooperative=lot.cooperative_id)
    assert story is not None
    return [one.badge.scheme for one in story.certificates]


def test_a_lot_of_the_season_bears_what_its_season_was_certified_for(farm: Farm) -> None:
    farm.certify()
    under = farm.record(Whence(season_id=make_season(farm.product, certificate=farm.vietgap).id))
    beside = farm.record(Whence(season_id=make_season(farm.product).id), batch="L2")
    assert (under.certified_permille, under.custody) == (1000, Custody.IDENTITY_PRESERVED)
    assert schemes(under) == ["ocop", "vietgap_crop"]
    assert (beside.certified_permille, schemes(beside)) == (0, ["ocop"])
    assert under.state == beside.state == LotState.PUBLISHED


@pytest.mark.parametrize("whence", [Whence(), Whence(in_workshop=True), BOUGHT])
def test_nobody_goes_round_the_season_of_what_he_grows(farm: Farm, whence: Whence) -> None:
    farm.certify()
    season = make_season(farm.product, certificate=farm.vietgap)
    make_entry(season, DiaryKind.PESTICIDE, phi_days="14")
    lot = farm.record(whence)
    assert (lot.state, lot.state_reason) == (LotState.ON_HOLD, rules.BESIDE_SEASON)
    assert (lot.certified_permille, lot.custody) == (0, Custody.NOT_CLAIMED)
    assert [scheme for scheme in schemes(lot) if scheme != "ocop" or whence != Whence(in_workshop=True)] == []
    with pytest.raises(StillWaiting):
        farm.record(Whence(season_id=season.id), batch="L2")


@pytest.mark.parametrize(
    ("whence", "is_certified", "reason"),
    [
        (Whence(), False, rules.ORIGIN_UNTOLD),
        (Whence(in_workshop=True), False, rules.ORIGIN_UNTOLD),
        (Whence(bought_from="Ông Ba"), False, rules.ORIGIN_UNTOLD),
        (BOUGHT, True, rules.BOUGHT_UNDER_BADGE),
        (BOUGHT, False, ""),
    ],
)
def test_without_a_season_an_officer_looks_unless_a_paper_says_where_plain_goods_are_from(
    farm: Farm, whence: Whence, is_certified: bool, reason: str
) -> None:
    if is_certified:
        farm.certify()
    lot = farm.record(whence)
    assert claims_without_ground() == []
    assert lot.state_reason == reason
    assert lot.state == (LotState.ON_HOLD if reason else LotState.PUBLISHED)
    assert schemes(lot) == []


def test_a_workshop_makes_goods_under_its_own_stars(farm: Farm) -> None:
    pot = make_product(farm.cooperative, name="Ấm gốm", subgroup="craft_home_decor")
    with transaction():
        session.add(ProductPicture(product_id=pot.id, picture=PICTURE))
    session.expunge_all()
    farm.certify(pot)
    lot = farm.record(Whence(in_workshop=True), product=pot)
    assert (lot.state, lot.origin) == (LotState.PUBLISHED, OriginKind.WORKSHOP)
    assert schemes(lot) == ["ocop"]


def test_what_is_made_of_bought_goods_stays_bought(farm: Farm) -> None:
    bought = farm.record(BOUGHT)
    farm.certify()
    with transaction():
        (made,) = actions.transform(
            cooperative_id=farm.cooperative.id, recipe=rules.RECIPES["split"], inputs=[Input(bought.id, 20_000)],
            outputs=[Output(session.get_one(Product, farm.product.id), 20_000, "L1-2", bought.best_before)], place="Kho",
            commune_code="11977", on=clock.today(), by=None,
        )  # fmt: skip
        facts = (made.origin, made.custody, made.certified_permille)
    assert facts == (OriginKind.BOUGHT, Custody.NOT_CLAIMED, 0)
    assert schemes(made) == []


def test_readers_and_officers_see_that_no_season_stands_behind_it(browser: Browser, farm: Farm) -> None:
    lot = farm.record(BOUGHT)
    story = queries.origin_story(lot.code, on=clock.today())
    assert story is not None
    assert story.status == OriginStatus.NO_SEASON
    browser.get(f"/q/{lot.code}")
    assert "Mua vào từ ngoài chợ" in browser.text
    assert "Để riêng với hàng" not in browser.text
    assert "Chợ đầu mối" not in browser.text
    sign_in_officer(browser, make_officer("33"))
    browser.get("/lien-minh/lo-hang")
    assert "không có vụ" in browser.text
    browser.get(f"/lien-minh/lo-hang/{lot.code}")
    for words in ("Lô này không có vụ", "Mua vào từ ngoài chợ", "Chợ đầu mối", "PX 12"):
        assert words in browser.text


def test_an_officer_lets_a_lot_without_a_season_go_and_it_claims_nothing(browser: Browser, farm: Farm) -> None:
    farm.certify()
    lot = farm.record(Whence())
    sign_in_officer(browser, make_officer("33"))
    browser.get("/lien-minh/lo-cho-duyet")
    assert "không ghi vụ nào" in browser.text
    browser.submit("/lien-minh/lo-cho-duyet", {f"{lot.code}-reason": "Đã xem vườn"}, action="/cho-ban")
    session.rollback()
    with transaction():
        freed = session.query(Lot).one()
        actions.publish(freed, by=None)
    assert freed.state == LotState.PUBLISHED
    assert inspection.stopped_for_officer(Lot.id.is_not(None)) == []
    assert schemes(freed) == []


def test_the_running_season_is_chosen_by_itself(browser: Browser, farm: Farm) -> None:
    browser.sign_in(OWNER)
    typed = {"quantity": "120 kg", "place": "Vườn bà Lan"}
    address = f"{farm.home}/moi?san-pham={farm.product.id}"
    assert browser.submit(address, typed).status_code == 422
    assert "không có vụ nào. Hãy mở vụ" in browser.text
    season = make_season(farm.product)
    browser.submit(address, typed)
    assert session.query(Lot).one().season_id == season.id
    make_season(farm.product, plot=make_plot(farm.cooperative.id, name="Ruộng sau"))
    assert browser.submit(address, typed).status_code == 422
    assert "có nhiều vụ" in browser.text
    assert browser.submit(address, {**typed, "season": "bought", "bought_from": "Ông Ba"}).status_code == 422
    assert "số giấy tờ" in browser.text
    assert session.query(Lot).count() == 1


def test_a_harvest_of_the_diary_becomes_a_lot_once(browser: Browser, farm: Farm) -> None:
    season = make_season(farm.product, plot=make_plot(farm.cooperative.id, name="Vườn bưởi"))
    on = clock.today() - timedelta(days=1)
    entry = make_entry(season, DiaryKind.HARVEST, on=on, weight="250 kg")
    browser.sign_in(OWNER)
    browser.get(f"/htx-cua-toi/{farm.cooperative.slug}/vu-mua/{season.id}")
    assert "Tạo lô từ lần thu này" in browser.text
    browser.submit(f"{farm.home}/moi?thu={entry.id}")
    lot = session.query(Lot).one()
    assert (lot.quantity, lot.harvested_on, lot.season_id, lot.place) == (250_000, on, season.id, "Vườn bưởi")
    assert lot.harvest_entry_id == entry.id
    browser.get(f"{farm.home}/moi?thu={entry.id}")
    assert "đã thành lô rồi" in browser.text
    assert session.query(Lot).count() == 1


def test_readers_are_told_only_what_counts_of_the_diary(farm: Farm) -> None:
    season = make_season(farm.product)
    make_entry(season)
    sprayed = make_entry(season, DiaryKind.PESTICIDE, on=clock.today() - timedelta(days=6), phi_days="1")
    again = {**typed_fields(DiaryKind.PESTICIDE), "phi_days": "3"}
    told = NewEntry(DiaryKind.PESTICIDE, clock.today() - timedelta(days=20), again)
    with transaction():
        write_entry(session.merge(season), told, client_id=str(uuid4()), by=None, corrects=sprayed.id)
    lot = farm.record(Whence(season_id=season.id))
    story = queries.origin_story(lot.code, on=clock.today())
    assert story is not None
    assert story.plot is not None
    assert story.plot.diary_entries == 2
    assert story.plot.last_waiting_until == clock.today() - timedelta(days=17)


def test_a_forbidden_harvest_is_said_before_anybody_publishes(browser: Browser, farm: Farm) -> None:
    season = make_season(farm.product)
    with transaction():
        lot = actions.start_lot(
            session.get_one(Product, farm.product.id), batch="L1", harvested_on=clock.today(), quantity=50_000,
            place="Vườn", commune_code="11977", by=None, whence=Whence(season_id=season.id),
        )  # fmt: skip
    browser.sign_in(OWNER)
    for address in (f"{farm.home}/{lot.code}", f"{farm.home}/{lot.code}/xem-truoc"):
        browser.get(address)
        assert any(form["action"].endswith("/cong-bo") for form in browser.forms())
    make_entry(season, DiaryKind.PESTICIDE, trade_name="Radiant", phi_days="14")
    for address in (f"{farm.home}/{lot.code}", f"{farm.home}/{lot.code}/xem-truoc"):
        browser.get(address)
        assert "Radiant" in browser.text
        assert not any(form["action"].endswith("/cong-bo") for form in browser.forms())


def test_an_officer_stops_a_lot_that_he_looks_at(browser: Browser, farm: Farm) -> None:
    season = make_season(farm.product)
    make_entry(season, DiaryKind.FERTILIZER, on=clock.today() - timedelta(days=3), fertilizer_type="huu_co")
    lot = farm.record(Whence(season_id=season.id))
    sign_in_officer(browser, make_officer("33"))
    page = f"/lien-minh/lo-hang/{lot.code}"
    browser.get(page)
    assert "Hữu cơ" in browser.text
    assert "huu_co" not in browser.text
    browser.submit(page, action="/dung-ban")
    session.rollback()
    assert session.get_one(Lot, lot.id).state == LotState.PUBLISHED
    browser.submit(page, {"stop-reason": "Thấy bao bì khác"}, action="/dung-ban")
    session.rollback()
    assert session.get_one(Lot, lot.id).state_reason == "Thấy bao bì khác"
    browser.get("/lien-minh/lo-cho-duyet")
    assert "Thấy bao bì khác" in browser.text
    browser.get("/lien-minh/nhat-ky")
    assert "Tạm dừng lô" in browser.text


def test_the_number_of_a_reader_stays_with_the_alliance(browser: Browser, farm: Farm) -> None:
    lot = farm.record(BOUGHT)
    with transaction():
        actions.report_label(code=lot.code, lot_id=lot.id, kind="fake", place="Chợ Kim", note="", phone="+84912345678")
    browser.sign_in(OWNER)
    browser.get(f"/htx-cua-toi/{farm.cooperative.slug}/canh-bao")
    assert "Chợ Kim" in browser.text
    assert "0912 345 678" not in browser.text


def test_a_machine_passes_the_same_gate(app: Flask) -> None:
    mill = make_mill()
    machine = make_machine(app, mill.cooperative)
    assert machine.post("/epcis/events", alone(harvest_event(mill, code_for(1)))).status_code == 201
    session.rollback()
    lot = session.query(Lot).one()
    assert (lot.season_id, lot.state) == (mill.season.id, LotState.RECORDED)
    untold = harvest_event(mill, code_for(2))
    untold["ilmd"] = {**untold["ilmd"], "htx:product": mill.rice.slug}
    beside = harvest_event(mill, code_for(3))
    beside["ilmd"] = {**beside["ilmd"], "htx:origin": "bought"}
    for event, reason in ((untold, rules.ORIGIN_UNTOLD), (beside, rules.BESIDE_SEASON)):
        assert machine.post("/epcis/events", alone(event)).status_code == 201
        session.rollback()
        held = session.query(Lot).order_by(Lot.id.desc()).first()
        assert held is not None
        assert (held.state, held.state_reason, held.certified_permille) == (LotState.ON_HOLD, reason, 0)
    make_entry(mill.season, DiaryKind.PESTICIDE, on=clock.today() - timedelta(days=5), phi_days="14")
    sprayed = harvest_event(mill, code_for(4))
    refused = machine.post("/epcis/events", alone(sprayed))
    assert refused.status_code == 422
    assert "no harvest before" in refused.get_json()["detail"]
