"""Who is told what after a fair: stalls to pack, officers in time, and followers once."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from marketplace.fairs import actions, tasks
from marketplace.fairs.models import Fair
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.reports import actions as reports
from tests.factories.accounts import make_officer, make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, end_fair, make_booth, make_fair
from tests.notifications.reading import Someone, bell_of, letters_to

FOLLOWER = "theo-doi@mau.invalid"


def test_stalls_pack_officers_report_and_followers_hear_of_it_once(app: Flask) -> None:
    officer, owner = make_officer("33"), make_person()
    alliance, stall = Someone.of(officer), Someone.of(owner)
    elsewhere = Someone.of(make_officer("01"))
    fair_id = make_fair(officer=officer).id
    approve_booth(make_booth(session.get_one(Fair, fair_id), make_cooperative(owner=owner)), by=alliance.id)
    with transaction():
        fair = session.get_one(Fair, fair_id)
        actions.follow(fair, booth_id=None, contact=FOLLOWER, person_id=None, language="vi")
    end_fair(fair_id, by=alliance.id)
    assert bell_of(stall)[-1] == "fairs/ended"
    assert "đã kết thúc" in letters_to(stall.contact)[-1]
    due = {}
    for days in (4, 5, 6, 7, 8):
        with clock.moved_to(clock.now() + timedelta(days=days, minutes=1)):
            tasks.remind_of_reports()
            due[days] = bell_of(alliance).count("fairs/report_due")
    assert due == {4: 0, 5: 1, 6: 1, 7: 2, 8: 2}
    tasks.tell_followers_what_became()
    assert letters_to(FOLLOWER) == []
    with transaction():
        reports.hand_in(session.get_one(Fair, fair_id), by=alliance.id)
    for _minute in range(3):
        tasks.tell_followers_what_became()
    assert bell_of(stall)[-1] == "fairs/own_report"
    assert bell_of(alliance)[-1] == "fairs/reported"
    assert bell_of(elsewhere) == []
    (letter,) = letters_to(FOLLOWER)
    assert "đã khép lại" in letter
    assert "thoi-nhac?ma=" in letter
