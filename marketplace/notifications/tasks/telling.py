"""News as jobs put it together: for each receiver a letter, a notice behind the bell, or both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.accounts.models import Person
from marketplace.foundation.database import session, transaction
from marketplace.foundation.jobs import Job
from marketplace.notifications import actions, letters, queries, rules
from marketplace.notifications.actions import NewNotice
from marketplace.notifications.letters import Letter, Receiver
from marketplace.orders.models import Order


@dataclass(frozen=True)
class News:
    """`about` tells apart what one job has to say to the same receiver."""

    about: str
    letter: Letter | None = None
    notice: NewNotice | None = None


def to_people(
    name: str,
    people: Iterable[Person],
    *,
    path: str,
    facts: Mapping[str, Any],
    about: str = "",
    variety: str = "",
    **more: Any,
) -> list[News]:
    """The letter `name` to each, the way he wants it, and a notice that leads to `path`.

    `facts` are what the notice keeps; the letter may know `more`. `variety` chooses among the words of a notice.
    """
    everybody = list(people)
    refused = queries.refused_ways([person.id for person in everybody], rules.topic_of(name))
    told = []
    for person in everybody:
        receiver = letters.person(person, refused=refused[person.id])
        letter = letters.compose(name, receiver, **{**facts, "link": letters.link(path), **more}) if receiver else None
        told.append(News(about, letter, _notice(person.id, name, variety, facts, path)))
    return told


def to_buyer(
    name: str,
    order: Order,
    *,
    facts: Mapping[str, Any],
    about: str = "",
    variety: str = "",
    beside: str = "",
    path: str = "",
    contact: str = "",
    **more: Any,
) -> News:
    """To the contact that the order was placed with; behind the bell, too, when he has an account.

    Both lead to the order's page or to one `beside` it, or to a `path` that is open to all. `contact` is one that the
    buyer named for this very letter: it goes there whatever else he has chosen.
    """
    refused: frozenset[Any] = frozenset()
    if order.person_id is not None:
        refused = queries.refused_ways([order.person_id], rules.topic_of(name))[order.person_id]
    receiver = letters.reached(order.email, order.phone, order.language, refused)
    if contact:
        receiver = Receiver(contact, order.language)
    letter = None
    if receiver is not None:
        link = letters.link(path) if path else letters.order_link(order.code, beside=beside)
        known = {**facts, "order": order, "link": link, **more}
        letter = letters.compose(name, receiver, **known)
    notice = None
    if order.person_id is not None:
        notice = _notice(order.person_id, name, variety, facts, path or f"/don-hang/{order.code}{beside}")
    return News(about or order.code, letter, notice)


def _notice(person_id: int, name: str, variety: str, facts: Mapping[str, Any], path: str) -> NewNotice:
    return NewNotice(person_id, f"{name}/{variety}" if variety else name, facts, path)


def post(job_id: int, news: Iterable[News]) -> None:
    """A job that a killed worker had half done is done again, and nobody is told twice.

    Read and compose first, then write all of it at once.
    """
    ready = list(news)
    if not ready:
        return
    with transaction():
        happened_at = session.get_one(Job, job_id).created_at
        for one in ready:
            key = f"job:{job_id}:{one.about}"
            if one.letter is not None:
                letters.post(one.letter, key=f"{key}:{one.letter.name}")
            if one.notice is not None:
                actions.tell(one.notice, key=f"{key}:{one.notice.kind}", at=happened_at)


def one_line(text: str) -> str:
    return " ".join(text.split())
