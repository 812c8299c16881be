"""What happened to products."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProductListed:
    """The product's listing row was written anew."""

    product_id: int
