"""People, how they sign in, and which of them act for an alliance."""
