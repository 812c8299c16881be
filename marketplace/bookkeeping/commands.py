"""`flask compare-books`: what the night does, now."""

from __future__ import annotations

import sys

import click

from marketplace.bookkeeping import exchanges
from marketplace.bookkeeping.queries import comparing
from marketplace.bookkeeping.states import DifferenceState
from marketplace.foundation.database import session


@click.command("compare-books")
def compare_books() -> None:
    """Compare the books with bank, parcel services and card provider; prints open differences and exits 1 on any."""
    count = exchanges.compare_books()
    session.rollback()
    for row in comparing.differences(DifferenceState.OPEN):
        click.echo(f"{row.kind:<6} {row.day:%Y-%m-%d}  said {row.said_dong:>14}  booked {row.booked_dong:>14}")
        for line in row.lines[:20]:
            click.echo(f"                  - {line['what']}: said {line['said']}, booked {line['booked']}")
    click.echo(f"{count} open")
    sys.exit(1 if count else 0)
