"""What people type about fairs before they begin."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.accounts import rules as contacts
from marketplace.certificates.schemes import SCHEMES
from marketplace.fairs.actions import FairDetails, NewItem
from marketplace.fairs.models import Fair
from marketplace.fairs.rules import moved_by
from marketplace.fairs.states import CrewRole
from marketplace.fairs.words import CREW_ROLES
from marketplace.foundation import clock, phones
from marketplace.foundation.money import format_dong
from marketplace.foundation.web import uploads
from marketplace.foundation.web.fields import (
    LineField,
    MomentField,
    MoneyField,
    ParagraphField,
    Parsed,
    PhoneField,
    WholeNumberField,
    chosen,
    optional,
    required,
)
from marketplace.geography import queries as geography

MOST_BOOTHS = 200


class TicksField(SelectMultipleField):
    """Several of many, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FairForm(FlaskForm):
    name = LineField(_("Name of the fair"), [required()], limit=120)
    theme = LineField(_("Theme in one sentence"), [required()], limit=160)
    description = ParagraphField(_("What visitors should know"), limit=4000)
    cover = FileField(_("Cover picture"))
    kept_cover = HiddenField()
    without_cover = BooleanField(_("Take the cover picture away"))
    province = SelectField(_("Alliance that runs it"), [chosen()], choices=[])
    provinces = TicksField(_("Only cooperatives of these provinces"), choices=[])
    registration_opens_at = MomentField(_("Applications open"), [required()])
    registration_closes_at = MomentField(_("Applications close"), [required()])
    starts_at = MomentField(_("The fair begins"), [required()])
    ends_at = MomentField(_("The fair ends"), [required()])
    booth_quota = WholeNumberField(_("Places for cooperatives"), [required()], least=1, most=MOST_BOOTHS)
    slot_minutes = WholeNumberField(_("Minutes for each"), [required()], least=3, most=120)
    gap_minutes = WholeNumberField(_("Minutes between two"), [optional()], least=0, most=60)
    max_discount_percent = WholeNumberField(_("Highest discount"), [required()], least=1, most=50)
    per_buyer = WholeNumberField(_("Packs that one buyer may have"), [required()], least=1, most=99)
    least_stars = SelectField(
        _("OCOP stars that products need"),
        choices=[SelectChoice("0", _("none needed")), *(SelectChoice(str(n), str(n)) for n in (3, 4, 5))],
    )
    required_schemes = TicksField(_("Certificates that products need"), choices=[])
    rules_text = ParagraphField(_("Rules that cooperatives accept"), [required()], limit=8000)

    def offer(self, provinces: list[tuple[str, str]]) -> None:
        self.province.choices = [SelectChoice(code, name) for code, name in provinces]
        self.provinces.choices = [SelectChoice(one.code, one.bare_name) for one in geography.provinces()]
        self.required_schemes.choices = [SelectChoice(code, kind.name) for code, kind in SCHEMES.items()]

    def validate_registration_closes_at(self, field: MomentField) -> None:
        self._after(self.registration_opens_at, field, _("Applications must close after they open."))

    def validate_starts_at(self, field: MomentField) -> None:
        closes = self.registration_closes_at.data
        if closes and field.data and field.data < closes:
            raise ValidationError(_("The fair begins when applications are closed, or later."))

    def validate_ends_at(self, field: MomentField) -> None:
        self._after(self.starts_at, field, _("The fair must end after it begins."))

    def _after(self, before: MomentField, field: MomentField, words: Any) -> None:
        if before.data and field.data and field.data <= before.data:
            raise ValidationError(words)

    def check(self, *, refused: list[str]) -> bool:
        """Whether it was sent and all fits; why a picture was refused stands beside its field then."""
        is_valid: bool = self.validate_on_submit()
        self.cover.errors = refused
        return is_valid and not refused

    def details(self) -> FairDetails:
        opens, closes = self.registration_opens_at.data, self.registration_closes_at.data
        starts, ends = self.starts_at.data, self.ends_at.data
        assert opens is not None
        assert closes is not None
        assert starts is not None
        assert ends is not None
        return FairDetails(
            name=self.name.data or "",
            theme=self.theme.data or "",
            description=self.description.data or "",
            provinces=sorted(self.provinces.data or []),
            registration_opens_at=opens,
            registration_closes_at=closes,
            starts_at=starts,
            ends_at=ends,
            booth_quota=self.booth_quota.data or 1,
            slot_minutes=self.slot_minutes.data or 1,
            gap_minutes=self.gap_minutes.data or 0,
            max_discount_percent=self.max_discount_percent.data or 1,
            per_buyer=self.per_buyer.data or 1,
            least_stars=int(self.least_stars.data or 0),
            required_schemes=sorted(self.required_schemes.data or []),
            rules_text=self.rules_text.data or "",
        )


def values_of(fair: Fair, *, as_new: bool = False) -> dict[str, Any]:
    """What the form shows of a fair; as a new one, with its dates moved by whole weeks into the future."""
    values = {name: getattr(fair, name) for name in FairDetails.__dataclass_fields__}
    values |= {"province": fair.province_code, "least_stars": str(fair.least_stars)}
    if as_new:
        weeks = moved_by(fair.registration_opens_at, clock.now())
        for name in ("registration_opens_at", "registration_closes_at", "starts_at", "ends_at"):
            values[name] = values[name] + weeks
    return values


class ReasonForm(FlaskForm):
    reason = ParagraphField(_("Reason, which everybody reads"), [required()], limit=500)


ANSWERS = [
    SelectChoice("approve", _("Give it a place")),
    SelectChoice("ask", _("Ask to mend something")),
    SelectChoice("refuse", _("Do not accept")),
]


class AnswerForm(FlaskForm):
    answer = RadioField(_("Answer"), [chosen()], choices=ANSWERS)
    note = ParagraphField(_("What is to be mended, or why not"), limit=1000)

    def validate_note(self, field: ParagraphField) -> None:
        if self.answer.data in ("ask", "refuse") and not field.data:
            raise ValidationError(_("Say what is missing or why, so that the cooperative can mend it."))


class SlotForm(FlaskForm):
    title = LineField(_("What happens"), [required()], limit=120)
    starts_at = MomentField(_("From"), [required()])
    minutes = WholeNumberField(_("Minutes"), [required()], least=1, most=240)


class CrewForm(FlaskForm):
    phone = PhoneField(_("Phone number of a person who has an account here"), [required()])
    role = RadioField(
        _("What for"), [chosen()], choices=[SelectChoice(role.value, words) for role, words in CREW_ROLES.items()]
    )

    def chosen_role(self) -> CrewRole:
        return CrewRole(self.role.data)


class BoothForm(FlaskForm):
    profile = ParagraphField(_("What the host says about you"), limit=1500)
    speaker_name = LineField(_("Who speaks on air"), limit=120)
    speaker_phone = PhoneField(_("Phone number of the speaker"), [optional()])
    wishes = ParagraphField(_("Wishes: which hour suits you, what else to know"), limit=600)

    def fill(self) -> dict[str, Any]:
        return {
            "profile": self.profile.data or "",
            "speaker_name": self.speaker_name.data or "",
            "speaker_phone": self.speaker_phone.data or "",
            "wishes": self.wishes.data or "",
        }


class ItemForm(FlaskForm):
    price = MoneyField(_("Session price of a pack"), [required()])
    packs = WholeNumberField(_("How many packs"), [required()], least=1, most=100_000)
    per_buyer = WholeNumberField(_("At most for one buyer"), [required()], least=1, most=99)
    pitch = LineField(_("One sentence for the host"), limit=200)

    def check(self, *, regular_dong: int, least_dong: int, packs: int, per_buyer: int) -> bool:
        """Whether the figures fit the goods and the fair; what is wrong stands beside the field then."""
        if not self.validate():
            return False
        price, wanted, share = self._figures()
        if not least_dong <= price < regular_dong:
            self.price.errors = [
                _(
                    "Type a price from %(least)s to below %(usual)s.",
                    least=format_dong(least_dong),
                    usual=format_dong(regular_dong),
                )
            ]
        if wanted > packs:
            self.packs.errors = [_("Only %(count)s packs are left in this lot.", count=packs)]
        if share > per_buyer:
            self.per_buyer.errors = [_("This fair allows at most %(count)s packs for one buyer.", count=per_buyer)]
        return not self.errors

    def item(self, *, variant_id: int, lot_id: int) -> NewItem:
        return NewItem(variant_id, lot_id, *self._figures(), pitch=self.pitch.data or "")

    def _figures(self) -> tuple[int, int, int]:
        return self.price.data or 0, self.packs.data or 0, self.per_buyer.data or 0


class PapersForm(FlaskForm):
    files = MultipleFileField(_("Photos or PDF of the papers"))

    def validate_files(self, field: MultipleFileField) -> None:
        if len([one for one in field.data or () if one]) > uploads.MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once.", most=uploads.MOST_FILES))


class HandInForm(FlaskForm):
    accept = BooleanField(_("We have read the rules of this fair and keep them"))


class ContactField(Parsed):
    """A phone number or an e-mail address, as accounts keep either."""

    failures = phones.BadPhone
    wrong = _("Type a phone number such as 0912 345 678, or an e-mail address.")

    def parse(self, text: str) -> str:
        return contacts.one_contact(*contacts.parse_contact(text))

    def show(self, value: str) -> str:
        return value if contacts.is_email(value) else phones.format_phone(value)


class FollowForm(FlaskForm):
    contact = ContactField(_("Your phone number or e-mail"), [required()])
    booth = SelectField(_("Remind me of"), choices=[])

    def offer(self, booths: list[tuple[int, str]]) -> None:
        self.booth.choices = [
            SelectChoice("", _("the whole fair")),
            *(SelectChoice(str(i), name) for i, name in booths),
        ]
