"""What both sides of a complaint hear, and officers who decide it; and what reviews tell."""

from __future__ import annotations

from marketplace.accounts import queries as accounts
from marketplace.care import queries as care
from marketplace.care.models import Complaint, Review
from marketplace.care.queries import ComplaintStory
from marketplace.care.states import Outcome
from marketplace.catalogue.models import Product
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.notifications import queries
from marketplace.notifications.tasks.telling import one_line, post, to_buyer, to_people
from marketplace.orders.models import Order


def tell_complaint_opened(*, job_id: int, complaint: int) -> None:
    """To the cooperative, with the time until which it should react."""
    story = care.story_of(session.get_one(Complaint, complaint))
    facts = {"code": story.part.code, "until_at": story.complaint.acknowledge_by.isoformat()}
    people, path = queries.people_of(story.cooperative.id), _desk_page(story)
    post(job_id, to_people("care/opened", people, path=path, facts=facts, complaint=story.complaint))


def tell_complaint_answered(*, job_id: int, complaint: int) -> None:
    story = care.story_of(session.get_one(Complaint, complaint))
    news = to_buyer(
        "care/answered",
        story.order,
        facts={"code": story.part.code, "name": story.cooperative.short_name},
        beside=_beside(story),
        complaint=story.complaint,
        offered_dong=story.offered_dong,
        words=one_line(story.complaint.answer_words),
    )
    post(job_id, [news])


def tell_complaint_accepted(*, job_id: int, complaint: int) -> None:
    """To the cooperative, which has to do what it promised."""
    story = care.story_of(session.get_one(Complaint, complaint))
    people, path = queries.people_of(story.cooperative.id), _desk_page(story)
    facts = {"code": story.part.code}
    post(job_id, to_people("care/accepted", people, path=path, facts=facts, complaint=story.complaint))


def tell_complaint_escalated(*, job_id: int, complaint: int, because: str) -> None:
    """To the officers who decide, and to both sides."""
    story = care.story_of(session.get_one(Complaint, complaint))
    facts = {"code": story.part.code, "name": story.cooperative.short_name}
    waiting = {"what": "complaint", "name": story.cooperative.short_name, "subject": story.part.code}
    officers = accounts.officers_of(story.complaint.province_code)
    path = f"/lien-minh/khieu-nai/{story.complaint.code}"
    sellers = queries.people_of(story.cooperative.id)
    post(
        job_id,
        [
            *to_people("alliance/waiting", officers, path=path, facts=waiting, variety="complaint", because=because),
            *to_people("care/escalated_for_seller", sellers, path=_desk_page(story), facts=facts, because=because),
            to_buyer("care/escalated", story.order, facts=facts, beside=_beside(story), because=because),
        ],
    )


def tell_complaint_settled(*, job_id: int, complaint: int) -> None:
    """To both sides. That a parcel never arrived is told to its buyer by the order itself."""
    story = care.story_of(session.get_one(Complaint, complaint))
    facts = {
        "code": story.part.code,
        "outcome": story.complaint.outcome,
        "refunded_dong": story.complaint.refunded_dong,
        "words": one_line(story.complaint.decision_words),
    }
    people = queries.people_of(story.cooperative.id)
    news = to_people("care/settled_for_seller", people, path=_desk_page(story), facts=facts)
    if story.complaint.outcome != Outcome.NOT_SENT:
        news.append(to_buyer("care/settled", story.order, facts=facts, beside=_beside(story)))
    post(job_id, news)


def tell_review(*, job_id: int, review: int, what: str) -> None:
    """A new one to the cooperative; an answer, or that it was taken down, to its author."""
    row = session.get_one(Review, review)
    product = session.get_one(Product, row.product_id)
    facts = {"product": product.name, "stars": row.stars, "reason": one_line(row.taken_down_reason)}
    if what == "written":
        cooperative = session.get_one(Cooperative, row.cooperative_id)
        people, path = queries.people_of(cooperative.id), f"/htx-cua-toi/{cooperative.slug}/danh-gia"
        post(job_id, to_people("care/review_written", people, path=path, facts=facts, review=row))
        return
    order = session.get_one(Order, row.order_id)
    path = f"/san-pham/{product.slug}/danh-gia"
    post(job_id, [to_buyer(f"care/review_{what}", order, facts=facts, path=path, review=row)])


def _desk_page(story: ComplaintStory) -> str:
    return f"/htx-cua-toi/{story.cooperative.slug}/khieu-nai/{story.complaint.code}"


def _beside(story: ComplaintStory) -> str:
    return f"/phieu/{story.complaint.code}"
