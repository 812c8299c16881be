"""Who brings messages to people: a file for each way, and a line here.

A carrier is made from the settings, or None when they do not name it. To add a gateway that speaks otherwise than
`gateway.py`, write its file after the example of `zalo.py` and name it in `_MAKERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from marketplace.foundation.carriers import sms, smtp, zalo
from marketplace.foundation.messages import Carrier, Channel
from marketplace.foundation.settings import Settings

_MAKERS: dict[Channel, Callable[[Settings], Carrier | None]] = {
    Channel.EMAIL: smtp.make,
    Channel.ZALO: zalo.make,
    Channel.SMS: sms.make,
}


def made_from(settings: Settings) -> dict[Channel, Carrier]:
    made = {channel: make(settings) for channel, make in _MAKERS.items()}
    return {channel: carrier for channel, carrier in made.items() if carrier is not None}
