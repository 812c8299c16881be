"""Zalo's notification service (ZNS): a template that Zalo has approved, with what stands in its gaps, by phone number."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.foundation.carriers import gateway
from marketplace.foundation.messages import Carrier, Outgoing, Refused
from marketplace.foundation.settings import Settings


def make(settings: Settings) -> Carrier | None:
    if not settings.zalo_url:
        return None
    return Zalo(gateway.place(settings.zalo_url, settings.zalo_secret), settings.zalo_templates)


class Zalo:
    """`templates` are Zalo's numbers by the names of our letters. A letter without one is refused, and so goes by SMS."""

    def __init__(self, place: gateway.Place, templates: Mapping[str, str]) -> None:
        self.place, self.templates = place, templates

    def __call__(self, message: Outgoing) -> None:
        template = self.templates.get(message.template)
        if template is None:
            raise Refused(f"Zalo has approved no template for {message.template}")
        content = {"to": message.receiver, "template": template, "parameters": dict(message.parameters)}
        self.place.deliver(message.key, content)
