"""Keeping the notices that providers send, each once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.payments.models import ProviderNotice
from marketplace.payments.providers import Notice
from marketplace.payments.states import NoticeState


def keep_notice(provider: str, notice: Notice) -> ProviderNotice:
    """The row of this notice, new or as it was kept before."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    session.execute(
        insert(ProviderNotice)
        .values(
            provider=provider,
            event_id=notice.event_id,
            kind=notice.kind,
            references={"provider_ids": list(notice.provider_ids), "charge_ids": list(notice.charge_ids)},
            state=NoticeState.RECEIVED,
            tries=0,
            received_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["provider", "event_id"])
    )
    return session.scalars(
        select(ProviderNotice).where(ProviderNotice.provider == provider, ProviderNotice.event_id == notice.event_id)
    ).one()


def end_notice(notice_id: int, state: NoticeState) -> None:
    """The notice had its effect, had none, or could not be worked off and is tried again."""
    notice = session.get_one(ProviderNotice, notice_id)
    notice.state, notice.tries, notice.ended_at = state, notice.tries + 1, clock.now()
