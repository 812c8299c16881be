"""What the books say to those outside them: statements, what households are given, the accountant, the bank."""
