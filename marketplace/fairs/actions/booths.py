"""A cooperative applies for a booth, and an officer decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.catalogue.models import Variant
from marketplace.fairs import queries
from marketplace.fairs.actions.moves import move_booth
from marketplace.fairs.errors import BoothClosed, MoveRefused, NotReady
from marketplace.fairs.events import BoothAnswered, BoothSubmitted, BoothWithdrawn
from marketplace.fairs.models import Booth, BoothItem, BoothPaper, Fair, Slot
from marketplace.fairs.states import BOOTH_OPEN, BoothState, FairState
from marketplace.foundation import audit, clock
from marketplace.foundation.database import session
from marketplace.foundation.events import announce
from marketplace.inventory import actions as inventory
from marketplace.inventory import queries as inventory_read
from marketplace.inventory import rules as offers


@dataclass(frozen=True)
class NewItem:
    """What a booth would sell: packs of a variant from a named lot, at a session price in đồng."""

    variant_id: int
    lot_id: int
    price_dong: int
    packs: int
    per_buyer: int
    pitch: str = ""


@dataclass(frozen=True)
class NewPaper:
    """A scan, stored."""

    file_key: str
    file_name: str
    content_type: str


def begin_booth(fair: Fair, *, cooperative_id: int) -> Booth:
    """The application of a cooperative, begun now or found again; a withdrawn one is taken up anew.

    Raises BoothClosed when the time to apply has not come or is over.
    """
    booth = session.scalar(
        select(Booth).where(Booth.fair_id == fair.id, Booth.cooperative_id == cooperative_id).with_for_update()
    )
    if booth is not None and booth.state != BoothState.WITHDRAWN:
        return booth
    if fair.state != FairState.REGISTRATION_OPEN:
        raise BoothClosed(f"registration of {fair.slug} is {fair.state}")
    if booth is None:
        booth = Booth(fair_id=fair.id, cooperative_id=cooperative_id, created_at=clock.now())
        session.add(booth)
        session.flush()
        return booth
    move_booth(booth, BoothState.DRAFT, by=None, province_code=fair.province_code)
    for item in booth.items:
        item.offer_id = None
    return booth


def describe_booth(
    booth: Booth,
    *,
    profile: str,
    wishes: str,
    speaker_name: str,
    speaker_phone: str,
    streams_itself: bool,
    video_url: str,
) -> None:
    """What the host will say, who speaks, how. Another speaker has to be checked anew. Raises BoothClosed."""
    _still_open(booth)
    if (speaker_name, speaker_phone) != (booth.speaker_name, booth.speaker_phone):
        booth.speaker_checked_at = booth.speaker_checked_by_id = None
    booth.profile, booth.wishes = profile, wishes
    booth.speaker_name, booth.speaker_phone = speaker_name, speaker_phone
    booth.streams_itself, booth.video_url = streams_itself, video_url


def add_item(booth: Booth, item: NewItem) -> BoothItem:
    """Packs of a lot stand once on a shelf: added again, they are changed. Raises BoothClosed. Whether lot, price and
    number are allowed is said by the checks, to be mended until handing in."""
    _still_open(booth)
    session.execute(select(Booth.id).where(Booth.id == booth.id).with_for_update())
    session.refresh(booth, ["items"])
    same = next((row for row in booth.items if (row.variant_id, row.lot_id) == (item.variant_id, item.lot_id)), None)
    if same is not None:
        change_item(booth, same, item)
        return same
    row = BoothItem(booth_id=booth.id, position=len(booth.items), **vars(item))
    booth.items.append(row)
    session.flush()
    return row


def change_item(booth: Booth, row: BoothItem, item: NewItem) -> None:
    """Raises BoothClosed."""
    _still_open(booth)
    for name, value in vars(item).items():
        setattr(row, name, value)
    session.flush()


def remove_item(booth: Booth, row: BoothItem) -> None:
    """Raises BoothClosed."""
    _still_open(booth)
    booth.items.remove(row)
    session.flush()


def add_papers(booth: Booth, papers: Sequence[NewPaper]) -> None:
    """Scans that the officers want to see. Raises BoothClosed."""
    _still_open(booth)
    session.add_all([BoothPaper(booth_id=booth.id, created_at=clock.now(), **vars(paper)) for paper in papers])
    session.flush()


def remove_paper(booth: Booth, paper: BoothPaper) -> None:
    """Raises BoothClosed."""
    _still_open(booth)
    session.delete(paper)
    session.flush()


def accept_rules(booth: Booth, fair: Fair, *, by: int) -> None:
    """The cooperative has read the fair's rules as they stand now."""
    booth.accepted_rules_version, booth.accepted_by_id, booth.accepted_at = fair.rules_version, by, clock.now()


def submit(booth: Booth, fair: Fair, *, by: int) -> None:
    """Hand the application to the officers. Announces BoothSubmitted; raises NotReady with what is missing, MoveRefused,
    BoothClosed when a new one comes too late (one that was asked to mend something may still come)."""
    if booth.state == BoothState.DRAFT and fair.state != FairState.REGISTRATION_OPEN:
        raise BoothClosed(f"registration of {fair.slug} is {fair.state}")
    lacks = [check.code for check in queries.booth_checks(booth, fair) if check.blocks_submitting and not check.is_met]
    if lacks:
        raise NotReady(f"booth {booth.id}", lacks)
    move_booth(booth, BoothState.SUBMITTED, by=by, province_code=fair.province_code)
    booth.submitted_at = clock.now()
    announce(BoothSubmitted(booth.id))


def withdraw(booth: Booth, fair: Fair, *, by: int) -> None:
    """The cooperative will not come: its packs go back on sale, its slots stay as gaps.

    Announces BoothWithdrawn; raises MoveRefused once on air.
    """
    if fair.state in (FairState.LIVE, FairState.ENDED, FairState.REPORTED):
        raise MoveRefused(f"booth {booth.id}", booth.state, BoothState.WITHDRAWN)
    move_booth(booth, BoothState.WITHDRAWN, by=by, province_code=fair.province_code)
    _give_up(booth, by=by)
    announce(BoothWithdrawn(booth.id))


def check_speaker(booth: Booth, fair: Fair, *, by: int) -> None:
    """An officer has seen who speaks (E-commerce Law 122/2025/QH15: identified before going live)."""
    booth.speaker_checked_at, booth.speaker_checked_by_id = clock.now(), by
    audit.record(
        "fairs:booth:check_speaker", subject="booth", subject_id=booth.id, by=by, province_code=fair.province_code,
        name=booth.speaker_name,
    )  # fmt: skip


def approve(booth: Booth, fair: Fair, *, by: int) -> None:
    """Give the booth its place, and cut from its lots what it will sell.

    Announces BoothAnswered; raises NotReady (a check fails, or the fair is full), MoveRefused, and inventory's
    NotEnoughStock when a lot has less than before. Then nothing is cut.
    """
    # One after the other, so that the last place is given once.
    session.execute(select(Fair.id).where(Fair.id == fair.id).with_for_update())
    lacks = [check.code for check in queries.booth_checks(booth, fair) if not check.is_met]
    approved = session.scalar(
        select(func.count(Booth.id)).where(Booth.fair_id == fair.id, Booth.state == BoothState.APPROVED)
    )
    if (approved or 0) >= fair.booth_quota:
        lacks.append("quota")
    if lacks:
        raise NotReady(f"booth {booth.id}", lacks)
    move_booth(booth, BoothState.APPROVED, by=by, province_code=fair.province_code)
    booth.decided_by_id, booth.decided_at, booth.note = by, clock.now(), ""
    # In the order of lots, so that two officers never wait for each other in a circle.
    for item in sorted(booth.items, key=lambda item: (item.lot_id, item.id)):
        offer = inventory.cut_offer(
            variant=session.get_one(Variant, item.variant_id),
            lot_id=item.lot_id,
            price_dong=item.price_dong,
            packs=item.packs,
            per_buyer=min(item.per_buyer, offers.MOST_PER_BUYER),
            by=by,
            occasion=fair.name,
        )
        item.offer_id = offer.id
    session.flush()
    announce(BoothAnswered(booth.id))


def ask_for_more(booth: Booth, fair: Fair, *, by: int, note: str) -> None:
    """Announces BoothAnswered; raises MoveRefused."""
    _answer(booth, fair, BoothState.NEED_INFO, by=by, note=note)


def reject(booth: Booth, fair: Fair, *, by: int, note: str) -> None:
    """Also of an approved booth, before the fair: its packs go back on sale. Announces BoothAnswered; raises MoveRefused."""
    if fair.state in (FairState.LIVE, FairState.ENDED, FairState.REPORTED):
        raise MoveRefused(f"booth {booth.id}", booth.state, BoothState.REJECTED)
    _answer(booth, fair, BoothState.REJECTED, by=by, note=note)
    _give_up(booth, by=by)


def _answer(booth: Booth, fair: Fair, to: BoothState, *, by: int, note: str) -> None:
    move_booth(booth, to, by=by, province_code=fair.province_code, reason=note)
    booth.note, booth.decided_by_id, booth.decided_at = note, by, clock.now()
    announce(BoothAnswered(booth.id))


def confirm_stock(booth: Booth) -> None:
    """The cooperative says that the goods lie ready."""
    booth.stock_confirmed_at = clock.now()


def end_offers_of(fair: Fair, *, by: int | None) -> None:
    """What was cut for the fair and not sold goes back on sale."""
    offer_ids = session.scalars(
        select(BoothItem.offer_id)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .where(Booth.fair_id == fair.id, BoothItem.offer_id.is_not(None))
        .order_by(BoothItem.offer_id)
    ).all()
    inventory.lock_offers([offer_id for offer_id in offer_ids if offer_id])
    for offer_id in offer_ids:
        offer = inventory_read.find_offer(offer_id) if offer_id else None
        if offer is not None:
            inventory.end_offer(offer, by=by)


def _give_up(booth: Booth, *, by: int | None) -> None:
    for item in sorted(booth.items, key=lambda item: item.offer_id or 0):
        offer = inventory_read.find_offer(item.offer_id) if item.offer_id else None
        if offer is not None:
            inventory.end_offer(offer, by=by)
    for slot in session.scalars(select(Slot).where(Slot.booth_id == booth.id)):
        slot.booth_id = None
    session.flush()


def _still_open(booth: Booth) -> None:
    if booth.state not in BOOTH_OPEN:
        raise BoothClosed(f"booth {booth.id} is {booth.state}")
