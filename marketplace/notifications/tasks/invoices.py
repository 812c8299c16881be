"""What buyers and cooperatives hear about invoices."""

from __future__ import annotations

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.invoices.models import Invoice
from marketplace.notifications import queries
from marketplace.notifications.tasks.telling import post, to_buyer, to_people
from marketplace.orders.models import CooperativeOrder, Order


def tell_invoice_issued(*, job_id: int, invoice: int, is_replacement: bool) -> None:
    """To the address that the buyer named for it: often a bookkeeper's."""
    row, part, cooperative = _found(invoice)
    order = session.get_one(Order, part.order_id)
    news = to_buyer(
        "invoices/issued",
        order,
        facts={"code": part.code, "name": cooperative.short_name},
        about=part.code,
        variety="replaced" if is_replacement else "",
        beside="/hoa-don",
        contact=row.email,
        paper=row.paper,
        is_replacement=is_replacement,
    )
    post(job_id, [news])


def tell_invoice_asked(*, job_id: int, invoice: int) -> None:
    row, part, cooperative = _found(invoice)
    path = f"/htx-cua-toi/{cooperative.slug}/hoa-don/{part.code}"
    people = queries.people_of(cooperative.id)
    post(job_id, to_people("invoices/asked", people, path=path, facts={"code": part.code}, invoice=row))


def tell_invoice_missing(*, job_id: int, invoice: int, days: int) -> None:
    row, part, cooperative = _found(invoice)
    facts = {"code": part.code, "days": days}
    path = f"/htx-cua-toi/{cooperative.slug}/hoa-don/{part.code}"
    people = queries.people_of(cooperative.id)
    post(job_id, to_people("invoices/missing", people, path=path, facts=facts, invoice=row))


def _found(invoice_id: int) -> tuple[Invoice, CooperativeOrder, Cooperative]:
    row = session.get_one(Invoice, invoice_id)
    part = session.get_one(CooperativeOrder, row.cooperative_order_id)
    return row, part, session.get_one(Cooperative, row.cooperative_id)
