"""The page that explains the log, and its addresses for machines."""
