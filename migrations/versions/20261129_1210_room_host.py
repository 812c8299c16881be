"""A room knows who of the crew acted last, and when

Revision ID: 1210_room_host
Revises: 1115_session_lines
"""

import sqlalchemy as sa
from alembic import op

revision = "1210_room_host"
down_revision = "1200_sourcing"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("fair_room") as table:
        table.add_column(sa.Column("host_id", BIG, nullable=True))
        table.add_column(sa.Column("host_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key("fk_fair_room_host_id", "person", ["host_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("fair_room") as table:
        table.drop_constraint("fk_fair_room_host_id", type_="foreignkey")
        table.drop_column("host_at")
        table.drop_column("host_id")
