"""Quotes, papers and call-offs refuse what is late, foreign or twice; and the alliance's figures count what was signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.accounts.models import Person
from marketplace.certificates import actions as certificates
from marketplace.certificates.models import Certificate
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.inventory.errors import NotEnoughStock
from marketplace.notifications.handlers import TOLD_OF_CALL_OFF
from marketplace.notifications.words import NOTICES
from marketplace.orders import actions as orders
from marketplace.orders.models import Order
from marketplace.orders.states import PartState
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import papers, queries
from marketplace.sourcing.actions import Terms
from marketplace.sourcing.errors import CallOffRefused, CommitmentMoved, DemandClosed, MoreThanLeft, QuoteMoved
from marketplace.sourcing.models import CallOff, Commitment, Demand, Forecast, Quote, Signature
from marketplace.sourcing.queries import Figures, figures
from marketplace.sourcing.states import CallOffState, CommitmentState, DemandState, PaperKind, QuoteState, Side
from tests.client import Browser
from tests.factories.accounts import make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.sourcing import (
    TONNE,
    certify,
    details,
    make_call_off,
    make_commitment,
    make_demand,
    make_forecast,
    make_quote,
)
from tests.factories.traceability import make_lot
from tests.notifications.reading import bell_of


class Deal:
    """A signed commitment of 500 kg a week for eight weeks at 20.000 ₫ a kilogram, and the goods for it."""

    def __init__(self, *, certified: bool = False, kind: PaperKind = PaperKind.MEMORANDUM) -> None:
        self.seller = make_person()
        cooperative = make_cooperative(owner=self.seller)
        self.product = make_product(cooperative, name="Cải ngọt", packs=(("Sọt 10 kg", 10_000, 250_000),))
        self.certificate = certify(self.product) if certified else None
        make_forecast(self.product)
        self.demand = make_demand(required_schemes=("vietgap_crop",) if certified else ())
        quote = make_quote(self.demand, self.product)
        self.id = make_commitment(quote, seller=self.seller, kind=kind).id
        self.lot = make_lot(self.product, quantity=2 * TONNE, best_before=clock.today() + timedelta(days=60))

    @property
    def row(self) -> Commitment:
        session.rollback()
        return session.get_one(Commitment, self.id, populate_existing=True)

    def confirm(self, asked: CallOff) -> Order:
        with transaction():
            variant = queries.packs_of(self.product.id)[0]
            return sourcing.confirm(session.merge(asked), variant=variant, by=self.seller.id)


def answer(quote: Quote, *, side: Side, seen: int, price_dong: int | None = None) -> None:
    with transaction():
        row = session.merge(quote)
        terms = Terms(row.quantity, price_dong) if price_dong else None
        by = session.get_one(Demand, row.demand_id).person_id
        sourcing.answer(row, side=side, seen=seen, words="Ý kiến", terms=terms, by=by)


def test_nobody_takes_terms_that_changed_under_him(app: Flask) -> None:
    product = make_product(make_cooperative())
    make_forecast(product)
    demand = make_demand(required_schemes=())
    quote = make_quote(demand, product)
    answer(quote, side=Side.SELLER, seen=1, price_dong=30_000)

    def accept(side: Side, seen: int) -> None:
        with transaction():
            row = session.get_one(Quote, quote.id, populate_existing=True)
            sourcing.accept_quote(
                row, side=side, seen=seen, kind=PaperKind.CONTRACT, write=papers.write, by=demand.person_id
            )

    with pytest.raises(QuoteMoved, match="said_meanwhile"):
        accept(Side.BUYER, 1)
    with pytest.raises(QuoteMoved, match="own_terms"):
        accept(Side.SELLER, 2)
    with pytest.raises(QuoteMoved, match="said_meanwhile"):
        answer(quote, side=Side.BUYER, seen=1)
    assert session.query(Commitment).count() == 0
    assert session.query(Forecast).one().committed == 0
    accept(Side.BUYER, 2)
    assert session.query(Commitment).one().price_dong == 30_000
    with pytest.raises(QuoteMoved, match="talk_over"):
        accept(Side.BUYER, 2)


def test_other_goods_and_closed_demands_take_no_quote(app: Flask) -> None:
    demand = make_demand(required_schemes=())
    honey = make_product(make_cooperative(), subgroup="food_raw_honey_other")
    with pytest.raises(QuoteMoved, match="other_goods"):
        make_quote(demand, honey)
    greens = make_product(make_cooperative())
    quote = make_quote(demand, greens)
    with pytest.raises(QuoteMoved, match="quote_stands"):
        make_quote(demand, greens)
    with pytest.raises(DemandClosed, match="quoted_already"), transaction():
        sourcing.change_demand(session.get_one(Demand, demand.id), details(product="Khác"))
    with clock.moved_to(clock.now() + timedelta(days=11)):
        with pytest.raises(DemandClosed):
            make_quote(demand, make_product(make_cooperative()))
        with transaction():
            assert sourcing.expire_demands(on=clock.today()) == 1
    assert session.get_one(Demand, demand.id, populate_existing=True).state == DemandState.EXPIRED
    assert session.get_one(Quote, quote.id, populate_existing=True).state == QuoteState.LAPSED


def test_each_side_signs_once_and_only_what_it_has_read(app: Flask) -> None:
    deal = Deal()
    assert deal.row.state == CommitmentState.SIGNED
    with transaction():
        sourcing.sign(
            session.get_one(Commitment, deal.id), side=Side.SELLER, person=session.merge(deal.seller), position="Khác",
            digest="x",
        )  # fmt: skip
    assert [(row.side, row.position) for row in queries.signatures_of(deal.id)] == [
        (Side.BUYER, "Giám đốc"),
        (Side.SELLER, "Giám đốc"),
    ]
    assert session.get_one(Demand, deal.demand.id, populate_existing=True).state == DemandState.AGREED
    with pytest.raises(CommitmentMoved), transaction():
        sourcing.give_up(session.get_one(Commitment, deal.id), side=Side.BUYER)
    assert queries.papers_that_disagree() == []
    with transaction():
        session.get_one(Commitment, deal.id).text += " Thêm một dòng."
    assert len(queries.papers_that_disagree()) == 1


def test_a_paper_that_changed_is_not_signed(app: Flask) -> None:
    seller = make_person()
    product = make_product(make_cooperative(owner=seller))
    make_forecast(product)
    draft = make_commitment(make_quote(make_demand(required_schemes=()), product), seller=seller, signed=False)
    with pytest.raises(CommitmentMoved, match="other_paper"), transaction():
        sourcing.sign(
            session.get_one(Commitment, draft.id), side=Side.SELLER, person=session.merge(seller), position="x",
            digest="0" * 64,
        )  # fmt: skip
    assert session.query(Signature).count() == 0
    with pytest.raises(CallOffRefused, match="not_signed"):
        make_call_off(draft)
    with clock.moved_to(clock.now() + timedelta(days=15)):
        with transaction():
            assert sourcing.end_commitments(on=clock.today()) == 1
        assert session.query(Forecast).one().committed == 0
        buyer = session.get_one(Person, session.query(Demand).one().person_id)
        assert [kind for person in (buyer, seller) for kind in bell_of(person) if kind.endswith("not_signed")] == [
            "sourcing/for_buyer/not_signed",
            "sourcing/for_seller/not_signed",
        ]


def test_a_call_off_never_exceeds_the_rest_and_is_counted_once(app: Flask) -> None:
    deal = Deal()
    token = codes.random_token()
    for _twice in range(2):
        with transaction():
            row = session.get_one(Commitment, deal.id)
            sourcing.call_off(
                row, quantity=3_900_000, deliver_on=clock.today() + timedelta(days=2), token=token, by=row.person_id
            )
    assert deal.row.called_off == 3_900_000
    with pytest.raises(MoreThanLeft) as refused:
        make_call_off(deal.row, quantity=100_001)
    assert refused.value.left == 100_000
    with pytest.raises(CallOffRefused, match="not_in_time"):
        make_call_off(deal.row, quantity=1_000, in_days=57)
    asked = session.query(CallOff).one()
    with pytest.raises(NotEnoughStock):
        deal.confirm(asked)
    assert session.query(Order).count() == 0
    assert session.get_one(CallOff, asked.id, populate_existing=True).state == CallOffState.ASKED
    with transaction():
        sourcing.refuse(session.merge(asked), reason="Mưa bão", by=deal.seller.id)
    assert deal.row.called_off == 0
    with pytest.raises(CallOffRefused, match="answered_already"), transaction():
        sourcing.withdraw(session.get_one(CallOff, asked.id), by=deal.seller.id)
    assert queries.call_offs_that_disagree() == []


def test_what_an_order_gives_back_can_be_called_off_anew(app: Flask) -> None:
    deal = Deal()
    order = deal.confirm(make_call_off(deal.row))
    assert order.total_dong == 500 * 20_000
    with transaction():
        orders.move_part(session.merge(order).parts[0], PartState.CANCELLED, by=None)
    assert session.query(CallOff).one().state == CallOffState.FELL_THROUGH
    assert deal.row.called_off == 0
    assert queries.call_offs_ordered_otherwise() == queries.call_offs_that_disagree() == []


def test_a_suspended_certificate_stops_call_offs_at_once(app: Flask) -> None:
    deal = Deal(certified=True)
    officer = make_officer("33").id
    asked = make_call_off(deal.row)

    def certificate() -> Certificate:
        assert deal.certificate is not None
        return session.get_one(Certificate, deal.certificate.id, populate_existing=True)

    with transaction():
        certificates.suspend(certificate(), by=officer, note="Kiểm tra đột xuất")
    assert deal.row.blocked_at is not None
    with pytest.raises(CallOffRefused, match="certificate_missing"):
        make_call_off(deal.row)
    with pytest.raises(CallOffRefused, match="certificate_missing"):
        deal.confirm(asked)
    with transaction():
        certificates.reinstate(certificate(), by=officer, note="Đã khắc phục")
    assert deal.row.blocked_at is None
    assert deal.confirm(asked).total_dong == 10_000_000


def test_a_suspended_cooperative_promises_and_sends_nothing(app: Flask) -> None:
    deal = Deal()
    asked = make_call_off(deal.row)
    officer = make_officer("33").id
    with transaction():
        owner = session.get_one(Cooperative, deal.product.cooperative_id)
        cooperatives.suspend(owner, by=officer, reason="Chưa nộp giấy an toàn thực phẩm")
    with pytest.raises(CallOffRefused, match="not_on_sale"):
        make_call_off(deal.row)
    with pytest.raises(CallOffRefused, match="not_on_sale"):
        deal.confirm(asked)
    with pytest.raises(QuoteMoved, match="not_on_sale"):
        make_quote(make_demand(required_schemes=()), deal.product)
    assert (session.query(Order).count(), deal.row.called_off) == (0, 500_000)


def test_figures_count_what_was_signed_in_its_province(app: Flask, browsers: Callable[[], Browser]) -> None:
    Deal(kind=PaperKind.CONTRACT)
    Deal()
    elsewhere = make_demand(province_code="01", commune_code="00577", required_schemes=()).code
    assert figures() == Figures(3, 2, 1, 1, 8 * TONNE, 2 * 4_000 * 20_000)
    assert figures(provinces=frozenset({"01"})) == Figures(1, 0, 0, 0, 0, 0)
    assert figures(until_on=clock.today() - timedelta(days=1)) == Figures(0, 0, 0, 0, 0, 0)
    officer = browsers()
    sign_in_officer(officer, make_officer("33"))
    officer.get("/lien-minh/cung-cau")
    assert "8.000 kg" in officer.text
    assert "160.000.000" in officer.text
    assert officer.get(f"/lien-minh/cung-cau/{elsewhere}").status_code == 404
    stranger = browsers()
    stranger.get("/cung-cau")
    assert stranger.text.count("Bếp ăn khu công nghiệp") == 1  # the others are agreed on and off the board
    stranger.get(f"/cung-cau/{elsewhere}")
    assert "912" not in stranger.text
    assert "Cổng số 2" not in stranger.text


def test_a_cooperative_and_a_buyer_see_only_their_own(app: Flask, browsers: Callable[[], Browser]) -> None:
    deal = Deal()
    code, quote, demand = deal.row.code, session.query(Quote).one().id, session.query(Demand).one().code
    other = browsers()
    other_owner = make_person()
    slug = make_cooperative(owner=other_owner).slug
    other.sign_in(other_owner.contacts[0])
    for path in (
        f"/tai-khoan/nhu-cau/{demand}",
        f"/tai-khoan/nhu-cau/{demand}/bao-gia/{quote}",
        f"/tai-khoan/cam-ket/{code}",
        f"/tai-khoan/cam-ket/{code}/van-ban.pdf",
        f"/htx-cua-toi/{slug}/cam-ket/{code}",
        f"/htx-cua-toi/{slug}/cam-ket/{code}/van-ban.pdf",
    ):
        assert other.get(path).status_code == 404, path


def test_lists_ask_the_database_as_often_for_one_as_for_three(app: Flask, browsers: Callable[[], Browser]) -> None:
    owner, cook, officer = make_person(), make_person(), make_officer("33")
    cooperative = make_cooperative(owner=owner)
    seller, buyer, stranger, alliance = browsers(), browsers(), browsers(), browsers()
    seller.sign_in(owner.contacts[0])
    buyer.sign_in(cook.contacts[0])
    sign_in_officer(alliance, officer)
    base = f"/htx-cua-toi/{cooperative.slug}"

    def grow() -> None:
        product = make_product(cooperative)
        certify(product)
        make_forecast(product)
        make_lot(product)
        make_lot(make_product(cooperative))
        other = make_product(make_cooperative())
        make_forecast(other)
        make_quote(make_demand(cook), other)

    def asked() -> dict[str, str]:
        code = session.query(Demand.code).order_by(Demand.id).limit(1).scalar()
        pages = {
            stranger: ["/cung-cau"],
            buyer: ["/tai-khoan/nhu-cau", f"/tai-khoan/nhu-cau/{code}"],
            seller: [f"{base}/cung-cau", f"{base}/du-bao", f"{base}/du-bao/moi", f"{base}/cung-cau/{code}"],
            alliance: ["/lien-minh/cung-cau"],
        }
        answers = {page: who.get(page) for who, several in pages.items() for page in several}
        assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(answers, 200)
        return {page: answer.headers["X-Queries"] for page, answer in answers.items()}

    grow()
    with_one = asked()
    grow()
    grow()
    assert asked() == with_one


def test_every_answer_to_a_call_off_has_words_for_whoever_is_told() -> None:
    kinds = {f"sourcing/for_{side}/{state}" for state, sides in TOLD_OF_CALL_OFF.items() for side in sides}
    assert kinds - set(NOTICES) == set()
    assert set(TOLD_OF_CALL_OFF) == set(CallOffState) - {CallOffState.ASKED}
