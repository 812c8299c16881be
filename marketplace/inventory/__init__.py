"""Stock per lot: what may be bought now and how many, first expired first out."""
