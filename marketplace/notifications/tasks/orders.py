"""What buyers and cooperatives hear about an order, from placing it to the door."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from marketplace.foundation import clock, jobs
from marketplace.foundation.database import session, transaction
from marketplace.foundation.dates import VIETNAM
from marketplace.notifications import queries
from marketplace.notifications.queries import PartNews
from marketplace.notifications.rules import REMIND_BEFORE
from marketplace.notifications.tasks.telling import News, one_line, post, to_buyer, to_people
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.orders.states import GOODS_GIVEN_BACK, SURPLUS_OPEN, PartState, Surplus
from marketplace.payments.models import Payment
from marketplace.payments.states import UNPAID, Method

# What a step is called where it means something else for who has chosen this way.
_BY_WAY: dict[tuple[str, str], str] = {
    (PartState.PACKED, "pickup"): "ready",
    (PartState.SHIPPED, "hub"): "left_hub",
    (PartState.SHIPPED, "hub_pickup"): "ready_at_hub",
}
OVERNIGHT = timedelta(hours=10)
MORNING = timedelta(hours=7)


def tell_order_placed(*, job_id: int, order: int) -> None:
    row, parts = queries.order_news(order)
    facts = {"code": row.code, "amount_dong": row.total_dong}
    news = [to_buyer("orders/placed", row, facts=facts, parts=parts)]
    for one in parts:
        news += _to_sellers("orders/placed_for_seller", row, one)
    post(job_id, news)


def tell_order_paid(*, job_id: int, order: int) -> None:
    row, parts = queries.order_news(order)
    if row.payment_method == Method.CASH_ON_DELIVERY:
        return  # paid into the hand; nobody needs a letter about it
    news = [to_buyer("orders/paid", row, facts={"code": row.code, "amount_dong": row.total_dong})]
    for one in parts:
        if one.part.state not in GOODS_GIVEN_BACK:
            news += _to_sellers("orders/paid_for_seller", row, one)
    post(job_id, news)


def tell_partly_paid(*, job_id: int, reference: str, received_dong: int, missing_dong: int) -> None:
    order = orders.find_order_of(reference)
    if order is not None:
        facts = {"code": reference, "received_dong": received_dong, "missing_dong": missing_dong}
        post(job_id, [to_buyer("orders/partly_paid", order, facts=facts)])


def remind_of_payment(*, job_id: int, payment_id: int) -> None:
    """Before the time to pay an order is over, unless something has come in or it is asked in another way by now.

    With more time meanwhile, a later job reminds.
    """
    payment = session.get_one(Payment, payment_id)
    order = orders.find_order(payment.reference)
    until = payment.expires_at
    if order is None or until is None or payment.state not in UNPAID or payment.received_dong:
        return
    if not clock.now() < until <= clock.now() + REMIND_BEFORE:
        return
    facts = {"code": order.code, "amount_dong": payment.amount_dong, "until_at": until.isoformat()}
    post(job_id, [to_buyer("orders/reminder", order, facts=facts, until=until)])


def tell_order_lapsed(*, job_id: int, order: int) -> None:
    """One letter to the buyer, however many cooperatives; none of them packs."""
    row, parts = queries.order_news(order)
    if row.lapsed_at is None:
        return  # money came after all and took it up again
    news = [to_buyer("orders/lapsed", row, facts={"code": row.code})]
    for one in parts:
        if one.part.state == PartState.CANCELLED:
            news += _to_sellers("orders/cancelled_for_seller", row, one, variety="lapsed")
    post(job_id, news)


def tell_part_moved(*, job_id: int, order: int, part: int, to_state: str, by: int | None) -> None:
    row, parts = queries.order_news(order)
    one = next(each for each in parts if each.part.id == part)
    variety = _BY_WAY.get((to_state, one.part.delivery_way), to_state)
    facts = {
        "code": one.part.code,
        "name": one.cooperative.short_name,
        "to_state": to_state,
        "is_ready": variety in ("ready", "ready_at_hub"),
        "place": one.part.delivery_place,
        "tracking": one.part.tracking,
        "reason": one_line(one.part.reason),
    }
    news = [to_buyer("orders/part_moved", row, facts=facts, about=one.part.code, variety=variety, news=one)]
    if to_state == PartState.CANCELLED and by not in {member.id for member in queries.people_of(one.cooperative.id)}:
        # Nobody of the cooperative did it, so its people must hear before they pack.
        news += _to_sellers("orders/cancelled_for_seller", row, one, variety="buyer")
    post(job_id, news)


def tell_part_weighed(*, job_id: int, order: int, part: int) -> None:
    """What the goods weigh and what they cost now; while the cooperative has to decide on a difference, nothing yet."""
    row, parts = queries.order_news(order)
    one = next(each for each in parts if each.part.id == part)
    if one.part.surplus not in SURPLUS_OPEN:
        post(job_id, [_weighed(row, one, "")])


def tell_surplus_moved(*, job_id: int, order: int, part: int, surplus: str) -> None:
    """The buyer reads what is asked of him or given to him, the cooperative how he has answered."""
    row, parts = queries.order_news(order)
    one = next(each for each in parts if each.part.id == part)
    if surplus in (Surplus.ASKED, Surplus.WAIVED):
        post(job_id, [_weighed(row, one, surplus)])
    else:
        post(job_id, _to_sellers("orders/surplus_for_seller", row, one, variety=surplus, surplus=surplus))


def _weighed(order: Order, one: PartNews, surplus: str) -> News:
    facts = {"code": one.part.code, "amount_dong": one.part.surplus_dong, "surplus": surplus}
    variety = "asked" if surplus == Surplus.ASKED else ""
    return to_buyer("orders/part_weighed", order, facts=facts, about=one.part.code, variety=variety, news=one)


def plan_packing_reminder(*, job_id: int) -> None:
    """At night, for the morning: nobody is woken for it."""
    midnight = datetime.combine(clock.today(), time(), tzinfo=VIETNAM)
    with transaction():
        jobs.enqueue("remind_of_packing", run_at=midnight + MORNING)


def remind_of_packing(*, job_id: int) -> None:
    """Each morning, to cooperatives that let orders wait overnight: before the carrier comes, and buyers grow tired."""
    news: list[News] = []
    for work in queries.work_that_waits(before=clock.now() - OVERNIGHT):
        facts = {
            "name": work.cooperative.short_name,
            "to_confirm": work.to_confirm,
            "to_pack": work.to_pack,
            "since_on": work.since.isoformat(),
        }
        path = f"/htx-cua-toi/{work.cooperative.slug}/don-hang"
        people = queries.people_of(work.cooperative.id)
        news += to_people(
            "orders/to_pack", people, path=path, facts=facts, about=str(work.cooperative.id), since=work.since
        )
    post(job_id, news)


def _to_sellers(name: str, order: Order, one: PartNews, *, variety: str = "", **more: Any) -> list[News]:
    facts: dict[str, Any] = {
        "code": one.part.code,
        "name": one.cooperative.short_name,
        "amount_dong": one.part.total_dong,
        "variety": variety,
    }
    path = f"/htx-cua-toi/{one.cooperative.slug}/don-hang/{one.part.code}"
    people = queries.people_of(one.cooperative.id)
    return to_people(
        name, people, path=path, facts=facts, about=one.part.code, variety=variety, order=order, news=one, **more
    )
