"""Doors to supply and demand."""
