"""The demo's show: a fair that is always on air, hosted to a written script by the same deeds as at the host desk.

Where the show stands follows from the clock and the running order, so that it goes on where it should be after a
restart. Whoever of the crew presses a button has the desk for himself; the script waits until he has been quiet.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Person
from marketplace.checkout import actions as checkout
from marketplace.checkout.errors import CannotDeliver, CashNotTaken, TooMuchCash
from marketplace.demo.accounts import SHOW_HOST, viewer_phone
from marketplace.demo.live_fair import hire, open_fair
from marketplace.fairs import actions as fairs
from marketplace.fairs import queries
from marketplace.fairs.errors import ChatClosed, MoveRefused, NotOnAir, NotReady, Silenced, TooFast
from marketplace.fairs.models import BoothItem, CrewMember, Fair, Message, Room, Slot
from marketplace.fairs.queries import ItemView
from marketplace.fairs.states import FairState, SlotState
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session, transaction
from marketplace.foundation.money import format_dong
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory.errors import HoldLapsed, NotEnoughStock, OfferNotOpen, OfferSoldOut, OverBuyersLimit
from marketplace.payments.states import Method

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "data" / "show.toml"
# So long after the last deed of a person the script takes the desk again.
HANDS_OFF = timedelta(minutes=5)
NOTHING_TO_SELL = timedelta(hours=1)
TICK_SECONDS = 3
TOO_LATE_TO_BUY = 10  # after a restart nobody knows whether it was bought
OPENED_BEFORE = timedelta(seconds=75)
COMMUNE = "11977"
# Of several that are due at once only the last is done: the stage holds one thing.
STANDING = frozenset({"card", "pin", "notice"})
# What people do meanwhile may stand in the way of a line of the script; then the show goes on without it.
REFUSED = (
    ChatClosed, Silenced, TooFast, NotOnAir, NotReady, MoveRefused, OfferNotOpen, OfferSoldOut, OverBuyersLimit,
    HoldLapsed, NotEnoughStock, CannotDeliver, CashNotTaken, TooMuchCash,
)  # fmt: skip


@dataclass(frozen=True)
class Cue:
    """One line of the script, so many seconds after its stall came on; `about` is the `at` of a question."""

    at: int
    deed: str
    text: str = ""
    who: int = 0
    item: int = -1
    about: int = 0


@dataclass(frozen=True)
class Part:
    """A stall on air as the script sees it."""

    fair: Fair
    slot: Slot
    items: list[ItemView]
    host: Person
    is_first_time: bool

    def item(self, number: int) -> ItemView:
        return self.items[min(max(number, 0), len(self.items) - 1)]

    def words(self, text: str) -> str:
        first, second = self.item(0), self.item(1)
        return text.format(
            htx=first.cooperative_name, hang=first.product_name, goi=first.pack, lo=first.batch,
            gia=format_dong(first.offer.price_dong), goc=format_dong(first.offer.regular_price_dong),
            hang2=f"{second.product_name} ({second.pack})", gia2=format_dong(second.offer.price_dong),
        )  # fmt: skip


@cache
def script() -> dict[str, Any]:
    return tomllib.loads(SCRIPT.read_text())


@cache
def dialogues() -> list[list[Cue]]:
    return [[Cue(**cue) for cue in one["cues"]] for one in script()["dialogue"]]


class Show:
    """Called every few seconds, does what is due; knows only how far it has read, so that nothing is said twice."""

    def __init__(self) -> None:
        self.slot_id = 0
        self.read = 0
        self.rests_until: datetime | None = None

    def go_on(self) -> None:
        """Open a fair when none is on, put on the stall whose time it is, and play the lines that are due."""
        now = clock.now()
        host = accounts.find_by_contact(phone=SHOW_HOST)
        if host is None or (self.rests_until is not None and now < self.rests_until):
            return
        fair = _newest_fair(host)
        if fair is not None and _in_other_hands(fair, host, now):
            return
        if fair is not None and fair.state == FairState.LIVE and now < fair.ends_at:
            self._play(fair, host, now)
            return
        with transaction():
            if fair is not None and fair.state == FairState.LIVE:
                fairs.end_fair(fair, by=host.id)
            if open_fair(script()) is None:
                self.rests_until = now + NOTHING_TO_SELL

    def _play(self, fair: Fair, host: Person, now: datetime) -> None:
        order = queries.slots_of(fair.id)
        slot = next((one for one in order if one.starts_at <= now < one.ends_at), None)
        if slot is None or slot.booth_id is None or slot.state in (SlotState.CUT_OFF, SlotState.SKIPPED):
            return
        if slot.state != SlotState.ON_AIR:
            with transaction():
                fairs.put_on_air(fair, slot, by=host.id)
        if self.slot_id != slot.id:
            self.slot_id, self.read = slot.id, 0
        seconds = (now - slot.starts_at).total_seconds()
        cues = dialogues()[order.index(slot) % len(dialogues())]
        due = [cue for cue in cues[self.read :] if cue.at <= seconds]
        self.read += len(due)
        due = [cue for cue in due if cue.deed != "buy" or seconds - cue.at < TOO_LATE_TO_BUY]
        if not due:
            return
        is_first_time = next(one.id for one in order if one.booth_id == slot.booth_id) == slot.id
        part = Part(fair, slot, queries.items_of(fair.id, booth_id=slot.booth_id), host, is_first_time)
        last = {cue.deed: cue for cue in due}
        for cue in due:
            if part.items and (cue.deed not in STANDING or last[cue.deed] is cue):
                _do(part, cue)


def _newest_fair(host: Person) -> Fair | None:
    """The one in which the script's host has a place at the desk; fairs that people open are theirs alone."""
    return session.scalar(
        select(Fair)
        .join(CrewMember, CrewMember.fair_id == Fair.id)
        .where(CrewMember.person_id == host.id)
        .order_by(Fair.id.desc())
        .limit(1)
    )


def _in_other_hands(fair: Fair, host: Person, now: datetime) -> bool:
    room = session.get_one(Room, fair.id, populate_existing=True)
    return room.host_id not in (None, host.id) and room.host_at is not None and now - room.host_at < HANDS_OFF


def _do(part: Part, cue: Cue) -> None:
    try:
        with transaction():
            DEEDS[cue.deed](part, cue)
    except REFUSED as problem:
        log.info("a line of the show was left out: %s %s", cue.deed, problem)


def _show_card(part: Part, cue: Cue) -> None:
    picture = part.item(cue.item).picture if cue.item >= 0 else None
    fairs.show_card(part.fair, text=part.words(cue.text), picture=picture, by=part.host.id)


def _announce(part: Part, cue: Cue) -> None:
    fairs.announce_in_room(part.fair, part.words(cue.text), by=part.host.id)


def _pin(part: Part, cue: Cue) -> None:
    fairs.pin(part.fair, _row(part, cue), by=part.host.id)


def _open_price(part: Part, cue: Cue) -> None:
    if part.item(cue.item).offer.is_open:
        return
    fairs.open_price(part.fair, _row(part, cue), by=part.host.id)


def _close_price(part: Part, cue: Cue) -> None:
    fairs.close_price(part.fair, _row(part, cue), at_once=False, by=part.host.id)


def _row(part: Part, cue: Cue) -> BoothItem:
    return session.get_one(BoothItem, part.item(cue.item).id)


def _speak(part: Part, cue: Cue) -> None:
    fairs.write(
        part.fair, fairs.join_as_person(part.host), text=part.words(cue.text), key=_key(part, cue.at),
        is_question=False, by_crew=True,
    )  # fmt: skip


def _say(part: Part, cue: Cue) -> None:
    fairs.write(
        part.fair, fairs.join_as_person(_viewer(cue.who)), text=part.words(cue.text), key=_key(part, cue.at),
        is_question=cue.deed == "ask",
    )  # fmt: skip


def _vote(part: Part, cue: Cue) -> None:
    question = _question(part, cue)
    if question is not None:
        fairs.vote(question, fairs.join_as_person(_viewer(cue.who)))


def _answer(part: Part, cue: Cue) -> None:
    question = _question(part, cue)
    if question is not None and not question.answer:
        fairs.answer_question(question, answer=part.words(cue.text), by=part.host.id)


def _buy(part: Part, cue: Cue) -> None:
    """One pack, paid on delivery; once for each stall of a fair, so that its cooperative is not buried in orders."""
    if not part.is_first_time:
        return
    buyer = _viewer(cue.who)
    offer = inventory_read.find_offer(part.item(cue.item).offer.id)
    assert offer is not None, "items of approved booths have their offer"
    digest = codes.token_digest(codes.random_token())
    inventory.hold_offer(offer, token_digest=digest, packs=1)
    checkout.place_order(
        token_digest=digest,
        checkout_token=codes.random_token(),
        buyer=checkout.BuyerDetails(
            name=buyer.full_name, phone=str(buyer.phone), commune_code=COMMUNE,
            address_line=f"Số {cue.who + 3}, ngõ Vườn Nhãn", note="", person_id=buyer.id,
        ),
        ways={},
        method=Method.CASH_ON_DELIVERY,
        is_demo=True,
    )  # fmt: skip


def _question(part: Part, cue: Cue) -> Message | None:
    key = _key(part, cue.about)
    return session.scalar(
        select(Message).where(Message.fair_id == part.fair.id, Message.key.endswith(f":{key}", autoescape=True))
    )


def _key(part: Part, at: int) -> str:
    """A line has the same key however often it is read; after a restart it is known and written once."""
    return f"show-{part.slot.id}-{at}"


def _viewer(number: int) -> Person:
    person = accounts.find_by_contact(phone=viewer_phone(number))
    assert person is not None, "hired with the market"
    return person


DEEDS: dict[str, Callable[[Part, Cue], None]] = {
    "answer": _answer,
    "ask": _say,
    "buy": _buy,
    "card": _show_card,
    "close": _close_price,
    "crew": _speak,
    "notice": _announce,
    "open": _open_price,
    "pin": _pin,
    "say": _say,
    "vote": _vote,
}


def begin() -> None:
    """A new market is found with its fair on air, as if it had opened a moment ago."""
    with transaction():
        hire(script())
    began_at = clock.now() - OPENED_BEFORE
    show = Show()
    for seconds in range(0, int(OPENED_BEFORE.total_seconds()) + 1, TICK_SECONDS):
        with clock.moved_to(began_at + timedelta(seconds=seconds)):
            show.go_on()
