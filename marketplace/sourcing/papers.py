"""The paper that both sides sign: its words, frozen with the commitment, and the PDF made from them."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.bookkeeping.papers.tables import LARGE, PORTRAIT, SMALL, TITLE, open_pages
from marketplace.foundation import dates, money
from marketplace.geography import queries as geography
from marketplace.sourcing import queries
from marketplace.sourcing.models import Commitment, Signature
from marketplace.sourcing.queries import CommitmentView
from marketplace.sourcing.states import PaperKind
from marketplace.sourcing.words import PAYMENTS, SIDES, amount, scheme_words, unit_price, volume


def write(commitment: Commitment) -> str:
    """The whole paper, line by line, in Vietnamese: it is one paper, in whatever language somebody reads the page."""
    with force_locale("vi"):
        return "\n".join(_lines(queries.commitment_view(commitment.id)))


def _lines(view: CommitmentView) -> list[str]:
    return [*_head(view), "", *_terms(view.commitment, view), "", *_end(view.commitment)]


def _head(view: CommitmentView) -> list[str]:
    commitment, demand, cooperative = view.commitment, view.demand, view.cooperative
    is_contract = commitment.kind == PaperKind.CONTRACT
    lines = [
        _("CONTRACT FOR THE SUPPLY OF GOODS") if is_contract else _("MEMORANDUM ON THE SUPPLY OF GOODS"),
        _(
            "No. %(code)s, drawn up on %(day)s",
            code=commitment.code,
            day=dates.format_day(dates.vietnam_day(commitment.created_at)),
        ),
        _("Buyer: %(name)s", name=demand.buyer_name),
        _("Address: %(address)s", address=geography.full_address(demand.address_line, demand.commune_code)),
        _("Tax code: %(code)s", code=demand.tax_code) if demand.tax_code else "",
        _("Seller: %(name)s", name=cooperative.legal_name),
        _("Address: %(address)s", address=geography.full_address(cooperative.address_line, cooperative.commune_code)),
        _("Tax code: %(code)s", code=cooperative.tax_code),
        _(
            "Represented by: %(name)s, %(position)s",
            name=cooperative.representative_name,
            position=cooperative.representative_title,
        ),
    ]
    return [line for line in lines if line]


def _terms(commitment: Commitment, view: CommitmentView) -> list[str]:
    demand, unit = view.demand, commitment.unit
    each = volume(commitment.quantity_each, unit, commitment.frequency)
    start, end = dates.format_day(commitment.starts_on), dates.format_day(commitment.ends_on)
    specification = " ".join(demand.specification.split())
    note = f" {demand.payment_note}." if demand.payment_note else ""
    return [
        _("1. Goods: %(product)s (%(asked)s).", product=view.product.name, asked=demand.product),
        _("2. Quantity: %(each)s, together %(total)s.", each=each, total=amount(commitment.quantity, unit)),
        _("3. Time: from %(start)s to %(end)s.", start=start, end=end),
        _(
            "4. Price: %(price)s, brought to the buyer; about %(value)s together.",
            price=unit_price(commitment.price_dong, unit),
            value=money.format_dong(commitment.value_dong),
        ),
        _("5. Specification: %(words)s", words=specification)
        if specification
        else _("5. Specification: as the seller describes the goods on Chợ HTX."),
        _(
            "6. Certificates that must count on the day of each delivery: %(schemes)s.",
            schemes=scheme_words(commitment.required_schemes),
        )
        if commitment.required_schemes
        else _("6. Certificates: none required."),
        _("7. Payment: %(way)s.", way=PAYMENTS[commitment.payment_method]) + note,
    ]


def _end(commitment: Commitment) -> list[str]:
    return [
        _(
            "8. The buyer calls off quantities for a day on Chợ HTX, never more in all than stands in 2. Each call-off"
            " that the seller confirms is an order, which names the lots that the goods come from."
        ),
        _(
            "9. When a certificate named in 6 ends or is suspended, nothing more is called off until a valid one is"
            " verified; both sides are told. What is ordered by then stays ordered."
        ),
        _("10. Both sides are bound by this contract once both have signed; changes need a new paper.")
        if commitment.kind == PaperKind.CONTRACT
        else _(
            "10. This memorandum states what both sides intend. Each confirmed order binds; what is not called off"
            " does not."
        ),
        _(
            "Signed electronically on Chợ HTX: name, position, time and the SHA-256 of this text. This is not a digital"
            " signature of a certification authority."
        ),
    ]


def draw(commitment: Commitment, signatures: Sequence[Signature]) -> bytes:
    """A4: exactly the text that was signed, then who signed it."""
    title, *lines = commitment.text.split("\n")
    with (
        force_locale("vi"),
        open_pages(commitment.code, PORTRAIT, foot=f"Chợ HTX · {commitment.code}") as (paper, pages),
    ):
        pages.line(title, size=TITLE, is_bold=True)
        pages.skip(3)
        for line in lines:
            if line:
                pages.line(line)
                pages.skip(1.2)
            else:
                pages.skip(3)
        pages.skip(5)
        for signature in signatures:
            pages.keep_together(24)
            pages.line(str(SIDES[signature.side]), size=LARGE, is_bold=True)
            pages.line(", ".join(part for part in (signature.name, signature.position) if part))
            pages.line(_("Signed on %(moment)s", moment=dates.format_moment(signature.at)))
            pages.skip(3)
        if len(signatures) < 2:
            pages.line(_("Not signed by both sides yet."), is_bold=True)
        pages.line(_("Fingerprint (SHA-256): %(digest)s", digest=commitment.digest), size=SMALL)
        return bytes(paper.output())
