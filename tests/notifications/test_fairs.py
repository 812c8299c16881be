"""Officers hear of applications, cooperatives of answers and of a fair that does not take place."""

from __future__ import annotations

from flask import Flask

from marketplace.fairs import actions
from marketplace.fairs.models import Fair
from marketplace.foundation.database import session, transaction
from tests.factories.accounts import make_officer, make_person
from tests.factories.cooperatives import make_cooperative
from tests.factories.fairs import approve_booth, make_booth, make_fair
from tests.notifications.reading import Someone, bell_of, letters_to


def test_an_application_is_told_to_officers_and_its_answer_to_the_cooperative(app: Flask) -> None:
    officer, owner = make_officer("33"), make_person()
    elsewhere = Someone.of(make_officer("01"))
    at_the_alliance, at_the_cooperative = Someone.of(officer), Someone.of(owner)
    fair_id = make_fair(officer=officer).id
    booth = make_booth(session.get_one(Fair, fair_id), make_cooperative(owner=owner))
    assert bell_of(at_the_alliance) == ["alliance/waiting/booth"]
    assert bell_of(elsewhere) == []
    approve_booth(booth, by=at_the_alliance.id)
    assert bell_of(at_the_cooperative) == ["fairs/booth_answered/approved"]
    assert "đã có gian hàng" in letters_to(at_the_cooperative.contact)[-1]
    with transaction():
        actions.call_off(session.get_one(Fair, fair_id), by=at_the_alliance.id, reason="Mưa bão")
    assert bell_of(at_the_cooperative)[-1] == "fairs/called_off"
    assert "Mưa bão" in letters_to(at_the_cooperative.contact)[-1]
