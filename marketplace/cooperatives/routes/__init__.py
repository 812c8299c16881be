"""Pages of cooperatives: applying, their desk, the alliance's desk."""
