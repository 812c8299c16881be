"""Every route with every role: built from the URL map, so that a new page is in it before its author thinks of it."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from marketplace.accounts.models import Person
from marketplace.bookkeeping.actions import households
from marketplace.bookkeeping.models import BookDifference, HouseholdDelivery
from marketplace.bookkeeping.rules import Weighed
from marketplace.bookkeeping.states import DifferenceKind
from marketplace.care.models import Complaint, ComplaintPhoto, Review
from marketplace.care.states import ComplaintState, Kind, Outcome, Wish
from marketplace.catalogue import actions as catalogue
from marketplace.catalogue.models import ProductPicture
from marketplace.certificates.models import CertificateFile
from marketplace.checkout import actions as checkout
from marketplace.checkout.models import Hub, HubPromise
from marketplace.cooperatives import actions as cooperatives
from marketplace.cooperatives.models import Cooperative, CooperativeDocument, Invitation
from marketplace.cooperatives.states import MemberRole
from marketplace.epcis import actions as epcis
from marketplace.epcis.models import ApiToken
from marketplace.fairs import actions as fairs
from marketplace.fairs.actions import NewPaper
from marketplace.fairs.models import Booth, BoothNote, BoothPaper, Fair, Message, Silence
from marketplace.fairs.states import MessageState
from marketplace.foundation import clock, codes, files, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.web import access, limits
from marketplace.foundation.web.access import Audience
from marketplace.fulfilment.models import CarrierBill, CarrierRemittance, CarrierRemittanceLine, HubParcel
from marketplace.fulfilment.states import RemittanceState
from marketplace.invoices.models import Invoice, InvoiceFile, InvoicePaper
from marketplace.ledger import actions as ledger
from marketplace.ledger.models import Payout, PayoutBatch
from marketplace.ledger.rules import BANK, Leg, payout_in_transit
from marketplace.ledger.states import Event
from marketplace.payments.models import Approval, BankTransaction, Refund, Withdrawal
from marketplace.payments.queries import payment_of
from marketplace.payments.states import BankState, Deed, Method, RefundState, WithdrawalKind, WithdrawalState
from marketplace.traceability import actions as traceability
from marketplace.traceability.models import Lot, ScanAlarm
from marketplace.traceability.states import ScanReason
from tests.client import Browser
from tests.factories.accounts import make_admin, make_inspector, make_officer, make_person, sign_in_officer
from tests.factories.catalogue import make_product
from tests.factories.certificates import make_certificate
from tests.factories.cooperatives import make_cooperative, make_staff
from tests.factories.fairs import approve_booth, end_fair, make_booth, make_fair
from tests.factories.farming import make_season
from tests.factories.meetings import ask, make_conference, make_scheduled_fair
from tests.factories.orders import make_order
from tests.factories.sourcing import make_call_off, make_commitment, make_demand, make_forecast, make_quote
from tests.factories.traceability import make_lot

ROLES = ("stranger", "person", "staff", "owner", "officer", "officer elsewhere", "inspector", "admin")
MISSING = 999_999_999
REFUSED = (401, 403, 404, 405)
# The desk itself, and whether its paper is a PDF or a workbook.
NO_OBJECTS = {"cooperative_slug", "file_type"}

# A fair's crew may be anybody, so these open to who is signed in and look the fair up through its crew.
CREW_DOORS = ("fairs_hosting.", "fairs_moderating.", "fairs_rehearsing.")
# A collecting place, a fair or a demand of another province is open to every cooperative.
OPEN_TO_ALL_DESKS = (
    "checkout_desk.serve_hub", "fairs_desk.fair", "fairs_desk.begin", "sourcing_desk.demand", "sourcing_desk.quote",
)  # fmt: skip


class Stall:
    """A cooperative with one object of every kind that an address can name."""

    def __init__(self, province: str, commune: str) -> None:
        self.owner = make_person()
        self.cooperative = make_cooperative(owner=self.owner, province=province, commune=commune)
        self.staff = make_staff(self.cooperative)
        self.neighbour = make_cooperative()
        self.product = make_product(self.cooperative)
        self.lot = make_lot(self.product)
        self.certificate = make_certificate(self.cooperative, "Nhãn lồng")
        self.season = make_season(self.product)
        self.order = make_order(self.product, method=Method.VIETQR)
        self.fair = make_fair(province=province)
        self.booth = make_booth(self.fair, self.cooperative, submitted=False)
        sold = make_booth(
            make_fair(province=province), self.cooperative, product=make_product(self.cooperative, name="Món phiên chợ")
        )
        approve_booth(sold)
        self.session_item_id, self.sold_booth_id = sold.items[0].id, sold.id
        over = make_booth(
            make_fair(province=province), self.cooperative, product=make_product(self.cooperative, name="Món phiên cũ")
        )
        approve_booth(over)
        self.ended_fair_slug, self.ended_booth_id = end_fair(over.fair_id).slug, over.id
        self.sold_fair_id, self.sold_fair_slug = sold.fair_id, session.get_one(Fair, sold.fair_id).slug
        self._sourcing(province, commune)
        with transaction():
            self._more()
        # Plain values: a rolled-back session would take the rows' attributes away.
        self.contacts = {"owner": self.owner.contacts[0], "staff": self.staff.contacts[0]}
        self.values = self._values()

    def _sourcing(self, province: str, commune: str) -> None:
        product = make_product(self.cooperative, name="Rau gọi hàng")
        forecast = make_forecast(product)
        demand = make_demand(province_code=province, commune_code=commune, required_schemes=())
        quote = make_quote(demand, product)
        commitment = make_commitment(quote, seller=self.owner)
        asked = make_call_off(commitment)
        self.sourcing = {
            "demand_code": demand.code,
            "quote_id": quote.id,
            "forecast_id": forecast.id,
            "commitment_code": commitment.code,
            "call_off_id": asked.id,
            **self._meeting(province),
        }

    def _meeting(self, province: str) -> dict[str, Any]:
        fair = make_scheduled_fair(self.cooperative, province=province)
        booth = session.query(Booth).filter_by(fair_id=fair.id).one()
        values = {"sourcing slug": fair.slug, "book booth_id": booth.id}
        return {**values, "meeting_id": ask(make_conference(fair), self.cooperative).id}

    def _more(self) -> None:
        cooperative = session.get_one(Cooperative, self.cooperative.id)
        key = f"papers/{codes.random_code(26).lower()}.jpg"
        files.store().put(key, b"x", "image/jpeg")
        paper = CooperativeDocument(
            cooperative_id=cooperative.id, kind="registration", file_key=key, file_name="a.jpg",
            content_type="image/jpeg", created_at=clock.now(),
        )  # fmt: skip
        session.add(paper)
        scan = CertificateFile(
            certificate_id=self.certificate.id, file_key=key, file_name="a.jpg", content_type="image/jpeg"
        )
        session.add(scan)
        picture = {
            "key": "pictures/x",
            "width": 4,
            "height": 3,
            "mean_colour": "#fff",
            "widths": [4],
            "formats": ["jpg"],
        }
        catalogue.add_picture(session.merge(self.product), {**picture, "state": "ready"})
        session.flush()
        self.paper_id = paper.id
        self.file_id = scan.id
        self.picture_id = session.query(ProductPicture).filter_by(product_id=self.product.id).one().id
        lot = session.merge(self.lot)
        self.stage_id = lot.stages[0].id
        run = traceability.print_labels(lot, session.merge(self.product.variants[0]), count=2, layout="21", by=None)
        self.run_id = run.id
        self.transfer_id = traceability.offer(
            lot, receiver_id=self.neighbour.id, quantity=1_000, token=codes.random_code(12), note="", by=None
        ).id
        cooperatives.invite(cooperative, contact="+84900009999", role=MemberRole.STAFF, by=self.owner.id)
        self.invitation_id = session.query(Invitation).filter_by(cooperative_id=cooperative.id).one().id
        epcis.make_token(cooperative.id, name="Cân kho", by=self.owner.id)
        self.token_id = session.query(ApiToken).filter_by(cooperative_id=cooperative.id).one().id
        self.job_code = jobs.enqueue("import_products", cooperative_id=cooperative.id, cooperative=0, file_key="-").code
        made = f"statements/{codes.random_code(26).lower()}.pdf"
        files.store().put(made, b"%PDF", "application/pdf")
        job = jobs.enqueue(
            "draw_statement", cooperative_id=cooperative.id, cooperative=cooperative.id, since="2026-01-01",
            until="2026-01-31", file_type="pdf", language="vi",
        )  # fmt: skip
        job.result, self.made_code = {"file": made}, job.code
        self._households(lot)
        self.payment_id = payment_of(self.order.code).id
        statement = CarrierRemittance(
            carrier="ghn", file_digest=codes.random_code(12), file_name="x", by_id=self.owner.id, at=clock.now()
        )
        session.add(statement)
        session.flush()
        self.line = CarrierRemittanceLine(
            remittance_id=statement.id, row_number=2, part_code="x", cooperative_order_id=self.order.parts[0].id,
            collected_dong=1, shipping_dong=0, fee_dong=0, state=RemittanceState.AMOUNT_DIFFERS,
        )  # fmt: skip
        session.add(self.line)
        session.flush()
        self.point_id = checkout.keep_point(
            None, cooperative_id=cooperative.id, name="x", address="x", weekdays=[0], hours=[(0, 60)], cut_off_hours=0
        ).id
        alarm = ScanAlarm(
            reason=ScanReason.NOT_SHIPPED, subject=f"lot:{lot.id}", cooperative_id=cooperative.id, lot_id=lot.id,
            facts={}, first_at=clock.now(), last_at=clock.now(),
        )  # fmt: skip
        session.add(alarm)
        session.flush()
        self.alarm_id = alarm.id
        self._invoice()
        self._fair()
        self._money()

    def _fair(self) -> None:
        asked = Message(
            fair_id=self.fair.id, booth_id=self.booth.id, name="x", text="x", state=MessageState.VISIBLE,
            is_question=True, key=codes.random_code(20), at=clock.now(),
        )  # fmt: skip
        asked_seller = Message(
            fair_id=self.sold_fair_id, booth_id=self.sold_booth_id, name="x", text="x", state=MessageState.VISIBLE,
            is_question=True, key=codes.random_code(20), at=clock.now(),
        )  # fmt: skip
        silence = Silence(fair_id=self.fair.id, phone="x", reason="x", at=clock.now())
        note = BoothNote(
            booth_id=self.booth.id, text="x", key=codes.random_code(20), by_id=self.staff.id, at=clock.now()
        )  # fmt: skip
        session.add_all([asked, asked_seller, silence, note])
        session.flush()
        self.message_id, self.silence_id, self.note_id = asked.id, silence.id, note.id
        self.seller_message_id = asked_seller.id

    def _invoice(self) -> None:
        part = self.order.parts[0]
        wanted = Invoice(
            cooperative_order_id=part.id, cooperative_id=part.cooperative_id, company="x", tax_code="x", address="x",
            email="x", asked_at=clock.now(), issued_at=clock.now(),
        )  # fmt: skip
        session.add(wanted)
        session.flush()
        paper = InvoicePaper(
            invoice_id=wanted.id,
            series="1C26TAA",
            number="1",
            issued_on=clock.today(),
            by_id=self.owner.id,
            at=clock.now(),
        )
        session.add(paper)
        session.flush()
        key = f"papers/{codes.random_code(26).lower()}.pdf"
        files.store().put(key, b"x", "application/pdf")
        stored = InvoiceFile(paper_id=paper.id, file_key=key, file_name="a.pdf", content_type="application/pdf")
        session.add(stored)
        session.flush()
        self.invoice_file_id = stored.id

    def _households(self, lot: Lot) -> None:
        weighed = [Weighed("Hộ An", 1_000)]
        households.note_deliveries(lot, weighed, on=clock.today(), token=codes.random_code(12), by=self.owner.id)
        self.delivery_id = session.query(HouseholdDelivery).filter_by(lot_id=lot.id).one().id
        self.sheet_code = households.open_sheet(
            cooperative_id=lot.cooperative_id, lots=[(lot, "x")], title="x", payout_id=None,
            token=codes.random_code(12), by=self.owner.id,
        ).code  # fmt: skip
        bill = CarrierBill(
            carrier="ghn", number=codes.random_code(12), billed_on=clock.today(), total_dong=1, buyers_paid_dong=0,
            by_id=self.owner.id, at=clock.now(),
        )  # fmt: skip
        days = session.query(BookDifference).count()
        difference = BookDifference(
            kind=DifferenceKind.BANK, day=clock.today() - timedelta(days=days), said_dong=1, booked_dong=0, lines=[],
            found_at=clock.now(), seen_at=clock.now(),
        )  # fmt: skip
        session.add_all([bill, difference])
        session.flush()
        self.bill_id, self.difference_id = bill.id, difference.id

    def _money(self) -> None:
        account = ledger.propose_account(
            cooperative_id=self.cooperative.id, bank_bin="970446", number="1234", holder="X", by=self.owner.id
        )
        batch = PayoutBatch(code=f"PO{codes.random_code(7)}", opened_by_id=self.owner.id, opened_at=clock.now())
        movement = BankTransaction(
            provider="statement", provider_id=codes.random_code(12), account="", direction="in", amount_dong=1,
            content="", bank_reference="", booked_at=clock.now(), state=BankState.MATCHED, noted_at=clock.now(),
        )  # fmt: skip
        session.add_all([batch, movement])
        session.flush()
        payout = Payout(
            batch_id=batch.id, cooperative_id=self.cooperative.id, code=f"{batch.code}01", amount_dong=1,
            bank_bin="970446", number="1234", holder="X",
        )  # fmt: skip
        session.add(payout)
        session.flush()
        in_transit = payout_in_transit(self.cooperative.id)
        ledger.post(
            key=payout.code, event=Event.PAYOUT_OPENED, reference=payout.code,
            legs=[Leg(BANK, 1), Leg(in_transit, -1, payout.code)],
        )  # fmt: skip
        approval = Approval(
            deed=Deed.CONFIRM, subject_id=self.payment_id, amount_dong=2_000_000, reference=self.order.code, reason="",
            asked_by_id=self.owner.id, asked_at=clock.now(), province_code=self.cooperative.province_code,
        )  # fmt: skip
        taken = Withdrawal(
            payment_id=self.payment_id, kind=WithdrawalKind.REFUND, provider_id=self.order.code, amount_dong=1,
            state=WithdrawalState.WON, opened_at=clock.now(),
        )  # fmt: skip
        back = Refund(
            payment_id=self.payment_id, key=self.order.code, amount_dong=1, state=RefundState.EXTERNAL,
            transfer_code=self.order.code, created_at=clock.now(),
        )  # fmt: skip
        hub = Hub(
            province_code=self.cooperative.province_code, name="Điểm gom", address="", phone="+84900000077",
            weekdays=[0], hours=[[540, 1_080]], cut_off_hours=12, storages=["ambient"],
        )  # fmt: skip
        session.add_all([approval, taken, back, hub])
        session.flush()
        parcel = HubParcel(
            code=f"{self.order.code}-G1", order_id=self.order.id, number=1, hub_id=hub.id, carrier="", by_id=self.owner.id,
            at=clock.now(),
        )  # fmt: skip
        promise = HubPromise(order_id=self.order.id, hub_id=hub.id, bring_by=clock.now(), open_until=clock.now())
        session.add_all([promise, parcel])
        self.hub_id, self.hub_parcel_code = hub.id, parcel.code
        self.refund_id = back.id
        self.approval_id, self.withdrawal_id = approval.id, taken.id
        self._care()
        self._booth()
        self.account_id, self.batch_code, self.payout_code = account.id, batch.code, payout.code
        self.transaction_id = movement.id

    def _care(self) -> None:
        part = self.order.parts[0]
        complaint = Complaint(
            code=codes.random_code(8), order_id=self.order.id, cooperative_order_id=part.id,
            cooperative_id=self.cooperative.id, province_code=self.cooperative.province_code, kind=Kind.OTHER,
            wish=Wish.ONLY_TO_SAY, words="x", state=ComplaintState.REJECTED, opened_at=clock.now(),
            acknowledge_by=clock.now(), settle_by=clock.now(), closed_at=clock.now(), outcome=Outcome.REFUSED,
        )  # fmt: skip
        session.add(complaint)
        session.flush()
        key = f"papers/{codes.random_code(26).lower()}.jpg"
        files.store().put(key, b"x", "image/jpeg")
        photo = ComplaintPhoto(complaint_id=complaint.id, file_key=key, file_name="a.jpg")
        review = Review(
            order_line_id=part.lines[0].id, order_id=self.order.id, product_id=self.product.id,
            cooperative_id=self.cooperative.id, province_code=self.cooperative.province_code, author="A", lot_code="",
            variant_name="x", stars=5, words="x", written_at=clock.now(),
        )  # fmt: skip
        session.add_all([photo, review])
        catalogue.count_review(self.product.id, reviews=1, stars=5)
        session.flush()
        self.complaint_code, self.photo_id, self.review_id = complaint.code, photo.id, review.id

    def _booth(self) -> None:
        fair, booth = session.get_one(Fair, self.fair.id), session.get_one(Booth, self.booth.id)
        key = f"papers/{codes.random_code(26).lower()}.jpg"
        files.store().put(key, b"x", "image/jpeg")
        fairs.add_papers(booth, [NewPaper(key, "a.jpg", "image/jpeg")])
        ends_at = fair.starts_at + timedelta(minutes=12)
        slot = fairs.add_slot(fair, starts_at=fair.starts_at, ends_at=ends_at, booth_id=booth.id)
        self.booth_paper_id = session.query(BoothPaper).filter_by(booth_id=booth.id).one().id
        self.booth_item_id, self.slot_id = booth.items[0].id, slot.id

    def _values(self) -> dict[str, Any]:
        """What names this stall's objects in addresses. A new argument wants a line here."""
        return {
            "cooperative_slug": self.cooperative.slug,
            "cooperative_id": self.cooperative.id,
            "product_id": self.product.id,
            "picture_id": self.picture_id,
            "certificate_id": self.certificate.id,
            "plot_id": self.season.plot_id,
            "season_id": self.season.id,
            "paper_id": self.paper_id,
            "file_id": self.file_id,
            "stage_id": self.stage_id,
            "run_id": self.run_id,
            "transfer_id": self.transfer_id,
            "lot_code": self.lot.code,
            **self.sourcing,
            "invitation_id": self.invitation_id,
            "payment_id": self.payment_id,
            "point_id": self.point_id,
            "hub_id": self.hub_id,
            "order_code": self.order.code,
            "hand_out code": self.hub_parcel_code,
            "slip code": self.hub_parcel_code,
            "gathered code": self.order.code,
            "wait_no_longer code": self.order.code,
            "remittance_id": self.line.remittance_id,
            "line_id": self.line.id,
            "part_code": self.order.parts[0].code,
            "complaint_code": self.complaint_code,
            "photo_id": self.photo_id,
            "review_id": self.review_id,
            "order_line_id": self.order.parts[0].lines[0].id,
            "follow code": self.order.code,
            "alarm_id": self.alarm_id,
            "account_id": self.account_id,
            "transaction_id": self.transaction_id,
            "refund_id": self.refund_id,
            "approval_id": self.approval_id,
            "withdrawal_id": self.withdrawal_id,
            "invoice_file_id": self.invoice_file_id,
            "invoice code": self.order.parts[0].code,
            "invoices code": self.order.code,
            "provider": "sepay",
            "payout code": self.payout_code,
            "end_payout code": self.payout_code,
            "ledger code": self.batch_code,
            "payout_file code": self.payout_code,
            "made code": self.made_code,
            "made_file code": self.made_code,
            "bookkeeping code": self.sheet_code,
            "delivery_id": self.delivery_id,
            "bill_id": self.bill_id,
            "difference_id": self.difference_id,
            "file_type": "xlsx",
            "person_id": self.staff.id,
            "token": "no-such-token",
            "token_id": self.token_id,
            "event_id": "ni:///sha-256;0?ver=CBV2.0",
            "epc": f"http://127.0.0.1:8000/q/{self.lot.code}",
            "step": "packing",
            "name": "ObjectEvent",
            "epcis code": self.lot.code,
            "key": "pictures/none.jpg",
            "rest": "09520000100018",
            "number": 1,
            "kind": "svg",
            "level": 0,
            "index": 0,
            "address": "000",
            "session_id": MISSING,
            "notice_id": MISSING,
            "device_id": MISSING,
            "import_result code": self.job_code,
            "traceability code": self.lot.code,
            "fulfilment code": self.order.parts[0].code,
            "orders code": self.order.code,
            "care code": self.order.code,
            "care slug": self.product.slug,
            "cooperative slug": self.cooperative.slug,
            "product slug": self.product.slug,
            "fairs slug": self.fair.slug,
            "booth_id": self.booth.id,
            "booth_paper_id": self.booth_paper_id,
            "item_id": self.booth_item_id,
            "slot_id": self.slot_id,
            "message_id": self.message_id,
            # A cooperative answers where it has its place.
            # Only what took place is reported on.
            "reports slug": self.ended_fair_slug,
            "stall slug": self.sold_fair_slug,
            "tell slug": self.sold_fair_slug,
            "video slug": self.sold_fair_slug,
            "replay slug": self.ended_fair_slug,
            "leads slug": self.ended_fair_slug,
            "leave slug": self.ended_fair_slug,
            "leave booth_id": self.ended_booth_id,
            "answer slug": self.sold_fair_slug,
            "answer message_id": self.seller_message_id,
            "silence_id": self.silence_id,
            "note_id": self.note_id,
            "buy item_id": self.session_item_id,
            "hold item_id": self.session_item_id,
        }

    def value(self, endpoint: str, argument: str) -> Any:
        feature, page = endpoint.split(".")
        names = (f"{page} {argument}", f"{feature.split('_')[0]} {argument}", argument)
        found = [self.values[name] for name in names if name in self.values]
        if not found:
            pytest.fail(f"{endpoint} has an argument “{argument}” that Stall._values does not know; add it")
        return found[0]


def missing(rule: Rule, argument: str) -> Any:
    """A value of the right shape that names nothing."""
    number = type(rule._converters[argument]).__name__ == "IntegerConverter"
    return MISSING if number else "svg" if argument == "kind" else "0000000000"


class World:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self.own, self.other = Stall("33", "11977"), Stall("01", "00577")
        self.nobody = make_person().contacts[0]
        self.officers: dict[str, Person] = {
            "officer": make_officer("33"), "officer elsewhere": make_officer("01"), "admin": make_admin(),
            "inspector": make_inspector("33"),
        }  # fmt: skip

    def browser(self, role: str) -> Browser:
        browser = Browser(self.app)
        if role in ("person", "staff", "owner"):
            browser.sign_in(self.own.contacts.get(role, self.nobody))
        elif role in self.officers:
            sign_in_officer(browser, self.officers[role])
        return browser

    def address(self, rule: Rule, objects: str) -> str:
        """Own objects, another stall's objects under one's own desk, another stall altogether, or nothing that is."""
        values: dict[str, Any] = {}
        for argument in rule.arguments:
            stall = (
                self.own
                if objects == "own" or (argument == "cooperative_slug" and objects != "elsewhere")
                else self.other
            )
            is_missing = objects == "missing" and argument not in NO_OBJECTS
            values[argument] = missing(rule, argument) if is_missing else stall.value(rule.endpoint, argument)
        with self.app.test_request_context():
            return self.app.url_for(rule.endpoint, **values)


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def rules(app: Flask) -> list[tuple[Rule, str]]:
    """Every route with every method it answers, reading before writing."""
    special = ("static", "switch_language")
    every = [rule for rule in app.url_map.iter_rules() if rule.endpoint not in special]
    return [(rule, method) for method in ("GET", "POST") for rule in every if method in (rule.methods or set())]


def of(app: Flask, rule: Rule) -> Audience:
    declared = access.of(app.view_functions[rule.endpoint])
    assert declared is not None, f"{rule.endpoint} declares no audience"
    return declared.audience


def is_object_page(rule: Rule) -> bool:
    return bool(set(rule.arguments) - NO_OBJECTS)


def verdict(role: str, audience: Audience, objects: str, rule: Rule) -> str:
    """What the door must answer: sign in, absent, forbidden, enter, or no matter (the page decides by itself)."""
    if audience in (Audience.PUBLIC, Audience.DEMO, Audience.OPERATOR):
        return "no matter"
    if role == "stranger":
        return "sign in"
    if audience == Audience.SIGNED_IN and not rule.endpoint.startswith(CREW_DOORS):
        return "no matter"
    if audience in (Audience.STAFF, Audience.OWNER):
        if role not in ("staff", "owner") or objects == "elsewhere":
            return "absent"
        if audience == Audience.OWNER and role == "staff":
            return "forbidden"
        if rule.endpoint in OPEN_TO_ALL_DESKS and objects == "other":
            return "no matter"
        return "enter" if objects == "own" or not is_object_page(rule) else "absent"
    if role not in ("officer", "officer elsewhere", "inspector", "admin"):
        return "absent"
    if role == "inspector" and audience != Audience.INSPECTOR:
        return "absent"
    if audience == Audience.ADMIN:
        return (
            "forbidden"
            if role != "admin"
            else "absent"
            if objects == "missing" and is_object_page(rule)
            else "no matter"
        )
    if not is_object_page(rule):
        return "enter"
    if objects == "missing":
        return "absent"
    seen = {
        "officer": ("own",),
        "officer elsewhere": ("other", "elsewhere"),
        "inspector": ("own",),
        "admin": ("own", "other", "elsewhere"),
    }
    return "enter" if objects in seen[role] else "absent"


def fits(wanted: str, status: int, location: str) -> bool:
    if status >= 500:
        return False
    return {
        "no matter": True,
        "sign in": status == 302 and "/dang-nhap" in location,
        "absent": status == 404,
        "forbidden": status == 403,
        "enter": status not in REFUSED,
    }[wanted]


@pytest.mark.parametrize("role", ROLES)
def test_every_door_knows_whom_it_lets_in(world: World, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = world.browser(role)
    # The token is tested elsewhere; here the request itself must be judged.
    monkeypatch.setitem(world.app.config, "WTF_CSRF_ENABLED", False)
    monkeypatch.setattr(limits.limiter, "enabled", False)
    wrong: list[str] = []
    deeds: list[tuple[Rule, str, str]] = []
    for rule, method in rules(world.app):
        if rule.endpoint == "accounts_shop.sign_out" or "dang-xuat" in rule.rule:
            continue  # whoever signs out is nobody for the rest of the table
        for objects in ("own", "other", "elsewhere", "missing"):
            wanted = verdict(role, of(world.app, rule), objects, rule)
            if method == "POST" and wanted in ("enter", "no matter"):
                deeds.append((rule, objects, wanted))  # last, because deeds change what the others look at
                continue
            wrong += judge(world, browser, rule, method, objects, wanted)
    for rule, objects, wanted in deeds:
        wrong += judge(world, browser, rule, "POST", objects, "no matter" if wanted == "enter" else wanted)
    assert wrong == []


def judge(world: World, browser: Browser, rule: Rule, method: str, objects: str, wanted: str) -> list[str]:
    address = world.address(rule, objects)
    answer = Context().run(browser.client.open, address, method=method, follow_redirects=False)
    if fits(wanted, answer.status_code, answer.headers.get("Location", "")):
        return []
    return [f"{method} {rule.rule} ({objects}): {answer.status_code}, wanted “{wanted}”"]


def test_every_route_declares_its_audience(app: Flask) -> None:
    assert [rule.endpoint for rule, _ in rules(app) if access.of(app.view_functions[rule.endpoint]) is None] == []


def test_a_route_that_declares_nothing_is_refused(app: Flask, browser: Browser) -> None:
    endpoint = "storefront_shop.about"
    view = app.view_functions[endpoint]
    app.view_functions[endpoint] = lambda: "open to all"
    try:
        assert access.of(app.view_functions[endpoint]) is None
        assert browser.get("/gioi-thieu").status_code == 403
    finally:
        app.view_functions[endpoint] = view
