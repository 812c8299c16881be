"""A fair of the demo that is over: played two weeks ago by the people's own deeds, reported, and sold from in earnest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask_babel import force_locale
from sqlalchemy import select

from marketplace.checkout import actions as checkout
from marketplace.cooperatives.models import Cooperative
from marketplace.demo.orders import WAY
from marketplace.demo.packs import scan_into_parcel
from marketplace.demo.scene import Scene
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.actions import FairDetails, NewItem
from marketplace.fairs.models import Booth, Fair, Slot
from marketplace.fairs.queries import GoodsChoice
from marketplace.fairs.states import BoothState
from marketplace.fairs.words import RULES
from marketplace.foundation import clock, codes, dates
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import actions as fulfilment
from marketplace.inventory import actions as inventory
from marketplace.inventory.models import SessionOffer
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method
from marketplace.reports import actions as reports
from marketplace.traceability.actions import scanning
from marketplace.traceability.models import Lot

PROVINCE = "33"
SPEAKER = "+84900000077"  # of nobody
DAYS_AGO = 9
MOST_BOOTHS = 6
VISITORS, MOST_AT_ONCE = 184, 97
GUESTS = ("+84900000021", "+84900000022", "+84900000023", "+84900000024", "+84900000025")
PROFILES = (
    "Ba mươi hộ cùng trồng một giống, ghi nhật ký từng thửa.",
    "Làng nghề trăm năm, nay làm theo mẻ nhỏ.",
    "Vùng chuyên canh ven sông, đất phù sa.",
)
RATINGS = (5, 4, 5, 3, 4)


@dataclass(frozen=True)
class Sale:
    """How many packs a guest takes from whichever stall is on, so many minutes after it came on, and how far it came."""

    minute: int
    guest: int
    packs: int
    until: PartState


SALES = (
    Sale(2, 0, 1, PartState.DELIVERED), Sale(3, 1, 2, PartState.DELIVERED), Sale(5, 2, 1, PartState.CANCELLED),
    Sale(6, 3, 1, PartState.DELIVERED), Sale(8, 4, 2, PartState.SHIPPED),
)  # fmt: skip


def hold_past_fair(scene: Scene) -> None:
    """Nothing when no cooperative had goods for it then."""
    starts_at = datetime.combine(scene.today - timedelta(days=DAYS_AGO), time(19), dates.VIETNAM)
    fair_id = _call(scene, starts_at)
    with clock.moved_to(starts_at - timedelta(days=2)):
        booths: list[int] = []
        for cooperative in sorted(scene.cooperatives.values(), key=lambda one: one.id):
            booth_id = (
                _give_place(fair_id, cooperative, officer=scene.officer.id) if len(booths) < MOST_BOOTHS else None
            )
            booths += [booth_id] if booth_id is not None else []
    officer = scene.officer.id
    with clock.moved_to(starts_at - timedelta(days=1)), transaction():
        fair = session.get_one(Fair, fair_id)
        fairs.close_registration(fair, by=officer)
        if not booths:
            fairs.call_off(fair, by=officer, reason="Chưa HTX nào có hàng cho phiên này.")
            return
        fairs.plan_booths(fair, [session.get_one(Booth, booth_id) for booth_id in booths])
        fairs.publish_timetable(fair, by=officer)
    placed = _play(fair_id, starts_at, officer)
    _work_off(placed, starts_at, officer)
    _hand_in(fair_id, starts_at, officer)


def _call(scene: Scene, starts_at: datetime) -> int:
    with force_locale("vi"):
        rules_text = "\n".join(str(rule) for rule in RULES)
    called_at = starts_at - timedelta(days=6)
    details = FairDetails(
        name="Phiên chợ HTX mùa gặt",
        theme="Gạo mới, trái cây vườn nhà và hàng làng nghề",
        description="Một buổi tối, nhiều HTX. Xem trên điện thoại, hỏi thẳng người trồng, mua giá trong phiên.",
        provinces=[],
        registration_opens_at=called_at,
        registration_closes_at=starts_at - timedelta(days=1),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        booth_quota=12,
        slot_minutes=12,
        gap_minutes=2,
        max_discount_percent=50,
        per_buyer=5,
        least_stars=0,
        required_schemes=[],
        rules_text=rules_text,
    )
    with clock.moved_to(called_at), transaction():
        fair = fairs.create_fair(details, province_code=PROVINCE, by=scene.officer.id, is_demo=True)
        fairs.announce_fair(fair, by=scene.officer.id)
        fairs.open_registration(fair, by=scene.officer.id)
        return fair.id


def _give_place(fair_id: int, cooperative: Cooperative, *, officer: int) -> int | None:
    """A stall with two goods at a fifth less; None without goods that keep."""
    with transaction():
        fair = session.get_one(Fair, fair_id)
        choices = {choice.product_id: choice for choice in reversed(_goods_of_then(fair, cooperative.id))}
        if not choices:
            return None
        booth = fairs.begin_booth(fair, cooperative_id=cooperative.id)
        fairs.describe_booth(
            booth, profile=PROFILES[cooperative.id % len(PROFILES)], wishes="", speaker_name="Nguyễn Thị Lan (mẫu)",
            speaker_phone=SPEAKER, streams_itself=False, video_url="",
        )  # fmt: skip
        for choice in sorted(choices.values(), key=lambda one: one.product_id)[:2]:
            price_dong = max(choice.least_dong, choice.regular_dong * 4 // 5 // 1000 * 1000)
            packs = max(1, min(8, choice.packs // 10))
            fairs.add_item(booth, NewItem(choice.variant_id, choice.lot_id, price_dong, packs, min(3, packs)))
        fairs.accept_rules(booth, fair, by=officer)
        fairs.submit(booth, fair, by=officer)
        fairs.check_speaker(booth, fair, by=officer)
        fairs.approve(booth, fair, by=officer)
        fairs.confirm_stock(booth)
        return booth.id


def _goods_of_then(fair: Fair, cooperative_id: int) -> list[GoodsChoice]:
    """Only of lots that were told by then; the others lie in the fair's future."""
    choices = queries.goods_for(fair, cooperative_id)
    told = select(Lot.id).where(Lot.id.in_([choice.lot_id for choice in choices]), Lot.published_at < clock.now())
    known = set(session.scalars(told))
    return [choice for choice in choices if choice.lot_id in known]


def _play(fair_id: int, starts_at: datetime, officer: int) -> list[tuple[int, PartState]]:
    """Stall after stall is on, sells and answers; gives the orders with how far each is to come."""
    with clock.moved_to(starts_at), transaction():
        fair = session.get_one(Fair, fair_id)
        fairs.go_live(fair, by=officer)
        for number in range(VISITORS):
            fairs.attend(fair, visitor_digest=codes.token_digest(f"demo-visitor-{number}"))
        fairs.count_viewers(fair_id, listeners=MOST_AT_ONCE)
    placed: list[tuple[int, PartState]] = []
    slots = [(slot.id, slot.booth_id, slot.starts_at) for slot in queries.slots_of(fair_id) if slot.booth_id]
    for place, (slot_id, booth_id, on_at) in enumerate(slots):
        with clock.moved_to(on_at), transaction():
            fair = session.get_one(Fair, fair_id)
            fairs.put_on_air(fair, session.get_one(Slot, slot_id), by=officer)
            for item in session.get_one(Booth, booth_id).items:
                fairs.open_price(fair, item, by=officer)
        for sale in SALES[: 5 - place % 3]:
            with clock.moved_to(on_at + timedelta(minutes=sale.minute)):
                order = _buy(booth_id, sale, place)
            if order is not None:
                placed.append((order, sale.until))
    with clock.moved_to(starts_at + timedelta(hours=2)), transaction():
        fairs.count_viewers(fair_id, listeners=0)
        fairs.end_fair(session.get_one(Fair, fair_id), by=officer)
    return placed


def _buy(booth_id: int, sale: Sale, place: int) -> int | None:
    """As a guest in the room does: keep packs, then say where they go. None once the stall has too few."""
    with transaction():
        items = session.get_one(Booth, booth_id).items
        offer = session.get_one(SessionOffer, items[sale.minute % len(items)].offer_id)
        packs = min(sale.packs, offer.per_buyer, offer.packs - offer.sold)
        if packs < 1:
            return None
        token = codes.token_digest(codes.random_token())
        inventory.hold_offer(offer, token_digest=token, packs=packs)
        order = checkout.place_order(
            token_digest=token,
            checkout_token=codes.random_token(),
            buyer=checkout.BuyerDetails(
                name="Nguyễn Văn Khách (mẫu)",
                phone=GUESTS[(sale.guest + place) % len(GUESTS)],
                commune_code="11977",
                address_line=f"Số {place + sale.minute}, ngõ Vườn Nhãn",
            ),
            ways={},
            method=Method.CASH_ON_DELIVERY,
            is_demo=True,
        )
        return order.id


def _work_off(placed: list[tuple[int, PartState]], starts_at: datetime, officer: int) -> None:
    for number, (order_id, until) in enumerate(placed):
        with clock.moved_to(starts_at + timedelta(days=1, minutes=number)):
            part_ids = [part.id for part in session.get_one(Order, order_id).parts]
            for part_id in part_ids:
                _bring(part_id, until, officer)


def _bring(part_id: int, until: PartState, officer: int) -> None:
    if until == PartState.CANCELLED:
        with transaction():
            orders.move_part(session.get_one(CooperativeOrder, part_id), PartState.CANCELLED, by=None)
        return
    deeds = {
        PartState.CONFIRMED: lambda part: fulfilment.confirm(part, by=officer),
        PartState.PACKED: lambda part: _pack(part, officer),
        PartState.SHIPPED: lambda part: fulfilment.hand_over(part, tracking="MAU0054321", by=officer),
        PartState.DELIVERED: lambda part: fulfilment.deliver(part, by=officer),
    }
    for step in WAY[: WAY.index(until) + 1]:
        with transaction():
            deeds[step](session.get_one(CooperativeOrder, part_id))


def _pack(part: CooperativeOrder, officer: int) -> None:
    scan_into_parcel(part, by=officer)
    fulfilment.pack(part, by=officer)


def _hand_in(fair_id: int, starts_at: datetime, officer: int) -> None:
    """Buyers open codes, cooperatives say how it was, and the officer hands the report in within the week."""
    with clock.moved_to(starts_at + timedelta(days=2)):
        lots = [item.lot_id for booth in _stalls(fair_id) for item in booth.items]
        for number, lot_id in enumerate(lots):
            with transaction():
                scanning.note_scan(
                    code=session.get_one(Lot, lot_id).code,
                    device=f"demo-fair-{number}",
                    network="",
                    province_code=PROVINCE,
                )
    with clock.moved_to(starts_at + timedelta(days=3)), transaction():
        fair = session.get_one(Fair, fair_id)
        for booth, height in zip(_stalls(fair_id), RATINGS, strict=False):
            fairs.rate_fair(booth, fair, height=height)
    with clock.moved_to(starts_at + timedelta(days=5)), transaction():
        reports.hand_in(session.get_one(Fair, fair_id), by=officer)


def _stalls(fair_id: int) -> list[Booth]:
    return queries.booths_of(fair_id, BoothState.APPROVED)
