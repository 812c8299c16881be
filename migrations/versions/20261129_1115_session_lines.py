"""Order lines bought in a session name their offer and the usual price of that day

Revision ID: 1115_session_lines
Revises: 1110_messages
"""

import sqlalchemy as sa
from alembic import op

revision = "1115_session_lines"
down_revision = "1110_messages"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("session_offer", sa.Column("occasion", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("order_line") as table:
        table.add_column(sa.Column("session_offer_id", BIG, nullable=True))
        table.add_column(sa.Column("regular_price_dong", BIG, nullable=True))
        table.add_column(sa.Column("session_name", sa.String(), server_default="", nullable=False))
        table.create_foreign_key("fk_order_line_session_offer_id", "session_offer", ["session_offer_id"], ["id"])
        table.create_index("ix_order_line_session_offer_id", ["session_offer_id"])


def downgrade() -> None:
    with op.batch_alter_table("order_line") as table:
        table.drop_index("ix_order_line_session_offer_id")
        table.drop_constraint("fk_order_line_session_offer_id", type_="foreignkey")
        table.drop_column("session_name")
        table.drop_column("regular_price_dong")
        table.drop_column("session_offer_id")
    op.drop_column("session_offer", "occasion")
