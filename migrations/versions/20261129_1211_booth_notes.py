"""What a stall writes to the crew while the fair is on

Revision ID: 1211_booth_notes
Revises: 1210_room_host
"""

import sqlalchemy as sa
from alembic import op

revision = "1211_booth_notes"
down_revision = "1210_room_host"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "booth_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("booth_id", BIG, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("read_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name="fk_booth_note_booth_id"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_booth_note_by_id"),
        sa.ForeignKeyConstraint(["read_by_id"], ["person.id"], name="fk_booth_note_read_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_booth_note"),
        sa.UniqueConstraint("key", name="uq_booth_note_key"),
    )
    op.create_index("ix_booth_note_booth_id", "booth_note", ["booth_id"], unique=False)


def downgrade() -> None:
    op.drop_table("booth_note")
