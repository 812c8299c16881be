"""Index the words of listings: FTS5 kept by triggers on SQLite, a generated tsvector on PostgreSQL

Revision ID: 0003_word_index
Revises: 0002_geography_rows
"""

from alembic import op

revision = "0003_word_index"
down_revision = "0002_geography_rows"
branch_labels = None
depends_on = None

SQLITE = (
    # The words are folded by us before they come here (unicode61 would keep đ apart from d).
    """CREATE VIRTUAL TABLE listing_words USING fts5(
        title_folded, text_folded, content='listing', content_rowid='product_id', prefix='2 3',
        tokenize='unicode61 remove_diacritics 0')""",
    """CREATE TRIGGER listing_words_insert AFTER INSERT ON listing BEGIN
        INSERT INTO listing_words(rowid, title_folded, text_folded)
        VALUES (new.product_id, new.title_folded, new.text_folded); END""",
    """CREATE TRIGGER listing_words_delete AFTER DELETE ON listing BEGIN
        INSERT INTO listing_words(listing_words, rowid, title_folded, text_folded)
        VALUES ('delete', old.product_id, old.title_folded, old.text_folded); END""",
    """CREATE TRIGGER listing_words_update AFTER UPDATE OF title_folded, text_folded ON listing BEGIN
        INSERT INTO listing_words(listing_words, rowid, title_folded, text_folded)
        VALUES ('delete', old.product_id, old.title_folded, old.text_folded);
        INSERT INTO listing_words(rowid, title_folded, text_folded)
        VALUES (new.product_id, new.title_folded, new.text_folded); END""",
)

POSTGRESQL = (
    """ALTER TABLE listing ADD COLUMN words tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', title_folded), 'A') || setweight(to_tsvector('simple', text_folded), 'B')
        ) STORED""",
    "CREATE INDEX ix_listing_words ON listing USING gin (words)",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER listing_words_{name}")
        op.execute("DROP TABLE listing_words")
    else:
        op.execute("ALTER TABLE listing DROP COLUMN words")
