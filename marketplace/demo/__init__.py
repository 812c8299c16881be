"""A believable market: made by the actions that people use, and grown in bulk for measuring."""
