"""What a fair came to: its closing report, a cooperative's own part of it, and a province's year."""
