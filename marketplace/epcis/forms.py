"""The form that lets a machine in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.foundation.web.fields import LineField, required


class TokenForm(FlaskForm):
    name = LineField(_("Which machine is it for?"), [required()], limit=60)
