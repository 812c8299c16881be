"""Commands for people who look up places at a terminal."""

from __future__ import annotations

import click

from marketplace.geography import queries


@click.command("find-commune")
@click.argument("place", nargs=-1, required=True)
def find_commune(place: tuple[str, ...]) -> None:
    """Print today's communes that PLACE (a name of today or of before July 2025) may mean."""
    for match in queries.search_communes(" ".join(place)):
        was = f"  <- {match.was}{' (partly)' if match.partly else ''}" if match.was else ""
        click.echo(f"{match.code}  {match.name}, {match.province_name} ({match.province_code}){was}")
