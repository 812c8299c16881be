"""Rows for tests, one file per package. Each factory opens its own transaction and returns a detached-safe row.

Everything not asked for is plausible and unique; nothing is random.
"""
