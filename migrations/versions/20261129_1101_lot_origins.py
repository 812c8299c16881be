"""Say of each lot where it is from, and put what diaries change afterwards before the officers

Revision ID: 1070_lot_origins
Revises: 0030_fairs
"""

import sqlalchemy as sa
from alembic import op

revision = "1070_lot_origins"
down_revision = "0030_fairs"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    kinds = sa.Enum("season", "lots", "workshop", "bought", "untold", name="originkind", native_enum=False, length=40)
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", kinds, server_default="untold", nullable=False))
        batch_op.add_column(sa.Column("bought_from", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("bought_paper", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("harvest_entry_id", BIG, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_lot_harvest_entry_id"), "diary_entry", ["harvest_entry_id"], ["id"])
        batch_op.create_unique_constraint(batch_op.f("uq_lot_harvest_entry_id"), ["harvest_entry_id"])
    op.create_table(
        "diary_notice",
        sa.Column("entry_id", BIG, autoincrement=False, nullable=False),
        sa.Column("season_id", BIG, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("waiting_lifted", "added_late", name="noticekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("waited_from", sa.Date(), nullable=True),
        sa.Column("waited_until", sa.Date(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by_id", BIG, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["diary_entry.id"], name=op.f("fk_diary_notice_entry_id")),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_diary_notice_season_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_diary_notice_seen_by_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_diary_notice")),
    )
    with op.batch_alter_table("diary_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_diary_notice_season_id"), ["season_id"], unique=False)
        batch_op.create_index("ix_diary_notice_unseen", ["seen_at", "season_id"], unique=False)


def downgrade() -> None:
    op.drop_table("diary_notice")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_lot_harvest_entry_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_lot_harvest_entry_id"), type_="foreignkey")
        batch_op.drop_column("harvest_entry_id")
        batch_op.drop_column("bought_paper")
        batch_op.drop_column("bought_from")
        batch_op.drop_column("origin")
