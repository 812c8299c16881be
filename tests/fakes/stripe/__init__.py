"""A strict stand-in for Stripe, in a process of its own, driven only through the official client. See README.md."""
