"""What cooperatives press after a fair."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import InputRequired

from marketplace.reports.words import RATINGS


class RatingForm(FlaskForm):
    height = RadioField(
        _("How content are you with this fair?"),
        choices=[SelectChoice(str(height), words) for height, words in RATINGS.items()],
        validators=[InputRequired(_("Choose one of the five answers."))],
    )
