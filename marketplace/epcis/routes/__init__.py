"""Doors of machines, and of those who let them in."""
