"""The cooperative's orders, and the transfers that an officer confirms."""
