"""Writing down who delivered, dividing what was earned, and answering for differences."""
