"""A believable market, made by the actions that people use, relative to today and the same every time but for codes."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
from sqlalchemy import func, select

from marketplace.accounts import actions as accounts
from marketplace.accounts.models import Person
from marketplace.accounts.states import AllianceRole
from marketplace.catalogue import actions as catalogue
from marketplace.catalogue.models import Product
from marketplace.catalogue.rules import USUAL_TOLERANCE_PERCENT
from marketplace.catalogue.states import StorageClass, VatCode
from marketplace.certificates import actions as certificates
from marketplace.certificates.actions import CertificateDetails, Evidence
from marketplace.certificates.states import IssuerLevel
from marketplace.checkout import actions as checkout
from marketplace.checkout.rules import Terms
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.rules import FOOD_SAFETY, REGISTRATION
from marketplace.cooperatives.states import CooperativeKind, Sector, VatMethod
from marketplace.demo import books, drawings, fields, show
from marketplace.demo.accounts import (
    ADMIN,
    BUYER,
    OFFICER,
    OFFICER_PROVINCES,
    OTHER_OFFICER,
    OTHER_PROVINCES,
    PASSWORD,
    owner_phone,
)
from marketplace.demo.aftermath import settle_aftermath
from marketplace.demo.care import complain_and_review
from marketplace.demo.conference import hold_conference
from marketplace.demo.fairs import call_fairs
from marketplace.demo.goods import dry_longan, mill_rice
from marketplace.demo.hubs import gather
from marketplace.demo.money import FEE_BASIS_POINTS, hand_over_cash, pay_out, tell_account
from marketplace.demo.orders import PLANS, place_orders
from marketplace.demo.packs import sell_and_scan
from marketplace.demo.past_fair import hold_past_fair
from marketplace.demo.pictures import Key, draw_all
from marketplace.demo.recalls import sell_and_recall
from marketplace.demo.scales import weigh_orders
from marketplace.demo.scene import OWN_STANDARD, Scene, at, harvest_day
from marketplace.demo.seasons import PAPER, tell_seasons
from marketplace.demo.sourcing import ask_and_offer
from marketplace.foundation import clock, codes, dates, files
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.orders import actions as orders
from marketplace.traceability import actions as traceability
from marketplace.traceability.actions import NewStage, Whence
from marketplace.traceability.states import StageKind
from marketplace.transparency import actions as transparency

DATA = Path(__file__).parent / "data" / "market.toml"
MONTH = timedelta(days=30.44)
JOINED_MONTHS_AGO = 15
PHOTOS_EACH = 2
# Checksum-valid under the prefix 99, which nobody has (domain.md 9).
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def is_empty() -> bool:
    """Whether nobody has registered yet: only then a demo is filled."""
    return (session.scalar(select(func.count(Person.id))) or 0) == 0


def build(*, files_url: str) -> None:
    """Fill an empty market."""
    plan: list[dict[str, Any]] = tomllib.loads(DATA.read_text())["cooperative"]
    pictures = draw_all(_wanted(plan), files_url=files_url)
    _Builder(plan, pictures).build()


def _wanted(plan: list[dict[str, Any]]) -> list[Key]:
    places = [("place", some["place"], number % 2) for number, some in enumerate(plan)]
    products = [
        ("product", product["kind"], photo)
        for some in plan
        for product in some.get("product", [])
        for photo in range(PHOTOS_EACH)
    ]
    return [*places, *products, PAPER]


class _Builder:
    def __init__(self, plan: list[dict[str, Any]], pictures: dict[Key, dict[str, Any]]) -> None:
        self.plan, self.pictures = plan, pictures
        self.today = clock.today()

    def build(self) -> None:
        with clock.moved_to(at(self.today - timedelta(days=480))):
            self._people()
        self.scene = Scene(self.today, self.buyer, self.officer, self.pictures)
        for number, some in enumerate(self.plan):
            self._cooperative(number, some)
        tell_seasons(self.scene)
        mill_rice(self.scene)
        dry_longan(self.scene)
        sell_and_recall(self.scene)
        place_orders(PLANS, self.scene)
        weigh_orders(self.scene)
        books.sell_before(self.scene)
        complain_and_review(self.scene)
        gather(self.scene)
        sell_and_scan(self.scene)
        hand_over_cash(self.scene, admin=self.admin)
        pay_out(self.scene, admin=self.admin)
        settle_aftermath(self.scene)
        books.share_and_compare(self.scene, admin=self.admin)
        hold_past_fair(self.scene)
        call_fairs(self.scene)
        ask_and_offer(self.scene)
        hold_conference(self.scene)
        show.begin()
        with transaction():
            transparency.sign_checkpoint()

    def _people(self) -> None:
        with transaction():
            self.admin = self._person("Quản trị viên mẫu", ADMIN)
            accounts.appoint(self.admin, role=AllianceRole.ADMIN, province_codes=set(), by=None)
            self.officer = self._person("Lê Thị Cán Bộ (mẫu)", OFFICER)
            accounts.appoint(self.officer, role=AllianceRole.OFFICER, province_codes=OFFICER_PROVINCES, by=None)
            self.other_officer = self._person("Phạm Văn Cán Bộ (mẫu)", OTHER_OFFICER)
            accounts.appoint(self.other_officer, role=AllianceRole.OFFICER, province_codes=OTHER_PROVINCES, by=None)
            self.buyer = self._person("Hoàng Thị Mua (mẫu)", BUYER)
            orders.set_fee_rate(valid_from=clock.today(), basis_points=FEE_BASIS_POINTS, by=self.admin.id)
            for person in (self.admin, self.officer, self.other_officer):
                accounts.begin_second_factor(person)
                assert person.totp_secret is not None
                accounts.check_second_factor(person, pyotp.TOTP(person.totp_secret).at(clock.now()))

    def _person(self, name: str, phone: str) -> Person:
        return accounts.register(full_name=name, phone=phone, email=None, password=PASSWORD, is_demo=True)

    def _officer_of(self, province_code: str) -> int:
        return self.officer.id if province_code in OFFICER_PROVINCES else self.other_officer.id

    def _cooperative(self, number: int, some: dict[str, Any]) -> None:
        is_new = some.get("admission") == "submitted"
        joined = self.today - (timedelta(days=2) if is_new else MONTH * JOINED_MONTHS_AGO - timedelta(days=number))
        officer = self._officer_of(some["province"])
        with clock.moved_to(at(joined)), transaction():
            owner = self._person(some["representative"], owner_phone(number))
            cooperative = cooperatives.start_application(_application(number, some), by=owner.id, is_demo=True)
            for kind in (REGISTRATION, FOOD_SAFETY):
                paper = _paper(kind, f"MAU-{kind[:2].upper()}-{number:03d}", cooperative.legal_name, some["main"], "")
                cooperatives.add_paper(cooperative, kind=kind, **vars(paper))
            self.scene.cooperatives[some["name"]], self.scene.owners[cooperative.id] = cooperative, owner.id
            cooperatives.submit(cooperative, by=owner.id)
            cooperatives.change_profile(
                cooperative,
                story=some["story"],
                main_products=some["main"],
                phone=owner_phone(number),
                zalo_phone="",
                email="",
                members_count=some["members"],
                households_count=some["members"],
                land_area_m2=some["area_ha"] * 10_000,
                cover=self.pictures["place", some["place"], number % 2],
            )
        if is_new:
            return
        with clock.moved_to(at(joined + timedelta(days=3), 14)), transaction():
            cooperatives.verify(cooperative, by=officer)
            tell_account(cooperative, owner=owner.id, officer=officer)
        for position, paper in enumerate(some.get("certificates", [])):
            self._certificate(cooperative, owner.id, officer, joined, f"{number:02d}{position}", paper)
        for product in some.get("product", []):
            self._product(cooperative, owner.id, joined, some, product)
        if some.get("admission") == "suspended":
            with clock.moved_to(at(self.today - timedelta(days=6))), transaction():
                cooperatives.suspend(
                    cooperative, by=officer, reason="Giấy an toàn thực phẩm hết hạn, chưa nộp bản mới (tình huống mẫu)."
                )

    def _certificate(
        self, cooperative: Cooperative, owner: int, officer: int, joined: date, number: str, paper: dict[str, Any]
    ) -> None:
        valid_from = self.today - MONTH * paper["age"]
        valid_to = valid_from + MONTH * paper["months"]
        details = CertificateDetails(
            scheme=paper["scheme"],
            number=f"MAU-{paper['scheme'].upper().replace('_', '-')}-{number}",
            issuer_name=_issuer(paper),
            issuer_level=_level(paper),
            valid_from=valid_from,
            valid_to=valid_to,
            scope=tuple(paper["scope"]),
            stars=paper.get("stars"),
            area_m2=paper["area_ha"] * 10_000 if "area_ha" in paper else None,
            place=cooperative.address_line,
        )
        handed_in = max(valid_from, joined) + timedelta(days=4)
        evidence = _paper(
            paper["scheme"],
            details.number,
            cooperative.legal_name,
            ", ".join(details.scope),
            dates.format_day(valid_to),
        )
        with clock.moved_to(at(handed_in)), transaction():
            certificate = certificates.submit_certificate(cooperative, details, [evidence], by=owner, is_demo=True)
        if paper.get("pending"):
            return
        with clock.moved_to(at(handed_in + timedelta(days=2), 15)), transaction():
            certificates.verify(certificate, by=officer)

    def _product(
        self, cooperative: Cooperative, owner: int, joined: date, some: dict[str, Any], plan: dict[str, Any]
    ) -> None:
        unit = BaseUnit(plan["base"]) if "base" in plan else BaseUnit.GRAM
        with clock.moved_to(at(joined + timedelta(days=12 + len(self.scene.products)))), transaction():
            product = catalogue.list_product(
                cooperative,
                _details(plan, unit),
                _packs(plan, unit),
                pictures=[self.pictures["product", plan["kind"], photo] for photo in range(PHOTOS_EACH)],
                is_demo=True,
            )
            catalogue.publish(product, by=owner)
            if plan["storage"] != "ambient":
                checkout.change_terms(
                    cooperative_id=cooperative.id,
                    terms=Terms(
                        has_own_van=True,
                        has_pickup=True,
                        pickup_address=f"Nhà đóng gói của HTX, {some['line']}, 7–17 giờ",
                        coach_dong=40_000,
                        free_from_dong=1_000_000,
                    ),
                )
        self.scene.products[plan["name"]] = product
        harvests = [harvest_day(lot, months=plan["months"], today=self.today) for lot in plan["lots"]]
        if not fields.is_grown(product, harvests):
            for lot in plan["lots"]:
                self._lot(product, owner, some, plan, lot, Whence(in_workshop=True))
            return
        season = fields.grow(
            product,
            owner=owner,
            place=some["line"],
            commune=some["commune"],
            harvests=harvests,
            quantity=sum(lot["quantity"] for lot in plan["lots"]),
        )
        for lot in plan["lots"]:
            self._lot(product, owner, some, plan, lot, Whence(season_id=season.id))
        fields.close(season, last=max(harvests), owner=owner, today=self.today)

    def _lot(
        self,
        product: Product,
        owner: int,
        some: dict[str, Any],
        plan: dict[str, Any],
        lot_plan: dict[str, Any],
        whence: Whence,
    ) -> None:
        harvested_on = harvest_day(lot_plan, months=plan["months"], today=self.today)
        # A lot is told once its goods are packed; the steps before lie in the past by then.
        packed_on = harvested_on - timedelta(days=min(stage[3] for stage in plan["stages"]))
        told_on = min(max(harvested_on, packed_on), self.today)
        stages = [_stage(stage, harvested_on, told_on) for stage in plan["stages"]]
        harvest = next((stage for stage in stages if stage.kind == StageKind.HARVEST), None)
        with clock.moved_to(at(told_on, 16)), transaction():
            lot = traceability.start_lot(
                product,
                batch=self.scene.batch(harvested_on),
                harvested_on=harvested_on,
                quantity=lot_plan["quantity"],
                place=some["line"],
                commune_code=some["commune"],
                by=owner,
                harvest=harvest,
                whence=whence,
                is_demo=True,
            )
            for stage in stages:
                if stage is not harvest:
                    traceability.add_stage(lot, stage, by=owner)
            traceability.publish(lot, by=owner)
            pack = product.variants[0]
            labels = min(200, lot.quantity // pack.content // 2)
            if labels:
                print_them = traceability.print_units if plan.get("serials") else traceability.print_labels
                print_them(lot, pack, count=labels, layout="24", by=owner)
        if "recalled" in lot_plan:
            self.scene.recalls.append((lot, lot_plan["recalled"]))


def _application(number: int, some: dict[str, Any]) -> cooperatives.ApplicationDetails:
    is_craft = (some["place"] in ("workshop", "kiln_village") and "Gốm" in some["name"]) or "Cói" in some["name"]
    return cooperatives.ApplicationDetails(
        kind=CooperativeKind.COOPERATIVE,
        legal_name=f"Hợp tác xã {some['name']}",
        short_name=f"HTX {some['name']}",
        tax_code=_tax_code(number + 1),
        representative_name=some["representative"],
        representative_title="Giám đốc",
        registered_on=date(2012 + number % 10, 1 + number % 12, 10),
        registered_at="Phòng Tài chính – Kế hoạch (mẫu)",
        address_line=some["line"],
        commune_code=some["commune"],
        phone=owner_phone(number),
        members_count=some["members"],
        land_area_m2=some["area_ha"] * 10_000,
        sector=Sector.INDUSTRY_TRADE_SERVICES if is_craft else Sector.AGRICULTURE,
        main_products=some["main"],
        is_alliance_member=True,
        bank_bin="970446",
        bank_account=f"00000000{number + 1:02d}",
        bank_account_name="DU LIEU MAU",
        vat_method=VatMethod.DEDUCTION if number % 2 else VatMethod.DIRECT,
    )


def _tax_code(number: int) -> str:
    """The next code whose check digit is a digit at all."""
    while True:
        body = f"99{number:07d}"
        check = 10 - sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
        if check <= 9:
            return f"{body}{check}"
        number += 1_000


def _paper(kind: str, number: str, holder: str, scope: str, valid_to: str) -> Evidence:
    data = drawings.draw_certificate(scheme=kind, number=number, holder=holder, scope=scope, valid_to=valid_to)
    key = f"papers/{codes.random_code(26).lower()}.jpg"
    files.store().put(key, data, files.content_type_of(key))
    return Evidence(key, f"{number}.jpg", files.content_type_of(key))


def _issuer(paper: dict[str, Any]) -> str:
    if paper["scheme"] == "ocop":
        return "Hội đồng OCOP trung ương (mẫu)" if paper["stars"] == 5 else "UBND tỉnh, thành phố (mẫu)"
    return "Trung tâm chứng nhận Đồng Bằng (mẫu)"


def _level(paper: dict[str, Any]) -> IssuerLevel:
    if paper["scheme"] == "ocop":
        return IssuerLevel.NATIONAL if paper["stars"] == 5 else IssuerLevel.PROVINCE
    return IssuerLevel.PROVINCE if paper["scheme"] in ("gi", "attp") else IssuerLevel.BODY


def _details(plan: dict[str, Any], unit: BaseUnit) -> catalogue.ProductDetails:
    return catalogue.ProductDetails(
        name=plan["name"],
        subgroup=plan["subgroup"],
        base_unit=unit,
        vat_code=VatCode(plan["vat"]),
        shelf_life_days=plan["shelf"],
        season_months=sum(1 << (month - 1) for month in plan["months"]),
        storage=StorageClass(plan["storage"]),
        storage_note=plan.get("storage_note", ""),
        summary=plan["summary"],
        description=plan["description"],
        brand=plan.get("brand", ""),
        standard=OWN_STANDARD,
        ingredients=plan.get("ingredients", ""),
        usage=plan.get("usage", ""),
        warnings=plan.get("warnings", ""),
    )


def _packs(plan: dict[str, Any], unit: BaseUnit) -> list[catalogue.Pack]:
    """Weight with packing: given for pieces, else a tenth more than the content."""
    gross = plan.get("gross") or [content * 11 // 10 + 50 for _, content, _ in plan["packs"]]
    gtins = plan.get("gtins") or [""] * len(gross)
    kilograms = plan.get("kilograms") or [None] * len(gross)
    return [
        catalogue.Pack(
            name=name,
            content=content,
            price_dong=price,
            gross_grams=grams,
            gtin=gtin,
            kilogram_dong=kilogram,
            tolerance_percent=plan.get("tolerance", USUAL_TOLERANCE_PERCENT) if kilogram else None,
        )
        for (name, content, price), grams, gtin, kilogram in zip(plan["packs"], gross, gtins, kilograms, strict=True)
    ]


def _stage(stage: list[Any], harvested_on: date, told_on: date) -> NewStage:
    kind, name, place, before, operator = stage
    started_on = min(harvested_on - timedelta(days=before), told_on)
    return NewStage(StageKind(kind), place, started_on, name=name, operator=operator)
