"""What cooperatives hear about themselves, their papers and their lots, and officers about what waits for them."""

from __future__ import annotations

from marketplace.accounts import queries as accounts
from marketplace.catalogue.models import Product
from marketplace.certificates.models import Certificate
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.fulfilment import queries as fulfilment
from marketplace.notifications import queries
from marketplace.notifications.tasks.telling import News, one_line, post, to_buyer, to_people
from marketplace.traceability.models import Lot


def tell_cooperative_submitted(*, job_id: int, cooperative: int) -> None:
    row = session.get_one(Cooperative, cooperative)
    officers = accounts.officers_of(row.province_code)
    facts = {"name": row.short_name}
    path = f"/lien-minh/ho-so-htx/{row.id}"
    post(job_id, to_people("cooperatives/submitted", officers, path=path, facts=facts, cooperative=row))


def tell_cooperative_decided(*, job_id: int, cooperative: int, admission: str, reason: str) -> None:
    row = session.get_one(Cooperative, cooperative)
    people = queries.people_of(row.id, owners_only=True)
    facts = {"name": row.short_name, "admission": admission, "reason": one_line(reason)}
    path = f"/htx-cua-toi/{row.slug}/"
    news = to_people("cooperatives/decided", people, path=path, facts=facts, variety=admission, cooperative=row)
    post(job_id, news)


def tell_certificate_submitted(*, job_id: int, certificate: int) -> None:
    row = session.get_one(Certificate, certificate)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {"what": "certificate", "name": cooperative.short_name, "subject": row.number}
    officers = accounts.officers_of(cooperative.province_code)
    path = f"/lien-minh/chung-nhan/{row.id}"
    post(job_id, to_people("alliance/waiting", officers, path=path, facts=facts, variety="certificate"))


def tell_certificate_answered(*, job_id: int, certificate: int) -> None:
    row = session.get_one(Certificate, certificate)
    facts = {"number": row.number, "reason": one_line(row.review_note)}
    news = to_people(
        "certificates/answered",
        queries.people_of(row.cooperative_id, owners_only=True),
        path=_certificate_page(row),
        facts=facts,
        variety=row.review,
        certificate=row,
    )
    post(job_id, news)


def tell_certificate_runs_out(*, job_id: int, certificate: int, days: int) -> None:
    row = session.get_one(Certificate, certificate)
    people = queries.people_of(row.cooperative_id, owners_only=True)
    facts = {"number": row.number, "days": days}
    path = _certificate_page(row)
    post(job_id, to_people("certificates/runs_out", people, path=path, facts=facts, certificate=row))


def tell_lots_recalled(*, job_id: int, root: int, lots: list[int], reason: str) -> None:
    """To every buyer who has the goods or waits for them, and to other cooperatives whose lots hold some of them."""
    origin = session.get_one(Lot, root)
    cooperative = session.get_one(Cooperative, origin.cooperative_id)
    news: list[News] = []
    for one in fulfilment.recalled_parts(lots):
        facts = {"code": one.order.code, "reason": one_line(reason)}
        news.append(
            to_buyer(
                "traceability/recalled_for_buyer",
                one.order,
                facts=facts,
                about=one.part.code,
                recalled=one,
                seller=one.part.seller,
            )
        )
    for owner, reached in queries.lots_by_owner(lots):
        if owner.id == cooperative.id:
            continue
        facts = {"name": cooperative.short_name, "reason": one_line(reason)}
        path = f"/htx-cua-toi/{owner.slug}/lo-hang/{reached[0].code}"
        news += to_people(
            "traceability/recalled_for_cooperative",
            queries.people_of(owner.id),
            path=path,
            facts=facts,
            about=str(owner.id),
            cooperative=cooperative,
            lots=reached,
        )
    post(job_id, news)


def tell_harvest_decided(*, job_id: int, lot: int, is_approved: bool, reason: str) -> None:
    """To the cooperative that recorded more than its land usually gives, and has waited for an officer."""
    row = session.get_one(Lot, lot)
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    facts = {
        "product": session.get_one(Product, row.product_id).name,
        "batch": row.batch,
        "is_approved": is_approved,
        "reason": one_line(reason),
    }
    people = queries.people_of(cooperative.id)
    path = f"/htx-cua-toi/{cooperative.slug}/lo-hang/{row.code}"
    variety = "approved" if is_approved else "refused"
    post(job_id, to_people("farming/harvest_decided", people, path=path, facts=facts, variety=variety))


def tell_scan_alarm(*, job_id: int, alarm: int) -> None:
    """To the cooperative whose labels it is about. What the news says of a pack is never its serial."""
    found = queries.alarm_news(alarm)
    if found is None:
        return
    facts = {"product": found.product_name, "batch": found.batch}
    path = f"/htx-cua-toi/{found.cooperative.slug}/canh-bao"
    post(job_id, to_people("traceability/scan_alarm", queries.people_of(found.cooperative.id), path=path, facts=facts))


def _certificate_page(row: Certificate) -> str:
    cooperative = session.get_one(Cooperative, row.cooperative_id)
    return f"/htx-cua-toi/{cooperative.slug}/chung-nhan/{row.id}"
