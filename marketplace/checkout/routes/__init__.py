"""Pages of the cart, of ordering and of delivery terms."""
