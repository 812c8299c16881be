"""The queue on both of its engines: letters wait for what somebody looks at a page for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from marketplace.foundation.settings import Settings
from marketplace.wiring import queue
from tests import servers


@pytest.mark.parametrize("engine", ["sqlite", "redis"])
def test_letters_come_after_what_somebody_waits_for(
    app: Flask, settings: Settings, tmp_path: Path, engine: str
) -> None:
    address = servers.redis() if engine == "redis" else ""
    if address is None:
        pytest.skip("no Redis answers and none is installed")
    huey = queue.connect(replace(settings, mode="demo", var=tmp_path, redis_url=address))
    assert huey is not None
    huey.flush()
    wake = queue.nudge(huey, app)
    for job_id, name in ((1, "tell_order_placed"), (2, "remind_of_payment"), (3, "open_card_page")):
        wake(job_id, name)
    taken = [huey.dequeue().args for _ in range(3)]
    huey.flush()
    assert taken == [(3,), (1,), (2,)]
