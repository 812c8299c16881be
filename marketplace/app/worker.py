"""The worker process: does the jobs that pages asked for, and keeps time."""

from __future__ import annotations

import logging
import os

from huey import Huey

from marketplace import wiring
from marketplace.app.factory import create_app
from marketplace.foundation.settings import read_settings
from marketplace.foundation.web import requests
from marketplace.wiring import queue


def main() -> None:
    requests.log_to_stderr()
    # It tells of each job that begins and ends; what matters of them our own lines say.
    logging.getLogger("huey").setLevel(logging.WARNING)
    app = create_app(read_settings(os.environ))
    huey: Huey = app.extensions["huey"]
    queue.keep_time(huey, app, wiring.NIGHTLY, wiring.MINUTELY)
    huey.create_consumer(workers=1, periodic=True, check_worker_health=True).run()


if __name__ == "__main__":
    main()
