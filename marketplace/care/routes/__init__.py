"""Where buyers complain and review, cooperatives answer, and the alliance decides."""
