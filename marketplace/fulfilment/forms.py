"""What people type while they work an order off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectChoice, SelectField

from marketplace.foundation import clock
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    ParagraphField,
    PhoneField,
    chosen,
    not_in_future,
    required,
)
from marketplace.fulfilment.providers.by_hand import CARRIERS


class HandOverForm(FlaskForm):
    carrier = SelectField(
        _("Which parcel service?"),
        choices=[SelectChoice("", _("Another one")), *(SelectChoice(one.code, one.name) for one in CARRIERS.values())],
        default="",
        validate_choice=False,
    )
    tracking = LineField(_("Tracking number"), limit=60)


class CoachForm(FlaskForm):
    plate = LineField(_("Number plate of the coach"), [required()], limit=20)
    coach_phone = PhoneField(_("Phone of the driver"), [required()])
    arrival = LineField(_("When and where it arrives"), [required()], limit=120)


class RefuseForm(FlaskForm):
    reason = ParagraphField(_("Why can you not send it? The buyer reads this."), [required()], limit=500)


class PackForm(FlaskForm):
    code = LineField(_("Code on the pack"), [required()], limit=300)


class UnscannedForm(FlaskForm):
    reason = LineField(_("Why are not all packs scanned?"), [required()], limit=200)


class TrackingForm(FlaskForm):
    carrier = SelectField(
        _("Carrier"), [chosen()], choices=[SelectChoice(one.code, one.name) for one in CARRIERS.values()]
    )
    table = FileField(_("The carrier's file (CSV)"), [FileRequired(_("Choose a file."))])


class StatementForm(TrackingForm):
    """A statement comes from the same carriers in the same kind of file."""


class BillForm(FlaskForm):
    carrier = SelectField(
        _("Carrier"), [chosen()], choices=[SelectChoice(one.code, one.name) for one in CARRIERS.values()]
    )
    number = LineField(_("Number of the bill"), [required()], limit=60)
    billed_on = DayField(_("Day of the bill"), [required(), not_in_future(clock.today)])
    table = FileField(_("The carrier's file (CSV)"), [FileRequired(_("Choose a file."))])


class DecideForm(FlaskForm):
    reason = LineField(_("Reason"), [required()], limit=300)


class ArrivalForm(FlaskForm):
    code = LineField(_("Code on the parcel"), [required()], limit=300)


class SendOnForm(FlaskForm):
    """How a gathered order leaves; what is fetched needs neither carrier nor number."""

    carrier = SelectField(
        _("Carrier"), [chosen()], choices=[SelectChoice(one.code, one.name) for one in CARRIERS.values()]
    )
    tracking = LineField(_("Tracking number"), limit=60)
    reason = LineField(_("Why not wait for the rest?"), limit=200)
