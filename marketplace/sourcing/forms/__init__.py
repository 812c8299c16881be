"""What buyers, cooperatives and officers type about supply and demand."""
