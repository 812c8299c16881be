"""Letters: written in the receiver's language from templates/email, then put into the outbox.

A letter `x/y` is `x/y.txt` (first line: subject) for e-mail, and `x/y.sms.txt` for whoever has only a phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale

from marketplace.accounts import rules
from marketplace.accounts.models import Person
from marketplace.foundation import messages
from marketplace.foundation.messages import Channel
from marketplace.foundation.settings import Settings
from marketplace.orders import rules as orders


@dataclass(frozen=True)
class Receiver:
    """Where somebody is reached and what he reads."""

    contact: str
    language: str

    @property
    def channel(self) -> Channel:
        return Channel.EMAIL if rules.is_email(self.contact) else Channel.SMS


@dataclass(frozen=True)
class Letter:
    receiver: Receiver
    subject: str
    text: str
    html: str


def person(somebody: Person) -> Receiver:
    """E-mail first: it costs nothing and says more."""
    return Receiver(contact=somebody.email or somebody.contacts[0], language=somebody.language)


def compose(name: str, receiver: Receiver, **facts: Any) -> Letter:
    """Fill the template in. Jinja's own environment, because a page's surroundings (who is signed in) are no business
    of a letter."""
    find = current_app.jinja_env.get_template
    facts = {**facts, "site": settings().public_url}
    with force_locale(receiver.language):
        if receiver.channel == Channel.SMS:
            text = " ".join(find(f"email/{name}.sms.txt").render(facts).split())
            return Letter(receiver, subject="", text=text, html="")
        subject, _, text = find(f"email/{name}.txt").render(facts).strip().partition("\n")
        text = text.strip() + "\n"
        html = find("email/letter.html").render(
            subject=subject,
            paragraphs=text.strip().split("\n\n"),
            site=settings().public_url,
            language=receiver.language,
        )
    return Letter(receiver, subject=subject, text=text, html=html)


def post(letter: Letter, *, key: str | None = None, is_secret: bool = False) -> None:
    """Put the letter into the outbox, in the open transaction; once for each `key` and receiver."""
    receiver = letter.receiver
    messages.write(
        receiver.channel,
        to=receiver.contact,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        is_secret=is_secret,
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
