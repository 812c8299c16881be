"""Orders of the demo, one in every state, placed and worked through the same actions as everybody's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.checkout import actions as checkout
from marketplace.checkout.states import Way
from marketplace.demo import transfers
from marketplace.demo.money import CARRIER
from marketplace.demo.packs import scan_into_parcel
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import actions as fulfilment
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.states import PartState
from marketplace.payments.states import Method


@dataclass(frozen=True)
class Plan:
    """What is ordered (product, pack, how many), how many days ago, how it is paid and how far it has come."""

    items: tuple[tuple[str, int, int], ...]
    days_ago: int
    until: PartState
    method: Method = Method.CASH_ON_DELIVERY
    is_paid: bool = False
    as_guest: bool = False
    is_scanned: bool = True  # else its packs carry the label of their lot only
    wants_invoice: bool = False
    guest: str = "Nguyễn Văn Khách (mẫu)"
    is_fetched: bool = False


COMPANY = {
    "company": "Công ty TNHH Bếp Ăn Đồng Xanh (mẫu)",
    "tax_code": "9900000136",
    "address": "Số 12 phố Mẫu, phường Phố Hiến, Hưng Yên",
    "email": "ke-toan@mau.invalid",
}

PLANS = (
    Plan((("Ổi lê Thanh Hà", 0, 2), ("Gạo tám xoan Đồng Mây", 0, 1)), 0, PartState.PENDING),
    Plan((("Ổi lê Thanh Hà", 1, 1),), 0, PartState.PENDING, Method.VIETQR, as_guest=True),
    Plan((("Mật ong hoa nhãn Bến Mơ", 1, 2), ("Ổi lê Thanh Hà", 0, 1)), 1, PartState.CONFIRMED),
    Plan((("Ổi lê Thanh Hà", 0, 3),), 1, PartState.PACKED, Method.VIETQR, is_paid=True),
    Plan((("Nước mắm cá nục 30 độ đạm", 0, 4), ("Ổi lê Thanh Hà", 0, 1)), 2, PartState.SHIPPED, as_guest=True),
    Plan((("Ổi lê Thanh Hà", 0, 2),), 2, PartState.DELIVERED),
    Plan((("Long nhãn sấy hơi nước", 1, 1),), 5, PartState.DELIVERED),
    Plan(
        (("Gạo tám xoan Đồng Mây", 0, 2), ("Mì gạo bao thai", 0, 4)),
        8,
        PartState.COMPLETED,
        Method.VIETQR,
        is_paid=True,
    ),
    Plan((("Bánh cáy nếp cái hoa vàng", 0, 3),), 6, PartState.CANCELLED),
    Plan((("Giỏ cói quai da", 0, 1),), 4, PartState.REFUSED, as_guest=True),
)
WAY = (PartState.CONFIRMED, PartState.PACKED, PartState.SHIPPED, PartState.DELIVERED, PartState.COMPLETED)


def place_orders(plans: Sequence[Plan], scene: Scene) -> list[int]:
    """Place each order on its day and work it as far as planned; gives their ids."""
    placed = []
    for number, plan in enumerate(plans):
        with clock.moved_to(at(scene.today - timedelta(days=plan.days_ago), 8, 10 + number)):
            placed.append(place_order(plan, scene, number).id)
    return placed


def place_order(plan: Plan, scene: Scene, number: int = 0) -> Order:
    """Place one order now and work it as far as planned."""
    order = place(scene.products, plan, number, scene.buyer)
    work(order, plan, scene.officer)
    return order


def place(products: Mapping[str, Product], plan: Plan, number: int, buyer: Person) -> Order:
    token = codes.token_digest(codes.random_token())
    with transaction():
        for name, pack, count in plan.items:
            checkout.add(token_digest=token, variant_id=products[name].variants[pack].id, packs=count)
        return checkout.place_order(
            token_digest=token,
            checkout_token=codes.random_token(),
            buyer=checkout.BuyerDetails(
                name=plan.guest if plan.as_guest else buyer.full_name,
                phone="+84900000011" if plan.as_guest else str(buyer.phone),
                commune_code="11977",
                address_line=f"Số {number + 3}, ngõ Vườn Nhãn",
                note="Gọi trước khi giao" if number % 2 else "",
                person_id=None if plan.as_guest else buyer.id,
                email=COMPANY["email"] if plan.wants_invoice else "",
                invoice=COMPANY if plan.wants_invoice else None,
            ),
            ways={products[name].cooperative_id: Way.PICKUP for name, *_ in plan.items} if plan.is_fetched else {},
            method=plan.method,
            is_demo=True,
        )


def work(order: Order, plan: Plan, officer: Person) -> None:
    """Move every part as far as planned, a step each hour."""
    if plan.is_paid:
        with transaction():
            transfers.pay(order.code)
    parts = [part.id for part in order.parts]
    if plan.until in (PartState.CANCELLED, PartState.REFUSED):
        reason = "" if plan.until == PartState.CANCELLED else "Mẻ cói mới chưa khô, xin lỗi bạn (mẫu)."
        for part_id in parts:
            with transaction():
                part = session.get_one(CooperativeOrder, part_id)
                if plan.until == PartState.REFUSED:
                    fulfilment.refuse(part, reason=reason, by=officer.id)
                else:
                    orders.move_part(part, PartState.CANCELLED, by=None)
        return
    steps = WAY[: WAY.index(plan.until) + 1] if plan.until in WAY else ()
    for step in steps:
        for part_id in parts:
            with transaction():
                _step(session.get_one(CooperativeOrder, part_id), step, officer.id, is_scanned=plan.is_scanned)


def _step(part: CooperativeOrder, step: PartState, by: int, *, is_scanned: bool = True) -> None:
    if step == PartState.PACKED:
        if is_scanned:
            scan_into_parcel(part, by=by)
        # Whoever prints labels for lots only has other packs with serials in the house all the same.
        fulfilment.pack(part, by=by, unscanned_because="Gói này chỉ dán tem lô (mẫu)")
    elif step == PartState.SHIPPED:
        is_carried = part.delivery_way == Way.CARRIER
        fulfilment.hand_over(
            part, tracking="MAU0012345" if is_carried else "", carrier=CARRIER if is_carried else "", by=by
        )
    else:
        deed = {
            PartState.CONFIRMED: fulfilment.confirm,
            PartState.DELIVERED: fulfilment.deliver,
            PartState.COMPLETED: fulfilment.complete,
        }[step]
        deed(part, by=by)
