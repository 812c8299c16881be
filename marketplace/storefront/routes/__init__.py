"""Pages for buyers and visitors."""
