"""The doors of invoices."""
