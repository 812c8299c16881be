"""`python -m tests.fakes.stripe --port 8001 --webhook-url … --webhook-secret …`"""

from __future__ import annotations

import argparse
import logging

from werkzeug.serving import make_server

from tests.fakes.stripe.server import make_app
from tests.fakes.stripe.state import State


def main() -> None:
    arguments = argparse.ArgumentParser(prog="tests.fakes.stripe")
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--public-url", default="", help="how the browser reaches this server, if not by its port")
    arguments.add_argument("--webhook-url", required=True)
    arguments.add_argument("--webhook-secret", required=True)
    given = arguments.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    state = State(
        public_url=given.public_url or f"http://127.0.0.1:{given.port}",
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
    )
    make_server("127.0.0.1", given.port, make_app(state), threaded=True).serve_forever()


if __name__ == "__main__":
    main()
