"""Supply and demand of the demo: a canteen that looks for vegetables, a supermarket that has signed, two more on the board."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.demo.scene import Scene, at
from marketplace.fairs.models import Fair
from marketplace.farming.models import Season
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.payments.states import Method
from marketplace.sourcing import actions as sourcing
from marketplace.sourcing import papers
from marketplace.sourcing.actions import DemandDetails, Terms
from marketplace.sourcing.models import Commitment, Demand, Quote
from marketplace.sourcing.states import Basis, BuyerKind, Frequency, PaperKind, Side

GREENS, GUAVA = "Ngọn su su Núi Mờ", "Ổi lê Thanh Hà"
TONNE, STEP_GRAMS = 1_000_000, 100_000


def ask_and_offer(scene: Scene) -> None:
    """Posted and signed during the last days."""
    _Story(scene).tell()


class _Story:
    def __init__(self, scene: Scene) -> None:
        self.scene, self.today = scene, scene.today

    def tell(self) -> None:
        with clock.moved_to(at(self.today - timedelta(days=9), 8)):
            self._forecast(GREENS)
            self._forecast(GUAVA)
        with clock.moved_to(at(self.today - timedelta(days=8), 9)):
            shop = self._post(SHOP, starts_in=3, weeks=6)
            quote = self._quote(
                shop, GUAVA, quantity=300_000, price_dong=21_000, words="Giao thứ ba, thùng xốp lót lá."
            )
        with clock.moved_to(at(self.today - timedelta(days=6), 10)):
            commitment = self._sign(quote)
        with clock.moved_to(at(self.today - timedelta(days=2), 10)):
            canteen = self._post(CANTEEN, starts_in=9, weeks=8)
        with clock.moved_to(at(self.today - timedelta(days=1), 9)):
            talk = self._quote(
                canteen, GREENS, quantity=500_000, price_dong=24_000, words="Hái 5 giờ sáng, xe lạnh của HTX."
            )
            self._counter(talk, price_dong=22_000, words="Lấy đều 8 tuần, HTX để 22 nghìn được không?")
            self._post(KITCHEN, starts_in=12, weeks=12)
            self._post(EXPORTER, starts_in=20, weeks=10, fair_id=self._fair_id())
        self._call_off(commitment)

    def _forecast(self, name: str) -> None:
        """What the season with most to come can still give, to the last 100 kg."""
        product = self.scene.products[name]
        to_come = Season.ceiling - Season.harvested
        running = select(Season).where(Season.product_id == product.id, Season.ended_on.is_(None))
        with transaction():
            season = session.scalars(running.order_by(to_come.desc(), Season.id).limit(1)).one()
            sourcing.make_forecast(
                session.merge(product), basis=Basis.SEASON, season=season, starts_on=clock.today(),
                ends_on=self.today + timedelta(days=120),
                quantity=(season.ceiling - season.harvested) // STEP_GRAMS * STEP_GRAMS,
                by=self.scene.owner_of(product), is_demo=True,
            )  # fmt: skip

    def _post(self, asked: dict[str, Any], *, starts_in: int, weeks: int, fair_id: int | None = None) -> int:
        starts_on = self.today + timedelta(days=starts_in)
        details = DemandDetails(
            starts_on=starts_on,
            ends_on=starts_on + timedelta(weeks=weeks) - timedelta(days=1),
            deadline_on=self.today + timedelta(days=14),
            phone=str(self.scene.buyer.phone),
            payment_method=Method.VIETQR,
            unit=BaseUnit.GRAM,
            fair_id=fair_id,
            **asked,
        )
        with transaction():
            return sourcing.post_demand(details, by=self.scene.buyer.id, is_demo=True).id

    def _fair_id(self) -> int:
        return session.scalars(select(Fair.id).order_by(Fair.starts_at).limit(1)).one()

    def _quote(self, demand_id: int, name: str, *, quantity: int, price_dong: int, words: str) -> int:
        product = self.scene.products[name]
        with transaction():
            return sourcing.make_quote(
                session.get_one(Demand, demand_id), session.merge(product), terms=Terms(quantity, price_dong),
                sample_on=self.today + timedelta(days=2), valid_until=self.today + timedelta(days=20), words=words,
                by=self.scene.owner_of(product), is_demo=True,
            ).id  # fmt: skip

    def _counter(self, quote_id: int, *, price_dong: int, words: str) -> None:
        with transaction():
            quote = session.get_one(Quote, quote_id)
            terms = Terms(quote.quantity, price_dong)
            sourcing.answer(quote, side=Side.BUYER, seen=quote.turns, words=words, terms=terms, by=self.scene.buyer.id)

    def _sign(self, quote_id: int) -> int:
        with transaction():
            quote = session.get_one(Quote, quote_id)
            commitment = sourcing.accept_quote(
                quote, side=Side.BUYER, seen=quote.turns, kind=PaperKind.CONTRACT, write=papers.write,
                by=self.scene.buyer.id,
            )  # fmt: skip
            seller = session.get_one(Person, self.scene.owners[quote.cooperative_id])
            for side, person, position in (
                (Side.BUYER, session.merge(self.scene.buyer), "Trưởng phòng thu mua"),
                (Side.SELLER, seller, "Giám đốc"),
            ):
                sourcing.sign(commitment, side=side, person=person, position=position, digest=commitment.digest)
            return commitment.id

    def _call_off(self, commitment_id: int) -> None:
        """One delivery that is an order already, and one that waits for the cooperative's answer."""
        pack = max(self.scene.products[GUAVA].variants, key=lambda one: one.content)
        for number, packs in enumerate((3, 30)):
            with transaction():
                asked = sourcing.call_off(
                    session.get_one(Commitment, commitment_id), quantity=packs * pack.content,
                    deliver_on=self._first_day(commitment_id) + timedelta(weeks=number), note="Giao cổng sau, trước 9 giờ",
                    token=f"demo-call-off-{number}", by=self.scene.buyer.id,
                )  # fmt: skip
                if number == 0:
                    sourcing.confirm(asked, variant=pack, by=self.scene.owner_of(self.scene.products[GUAVA]))

    def _first_day(self, commitment_id: int) -> date:
        return session.get_one(Commitment, commitment_id).starts_on


SHOP: dict[str, Any] = {
    "buyer_kind": BuyerKind.SUPERMARKET,
    "buyer_name": "Siêu thị Sao Mai (mẫu)",
    "product": "Ổi lê loại 1",
    "subgroup": "food_fresh_produce",
    "quantity": 300_000,
    "frequency": Frequency.WEEKLY,
    "specification": "Quả 250–350 g, không dập, lau khô, có tem lô.",
    "required_schemes": ("vietgap_crop",),
    "address_line": "Kho số 3, đường Mẫu",
    "commune_code": "11977",
    "province_code": "33",
}
CANTEEN: dict[str, Any] = {
    "buyer_kind": BuyerKind.CANTEEN,
    "buyer_name": "Bếp ăn khu công nghiệp Đồng Xanh (mẫu)",
    "product": "Rau ăn lá, ngọn su su",
    "subgroup": "food_fresh_produce",
    "quantity": 500_000,
    "frequency": Frequency.WEEKLY,
    "specification": "Rau tươi trong ngày, bó 500 g hoặc sọt 10 kg. Giao trước 6 giờ sáng thứ hai và thứ năm.",
    "required_schemes": ("vietgap_crop",),
    "target_dong": 22_000,
    "target_is_public": True,
    "address_line": "Nhà ăn số 2",
    "commune_code": "11977",
    "province_code": "33",
}
KITCHEN: dict[str, Any] = {
    "buyer_kind": BuyerKind.SCHOOL,
    "buyer_name": "Trường tiểu học Hoa Sen (mẫu)",
    "product": "Gạo tám xoan",
    "subgroup": "food_raw_grain",
    "quantity": 400_000,
    "frequency": Frequency.MONTHLY,
    "specification": "Gạo vụ mới, bao 5 kg hoặc 25 kg.",
    "required_schemes": (),
    "target_dong": 38_000,
    "target_is_public": False,
    "address_line": "Số 8 ngõ Mẫu",
    "commune_code": "00577",
    "province_code": "01",
}
EXPORTER: dict[str, Any] = {
    "buyer_kind": BuyerKind.EXPORTER,
    "buyer_name": "Công ty xuất khẩu Nắng Mai (mẫu)",
    "product": "Nhãn, vải sấy; trái cây tươi loại 1",
    "subgroup": "food_fresh_produce",
    "quantity": 2 * TONNE,
    "frequency": Frequency.WEEKLY,
    "specification": "Có mã số vùng trồng, đóng thùng 5 kg.",
    "required_schemes": ("globalgap", "vietgap_crop"),
    "address_line": "Kho lạnh số 1, cảng Mẫu",
    "commune_code": "10813",
    "province_code": "31",
}
