"""Where buyers follow their orders."""
