"""Granian as the market runs it, only quicker to replace its dead: workers are forked from a parent that has loaded the
program (and opened nothing), and it never gives up because they die too often, as they do in a drill.
"""

from __future__ import annotations

from granian import cli
from granian.server import Server

import marketplace.app.factory  # noqa: F401  # for the workers


class _Forgetful(dict[int, float]):
    """When each worker was last replaced; granian ends when one dies twice within seconds."""

    def __setitem__(self, worker: int, moment: float) -> None:
        pass


def main() -> None:
    started = Server.__init__

    def start(self: Server, *args: object, **options: object) -> None:
        started(self, *args, **options)
        self.respawned_wrks = _Forgetful()
        self.respawn_failed_workers = True

    Server.__init__ = start
    cli.cli()


if __name__ == "__main__":
    main()
