"""Land, seasons, the field diary, and what was harvested beside what can grow."""
