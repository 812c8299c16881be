"""Before the doors open: bring the database up to date and, in a demo, fill an empty market."""

from __future__ import annotations

import os

from marketplace.app.factory import create_app
from marketplace.app.migrate import migrate
from marketplace.demo import builder
from marketplace.foundation.settings import read_settings


def main() -> None:
    settings = read_settings(os.environ)
    migrate(settings.database_url)
    if not settings.is_demo:
        return
    with create_app(settings).app_context():
        if builder.is_empty():
            print("  Filling the demo market with drawings, lots and orders (a minute or two) …", flush=True)
            builder.build(files_url=settings.files_url)


if __name__ == "__main__":
    main()
