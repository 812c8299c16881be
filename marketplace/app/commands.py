"""The operator's commands: `flask db upgrade`, `flask check-invariants`, `flask work`."""

from __future__ import annotations

import sys

import click
from flask import Flask, current_app

from marketplace import wiring
from marketplace.foundation import jobs
from marketplace.foundation.database import session


def install(app: Flask) -> None:
    app.cli.add_command(database)
    app.cli.add_command(check_invariants)
    app.cli.add_command(work)


@click.group("db")
def database() -> None:
    """The database's tables."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date."""
    from marketplace.app.migrate import migrate  # only here: page workers do without Alembic

    migrate(current_app.config["SETTINGS"].database_url)


@click.command("check-invariants")
def check_invariants() -> None:
    """Check on live data what must never be broken; prints each rule with its figure and exits 1 on any breach."""
    breaches = 0
    for rule, find in wiring.INVARIANTS.items():
        findings = find()
        session.rollback()
        breaches += len(findings)
        click.echo(f"{'ok    ' if not findings else 'BROKEN'}  {len(findings):>6}  {rule}")
        for finding in findings[:20]:
            click.echo(f"                - {finding}")
    sys.exit(1 if breaches else 0)


@click.command("work")
def work() -> None:
    """Do all work that is due now, then stop; for a timer instead of a standing worker."""
    click.echo(f"{jobs.run_all_due()} jobs done")
