"""How long goods are held follows from where they are ordered, and can be lengthened

Revision ID: 1044_holds
Revises: 1043_refund_accounts
"""

import sqlalchemy as sa
from alembic import op

revision = "1044_holds"
down_revision = "1043_refund_accounts"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CONTEXT = sa.Enum("shop", "fair", "surplus", name="holdcontext", native_enum=False, length=40)


def upgrade() -> None:
    op.add_column("payment", sa.Column("context", CONTEXT, nullable=False, server_default="shop"))
    op.add_column("payment", sa.Column("held_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment", sa.Column("renewals", BIG, nullable=False, server_default="0"))
    op.execute("UPDATE payment SET held_since = created_at")


def downgrade() -> None:
    for name in ("renewals", "held_since", "context"):
        op.drop_column("payment", name)
