"""Closing reports and years on paper and as workbooks."""
