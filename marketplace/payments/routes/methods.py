"""Which ways to pay this market offers, and why others are hidden; how long goods are held for each."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from marketplace.accounts.models import Person
from marketplace.foundation import clock
from marketplace.foundation.settings import Settings
from marketplace.foundation.web import access
from marketplace.payments import rules
from marketplace.payments.words import CONTEXTS, methods_of

pages = Blueprint("payments_methods", __name__)


@pages.get("/cach-tra-tien")
@access.admin
def methods(person: Person) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "payments/alliance/methods.html",
        methods=methods_of(settings),
        holds=rules.holds_on(clock.today()),
        contexts=CONTEXTS,
    )
