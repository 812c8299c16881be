"""What the market costs, as ratios to bare pages on the same machine in the same run: `make bench`."""
