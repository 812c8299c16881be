"""Chickens sold by weight: one order waits for the scales, one was lighter, one heavier than it was paid for."""

from __future__ import annotations

from datetime import timedelta

from marketplace.demo.orders import Plan, place, work
from marketplace.demo.scene import Scene, at
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.orders import actions as orders
from marketplace.orders.models import CooperativeOrder
from marketplace.orders.states import PartState, Surplus
from marketplace.payments.states import Method

CHICKEN, CAPON = "Gà đồi thả vườn nguyên con", "Gà trống thiến Bản Ven"

# What was ordered, and the weights of its only line; none as long as nobody has weighed it.
PLANS: tuple[tuple[Plan, tuple[int, ...]], ...] = (
    (Plan(((CHICKEN, 0, 2),), 0, PartState.CONFIRMED), ()),
    (Plan(((CHICKEN, 0, 2),), 0, PartState.CONFIRMED, Method.VIETQR, is_paid=True), (1_420, 1_385)),
    (Plan(((CAPON, 0, 1),), 0, PartState.CONFIRMED, Method.VIETQR, is_paid=True), (3_050,)),
)


def weigh_orders(scene: Scene) -> None:
    """The one that is heavier is asked of its buyer."""
    for number, (plan, weights) in enumerate(PLANS):
        with clock.moved_to(at(scene.today - timedelta(days=plan.days_ago), 7, 30 + number)):
            order = place(scene.products, plan, 20 + number, scene.buyer)
            work(order, plan, scene.officer)
            owner = scene.owner_of(scene.products[plan.items[0][0]])
            if not weights:
                continue
            with transaction():
                part = session.get_one(CooperativeOrder, order.parts[0].id)
                orders.weigh(part, weights={part.lines[0].id: weights}, seen=0, by=owner)
                if part.surplus == Surplus.UNDECIDED:
                    orders.ask_for_surplus(part, method=Method.VIETQR, by=owner)
