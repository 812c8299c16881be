"""The cart, delivery fees, and placing an order."""
