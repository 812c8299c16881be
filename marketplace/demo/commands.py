"""Filling a market at a terminal."""

from __future__ import annotations

import click
from flask import current_app

from marketplace.demo import bulk, bulk_origins


@click.command("demo")
@click.option("--products", type=click.IntRange(1, 2_000_000), help="Add so many products in bulk, for measuring.")
@click.option("--lots", type=click.IntRange(1, 2_000_000), help="Add so many sold-out lots with their whole story.")
@click.option(
    "--events", type=click.IntRange(1), help="So many trace events in all for these lots; ten each without it."
)
def demo(products: int | None, lots: int | None, events: int | None) -> None:
    """Grow the market in bulk; refused in production."""
    if current_app.config["SETTINGS"].is_production:
        raise click.ClickException("A market for measuring is never made in production; set HTX_MODE=demo.")
    if not products and not lots:
        raise click.UsageError("Say how much: --products, --lots, or both.")
    if products:
        bulk.grow(products, tell=click.echo)
    if lots:
        bulk_origins.grow(lots, events or lots * bulk_origins.USUAL_EVENTS, tell=click.echo)
