"""Arithmetic of the log: the Merkle tree of RFC 6962, C2SP's signed notes, proof files and tiles. No database, no clock."""
