"""Finding fairs and what belongs to them, always through who asks."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.accounts.models import Person
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import permissions
from marketplace.fairs.models import Booth, BoothItem, Fair, Slot
from marketplace.fairs.states import SEEN, BoothState
from marketplace.foundation.database import session


def find_fair(slug: str) -> Fair | None:
    """One that the public sees."""
    return session.scalar(select(Fair).where(Fair.slug == slug, Fair.state.in_(SEEN)))


def find_fair_to_run(person: Person, slug: str, *, crew: bool = False) -> Fair | None:
    """One of the officer's provinces; with `crew` also one that he only helps to run."""
    scope = permissions.runs_or_helps(person) if crew else permissions.runs(person)
    return session.scalar(select(Fair).where(Fair.slug == slug, scope))


def find_booth(fair_id: int, booth_id: int) -> Booth | None:
    return session.scalar(select(Booth).where(Booth.fair_id == fair_id, Booth.id == booth_id))


def has_booth(fair_id: int, cooperative_id: int) -> bool:
    """Whether the cooperative was given a place."""
    return (
        session.scalar(
            select(Booth.id).where(
                Booth.fair_id == fair_id, Booth.cooperative_id == cooperative_id, Booth.state == BoothState.APPROVED
            )
        )
        is not None
    )


def find_slot(fair_id: int, slot_id: int) -> Slot | None:
    return session.scalar(select(Slot).where(Slot.fair_id == fair_id, Slot.id == slot_id))


def find_item(fair_id: int, item_id: int) -> BoothItem | None:
    return session.scalar(
        select(BoothItem)
        .join(Booth, Booth.id == BoothItem.booth_id)
        .where(Booth.fair_id == fair_id, BoothItem.id == item_id)
    )


def find_item_of_offer(offer_id: int) -> tuple[Fair, BoothItem] | None:
    """The fair and the item that a session offer was cut for."""
    row = session.execute(
        select(Fair, BoothItem)
        .join(Booth, Booth.fair_id == Fair.id)
        .join(BoothItem, BoothItem.booth_id == Booth.id)
        .where(BoothItem.offer_id == offer_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def slots_of(fair_id: int) -> list[Slot]:
    """The running order."""
    return list(session.scalars(select(Slot).where(Slot.fair_id == fair_id).order_by(Slot.starts_at, Slot.id)))


def booth_name(booth_id: int) -> str | None:
    """The cooperative whose booth it is, by its short name."""
    return session.scalar(
        select(Cooperative.short_name).join(Booth, Booth.cooperative_id == Cooperative.id).where(Booth.id == booth_id)
    )
