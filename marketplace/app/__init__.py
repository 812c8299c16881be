"""Builds the application and runs it: factory, pages, worker, commands."""
