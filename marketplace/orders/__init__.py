"""An order of a buyer and its parts, one per cooperative, each with its own life."""
