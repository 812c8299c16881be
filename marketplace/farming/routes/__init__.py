"""Pages of plots, seasons and the diary: a cooperative's own."""
