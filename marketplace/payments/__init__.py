"""Money for a reference: what is asked, by which provider, and what came in."""
