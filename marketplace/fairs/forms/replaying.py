"""Where the recording of a fair is seen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from marketplace.fairs import rules
from marketplace.foundation.web.fields import LineField, optional


class ReplayForm(FlaskForm):
    """`hls_hosts` are those that the operator named."""

    url = LineField(_("Address of the recording"), [optional()], limit=300)
    lead = LineField(_("Where in the recording the fair opens"), [optional()], limit=9)
    hls_hosts: tuple[str, ...] = ()

    def validate_url(self, field: Field) -> None:
        if field.data and rules.video_of(field.data, self.hls_hosts) is None:
            raise ValidationError(
                _("Only recordings on YouTube or Facebook. Copy the address of the video from there, with https://.")
            )

    def validate_lead(self, field: Field) -> None:
        if field.data and rules.parse_clock(field.data) is None:
            raise ValidationError(_("Type minutes and seconds with a colon, such as 3:20."))

    @property
    def lead_seconds(self) -> int:
        return rules.parse_clock(self.lead.data or "0") or 0
