"""What is told of fairs: applications and their answers, and reminders to whoever asked for one."""

from __future__ import annotations

from marketplace.accounts import queries as accounts
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import queries as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.states import BoothState
from marketplace.foundation.database import session
from marketplace.notifications import letters, queries
from marketplace.notifications.letters import Receiver
from marketplace.notifications.tasks.telling import News, one_line, post, to_people


def tell_booth_submitted(*, job_id: int, booth: int) -> None:
    """To the officers of the alliance that runs the fair."""
    row, fair, cooperative = _found(booth)
    facts = {"what": "booth", "name": cooperative.short_name, "subject": fair.name}
    path = f"/lien-minh/phien-cho/{fair.slug}/dang-ky/{row.id}"
    officers = accounts.officers_of(fair.province_code)
    post(job_id, to_people("alliance/waiting", officers, path=path, facts=facts, variety="booth"))


def tell_booth_answered(*, job_id: int, booth: int, answer: str, reason: str) -> None:
    _row, fair, cooperative = _found(booth)
    facts = {"name": cooperative.short_name, "fair": fair.name, "answer": answer, "reason": one_line(reason)}
    path = f"/htx-cua-toi/{cooperative.slug}/phien-cho/{fair.slug}"
    people = queries.people_of(cooperative.id)
    post(job_id, to_people("fairs/booth_answered", people, path=path, facts=facts, variety=answer))


def tell_fair_called_off(*, job_id: int, fair: int, reason: str) -> None:
    """To every cooperative that has a place, or waits for one."""
    row = session.get_one(Fair, fair)
    news: list[News] = []
    for booth in fairs.booths_of(row.id, BoothState.SUBMITTED, BoothState.NEED_INFO, BoothState.APPROVED):
        cooperative = session.get_one(Cooperative, booth.cooperative_id)
        facts = {"fair": row.name, "reason": one_line(reason)}
        path = f"/htx-cua-toi/{cooperative.slug}/phien-cho/{row.slug}"
        people = queries.people_of(cooperative.id)
        news += to_people("fairs/called_off", people, path=path, facts=facts, about=str(cooperative.id))
    post(job_id, news)


def _found(booth_id: int) -> tuple[Booth, Fair, Cooperative]:
    row = session.get_one(Booth, booth_id)
    return row, session.get_one(Fair, row.fair_id), session.get_one(Cooperative, row.cooperative_id)


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
