"""Pages behind labels, and the lots of a cooperative."""
