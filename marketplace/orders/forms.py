"""What a buyer types to find an order."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.foundation.web.fields import LineField, PhoneField, required


class FindOrderForm(FlaskForm):
    """The two things a buyer has when he lost the link."""

    code = LineField(_("Order code"), [required()], limit=40)
    phone = PhoneField(_("Phone number you ordered with"), [required()])
