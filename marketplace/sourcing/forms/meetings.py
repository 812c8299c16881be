"""What people type about a conference and their meetings there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice, SelectField, ValidationError

from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock, dates
from marketplace.foundation.web.fields import (
    DayField,
    LineField,
    Parsed,
    PhoneField,
    TaxCodeField,
    WholeNumberField,
    chosen,
    required,
)
from marketplace.sourcing.actions import ConferencePlan, Party
from marketplace.sourcing.models import Conference, Demand
from marketplace.sourcing.rules import LONGEST_MEETING, meeting_times
from marketplace.sourcing.words import clock_time

SHORTEST_MINUTES, MOST_TABLES, MOST_TIMES = 5, 60, 96
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:hg.]([0-9]{2})?)?", re.ASCII)


class ClockField(Parsed):
    """A time of the day: 9:30, 9h30, 14h."""

    wrong = _("Type a time such as 09:30.")

    def parse(self, text: str) -> time:
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return time(int(found[1]), int(found[2] or 0))

    def show(self, value: time) -> str:
        return f"{value.hour:02}:{value.minute:02}"


class ConferenceForm(FlaskForm):
    held_on = DayField(_("Day"), [required()])
    begins = ClockField(_("First meeting at"), [required()])
    ends = ClockField(_("All is over at"), [required()])
    minutes = WholeNumberField(
        _("Minutes for a meeting"),
        [required()],
        least=SHORTEST_MINUTES,
        most=int(LONGEST_MEETING.total_seconds()) // 60,
    )
    tables = WholeNumberField(_("How many tables"), [required()], least=1, most=MOST_TABLES)
    place = LineField(_("Where people meet"), limit=200)
    video_url = LineField(_("Link of the online room"), limit=300)
    last_on = date.max  # the fair's last day

    def validate_held_on(self, field: DayField) -> None:
        if field.data and field.data < clock.today():
            raise ValidationError(_("This day is over."))
        if field.data and field.data > self.last_on:
            raise ValidationError(
                _("The fair is over after %(until)s. Choose a day until then.", until=dates.format_day(self.last_on))
            )

    def validate_ends(self, field: ClockField) -> None:
        if self.begins.data is None or field.data is None or not self.minutes.data:
            return
        day = clock.today()
        starts_at, ends_at = (datetime.combine(day, one, dates.VIETNAM) for one in (self.begins.data, field.data))
        count = len(meeting_times(starts_at, ends_at, self.minutes.data))
        if not count:
            raise ValidationError(_("There is no time for a meeting. Let it end later."))
        if count > MOST_TIMES:
            raise ValidationError(
                _("These are more than %(most)s times. Let a meeting be longer, or the day shorter.", most=MOST_TIMES)
            )

    def validate_place(self, field: LineField) -> None:
        if not field.data and not self.video_url.data:
            raise ValidationError(_("Type a place, or the link of an online room below."))

    def validate_video_url(self, field: LineField) -> None:
        if field.data and not re.fullmatch(r"https://[^\s/]+\.[^\s]+", field.data):
            raise ValidationError(_("Paste the whole link, which begins with https://"))

    def plan(self) -> ConferencePlan:
        day, begins, ends = self.held_on.data, self.begins.data, self.ends.data
        assert day is not None, "the form has checked it"
        assert begins is not None
        assert ends is not None
        return ConferencePlan(
            starts_at=datetime.combine(day, begins, dates.VIETNAM),
            ends_at=datetime.combine(day, ends, dates.VIETNAM),
            minutes=self.minutes.data or 0,
            tables=self.tables.data or 0,
            place=self.place.data or "",
            video_url=self.video_url.data or "",
        )


def values_of(conference: Conference) -> dict[str, Any]:
    """What the form shows of a conference."""
    starts_at, ends_at = (one.astimezone(dates.VIETNAM) for one in (conference.starts_at, conference.ends_at))
    return {
        "held_on": starts_at.date(),
        "begins": starts_at.time(),
        "ends": ends_at.time(),
        **{name: getattr(conference, name) for name in ("minutes", "tables", "place", "video_url")},
    }


class AskForm(FlaskForm):
    """A buyer comes with a demand, or as a company that names its tax code."""

    time = SelectField(_("When?"), [chosen()], validate_choice=False)
    demand = SelectField(_("About which of your demands?"), validate_choice=False)
    buyer_name = LineField(_("Name of the kitchen, shop or company"), [required()], limit=120)
    tax_code = TaxCodeField(_("Tax code of the company"))
    phone = PhoneField(_("Phone number"), [required()])
    topic = LineField(_("What about?"), [required()], limit=200)

    def offer(self, times: Sequence[datetime], demands: Sequence[Demand]) -> None:
        self._times = {clock_time(one): one for one in times}
        self._demands = {str(one.id): one for one in demands}
        self.time.choices = [SelectChoice(one, one) for one in self._times]
        self.demand.choices = [SelectChoice("", _("none of them"))]
        self.demand.choices += [SelectChoice(str(one.id), f"{one.product} ({one.code})") for one in demands]
        if not demands:
            del self.demand

    @property
    def chosen_time(self) -> datetime | None:
        return self._times.get(self.time.data or "")

    @property
    def _demand(self) -> Demand | None:
        return self._demands.get(self.demand.data or "") if self.demand else None

    def validate_time(self, field: SelectField) -> None:
        if self.chosen_time is None:
            raise ValidationError(_("This time is taken now. Choose one of those that are left."))

    def validate_tax_code(self, field: TaxCodeField) -> None:
        if not field.data and self._demand is None:
            raise ValidationError(self._lacks())

    def _lacks(self) -> str:
        if self._demands:
            return str(_("Type the tax code of your company, or choose one of your demands above."))
        return str(_("Type the tax code of your company, or post what you need first."))

    def party(self, person_id: int) -> Party:
        demand = self._demand
        return Party(
            person_id=person_id,
            buyer_name=self.buyer_name.data or "",
            phone=str(self.phone.data),
            topic=self.topic.data or "",
            tax_code=self.tax_code.data or "",
            demand_id=demand.id if demand else None,
        )


class OtherTimeForm(FlaskForm):
    """`seen` is the time that stood on the page."""

    seen = HiddenField()
    time = SelectField(_("Which time suits you?"), [chosen()], validate_choice=False)
    words = LineField(_("Message"), limit=200)

    def offer(self, times: Sequence[datetime]) -> None:
        self._times = {clock_time(one): one for one in times}
        self.time.choices = [SelectChoice(one, one) for one in self._times]

    @property
    def chosen_time(self) -> datetime | None:
        return self._times.get(self.time.data or "")

    def validate_time(self, field: SelectField) -> None:
        if self.chosen_time is None:
            raise ValidationError(_("This time is taken now. Choose one of those that are left."))


class ArrangeForm(FlaskForm):
    demand = SelectField(_("Buyer"), [chosen()], validate_choice=False)
    cooperative = SelectField(_("Cooperative"), [chosen()], validate_choice=False)

    def offer(self, demands: Sequence[Demand], cooperatives: Sequence[Cooperative]) -> None:
        self._demands = {str(one.id): one for one in demands}
        self._cooperatives = {str(one.id): one for one in cooperatives}
        self.demand.choices = [SelectChoice("", _("Choose a buyer with what he asks for"))]
        self.demand.choices += [SelectChoice(str(one.id), f"{one.buyer_name}: {one.product}") for one in demands]
        self.cooperative.choices = [SelectChoice("", _("Choose a cooperative of the fair"))]
        self.cooperative.choices += [SelectChoice(str(one.id), one.short_name) for one in cooperatives]

    def validate_demand(self, field: SelectField) -> None:
        if field.data not in self._demands:
            raise ValidationError(_("Please choose one."))

    def validate_cooperative(self, field: SelectField) -> None:
        if field.data not in self._cooperatives:
            raise ValidationError(_("Please choose one."))

    def party(self) -> Party:
        demand = self._demands[self.demand.data]
        return Party(
            person_id=demand.person_id,
            buyer_name=demand.buyer_name,
            phone=demand.phone,
            topic=demand.product,
            tax_code=demand.tax_code,
            demand_id=demand.id,
        )

    @property
    def cooperative_id(self) -> int:
        return self._cooperatives[self.cooperative.data].id


class MoveForm(FlaskForm):
    seat = SelectField(_("To which time and table?"), [chosen()], validate_choice=False)

    def offer(self, seats: Sequence[tuple[datetime, int]]) -> None:
        self._seats = {f"{clock_time(at)}-{table}": (at, table) for at, table in seats}
        self.seat.choices = [
            SelectChoice(key, gettext("%(time)s, table %(number)s", time=clock_time(at), number=table))
            for key, (at, table) in self._seats.items()
        ]

    @property
    def chosen_seat(self) -> tuple[datetime, int] | None:
        return self._seats.get(self.seat.data or "")

    def validate_seat(self, field: SelectField) -> None:
        if self.chosen_seat is None:
            raise ValidationError(_("This time is taken now. Choose one of those that are left."))
