"""Commands for operators of the log."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from marketplace.foundation.database import session
from marketplace.transparency import queries


@click.command("check-log")
@click.option(
    "--published",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that somebody kept; only these show that an older database was restored.",
)
def check_log(published: tuple[Path, ...]) -> None:
    """Rebuild the log from its entries and compare every hash and checkpoint; exit 1 on any breach."""
    findings = queries.self_check(published=[path.read_text() for path in published])
    entries = queries.size()
    session.rollback()
    for finding in findings:
        click.echo(f"BROKEN  {finding}")
    click.echo(f"{entries} entries checked, {len(findings)} breaches")
    sys.exit(1 if findings else 0)
