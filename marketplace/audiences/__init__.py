"""The doors: shop, desk of a cooperative, desk of the alliance. Who may pass, and what every page there has in common."""
