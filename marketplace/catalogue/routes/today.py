"""Whether a cooperative has begun to list."""

from __future__ import annotations

from marketplace.catalogue import queries


def has_any(cooperative_id: int) -> bool:
    return queries.has_products(cooperative_id)
