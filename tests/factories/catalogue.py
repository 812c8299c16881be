"""Products on sale."""

from __future__ import annotations

from itertools import count
from typing import Any

from marketplace.catalogue import actions
from marketplace.catalogue.models import Product, Variant
from marketplace.catalogue.states import Publication, VatCode
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation import clock
from marketplace.foundation.database import session, transaction
from marketplace.foundation.quantities import BaseUnit
from marketplace.foundation.text import slugify, sort_key

_numbers = count(1)


def make_product(
    cooperative: Cooperative,
    *,
    name: str = "Nhãn lồng Hưng Yên",
    packs: tuple[tuple[str, int, int], ...] = (("Túi 1 kg", 1000, 50_000),),
    **changes: Any,
) -> Product:
    """A published product; `packs` are (name, content in base units, price in đồng). It has no lot yet."""
    number = next(_numbers)
    now = clock.now()
    values: dict[str, Any] = {
        "cooperative_id": cooperative.id,
        "slug": f"{slugify(name)}-{number}",
        "name": name,
        "sort_key": sort_key(name),
        "subgroup": "food_fresh_produce",
        "base_unit": BaseUnit.GRAM,
        "vat_code": VatCode.NOT_SUBJECT,
        "shelf_life_days": 10,
        "standard": "TCCS 01:2026",
        "publication": Publication.PUBLISHED,
        "created_at": now,
        "published_at": now,
        **changes,
    }
    with transaction():
        product = Product(**values)
        product.variants = [
            Variant(name=pack, content=content, price_dong=price, gross_grams=max(content, 1) + 100, position=position)
            for position, (pack, content, price) in enumerate(packs)
        ]
        session.add(product)
        session.flush()
        actions.refresh_listing(product)
    return product
