"""Filling a market at a terminal."""

from __future__ import annotations

import click
from flask import current_app

from marketplace.demo import bulk


@click.command("demo")
@click.option("--products", type=click.IntRange(1, 2_000_000), help="Add so many products in bulk, for measuring.")
def demo(products: int) -> None:
    """Grow the market in bulk; refused in production."""
    if current_app.config["SETTINGS"].is_production:
        raise click.ClickException("A market for measuring is never made in production; set HTX_MODE=demo.")
    bulk.grow(products, tell=click.echo)
