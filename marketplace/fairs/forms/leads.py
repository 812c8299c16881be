"""A visitor leaves his number with a stall."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from marketplace.foundation.web.fields import LineField, ParagraphField, PhoneField, required


class LeadForm(FlaskForm):
    """Consent is never ticked beforehand (Law 91/2025/QH15)."""

    name = LineField(_("Your name"), [required()], limit=80)
    phone = PhoneField(_("Phone number"), [required()])
    wants = ParagraphField(_("What you would like"), [required()], limit=500)
    consent = BooleanField(
        "", [InputRequired(_("Tick that the cooperative may call you, or do not leave your number."))]
    )
    key = HiddenField()
