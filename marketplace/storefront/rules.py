"""What search engines are told about pages (schema.org), from plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marketplace.care.rules import average
from marketplace.catalogue.queries import Pack, ProductPage


def product_data(
    product: ProductPage, packs: Sequence[Pack], *, url: str, pictures: Sequence[str], in_stock: bool
) -> dict[str, Any]:
    """A Product with an offer for each pack, prices in đồng with VAT, and what its buyers think of it."""
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": product.summary or product.name,
        "url": url,
        "image": list(pictures),
        "brand": {"@type": "Brand", "name": product.brand or product.cooperative_name},
        **(
            {
                "aggregateRating": {
                    "@type": "AggregateRating",
                    "ratingValue": average(product.review_stars, product.review_count),
                    "reviewCount": product.review_count,
                    "bestRating": 5,
                    "worstRating": 1,
                }
            }
            if product.review_count
            else {}
        ),
        "offers": [
            {
                "@type": "Offer",
                "name": pack.name,
                **({"gtin14": pack.gtin} if pack.gtin else {}),
                "price": pack.price,
                "priceCurrency": "VND",
                "url": url,
                "availability": f"https://schema.org/{'InStock' if in_stock else 'OutOfStock'}",
                "seller": {"@type": "Organization", "name": product.seller.legal_name},
            }
            for pack in packs
        ],
    }
