"""Reminders of fairs, to whoever asked for one at the contact that he named for it."""

from __future__ import annotations

from marketplace.fairs import queries as fairs
from marketplace.fairs.models import Fair
from marketplace.foundation.database import session
from marketplace.notifications import letters
from marketplace.notifications.letters import Receiver
from marketplace.notifications.tasks.telling import News, post


def tell_followers(*, job_id: int, fair: int, followers: list[int]) -> None:
    """A fair begins in some hours: of it, or of one booth with its time."""
    row = session.get_one(Fair, fair)
    page, secret = f"/phien-cho/{row.slug}", letters.settings().secret_key
    news = []
    for one in fairs.reminders(row.id, followers):
        letter = letters.compose(
            "fairs/begins",
            Receiver(one.contact, one.language),
            fair=row,
            cooperative=one.cooperative_name,
            on_air_at=one.on_air_at or row.starts_at,
            link=letters.link(page),
            stop=letters.link(f"{page}/thoi-nhac?ma={fairs.stop_key(one.id, secret)}"),
        )
        news.append(News(str(one.id), letter))
    post(job_id, news)
