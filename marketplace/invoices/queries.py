"""Invoices by the cooperative that issues them and by the order of the buyer, and what should stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import VatMethod
from marketplace.foundation.database import session
from marketplace.foundation.dates import vietnam_day
from marketplace.invoices import rules
from marketplace.invoices.models import Invoice, InvoiceFile, InvoicePaper, InvoiceReminder
from marketplace.invoices.rules import Item, Line
from marketplace.invoices.states import Heap
from marketplace.orders.models import CooperativeOrder, Order
from marketplace.orders.rules import MARKETS_WAYS
from marketplace.orders.states import HAS_ARRIVED, NOT_PAID_FOR, PartState


@dataclass(frozen=True)
class InvoiceView:
    """An invoice with the goods it is for."""

    invoice: Invoice
    part: CooperativeOrder
    order: Order


def find_of(cooperative_id: int, part_code: str) -> InvoiceView | None:
    """Of this cooperative only."""
    query = _views().where(Invoice.cooperative_id == cooperative_id, CooperativeOrder.code == part_code)
    row = session.execute(query).one_or_none()
    return InvoiceView(*row) if row else None


def find_file(file_id: int, scope: ColumnElement[bool]) -> InvoiceFile | None:
    """A file of an invoice within the scope: a cooperative's, or an order's."""
    return session.scalar(
        select(InvoiceFile)
        .join(InvoicePaper, InvoicePaper.id == InvoiceFile.paper_id)
        .join(Invoice, Invoice.id == InvoicePaper.invoice_id)
        .join(CooperativeOrder, CooperativeOrder.id == Invoice.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
        .where(InvoiceFile.id == file_id, scope)
    )


def invoices_of_order(order_code: str) -> list[InvoiceView]:
    query = _views().where(Order.code == order_code).order_by(Invoice.id)
    return [InvoiceView(*row) for row in session.execute(query)]


def invoices_in(cooperative_id: int, heap: Heap, *, limit: int | None = None, offset: int = 0) -> list[InvoiceView]:
    """What arrived first stands first where something is missing; what was issued last where nothing is."""
    query = _views().where(_is_in(heap, cooperative_id))
    if heap == Heap.MISSING:
        query = query.order_by(CooperativeOrder.delivered_at.is_(None), CooperativeOrder.delivered_at, Invoice.id)
    else:
        query = query.order_by(Invoice.issued_at.desc(), Invoice.id.desc())
    return [InvoiceView(*row) for row in session.execute(query.limit(limit).offset(offset))]


def count_in(cooperative_id: int, heap: Heap) -> int:
    query = (
        select(func.count())
        .select_from(Invoice)
        .join(CooperativeOrder, CooperativeOrder.id == Invoice.cooperative_order_id)
        .where(_is_in(heap, cooperative_id))
    )
    return session.scalar(query) or 0


def _is_in(heap: Heap, cooperative_id: int) -> ColumnElement[bool]:
    if heap == Heap.ISSUED:
        return and_(Invoice.cooperative_id == cooperative_id, Invoice.issued_at.is_not(None))
    return and_(
        Invoice.cooperative_id == cooperative_id,
        Invoice.issued_at.is_(None),
        CooperativeOrder.state.not_in(NOT_PAID_FOR),
    )


def _views() -> Select[Invoice, CooperativeOrder, Order]:
    return (
        select(Invoice, CooperativeOrder, Order)
        .join(CooperativeOrder, CooperativeOrder.id == Invoice.cooperative_order_id)
        .join(Order, Order.id == CooperativeOrder.order_id)
    )


def is_deducting(part: CooperativeOrder) -> bool:
    """Whether the seller writes VAT on his invoices: as it was frozen with the order, or as it is today for orders
    from before it was."""
    frozen = part.seller.get("vat_method")
    method = frozen or session.scalar(select(Cooperative.vat_method).where(Cooperative.id == part.cooperative_id))
    return bool(method == VatMethod.DEDUCTION)


def lines_of(part: CooperativeOrder, order: Order, *, delivery_words: str) -> list[Line]:
    """What the invoice is over: the goods, less what was given back, and the delivery when the cooperative brings them.

    What the market's carrier is paid for is the market's, and no business of the cooperative's invoice.
    """
    items = [
        Item(
            name=line.product_name,
            unit=line.variant_name,
            quantity=line.quantity - line.refunded_packs,
            amount_dong=line.amount_dong - line.dong_of_packs(line.refunded_packs),
            vat_code=line.vat_code,
        )
        for line in part.lines
        if line.quantity > line.refunded_packs
    ]
    if part.delivery_dong and part.delivery_way not in MARKETS_WAYS:
        items.append(Item(delivery_words, "", 1, part.delivery_dong, rules.DELIVERY_CODE))
    return rules.lines(items, on=vietnam_day(order.placed_at), is_deducting=is_deducting(part))


def unreminded(*, on: date, now: datetime) -> list[tuple[int, int]]:
    """(invoice, days) of invoices that are missing so many days after delivery and were not asked after since."""
    found: list[tuple[int, int]] = []
    for days in sorted(rules.reminders(on)):
        told = select(InvoiceReminder.id).where(InvoiceReminder.invoice_id == Invoice.id, InvoiceReminder.days >= days)
        found += [
            (invoice_id, days)
            for invoice_id in session.scalars(
                select(Invoice.id)
                .join(CooperativeOrder, CooperativeOrder.id == Invoice.cooperative_order_id)
                .where(
                    Invoice.issued_at.is_(None),
                    CooperativeOrder.state.in_(HAS_ARRIVED),
                    CooperativeOrder.delivered_at <= now - timedelta(days=days),
                    ~told.exists(),
                )
                .order_by(Invoice.id)
            )
        ]
    # Who missed several nights hears only the latest.
    return list(dict(found).items())


def wants_none_any_more(state: PartState) -> bool:
    return state in NOT_PAID_FOR


def papers_that_disagree() -> list[str]:
    """Invariant: an invoice that is issued has one paper that stands, with a file; any other has none."""
    standing = session.execute(
        select(Invoice.id, Invoice.issued_at, func.count(InvoiceFile.id))
        .outerjoin(InvoicePaper, and_(InvoicePaper.invoice_id == Invoice.id, InvoicePaper.replaced_at.is_(None)))
        .outerjoin(InvoiceFile, InvoiceFile.paper_id == InvoicePaper.id)
        .group_by(Invoice.id, Invoice.issued_at)
        .having(
            or_(
                and_(Invoice.issued_at.is_(None), func.count(InvoicePaper.id) > 0),
                and_(Invoice.issued_at.is_not(None), func.count(InvoiceFile.id) == 0),
            )
        )
        .order_by(Invoice.id)
    ).all()
    return [
        f"invoice {id} is {'issued' if issued_at else 'missing'} and has {files} files"
        for id, issued_at, files in standing
    ]
