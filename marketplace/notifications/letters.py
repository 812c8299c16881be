"""Letters: written in the receiver's language from templates/email, then put into the outbox.

A letter `x/y` is `x/y.txt` (first line: subject) for e-mail, and `x/y.sms.txt` for whoever has only a phone. With
`x/y.zalo.txt` beside it (a line for each gap of Zalo's template, “name: words”) it goes by Zalo first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import force_locale
from jinja2 import TemplateNotFound

from marketplace.accounts import rules
from marketplace.accounts.models import Person
from marketplace.foundation import messages
from marketplace.foundation.messages import Channel
from marketplace.foundation.settings import Settings
from marketplace.notifications.rules import OBLIGATORY, topic_of
from marketplace.notifications.states import Way
from marketplace.orders import rules as orders


@dataclass(frozen=True)
class Receiver:
    """Where somebody is reached and what he reads."""

    contact: str
    language: str
    refused: frozenset[Way] = frozenset()

    @property
    def is_email(self) -> bool:
        return rules.is_email(self.contact)


@dataclass(frozen=True)
class Letter:
    receiver: Receiver
    channels: tuple[Channel, ...]
    name: str
    subject: str
    text: str
    html: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def person(somebody: Person, *, refused: frozenset[Way] = frozenset()) -> Receiver | None:
    """Where he is reached, None when he wants no letter about it."""
    return reached(somebody.email or "", somebody.phone or "", somebody.language, refused)


def reached(email: str, phone: str, language: str, refused: frozenset[Way]) -> Receiver | None:
    """E-mail first: it costs nothing and says more."""
    if email and Way.EMAIL not in refused:
        return Receiver(email, language, refused)
    if phone and not {Way.ZALO, Way.SMS} <= refused:
        return Receiver(phone, language, refused)
    return None


def compose(name: str, receiver: Receiver, /, **facts: Any) -> Letter:
    """Fill the template in. Jinja's own environment, because a page's surroundings (who is signed in) are no business
    of a letter."""
    find = current_app.jinja_env.get_template
    facts = {**facts, "site": settings().public_url}
    with force_locale(receiver.language):
        if not receiver.is_email:
            return _compose_for_phone(name, receiver, facts)
        subject, _, text = find(f"email/{name}.txt").render(facts).strip().partition("\n")
        text = text.strip() + "\n"
        html = find("email/letter.html").render(
            subject=subject,
            paragraphs=text.strip().split("\n\n"),
            site=settings().public_url,
            language=receiver.language,
        )
    return Letter(receiver, (Channel.EMAIL,), name, subject=subject, text=text, html=html)


def _compose_for_phone(name: str, receiver: Receiver, facts: dict[str, Any]) -> Letter:
    find = current_app.jinja_env.get_template
    text = " ".join(find(f"email/{name}.sms.txt").render(facts).split())
    try:
        lines = find(f"email/{name}.zalo.txt").render(facts).strip().splitlines()
    except TemplateNotFound:
        lines = []
    pairs = (line.partition(":") for line in lines)
    parameters = {gap.strip(): " ".join(words.split()) for gap, _, words in pairs if gap.strip()}
    channels = []
    if parameters and Way.ZALO not in receiver.refused:
        channels.append(Channel.ZALO)
    if Way.SMS not in receiver.refused:
        channels.append(Channel.SMS)
    return Letter(receiver, tuple(channels), name, subject="", text=text, parameters=parameters)


def post(letter: Letter, *, key: str | None = None, is_secret: bool = False) -> None:
    """Put the letter into the outbox, in the open transaction; once for each `key` and receiver.

    A letter that only Zalo may bring and that Zalo does not know is not written: the bell tells it.
    """
    receiver = letter.receiver
    if not letter.channels:
        return
    messages.write(
        letter.channels,
        to=receiver.contact,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        template=letter.name if letter.parameters else "",
        parameters=letter.parameters,
        is_secret=is_secret,
        is_obligatory=topic_of(letter.name) in OBLIGATORY,
        key=f"{key}:{receiver.contact}" if key else None,
    )


def settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found


def link(path: str) -> str:
    """A page of this market. Never built from the request: its Host header may be somebody else's word."""
    return settings().public_url + path


def order_link(code: str, *, beside: str = "") -> str:
    """The order's page, or one beside it, with its key."""
    return link(f"/don-hang/{code}{beside}?k={orders.access_key(code, settings().secret_key)}")
