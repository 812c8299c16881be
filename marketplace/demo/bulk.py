"""A market of any size for measuring: the same rows that actions write, inserted in bulk."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from marketplace.accounts import actions as accounts
from marketplace.accounts import queries as accounts_read
from marketplace.catalogue.models import Listing, Product, ProductClaim, Variant
from marketplace.catalogue.rules import claim_counts, group_of, search_words
from marketplace.catalogue.states import Publication, VatCode
from marketplace.certificates.models import Certificate, CertificateScope
from marketplace.certificates.states import IssuerLevel, Review
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import Admission
from marketplace.foundation import clock, codes, public_version
from marketplace.foundation.database import Base, is_sqlite, session, transaction
from marketplace.foundation.quantities import BaseUnit, unit_price
from marketplace.foundation.text import fold, nfc, slugify, sort_key
from marketplace.geography import queries as geography
from marketplace.traceability.models import Lot, LotMovement, LotStage
from marketplace.traceability.rules import RANDOM_LENGTH, lot_code
from marketplace.traceability.states import Custody, LotState, MovementKind, OriginKind, StageKind

CHUNK = 2_000
PRODUCTS_EACH = 20
KEEPER = "+84900000099"

KINDS = (
    ("Nhãn lồng", "food_fresh_produce", 10), ("Vải thiều", "food_fresh_produce", 8), ("Ổi lê", "food_fresh_produce", 7),
    ("Cam đường canh", "food_fresh_produce", 20), ("Bưởi Diễn", "food_fresh_produce", 40),
    ("Chuối tiêu hồng", "food_fresh_produce", 9), ("Rau cải ngọt", "food_fresh_produce", 4),
    ("Cà chua bi", "food_fresh_produce", 8), ("Dưa chuột", "food_fresh_produce", 6), ("Bí xanh", "food_fresh_produce", 20),
    ("Gạo nếp cái hoa vàng", "food_raw_grain", 365), ("Gạo tám xoan", "food_raw_grain", 365),
    ("Gạo ST25", "food_raw_grain", 365), ("Gạo nếp than", "food_raw_grain", 365), ("Đỗ đen xanh lòng", "food_raw_grain", 300),
    ("Lạc đỏ", "food_raw_grain", 240), ("Mật ong hoa nhãn", "food_raw_honey_other", 720),
    ("Mật ong bạc hà", "food_raw_honey_other", 720), ("Miến dong", "food_proc_grain", 365), ("Mì gạo", "food_proc_grain", 300),
    ("Bún khô", "food_proc_grain", 300), ("Bánh cáy", "food_proc_grain", 60), ("Bánh đậu xanh", "food_proc_grain", 90),
    ("Long nhãn sấy", "food_proc_produce", 365), ("Chuối sấy dẻo", "food_proc_produce", 180),
    ("Tinh bột nghệ", "food_proc_produce", 365), ("Chả mực", "food_proc_animal", 90), ("Cá kho", "food_proc_animal", 15),
    ("Ruốc cá", "food_proc_animal", 120), ("Nước mắm", "food_season_liquid", 720), ("Tương bần", "food_season_liquid", 365),
    ("Trà sen", "food_tea", 365), ("Chè xanh", "food_tea", 365), ("Trà hoa vàng", "food_tea", 365),
    ("Giỏ cói", "craft_home_decor", 3650), ("Chiếu cói", "craft_home_decor", 3650), ("Bình gốm", "craft_home_decor", 3650),
    ("Khăn lụa", "craft_textile", 3650), ("Trứng gà", "food_fresh_animal", 20), ("Gà đồi", "food_fresh_animal", 5),
)  # fmt: skip
KINDS_OF_CARE = (
    "hữu cơ",
    "sạch",
    "chọn lọc",
    "loại một",
    "đặc sản",
    "truyền thống",
    "vườn nhà",
    "đầu mùa",
    "phơi nắng",
    "thủ công",
)
FAMILY = ("Sông Hồng", "Đồng Xanh", "Làng Mới", "Bến Đò", "Gò Mây", "Bãi Bồi", "Cầu Đá", "Ao Sen", "Đê Biển", "Núi Voi")


def grow(products: int, *, tell: Callable[[str], None]) -> None:
    """Add so many products with their cooperatives, certificates, lots and stock; the same every time on an empty market."""
    keeper = _keeper()
    done = session.scalar(select(func.count()).select_from(Product).where(Product.slug.like("bulk-%"))) or 0
    chance = random.Random(done)
    ids = Ids()
    for start in range(done, done + products, CHUNK):
        count = min(CHUNK, done + products - start)
        with transaction():
            rows = _Rows(chance, ids, keeper, clock.today())
            rows.make(range(start, start + count))
            rows.write()
            ids.settle()
            public_version.changed()
        tell(f"{start + count - done:,} / {products:,}")


def _keeper() -> int:
    """Who submitted the certificates."""
    known = accounts_read.find_by_contact(phone=KEEPER)
    if known is not None:
        return known.id
    with transaction():
        return accounts.register(full_name="Dữ liệu đo", phone=KEEPER, email=None, password=codes.random_token()).id


class Ids:
    """Next free ids, counted here because bulk rows refer to each other."""

    def __init__(self) -> None:
        self.next: dict[str, Iterator[int]] = {}

    def take(self, model: type[Base]) -> int:
        name = model.__tablename__
        if name not in self.next:
            highest = session.scalar(select(func.max(model.id))) or 0  # type: ignore[attr-defined]
            self.next[name] = iter(range(highest + 1, highest + 100_000_000))
        return next(self.next[name])

    def settle(self) -> None:
        """Let PostgreSQL count on from here: it did not see the ids that were given in the rows."""
        if is_sqlite():
            return
        for table in self.next:
            highest = text(f"(SELECT max(id) FROM {table})")  # noqa: S608  (names are ours)
            session.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), highest)))


class _Rows:
    """One chunk of the market in memory, then written table by table."""

    def __init__(self, chance: random.Random, ids: Ids, keeper: int, today: date) -> None:
        self.chance, self.ids, self.keeper, self.today = chance, ids, keeper, today
        self.rows: dict[type[Base], list[dict[str, Any]]] = {}
        self.now = clock.now()
        self.communes = [
            commune
            for province in ("01", "22", "24", "25", "31", "33", "37")
            for commune in geography.communes_of(province)
        ]
        self.cooperative: dict[str, Any] = {}
        self.certificates: list[tuple[int, str, str]] = []

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        self.rows.setdefault(model, []).append(values)
        return values

    def make(self, numbers: range) -> None:
        for number in numbers:
            if number % PRODUCTS_EACH == 0 or not self.cooperative:
                self._cooperative(number // PRODUCTS_EACH)
            self._product(number)

    def _cooperative(self, number: int) -> None:
        commune = self.communes[number * 37 % len(self.communes)]
        name = f"{FAMILY[number % len(FAMILY)]} {commune.bare_name} {number + 1}"
        self.cooperative = self.add(
            Cooperative,
            id=self.ids.take(Cooperative),
            slug=f"bulk-htx-{number + 1}",
            legal_name=f"Hợp tác xã {name}",
            short_name=f"HTX {name}",
            sort_key=sort_key(name),
            folded=fold(name),
            tax_code=f"98{number:08d}",
            representative_name="Người đại diện (mẫu)",
            address_line="Thôn 1",
            commune_code=commune.code,
            province_code=commune.province_code,
            phone=KEEPER,
            main_products="",
            admission=Admission.VERIFIED,
            verified_at=self.now,
            created_at=self.now,
            is_demo=True,
        )
        self.certificates = []
        for scheme, scope in (("vietgap_crop", KINDS[number % 10][0]), ("attp", KINDS[10 + number % 20][0])):
            certificate_id, scope_id = self.ids.take(Certificate), self.ids.take(CertificateScope)
            valid_from = self.today - timedelta(days=self.chance.randrange(10, 900))
            self.add(
                Certificate,
                id=certificate_id,
                cooperative_id=self.cooperative["id"],
                scheme=scheme,
                number=f"MAU-B{certificate_id:07d}",
                holder=self.cooperative["legal_name"],
                issuer_name="Tổ chức chứng nhận (mẫu)",
                issuer_level=IssuerLevel.BODY,
                valid_from=valid_from,
                valid_to=valid_from + timedelta(days=1095),
                review=Review.VERIFIED,
                submitted_by_id=self.keeper,
                submitted_at=self.now,
                verified_at=self.now,
                is_demo=True,
            )
            self.add(CertificateScope, id=scope_id, certificate_id=certificate_id, name=scope, folded=fold(scope))
            self.certificates.append((certificate_id, scheme, scope))

    def _product(self, number: int) -> None:
        kind, subgroup, shelf_life = KINDS[number % len(KINDS)]
        commune = geography.find_commune(self.cooperative["commune_code"])
        place = commune.bare_name if commune else ""
        name = f"{kind} {KINDS_OF_CARE[number // 7 % len(KINDS_OF_CARE)]} {place}"
        slug = f"bulk-{slugify(name, 60)}-{number + 1}"
        product_id = self.ids.take(Product)
        piece = subgroup.startswith("craft")
        base_unit = BaseUnit.PIECE if piece else BaseUnit.GRAM
        published_at = self.now - timedelta(minutes=self.chance.randrange(1, 900_000))
        season = 0 if shelf_life > 60 else 0b111 << self.chance.randrange(10)
        self.add(
            Product,
            id=product_id,
            cooperative_id=self.cooperative["id"],
            slug=slug,
            name=name,
            sort_key=sort_key(name),
            subgroup=subgroup,
            summary="Hàng mẫu để đo tốc độ.",
            base_unit=base_unit,
            vat_code=VatCode.NOT_SUBJECT,
            season_months=season,
            shelf_life_days=shelf_life,
            publication=Publication.PUBLISHED,
            version=1,
            created_at=published_at,
            published_at=published_at,
            is_demo=True,
        )
        packs = self._packs(product_id, base_unit)
        for certificate_id, scheme, scope in self.certificates:
            if claim_counts(scheme=scheme, scope_name=scope, product_name=name):
                self.add(ProductClaim, product_id=product_id, certificate_id=certificate_id, counts=True)
        window = self._lot(product_id, number, place, min(shelf_life, 400)) if number % 11 else None
        self._listing(product_id, slug, name, subgroup, base_unit, packs, season, published_at, window, place)

    def _packs(self, product_id: int, base_unit: BaseUnit) -> list[dict[str, Any]]:
        price = self.chance.randrange(15, 300) * 1000
        sizes = ((1, 1, "1 cái"),) if base_unit == BaseUnit.PIECE else ((500, 1, "Gói 500 g"), (1000, 2, "Túi 1 kg"))
        packs = []
        for position, (content, times, words) in enumerate(sizes):
            variant = self.add(
                Variant,
                id=self.ids.take(Variant),
                product_id=product_id,
                name=words,
                content=content,
                price_dong=price * times,
                gross_grams=max(content, 400) + 100,
                position=position,
            )
            packs.append(
                {
                    "id": variant["id"],
                    "name": words,
                    "content": content,
                    "price": price * times,
                    "unit_price": unit_price(price * times, content, base_unit).amount_dong,
                    "gross_grams": variant["gross_grams"],
                    "volume_cm3": 0,
                }
            )
        return packs

    def _lot(self, product_id: int, number: int, place: str, shelf_life: int) -> tuple[date, date]:
        lot_id, quantity = self.ids.take(Lot), 1_000_000
        harvested_on = self.today - timedelta(days=self.chance.randrange(0, max(1, shelf_life // 2)))
        best_before = harvested_on + timedelta(days=shelf_life)
        random_part = "".join(self.chance.choice(codes.ALPHABET) for _ in range(RANDOM_LENGTH))
        self.add(
            Lot,
            id=lot_id,
            code=lot_code(random_part),
            cooperative_id=self.cooperative["id"],
            product_id=product_id,
            batch=f"B{number + 1:06d}",
            harvested_on=harvested_on,
            best_before=best_before,
            quantity=quantity,
            place=f"Thôn 1, {place}",
            commune_code=self.cooperative["commune_code"],
            origin=OriginKind.WORKSHOP,
            custody=Custody.NOT_CLAIMED,
            certified_permille=0,
            state=LotState.PUBLISHED,
            created_at=self.now,
            recorded_at=self.now,
            published_at=self.now,
            produced=quantity,
            is_demo=True,
        )
        for kind, words in ((StageKind.HARVEST, "Ruộng thôn 1"), (StageKind.PACKING, "Nhà đóng gói")):
            self.add(LotStage, lot_id=lot_id, kind=kind, place=words, started_on=harvested_on, created_at=self.now)
        self.add(
            LotMovement,
            lot_id=lot_id,
            kind=MovementKind.PRODUCED,
            quantity=quantity,
            reference=f"lot:{lot_id}",
            at=self.now,
        )
        return best_before, harvested_on

    def _listing(
        self,
        product_id: int,
        slug: str,
        name: str,
        subgroup: str,
        base_unit: BaseUnit,
        packs: list[dict[str, Any]],
        season: int,
        published_at: Any,
        window: tuple[date, date] | None,
        place: str,
    ) -> None:
        province = geography.find_province(self.cooperative["province_code"])
        places = [place, *([province.name, *province.aliases] if province else [])]
        title, folded = search_words(
            name=name, cooperative=self.cooperative["short_name"], subgroup=subgroup, summary="", places=places
        )
        self.add(
            Listing,
            product_id=product_id,
            cooperative_id=self.cooperative["id"],
            slug=slug,
            name=name,
            sort_key=sort_key(name),
            name_lower=nfc(name).lower(),
            title_folded=title,
            text_folded=folded,
            cooperative_slug=self.cooperative["slug"],
            cooperative_name=self.cooperative["short_name"],
            province_code=self.cooperative["province_code"],
            group_code=group_of(subgroup),
            subgroup=subgroup,
            picture=None,
            variant_id=packs[0]["id"],
            variant_name=packs[0]["name"],
            price_dong=packs[0]["price"],
            unit_price_dong=min(pack["unit_price"] for pack in packs),
            base_unit=base_unit,
            variant_count=len(packs),
            season_months=season,
            in_stock_until=window[0] if window else None,
            harvested_on=window[1] if window else None,
            published_at=published_at,
            is_demo=True,
            pictures=[],
            packs=packs,
        )

    def write(self) -> None:
        for model, rows in self.rows.items():
            session.execute(insert(model), rows)
