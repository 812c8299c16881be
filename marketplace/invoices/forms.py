"""What a cooperative types of an invoice that it has issued."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, ValidationError
from wtforms.validators import Email, Regexp

from marketplace.foundation import clock
from marketplace.foundation.web import uploads
from marketplace.foundation.web.fields import DayField, LineField, TaxCodeField, not_in_future, required
from marketplace.invoices.actions import Issued
from marketplace.invoices.rules import NUMBER, SERIES


def _capitals(text: str | None) -> str:
    return "".join((text or "").upper().split())


class InvoiceForm(FlaskForm):
    series = LineField(
        _("Series (ký hiệu)"),
        [required(), Regexp(f"^{SERIES}$", message=_("As it stands on the invoice, such as 1C26TAA."))],
        limit=20,
        filters=[_capitals],
    )
    number = LineField(
        _("Number of the invoice"),
        [required(), Regexp(f"^{NUMBER}$", message=_("Only digits, at most eight of them."))],
        limit=20,
        filters=[_capitals],
    )
    issued_on = DayField(_("Day of the invoice"), [required(), not_in_future(clock.today)])
    files = MultipleFileField(_("The file from your e-invoice provider: XML, PDF, or both"))

    def validate_files(self, field: MultipleFileField) -> None:
        if len(uploads.sent(field.data)) > 2:
            raise ValidationError(_("At most two files: the XML and the PDF."))

    def issued(self) -> Issued:
        assert self.issued_on.data is not None
        return Issued(self.series.data or "", self.number.data or "", self.issued_on.data)


class ReplaceForm(InvoiceForm):
    instead_of = HiddenField()
    reason = LineField(_("Why is it replaced? The buyer reads it."), [required()], limit=200)


class CompanyForm(FlaskForm):
    """For whom a buyer wants invoices; what he typed at checkout, or types later."""

    company = LineField(_("Company name"), [required()], limit=200)
    tax_code = TaxCodeField(_("Tax code of the company"), [required()])
    address = LineField(_("Address of the company"), [required()], limit=200)
    email = LineField(_("E-mail to which it is sent"), [required(), Email(_("This is no e-mail address."))], limit=200)

    def wanted(self) -> dict[str, str]:
        return {
            "company": self.company.data or "",
            "tax_code": self.tax_code.data or "",
            "address": self.address.data or "",
            "email": self.email.data or "",
        }
