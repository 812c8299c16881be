"""What buyers and cooperatives hear of each other's quotes, papers, call-offs and meetings."""

from __future__ import annotations

from typing import Any

from marketplace.accounts.models import Person
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, quantities
from marketplace.foundation.database import session
from marketplace.notifications import queries
from marketplace.notifications.tasks.telling import News, post, to_people
from marketplace.notifications.words import NOTICES, said
from marketplace.sourcing import queries as sourcing
from marketplace.sourcing.models import CallOff, Commitment, Conference, Demand, Meeting, Quote
from marketplace.sourcing.states import Side


def tell_of_quote(*, job_id: int, quote: int, what: str, to: str) -> None:
    """To the side that did not do it."""
    row = session.get_one(Quote, quote)
    demand = session.get_one(Demand, row.demand_id)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {"buyer": demand.buyer_name, "name": cooperative.short_name, "product": demand.product}
    buyer_page = f"/tai-khoan/nhu-cau/{demand.code}/bao-gia/{row.id}"
    desk_page = f"/htx-cua-toi/{cooperative.slug}/cung-cau/{demand.code}"
    person = session.get_one(Person, demand.person_id)
    post(job_id, _to(Side(to), what, person, cooperative, facts, buyer_page=buyer_page, desk_page=desk_page))


def tell_of_commitment(*, job_id: int, commitment: int, what: str, to: list[str]) -> None:
    """To one side or to both."""
    row = session.get_one(Commitment, commitment)
    post(job_id, [news for side in to for news in _of_commitment(row, Side(side), what, {})])


def tell_of_call_off(*, job_id: int, call_off: int, what: str, to: list[str]) -> None:
    asked = session.get_one(CallOff, call_off)
    row = session.get_one(Commitment, asked.commitment_id)
    facts = {
        "amount": quantities.format_quantity(asked.quantity, row.unit),
        "day_on": asked.deliver_on.isoformat(),
        "reason": asked.reason,
    }
    post(job_id, [news for side in to for news in _of_commitment(row, Side(side), what, facts)])


def tell_of_meeting(*, job_id: int, meeting: int, what: str, to: list[str], when: str, table: int, reason: str) -> None:
    """To one side or to both."""
    row = session.get_one(Meeting, meeting)
    conference = session.get_one(Conference, row.conference_id)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {
        "buyer": row.buyer_name,
        "name": cooperative.short_name,
        "when_at": when,
        "table": table,
        "place": conference.place,
        "reason": reason,
    }
    person = session.get_one(Person, row.person_id)
    buyer_page, desk_page = f"/tai-khoan/lich-gap/{row.id}", f"/htx-cua-toi/{cooperative.slug}/lich-gap/{row.id}"
    several = (
        _to(Side(side), what, person, cooperative, facts, buyer_page=buyer_page, desk_page=desk_page) for side in to
    )
    post(job_id, [news for side in several for news in side])


def _of_commitment(row: Commitment, side: Side, what: str, more: dict[str, Any]) -> list[News]:
    demand = session.get_one(Demand, row.demand_id)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {
        "code": row.code,
        "buyer": demand.buyer_name,
        "name": cooperative.short_name,
        "product": session.get_one(Product, row.product_id).name,
        "schemes": sourcing.schemes_missing(row, on=clock.today()),
        **more,
    }
    person = session.get_one(Person, row.person_id)
    buyer_page, desk_page = f"/tai-khoan/cam-ket/{row.code}", f"/htx-cua-toi/{cooperative.slug}/cam-ket/{row.code}"
    return _to(side, what, person, cooperative, facts, buyer_page=buyer_page, desk_page=desk_page)


def _to(
    side: Side,
    what: str,
    buyer: Person,
    cooperative: Cooperative,
    facts: dict[str, Any],
    *,
    buyer_page: str,
    desk_page: str,
) -> list[News]:
    name = "sourcing/for_buyer" if side == Side.BUYER else "sourcing/for_seller"
    people = [buyer] if side == Side.BUYER else queries.people_of(cooperative.id)
    path = buyer_page if side == Side.BUYER else desk_page

    def sentence() -> str:
        """Said while the letter is written, in its reader's language."""
        return said(NOTICES[f"{name}/{what}"], facts)

    return to_people(name, people, path=path, facts=facts, about=side.value, variety=what, sentence=sentence)
