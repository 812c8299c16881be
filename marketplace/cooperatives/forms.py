"""What people type about a cooperative, and what officers decide."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, ValidationError
from wtforms.validators import DataRequired, Email

from marketplace.accounts import rules as accounts
from marketplace.cooperatives.actions import ApplicationDetails
from marketplace.cooperatives.models import Cooperative
from marketplace.cooperatives.states import MOVES, Admission, CooperativeKind, MemberRole, Sector, VatMethod
from marketplace.cooperatives.words import KINDS, ROLES, SECTORS, VAT_METHODS
from marketplace.foundation import clock, phones
from marketplace.foundation.banks import BANKS
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    ParagraphField,
    Parsed,
    PhoneField,
    TaxCodeField,
    WholeNumberField,
    chosen,
    not_in_future,
    optional,
    required,
)
from marketplace.geography import queries as geography
from marketplace.geography.fields import CommuneField

SQUARE_METRES = 10_000


class LandField(Parsed):
    """Hectares as people type them ("1,5"); the data is square metres."""

    wrong = _("Type hectares such as 12 or 1,5.")

    def parse(self, text: str) -> int:
        hectares = float(text.replace(",", "."))
        if not 0 <= hectares < 1_000_000:
            raise ValueError
        return round(hectares * SQUARE_METRES)

    def show(self, value: int) -> str:
        return f"{value / SQUARE_METRES:g}".replace(".", ",")


class PlaceForm(FlaskForm):
    """A province, then one of its communes, by its name of today or an old one."""

    province = SelectField(_("Province or city"), [chosen()], validate_choice=False)
    commune = CommuneField(_("Commune or ward"), [required()], limit=120)

    def offer_provinces(self) -> None:
        self.province.choices = [SelectChoice(one.code, one.name) for one in geography.provinces()]

    def validate_province(self, field: SelectField) -> None:
        if geography.find_province(field.data or "") is None:
            raise ValidationError(_("Please choose one."))

    def validate_commune(self, field: CommuneField) -> None:
        field.understand(self.province.data or "")


class AccountForm(FlaskForm):
    """Where the money of a cooperative goes."""

    bank_bin = SelectField(_("Bank"), [optional()], validate_choice=False)
    bank_account = LineField(_("Account number"), limit=19)
    bank_account_name = LineField(_("Account holder, as the bank writes it"), limit=80)

    def offer_banks(self) -> None:
        self.bank_bin.choices = [SelectChoice("", "–"), *(SelectChoice(bank.bin, bank.name) for bank in BANKS.values())]

    def validate_bank_account(self, field: LineField) -> None:
        if field.data and not (field.data.isalnum() and field.data.isascii() and len(field.data) >= 4):
            raise ValidationError(_("Type the account number without blanks or dots."))
        if field.data and self.bank_bin.data not in BANKS:
            raise ValidationError(_("Choose the bank of this account."))
        if self.bank_bin.data and not field.data:
            raise ValidationError(_("Type the number of the account at this bank."))


class ApplicationForm(PlaceForm, AccountForm):
    kind = RadioField(
        _("What are you?"),
        [chosen()],
        choices=[SelectChoice(k.value, w) for k, w in KINDS.items()],
        default=CooperativeKind.COOPERATIVE.value,
    )
    legal_name = LineField(_("Full name as on the certificate"), [required()], limit=160)
    short_name = LineField(_("Short name for buyers"), [required()], limit=60)
    tax_code = TaxCodeField(_("Tax code (also your cooperative number)"), [required()])
    registered_on = DayField(_("Registered on"), [optional(), not_in_future(clock.today)])
    registered_at = LineField(_("Registered at"), limit=120)
    representative_name = LineField(_("Who represents you"), [required()], limit=80)
    representative_title = LineField(_("Office, such as director"), limit=60)
    address_line = LineField(_("House number, hamlet"), [required()], limit=160)
    phone = PhoneField(_("Phone for buyers"), [required()])
    email = LineField(_("E-mail"), [optional(), Email(_("This is no e-mail address."))], limit=200)
    members_count = WholeNumberField(_("Members"), [optional()], most=1_000_000)
    land_area_m2 = LandField(_("Land in hectares"), [optional()])
    sector = RadioField(
        _("Main work"),
        [chosen()],
        choices=[SelectChoice(k.value, w) for k, w in SECTORS.items()],
        default=Sector.AGRICULTURE.value,
    )
    main_products = LineField(_("Main products"), limit=160)
    is_alliance_member = BooleanField(_("We are a member of the Cooperative Alliance"))
    vat_method = RadioField(
        _("How do you declare VAT?"),
        [chosen()],
        choices=[SelectChoice(k.value, w) for k, w in VAT_METHODS.items()],
        default=VatMethod.DIRECT.value,
    )
    registration = MultipleFileField(_("Registration certificate: photo or PDF"))
    food_safety = MultipleFileField(_("Food-safety certificate or signed commitment: photo or PDF"))
    other = MultipleFileField(_("Other papers"))

    def offer(self) -> None:
        self.offer_provinces()
        self.offer_banks()

    def let_be_unfinished(self) -> None:
        """To save for later it takes a short name, the tax code and the place; what else is empty may stay so."""
        for field in (self.legal_name, self.representative_name, self.address_line, self.phone):
            field.validators = [optional(), *(rule for rule in field.validators if not isinstance(rule, DataRequired))]

    def details(self) -> ApplicationDetails:
        return ApplicationDetails(
            kind=CooperativeKind(self.kind.data),
            legal_name=self.legal_name.data or "",
            short_name=self.short_name.data or "",
            tax_code=str(self.tax_code.data),
            representative_name=self.representative_name.data or "",
            representative_title=self.representative_title.data or "",
            registered_on=self.registered_on.data,
            registered_at=self.registered_at.data or "",
            address_line=self.address_line.data or "",
            commune_code=self.commune.code,
            phone=str(self.phone.data or ""),
            email=self.email.data or "",
            members_count=self.members_count.data or 0,
            land_area_m2=self.land_area_m2.data or 0,
            sector=Sector(self.sector.data),
            main_products=self.main_products.data or "",
            is_alliance_member=bool(self.is_alliance_member.data),
            bank_bin=self.bank_bin.data or "",
            bank_account=self.bank_account.data or "",
            bank_account_name=self.bank_account_name.data or "",
            vat_method=VatMethod(self.vat_method.data),
        )


def values_of(cooperative: Cooperative) -> dict[str, Any]:
    """What the form shows of an application begun before."""
    commune = geography.find_commune(cooperative.commune_code)
    return {
        **{name: getattr(cooperative, name) for name in ApplicationDetails.__dataclass_fields__},
        "province": cooperative.province_code,
        "commune": commune.name if commune else "",
    }


class ProfileForm(FlaskForm):
    story = ParagraphField(_("Your story: who you are, how you work"), limit=3000)
    main_products = LineField(_("Main products"), limit=160)
    phone = PhoneField(_("Phone for buyers"), [required()])
    zalo_phone = PhoneField(_("Zalo number"), [optional()])
    email = LineField(_("E-mail"), [optional(), Email(_("This is no e-mail address."))], limit=200)
    members_count = WholeNumberField(_("Members"), [optional()], most=1_000_000)
    households_count = WholeNumberField(_("Households"), [optional()], most=1_000_000)
    land_area_m2 = LandField(_("Land in hectares"), [optional()])
    cover = FileField(_("A wide photo of your fields or workshop"))


class InviteForm(FlaskForm):
    contact = LineField(_("Phone number or e-mail address"), [required()], limit=120)
    role = RadioField(
        _("Role"),
        [chosen()],
        choices=[SelectChoice(k.value, w) for k, w in ROLES.items()],
        default=MemberRole.STAFF.value,
    )

    def validate_contact(self, field: LineField) -> None:
        try:
            field.data = accounts.one_contact(*accounts.parse_contact(field.data or ""))
        except phones.BadPhone:
            raise ValidationError(_("Type a phone number such as 0912 345 678, or an e-mail address.")) from None


class RoleForm(FlaskForm):
    role = SelectField(_("Role"), [chosen()], choices=[SelectChoice(k.value, w) for k, w in ROLES.items()])


LEADS_TO = {"verify": Admission.VERIFIED, "ask_for_more": Admission.NEED_INFO, "refuse": Admission.REFUSED}


class DecideForm(FlaskForm):
    decision = RadioField(
        _("Decision"),
        [chosen()],
        choices=[
            SelectChoice("verify", _("Admit: papers and facts agree")),
            SelectChoice("ask_for_more", _("Ask for more")),
            SelectChoice("refuse", _("Refuse")),
        ],
    )
    note = ParagraphField(_("What is missing, or why"), limit=1000)

    def offer(self, admission: Admission) -> None:
        """Only what is possible now."""
        self.decision.choices = [
            choice for choice in self.decision.choices if LEADS_TO[choice.value] in MOVES[admission]
        ]

    def validate_note(self, field: ParagraphField) -> None:
        if self.decision.data in ("ask_for_more", "refuse") and not field.data:
            raise ValidationError(_("Say what is missing or why, so that the cooperative can mend it."))


class ReasonForm(FlaskForm):
    reason = ParagraphField(_("Reason"), [required()], limit=500)
