"""Land, seasons and the field diary."""
