"""Cooperatives (HTX), their unions, the people who work in them, and their admission."""
