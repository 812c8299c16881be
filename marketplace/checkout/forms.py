"""What a buyer types to order, and a cooperative about its delivery."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import Email

from marketplace.checkout.words import METHODS
from marketplace.foundation.web.fields import (
    LineField,
    MoneyField,
    ParagraphField,
    PhoneField,
    TaxCodeField,
    chosen,
    optional,
    required,
)
from marketplace.geography import queries as geography
from marketplace.payments.states import Method


class CommuneField(LineField):
    """A commune of the form's province, typed or picked, old names understood; `code` is what it means.

    When the name means several communes, `several` holds them and the page asks which.
    """

    def __init__(self, *arguments: Any, **kwargs: Any) -> None:
        super().__init__(*arguments, **kwargs)
        self.code = ""
        self.several: list[tuple[str, str]] = []

    def _value(self) -> str:
        commune = geography.find_commune(self.data or "")
        return commune.name if commune else str(self.data or "")

    def understand(self, province_code: str) -> None:
        """Find the commune; raises ValidationError that says what to do."""
        typed = str(self.data or "")
        known = geography.find_commune(typed)
        if known is not None and known.province_code == province_code:
            self.code = known.code
            return
        matches = geography.search_communes(typed, province_code)
        exact = [match for match in matches if match.name.casefold() == typed.casefold()]
        found = exact if len(exact) == 1 else matches
        if len(found) == 1:
            self.code = found[0].code
        elif found:
            self.several = [
                (match.code, f"{match.name} ({_('before')}: {match.was})" if match.was else match.name)
                for match in found[:8]
            ]
            raise ValidationError(_("Several places have this name. Choose the right one below."))
        else:
            raise ValidationError(
                _("We know no such commune or ward in this province. Type its name of today or its old one.")
            )


class CheckoutForm(FlaskForm):
    checkout_token = HiddenField()
    shown_dong = HiddenField()
    phone = PhoneField(_("Phone number"), [required()])
    name = LineField(_("Full name"), [required()], limit=80)
    province = SelectField(_("Province or city"), [chosen()], validate_choice=False)
    commune = CommuneField(_("Commune or ward"), [required()], limit=120)
    address_line = LineField(_("House number, street, hamlet"), [required()], limit=160)
    note = ParagraphField(_("Note for the driver"), limit=300)
    payment = RadioField(
        _("Payment"),
        [chosen()],
        choices=[SelectChoice(method.value, words) for method, words in METHODS.items()],
        default=Method.CASH_ON_DELIVERY.value,
    )
    email = LineField(_("E-mail for the confirmation"), [optional(), Email(_("This is no e-mail address."))], limit=200)
    wants_invoice = BooleanField(_("I need a VAT invoice for a company"))
    company = LineField(_("Company name"), limit=200)
    company_tax_code = TaxCodeField(_("Tax code of the company"), [optional()])
    company_address = LineField(_("Address of the company"), limit=200)

    def validate_province(self, field: SelectField) -> None:
        if geography.find_province(field.data or "") is None:
            raise ValidationError(_("Please choose one."))

    def validate_commune(self, field: CommuneField) -> None:
        if geography.find_province(self.province.data or "") is not None:
            field.understand(self.province.data)

    def validate_company(self, field: LineField) -> None:
        if self.wants_invoice.data and not field.data:
            raise ValidationError(_("Please fill this in."))

    def validate_company_tax_code(self, field: TaxCodeField) -> None:
        if self.wants_invoice.data and not field.data and not field.errors:
            raise ValidationError(_("Please fill this in."))


class DeliveryForm(FlaskForm):
    has_carrier = BooleanField(_("A parcel service takes our goods"))
    has_own_van = BooleanField(_("We bring goods with our own van within the Red River Delta, also kept cool"))
    has_pickup = BooleanField(_("Buyers may fetch goods at our place"))
    pickup_address = LineField(_("Where and when to fetch"), limit=200)
    free_from = MoneyField(_("Free delivery for orders from"), [optional()])

    def validate_has_carrier(self, field: BooleanField) -> None:
        if not (field.data or self.has_own_van.data or self.has_pickup.data):
            raise ValidationError(_("Choose at least one way, or buyers cannot order."))

    def validate_pickup_address(self, field: LineField) -> None:
        if self.has_pickup.data and not field.data:
            raise ValidationError(_("Tell buyers where and when they can fetch their goods."))
