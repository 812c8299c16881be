"""Jobs that write letters: read and compose first, then put all of them into the outbox at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.care import queries as care
from marketplace.care.models import Complaint, Review
from marketplace.care.states import Outcome
from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session, transaction
from marketplace.fulfilment import queries as fulfilment
from marketplace.invoices.models import Invoice
from marketplace.notifications import letters, queries
from marketplace.notifications.letters import Letter, Receiver
from marketplace.notifications.queries import PartNews
from marketplace.orders import queries as orders
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import order_code_of
from marketplace.orders.states import SURPLUS_OPEN, PartState, Surplus
from marketplace.payments.models import Payment, Refund
from marketplace.payments.rules import mask
from marketplace.payments.states import WAITS_FOR_TRANSFER, Method
from marketplace.traceability.models import Lot


def _post(job_id: int, drafts: Iterable[Letter], *, about: str = "") -> None:
    """A job that a killed worker had half done is done again, and nobody gets a letter about one thing twice."""
    ready = list(drafts)
    with transaction():
        for letter in ready:
            letters.post(letter, key=f"job:{job_id}:{about}" if about else f"job:{job_id}")


def _to_people(name: str, people: Iterable[Person], **facts: Any) -> list[Letter]:
    return [letters.compose(name, letters.person(somebody), **facts) for somebody in people]


def tell_password_changed(*, job_id: int, whom: int) -> None:
    _post(job_id, _to_people("accounts/password_changed", [session.get_one(Person, whom)]))


def tell_second_factor_reset(*, job_id: int, whom: int) -> None:
    _post(job_id, _to_people("accounts/second_factor_reset", [session.get_one(Person, whom)]))


def tell_cooperative_submitted(*, job_id: int, cooperative: int) -> None:
    row = session.get_one(Cooperative, cooperative)
    officers = accounts.officers_of(row.province_code)
    facts = {"cooperative": row, "link": letters.link("/lien-minh/ho-so-htx")}
    _post(job_id, _to_people("cooperatives/submitted", officers, **facts))


def tell_cooperative_decided(*, job_id: int, cooperative: int, admission: str, reason: str) -> None:
    row = session.get_one(Cooperative, cooperative)
    facts = {
        "cooperative": row,
        "admission": admission,
        "reason": _one_line(reason),
        "link": letters.link(f"/htx-cua-toi/{row.slug}"),
    }
    _post(job_id, _to_people("cooperatives/decided", queries.people_of(row.id, owners_only=True), **facts))


def tell_certificate_answered(*, job_id: int, certificate: int) -> None:
    row = session.get_one(Certificate, certificate)
    facts = {"certificate": row, "reason": _one_line(row.review_note), "link": _desk_link(row.cooperative_id)}
    _post(job_id, _to_people("certificates/answered", queries.people_of(row.cooperative_id, owners_only=True), **facts))


def tell_certificate_runs_out(*, job_id: int, certificate: int, days: int) -> None:
    row = session.get_one(Certificate, certificate)
    facts = {"certificate": row, "days": days, "link": _desk_link(row.cooperative_id)}
    _post(job_id, _to_people("certificates/runs_out", queries.people_of(row.cooperative_id, owners_only=True), **facts))


def tell_order_placed(*, job_id: int, order: int) -> None:
    row, parts = queries.order_news(order)
    to_buyer = letters.compose("orders/placed", _buyer(row), order=row, parts=parts, link=letters.order_link(row.code))
    to_sellers = [letter for one in parts for letter in _to_sellers("orders/placed_for_seller", row, one)]
    _post(job_id, [to_buyer, *to_sellers])


def tell_order_paid(*, job_id: int, order: int) -> None:
    row, parts = queries.order_news(order)
    if row.payment_method == Method.CASH_ON_DELIVERY:
        return  # paid into the hand; nobody needs a letter about it
    to_buyer = letters.compose("orders/paid", _buyer(row), order=row, link=letters.order_link(row.code))
    to_sellers = [letter for one in parts for letter in _to_sellers("orders/paid_for_seller", row, one)]
    _post(job_id, [to_buyer, *to_sellers])


def tell_part_moved(*, job_id: int, order: int, part: int, to_state: str, by: int | None) -> None:
    row, parts = queries.order_news(order)
    one = next(news for news in parts if news.part.id == part)
    members = {member.id for member in queries.people_of(one.cooperative.id)}
    facts = {"order": row, "news": one, "to_state": to_state, "reason": _one_line(one.part.reason)}
    drafts = [letters.compose("orders/part_moved", _buyer(row), **facts, link=letters.order_link(row.code))]
    if to_state == PartState.CANCELLED and by not in members:
        # Nobody of the cooperative did it, so its people must hear before they pack.
        drafts += _to_sellers("orders/cancelled_for_seller", row, one)
    _post(job_id, drafts)


def tell_refund_account_needed(*, job_id: int, refund: int, came_back: bool) -> None:
    """Unless he has told it meanwhile, as who has several orders often does at once."""
    row, order = _refund(refund)
    if row.has_account or row.state not in WAITS_FOR_TRANSFER:
        return
    link = letters.order_link(order.code, beside="/hoan-tien")
    facts = {"order": order, "refund": row, "came_back": came_back}
    _post(job_id, [letters.compose("payments/refund_account", _buyer(order), **facts, link=link)])


def tell_refund_sent(*, job_id: int, refund: int) -> None:
    row, order = _refund(refund)
    link = letters.order_link(order.code, beside="/hoan-tien")
    facts = {"order": order, "refund": row, "account": mask(row.bank_account)}
    _post(job_id, [letters.compose("payments/refund_sent", _buyer(order), **facts, link=link)])


def _refund(refund_id: int) -> tuple[Refund, Order]:
    row = session.get_one(Refund, refund_id)
    payment = session.get_one(Payment, row.payment_id)
    order = orders.find_order(order_code_of(payment.reference))
    assert order is not None, "a payment's reference is an order's code"
    return row, order


def tell_invoice_issued(*, job_id: int, invoice: int, is_replacement: bool) -> None:
    row = session.get_one(Invoice, invoice)
    part = session.get_one(CooperativeOrder, row.cooperative_order_id)
    order = session.get_one(Order, part.order_id)
    facts = {"part": part, "paper": row.paper, "is_replacement": is_replacement}
    link = letters.order_link(order.code, beside="/hoa-don")
    receiver = Receiver(contact=row.email or order.email or order.phone, language=order.language)
    _post(job_id, [letters.compose("invoices/issued", receiver, **facts, link=link)])


def tell_invoice_missing(*, job_id: int, invoice: int, days: int) -> None:
    row = session.get_one(Invoice, invoice)
    part = session.get_one(CooperativeOrder, row.cooperative_order_id)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    link = letters.link(f"/htx-cua-toi/{cooperative.slug}/hoa-don/{part.code}")
    people = queries.people_of(cooperative.id)
    _post(job_id, _to_people("invoices/missing", people, part=part, invoice=row, days=days, link=link))


def tell_part_weighed(*, job_id: int, order: int, part: int) -> None:
    """What the goods weigh and what they cost now; while the cooperative has to decide on a difference, nothing yet."""
    row, parts = queries.order_news(order)
    one = next(news for news in parts if news.part.id == part)
    if one.part.surplus not in SURPLUS_OPEN:
        link = letters.order_link(row.code)
        _post(job_id, [letters.compose("orders/part_weighed", _buyer(row), order=row, news=one, surplus="", link=link)])


def tell_surplus_moved(*, job_id: int, order: int, part: int, surplus: str) -> None:
    """The buyer reads what is asked of him or given to him, the cooperative how he has answered."""
    row, parts = queries.order_news(order)
    one = next(news for news in parts if news.part.id == part)
    if surplus in (Surplus.ASKED, Surplus.WAIVED):
        link = letters.order_link(row.code)
        facts = {"order": row, "news": one, "surplus": surplus}
        _post(job_id, [letters.compose("orders/part_weighed", _buyer(row), **facts, link=link)])
    else:
        _post(job_id, _to_sellers("orders/surplus_for_seller", row, one, surplus=surplus))


def tell_lots_recalled(*, job_id: int, root: int, lots: list[int], reason: str) -> None:
    """To every buyer who has the goods or waits for them, and to other cooperatives whose lots hold some of them."""
    origin = session.get_one(Lot, root)
    cooperative = session.get_one(Cooperative, origin.cooperative_id)
    drafts = []
    for one in fulfilment.recalled_parts(lots):
        facts = {"order": one.order, "recalled": one, "reason": _one_line(reason), "seller": one.part.seller}
        link = letters.order_link(one.order.code)
        letter = letters.compose("traceability/recalled_for_buyer", _buyer(one.order), **facts, link=link)
        # Each order its own letter: who has one parcel and waits for another must do two different things.
        _post(job_id, [letter], about=one.part.code)
    for owner, reached in queries.lots_by_owner(lots):
        if owner.id == cooperative.id:
            continue
        facts = {"cooperative": cooperative, "lots": reached, "reason": _one_line(reason)}
        link = letters.link(f"/htx-cua-toi/{owner.slug}/lo-hang/{reached[0].code}")
        people = queries.people_of(owner.id)
        drafts += _to_people("traceability/recalled_for_cooperative", people, **facts, link=link)
    _post(job_id, drafts)


def tell_harvest_decided(*, job_id: int, lot: int, is_approved: bool, reason: str) -> None:
    """To the cooperative that recorded more than its land usually gives, and has waited for an officer."""
    row = session.get_one(Lot, lot)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {
        "product": session.get_one(Product, row.product_id).name,
        "batch": row.batch,
        "is_approved": is_approved,
        "reason": _one_line(reason),
    }
    link = letters.link(f"/htx-cua-toi/{cooperative.slug}/lo-hang/{row.code}")
    _post(job_id, _to_people("farming/harvest_decided", queries.people_of(cooperative.id), **facts, link=link))


def tell_scan_alarm(*, job_id: int, alarm: int) -> None:
    """To the cooperative whose labels it is about. What the letter says of a pack is never its serial."""
    news = queries.alarm_news(alarm)
    if news is None:
        return
    facts = {"product": news.product_name, "batch": news.batch}
    link = letters.link(f"/htx-cua-toi/{news.cooperative.slug}/canh-bao")
    people = queries.people_of(news.cooperative.id)
    _post(job_id, _to_people("traceability/scan_alarm", people, **facts, link=link))


def tell_complaint_opened(*, job_id: int, complaint: int) -> None:
    """To the cooperative, with the time until which it should react."""
    story = care.story_of(session.get_one(Complaint, complaint))
    link = _complaint_link(story.cooperative, story.complaint)
    people = queries.people_of(story.cooperative.id)
    _post(job_id, _to_people("care/opened", people, complaint=story.complaint, part=story.part, link=link))


def tell_complaint_answered(*, job_id: int, complaint: int) -> None:
    story = care.story_of(session.get_one(Complaint, complaint))
    facts = {"complaint": story.complaint, "cooperative": story.cooperative, "offered_dong": story.offered_dong}
    facts["words"] = _one_line(story.complaint.answer_words)
    link = _buyers_complaint_link(story.order, story.complaint)
    _post(job_id, [letters.compose("care/answered", _buyer(story.order), **facts, link=link)])


def tell_complaint_accepted(*, job_id: int, complaint: int) -> None:
    """To the cooperative, which has to do what it promised."""
    story = care.story_of(session.get_one(Complaint, complaint))
    link = _complaint_link(story.cooperative, story.complaint)
    people = queries.people_of(story.cooperative.id)
    _post(job_id, _to_people("care/accepted", people, complaint=story.complaint, part=story.part, link=link))


def tell_complaint_escalated(*, job_id: int, complaint: int, because: str) -> None:
    """To the officers who decide, and to both sides."""
    story = care.story_of(session.get_one(Complaint, complaint))
    facts = {"part": story.part, "cooperative": story.cooperative, "because": because}
    officers = accounts.officers_of(story.complaint.province_code)
    link = letters.link(f"/lien-minh/khieu-nai/{story.complaint.code}")
    drafts = _to_people("care/escalated", officers, **facts, link=link)
    link = _complaint_link(story.cooperative, story.complaint)
    drafts += _to_people("care/escalated", queries.people_of(story.cooperative.id), **facts, link=link)
    link = _buyers_complaint_link(story.order, story.complaint)
    drafts.append(letters.compose("care/escalated", _buyer(story.order), **facts, link=link))
    _post(job_id, drafts)


def tell_complaint_settled(*, job_id: int, complaint: int) -> None:
    """To both sides. That a parcel never arrived is told to its buyer by the order itself."""
    story = care.story_of(session.get_one(Complaint, complaint))
    facts = {"complaint": story.complaint, "part": story.part, "words": _one_line(story.complaint.decision_words)}
    link = _complaint_link(story.cooperative, story.complaint)
    drafts = _to_people("care/settled", queries.people_of(story.cooperative.id), **facts, link=link)
    if story.complaint.outcome != Outcome.NOT_SENT:
        link = _buyers_complaint_link(story.order, story.complaint)
        drafts.append(letters.compose("care/settled", _buyer(story.order), **facts, link=link))
    _post(job_id, drafts)


def tell_review(*, job_id: int, review: int, what: str) -> None:
    """A new one to the cooperative; an answer, or that it was taken down, to its author."""
    row = session.get_one(Review, review)
    product = session.get_one(Product, row.product_id)
    facts = {"review": row, "product": product.name, "reason": _one_line(row.taken_down_reason)}
    if what == "written":
        cooperative = session.get_one(Cooperative, row.cooperative_id)
        link = letters.link(f"/htx-cua-toi/{cooperative.slug}/danh-gia")
        _post(job_id, _to_people("care/review_written", queries.people_of(cooperative.id), **facts, link=link))
        return
    order = session.get_one(Order, row.order_id)
    link = letters.link(f"/san-pham/{product.slug}/danh-gia")
    _post(job_id, [letters.compose(f"care/review_{what}", _buyer(order), **facts, link=link)])


def _complaint_link(cooperative: Cooperative, complaint: Complaint) -> str:
    return letters.link(f"/htx-cua-toi/{cooperative.slug}/khieu-nai/{complaint.code}")


def _buyers_complaint_link(order: Order, complaint: Complaint) -> str:
    return letters.order_link(order.code, beside=f"/phieu/{complaint.code}")


def _buyer(order: Order) -> Receiver:
    return Receiver(contact=order.email or order.phone, language=order.language)


def _to_sellers(name: str, order: Order, news: PartNews, **facts: Any) -> list[Letter]:
    people = queries.people_of(news.cooperative.id)
    link = letters.link(f"/htx-cua-toi/{news.cooperative.slug}")
    return _to_people(name, people, order=order, news=news, link=link, **facts)


def _desk_link(cooperative_id: int) -> str:
    return letters.link(f"/htx-cua-toi/{session.get_one(Cooperative, cooperative_id).slug}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
