"""Pages composed of several parts of the market: the home page, a product with its lot, a cooperative with its goods."""
