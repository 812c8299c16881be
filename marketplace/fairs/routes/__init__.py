"""Pages of fairs."""
