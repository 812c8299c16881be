"""What people type about certificates."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.certificates.actions import CertificateDetails
from marketplace.certificates.models import Certificate
from marketplace.certificates.rules import BadAmount, format_amount, parse_amount
from marketplace.certificates.schemes import SCHEMES
from marketplace.certificates.states import MOVES, IssuerLevel, Review
from marketplace.certificates.words import ISSUER_LEVELS
from marketplace.foundation import clock
from marketplace.foundation.web import uploads
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    ParagraphField,
    Parsed,
    WholeNumberField,
    chosen,
    not_in_future,
    optional,
    required,
)

MOST_SCOPE = 60
SQUARE_METRES = 10_000  # of a hectare
KILOGRAMS = 1_000  # of a tonne


class AmountField(Parsed):
    """Hectares or tonnes with a fraction, kept as whole square metres or kilograms."""

    failures = BadAmount
    wrong = _("Type a number such as 12 or 0,5.")

    def __init__(self, label: Any = None, validators: Any = None, *, unit: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.unit = unit

    def parse(self, text: str) -> int:
        return parse_amount(text, self.unit)

    def show(self, value: int) -> str:
        return format_amount(value, self.unit)


class CertificateForm(FlaskForm):
    scheme = SelectField(_("Which certificate?"), [chosen()], choices=[])
    stars = SelectField(
        _("OCOP stars"),
        choices=[SelectChoice("", "–"), SelectChoice("3", "3"), SelectChoice("4", "4"), SelectChoice("5", "5")],
    )
    number = LineField(_("Number on the paper"), [required()], limit=80)
    decision_no = LineField(_("Number of the decision"), limit=80)
    issuer_name = LineField(_("Who issued it"), [required()], limit=160)
    issuer_level = RadioField(
        _("Level of the issuer"), [chosen()], choices=[SelectChoice(k.value, w) for k, w in ISSUER_LEVELS.items()]
    )
    holder = LineField(_("Holder, if the paper names somebody else than your cooperative"), limit=200)
    valid_from = DayField(_("Valid from"), [required()])
    valid_to = DayField(_("Valid until"), [required()])
    scope = ParagraphField(_("Products it covers, one a line"), [required()], limit=4000)
    place = LineField(_("Place of production"), limit=200)
    area_m2 = AmountField(_("Area in hectares"), [optional()], unit=SQUARE_METRES)
    expected_yield_kg_per_year = AmountField(_("Expected yield in tonnes a year"), [optional()], unit=KILOGRAMS)
    households_count = WholeNumberField(_("Households that take part"), [optional()], least=1, most=100_000)
    last_surveillance_on = DayField(_("Last surveillance"), [optional(), not_in_future(clock.today)])
    files = MultipleFileField(_("Photos or PDF of the paper, all pages"))
    without_files = SelectMultipleField(
        _("Scans to take away"),
        coerce=int,
        choices=[],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def offer(self) -> None:
        self.scheme.choices = [
            SelectChoice("", "–"),
            *(SelectChoice(code, kind.name) for code, kind in SCHEMES.items()),
        ]

    def offer_files(self, certificate: Certificate) -> None:
        """The scans it has, to tick those that are wrong."""
        self.without_files.choices = [SelectChoice(file.id, file.file_name or _("Open")) for file in certificate.files]

    def validate_files(self, field: MultipleFileField) -> None:
        if len([one for one in field.data or () if one]) > uploads.MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once.", most=uploads.MOST_FILES))

    def validate_stars(self, field: SelectField) -> None:
        kind = SCHEMES.get(self.scheme.data or "")
        if kind is not None and kind.has_stars and not field.data:
            raise ValidationError(_("Choose the stars that the paper names."))

    def validate_valid_to(self, field: DayField) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("It would end before it begins. Compare both days with the paper."))

    def validate_scope(self, field: ParagraphField) -> None:
        if len(self.names()) > MOST_SCOPE:
            raise ValidationError(_("At most %(most)s products.", most=MOST_SCOPE))

    def names(self) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                line.strip(" -•;,")[:160] for line in (self.scope.data or "").split("\n") if line.strip(" -•;,")
            )
        )

    def details(self) -> CertificateDetails:
        kind = SCHEMES[self.scheme.data]
        valid_from, valid_to = self.valid_from.data, self.valid_to.data
        assert valid_from is not None
        assert valid_to is not None
        return CertificateDetails(
            scheme=kind.code,
            number=self.number.data or "",
            decision_no=self.decision_no.data or "",
            issuer_name=self.issuer_name.data or "",
            issuer_level=IssuerLevel(self.issuer_level.data),
            valid_from=valid_from,
            valid_to=valid_to,
            scope=self.names(),
            stars=int(self.stars.data) if kind.has_stars and self.stars.data else None,
            holder=self.holder.data or "",
            place=self.place.data or "",
            area_m2=self.area_m2.data,
            expected_yield_kg_per_year=self.expected_yield_kg_per_year.data,
            households_count=self.households_count.data,
            last_surveillance_on=self.last_surveillance_on.data,
        )


def values_of(certificate: Certificate, legal_name: str) -> dict[str, Any]:
    """What the form shows of a certificate handed in before."""
    same = {name: getattr(certificate, name) for name in CertificateDetails.__dataclass_fields__ if name != "scope"}
    return {
        **same,
        "holder": certificate.holder if certificate.holder != legal_name else "",
        "stars": str(certificate.stars or ""),
        "scope": "\n".join(entry.name for entry in certificate.scope),
    }


DECISIONS = [
    SelectChoice("verify", _("Verify: paper and entries agree")),
    SelectChoice("ask_for_more", _("Ask for more")),
    SelectChoice("refuse", _("Refuse")),
]


class ReviewForm(FlaskForm):
    decision = RadioField(_("Decision"), [chosen()], choices=DECISIONS)
    note = ParagraphField(_("What is missing, or why"), limit=1000)
    seen = HiddenField()

    def offer(self, certificate: Certificate) -> None:
        """What can be decided now, about what is shown now."""
        reachable = {"verify": Review.VERIFIED, "ask_for_more": Review.NEED_INFO, "refuse": Review.REFUSED}
        self.decision.choices = [choice for choice in DECISIONS if reachable[choice.value] in MOVES[certificate.review]]
        self.seen.data = certificate.submitted_at.isoformat()

    def validate_note(self, field: ParagraphField) -> None:
        if self.decision.data in ("ask_for_more", "refuse") and not field.data:
            raise ValidationError(_("Say what is missing or why, so that the cooperative can mend it."))


class NoteForm(FlaskForm):
    note = ParagraphField(_("Reason"), [required()], limit=500)
