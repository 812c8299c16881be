"""Products of cooperatives: pack sizes, prices, pictures, the certificates they claim, listing and search."""
