"""What buyers, cooperatives and officers type about complaints and reviews."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice

from marketplace.care.states import Answer, Kind, Wish
from marketplace.care.words import ANSWERS, KINDS, STARS, WISHES
from marketplace.foundation.web.fields import LineField, ParagraphField, chosen, optional, required


class ComplaintForm(FlaskForm):
    kind = RadioField(
        _("What is wrong?"), [chosen()], choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()]
    )
    words = ParagraphField(_("Tell what happened"), [required()], limit=2000)
    photos = MultipleFileField(_("Photos"))
    kept_photos = HiddenField()
    wish = RadioField(
        _("What would you like?"),
        [chosen()],
        choices=[SelectChoice(wish.value, words) for wish, words in WISHES.items()],
    )

    def offer_only(self, *kinds: Kind) -> None:
        """A parcel that is on the way can only be one that does not arrive."""
        self.kind.choices = [SelectChoice(kind.value, KINDS[kind]) for kind in kinds]
        if self.kind.data is None:
            self.kind.data = kinds[0].value

    @property
    def asked(self) -> tuple[Kind, Wish]:
        return Kind(self.kind.data), Wish(self.wish.data)


class AskAllianceForm(FlaskForm):
    words = ParagraphField(_("Why do you not agree?"), [required()], limit=1000)


class AnswerForm(FlaskForm):
    answer = RadioField(
        _("Your answer"), [chosen()], choices=[SelectChoice(one.value, words) for one, words in ANSWERS.items()]
    )
    words = ParagraphField(_("What do you write to the buyer?"), [required()], limit=1000)

    def offer(self, *, has_arrived: bool) -> None:
        """What has not arrived cannot be sent back."""
        answers = [one for one in Answer if has_arrived or one != Answer.RETURN]
        self.answer.choices = [SelectChoice(one.value, ANSWERS[one]) for one in answers]


class PromiseForm(FlaskForm):
    words = LineField(_("Note, such as the number of the parcel"), [optional()], limit=200)


class DecisionForm(FlaskForm):
    decision = RadioField(
        _("Your decision"),
        [chosen()],
        choices=[
            SelectChoice("grant", _("The buyer gets money back")),
            SelectChoice("reject", _("The complaint is rejected")),
        ],
    )
    words = ParagraphField(_("Reason, read by both sides"), [required()], limit=1000)


class ReviewForm(FlaskForm):
    stars = RadioField(
        _("How happy are you with it?"),
        [chosen()],
        choices=[SelectChoice(str(count), words) for count, words in STARS.items()],
    )
    words = ParagraphField(_("What should others know?"), [optional()], limit=2000)
    photos = MultipleFileField(_("Photos"))
    kept_photos = HiddenField()
    drop_photos = BooleanField(_("Remove the photos that are there"))


class ReviewAnswerForm(FlaskForm):
    words = ParagraphField(_("Your answer"), [required()], limit=1000)


class TakeDownForm(FlaskForm):
    reason = LineField(_("Reason, read by everybody"), [required()], limit=200)
