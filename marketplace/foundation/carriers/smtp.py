"""E-mail, handed to a mail server."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from marketplace.foundation.messages import Carrier, Outgoing, Refused
from marketplace.foundation.settings import Settings

PATIENCE_SECONDS = 20


def make(settings: Settings) -> Carrier | None:
    return Smtp(settings.smtp_url, settings.mail_from) if settings.smtp_url else None


class Smtp:
    """Carries e-mail to a mail server named by smtp://user:password@host:port (STARTTLS) or smtps://…

    A mail server knows no keys. The letter's Message-ID is made from ours, so that a mailbox which gets it twice, after
    a worker was killed between sending and noting it, shows it once.
    """

    def __init__(self, url: str, sender: str) -> None:
        self.place = urlsplit(url)
        self.sender = sender

    def __call__(self, message: Outgoing) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, message.receiver, message.subject
        letter["Message-ID"] = f"<{message.key}@{self.sender.rpartition('@')[2].strip('<> ') or 'localhost'}>"
        letter.set_content(message.text)
        if message.html:
            letter.add_alternative(message.html, subtype="html")
        secure = self.place.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        host, port = self.place.hostname or "localhost", self.place.port or (465 if secure else 587)
        with kind(host, port, timeout=PATIENCE_SECONDS) as server:
            server.ehlo_or_helo_if_needed()
            if not secure and server.has_extn("starttls"):
                server.starttls()
            if self.place.username:
                server.login(unquote(self.place.username), unquote(self.place.password or ""))
            try:
                server.send_message(letter)
            except smtplib.SMTPRecipientsRefused as refusal:
                code, words = refusal.recipients[message.receiver]
                if 500 <= code < 600:
                    raise Refused(f"{code} {words.decode('utf-8', 'replace')}") from refusal
                raise
