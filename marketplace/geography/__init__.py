"""Provinces and communes of today, and the names they had before."""
