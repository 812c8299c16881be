"""Text messages."""

from __future__ import annotations

from marketplace.foundation.carriers import gateway
from marketplace.foundation.messages import Carrier, Outgoing
from marketplace.foundation.settings import Settings


def make(settings: Settings) -> Carrier | None:
    return Sms(gateway.place(settings.sms_url, settings.sms_secret)) if settings.sms_url else None


class Sms:
    def __init__(self, place: gateway.Place) -> None:
        self.place = place

    def __call__(self, message: Outgoing) -> None:
        self.place.deliver(message.key, {"to": message.receiver, "text": message.text})
