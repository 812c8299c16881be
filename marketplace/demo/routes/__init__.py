"""Doors that exist in a demo only."""
