"""What people type while they work an order off."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.foundation.web.fields import LineField, ParagraphField, required


class HandOverForm(FlaskForm):
    tracking = LineField(_("Tracking number"), limit=60)


class RefuseForm(FlaskForm):
    reason = ParagraphField(_("Why can you not send it? The buyer reads this."), [required()], limit=500)


class PackForm(FlaskForm):
    code = LineField(_("Code on the pack"), [required()], limit=300)
