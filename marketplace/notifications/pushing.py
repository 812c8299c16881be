"""The push service that this installation has, if it has a key for one."""

from __future__ import annotations

from marketplace.foundation.web_push import PushService

_service: list[PushService] = []


def use(service: PushService | None) -> None:
    """Set it once, when the application is made."""
    _service[:] = [service] if service is not None else []


def service() -> PushService | None:
    return _service[0] if _service else None
