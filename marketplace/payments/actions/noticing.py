"""Keeping the notices that providers send, each once."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from marketplace.foundation import clock
from marketplace.foundation.database import is_sqlite, session
from marketplace.payments.models import ProviderNotice
from marketplace.payments.providers import Notice
from marketplace.payments.states import NoticeState


def keep_notice(provider: str, notice: Notice) -> int | None:
    """The new row's id; None when the same notice was kept before."""
    insert = sqlite_insert if is_sqlite() else postgresql_insert
    return session.scalar(
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
        .returning(ProviderNotice.id)
    )


def end_notice(notice_id: int, state: NoticeState) -> None:
    """The notice had its effect, had none, or could not be worked off and is tried again."""
    notice = session.get_one(ProviderNotice, notice_id)
    notice.state, notice.tries, notice.ended_at = state, notice.tries + 1, clock.now()
