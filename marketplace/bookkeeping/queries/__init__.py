"""Reading statements, sheets for households, and where the books differ."""
