"""EPCIS 2.0 for machines: capture, query, export."""
