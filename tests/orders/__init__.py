"""Orders and who follows them."""
