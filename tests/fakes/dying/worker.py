"""The worker process, which dies where a drill says; another takes its place at once, as a supervisor would see to.

Each is forked from a parent that has made the application and has no connection open.
"""

import os
import time
from pathlib import Path

from flask import Flask

from marketplace.app.factory import create_app
from marketplace.foundation import jobs
from marketplace.foundation.database import engine, session
from marketplace.foundation.settings import read_settings
from tests.fakes import dying

WHERE = "worker"


def main() -> None:
    app = create_app(read_settings(os.environ))
    session.remove()
    engine().dispose()
    while True:
        child = os.fork()
        if child == 0:
            work(app, parent=os.getppid())
            os._exit(0)
        os.waitpid(child, 0)


def work(app: Flask, *, parent: int) -> None:
    dying.listen(Path(os.environ["HTX_DRILL"]), where=lambda: WHERE)
    with app.app_context():
        while os.getppid() == parent:
            jobs.run_all_due()
            session.remove()
            time.sleep(0.02)


if __name__ == "__main__":
    main()
