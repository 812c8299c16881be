"""The doors of bookkeeping."""
