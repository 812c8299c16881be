"""The market's tests; run on SQLite by default and on any database named by TEST_DATABASE_URL."""
