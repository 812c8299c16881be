"""What hosts, moderators, viewers and cooperatives type while a fair is on."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField

from marketplace.fairs import rules
from marketplace.foundation.web.fields import (
    LineField,
    ParagraphField,
    PhoneField,
    WholeNumberField,
    optional,
    required,
)


class CutForm(FlaskForm):
    reason = LineField(_("Reason, read by everybody"), [required()], limit=200)


class MinutesForm(FlaskForm):
    minutes = WholeNumberField(_("Minutes"), [required()], least=1, most=180)


class NoticeForm(FlaskForm):
    text = LineField(_("Notice to all viewers"), [optional()], limit=200)


class CardForm(FlaskForm):
    text = ParagraphField(_("Words on the stage"), [optional()], limit=300)
    photo = FileField(_("Photo"))


class ChatForm(FlaskForm):
    is_open = BooleanField(_("Viewers may write"))
    is_moderated = BooleanField(_("The crew reads every message first"))
    slow_seconds = WholeNumberField(_("Seconds between two messages of one viewer"), [optional()], most=300)


class MessageForm(FlaskForm):
    text = LineField(_("Your message"), [required()], limit=rules.LONGEST_MESSAGE)
    key = HiddenField()


class GuestForm(FlaskForm):
    name = LineField(_("Your name"), [required()], limit=40)
    phone = PhoneField(_("Phone number"), [required()])


class GuestCodeForm(FlaskForm):
    code = LineField(_("Code of six digits"), [required()], limit=12)

    @property
    def digits(self) -> str:
        """Without the blank that people type in the middle."""
        return (self.code.data or "").replace(" ", "")


class VideoForm(FlaskForm):
    url = LineField(_("Video address"), [optional()], limit=300)

    def check(self, hls_hosts: Collection[str]) -> bool:
        """Whether the address is empty or one that may be shown; what is wrong stands beside the field then."""
        if not self.validate_on_submit():
            return False
        if self.url.data and rules.video_of(self.url.data, hls_hosts) is None:
            self.url.errors = [
                _(
                    "This address is not let in. Copy the address of a YouTube or Facebook video, such as"
                    " https://www.youtube.com/watch?v=…"
                )
            ]
        return not self.url.errors


class NoteForm(FlaskForm):
    text = LineField(_("Message to the crew"), [required()], limit=200)
    key = HiddenField()


class SilenceForm(FlaskForm):
    reason = LineField(_("Reason"), [required()], limit=200)
    minutes = WholeNumberField(_("Minutes"), [optional()], least=0, most=600)


class AnswerForm(FlaskForm):
    answer = LineField(_("Answer"), [required()], limit=rules.LONGEST_MESSAGE)
