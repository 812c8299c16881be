"""Working orders off: cooperatives confirm, pack and hand over; transfers are confirmed by hand."""
