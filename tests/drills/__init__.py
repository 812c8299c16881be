"""What holds when processes are killed (reliability.md 5, F1 and F2)."""
