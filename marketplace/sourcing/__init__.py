"""Supply and demand: who asks for what, who can grow it, what both sides signed, and what is called off of it."""
