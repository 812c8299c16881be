"""What is told of fairs: applications and their answers, and reminders to whoever asked for one."""

from __future__ import annotations

from marketplace.accounts import queries as accounts
from marketplace.cooperatives.models import Cooperative
from marketplace.fairs import queries as fairs
from marketplace.fairs.models import Booth, Fair
from marketplace.fairs.rules import REPORT_DUE
from marketplace.fairs.states import BoothState
from marketplace.foundation import dates
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


def tell_fair_ended(*, job_id: int, fair: int) -> None:
    """To every cooperative that had a place: pack, send, and say how it was."""
    post(job_id, _to_stalls("fairs/ended", session.get_one(Fair, fair)))


def tell_report_due(*, job_id: int, fair: int) -> None:
    row = session.get_one(Fair, fair)
    due_on = dates.vietnam_day((row.ended_at or row.ends_at) + REPORT_DUE)
    post(job_id, _to_officers("fairs/report_due", row, facts={"fair": row.name, "day": dates.format_day(due_on)}))


def tell_fair_reported(*, job_id: int, fair: int) -> None:
    """To the alliance of the province, to each cooperative its own part, and to buyers who have an account: guests were
    never asked whether they want to hear more."""
    row = session.get_one(Fair, fair)
    news = _to_officers("fairs/reported", row, facts={"fair": row.name})
    news += _to_stalls("fairs/own_report", row)
    told = {one.notice.person_id for one in news if one.notice is not None}
    buyers = [person for person in queries.buyers_at_fair(row.id) if person.id not in told]
    facts = {"fair": row.name}
    news += to_people("fairs/over", buyers, path=f"/phien-cho/{row.slug}", facts=facts, about="buyer", stop="")
    post(job_id, news)


def tell_recap(*, job_id: int, fair: int, followers: list[int]) -> None:
    """What became of a fair, to those who asked to hear of it."""
    row = session.get_one(Fair, fair)
    page, secret = f"/phien-cho/{row.slug}", letters.settings().secret_key
    news = []
    for one in fairs.reminders(row.id, followers):
        stop = letters.link(f"{page}/thoi-nhac?ma={fairs.stop_key(one.id, secret)}")
        receiver = Receiver(one.contact, one.language)
        letter = letters.compose("fairs/over", receiver, fair=row.name, link=letters.link(page), stop=stop)
        news.append(News(f"follower:{one.id}", letter))
    post(job_id, news)


def _to_officers(name: str, fair: Fair, *, facts: dict[str, str]) -> list[News]:
    path = f"/lien-minh/phien-cho/{fair.slug}/bao-cao"
    return to_people(name, accounts.officers_of(fair.province_code), path=path, facts=facts, about="officer")


def _to_stalls(name: str, fair: Fair) -> list[News]:
    news: list[News] = []
    for booth in fairs.booths_of(fair.id, BoothState.APPROVED):
        cooperative = session.get_one(Cooperative, booth.cooperative_id)
        facts = {"fair": fair.name, "name": cooperative.short_name}
        path = f"/htx-cua-toi/{cooperative.slug}/phien-cho/{fair.slug}/ket-qua"
        news += to_people(name, queries.people_of(cooperative.id), path=path, facts=facts, about=str(cooperative.id))
    return news
