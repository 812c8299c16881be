"""The worker process: does the jobs that pages asked for, and keeps time; in a demo it hosts the fair on air."""

from __future__ import annotations

import logging
import os

from huey import Huey

from marketplace import wiring
from marketplace.app.factory import create_app
from marketplace.demo import show
from marketplace.foundation.settings import read_settings
from marketplace.foundation.web import requests
from marketplace.wiring import queue


def main() -> None:
    requests.log_to_stderr()
    # It tells of each job that begins and ends; what matters of them our own lines say.
    logging.getLogger("huey").setLevel(logging.WARNING)
    settings = read_settings(os.environ)
    app = create_app(settings)
    huey: Huey = app.extensions["huey"]
    queue.keep_time(huey, app, wiring.NIGHTLY, wiring.MINUTELY)
    if settings.is_demo:
        queue.keep_doing(app, show.Show().go_on, every_seconds=show.TICK_SECONDS)
    huey.create_consumer(workers=1, periodic=True, check_worker_health=True).run()


if __name__ == "__main__":
    main()
