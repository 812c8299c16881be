"""After the sale: complaints with their evidence and deadlines, what comes of them, and reviews by those who received it."""
