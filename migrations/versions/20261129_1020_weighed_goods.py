"""Goods that are sold by an estimated weight and weighed when they are packed

Revision ID: 0013_weighed_goods
Revises: 0012_withdrawals
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_weighed_goods"
down_revision = "0012_withdrawals"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SURPLUS = sa.Enum(
    "none", "undecided", "asked", "declined", "lapsed", "paid", "at_the_door", "waived",
    name="surplus", native_enum=False, length=40,
)  # fmt: skip

COLUMNS = {
    "variant": [
        sa.Column("kilogram_dong", BIG, nullable=True),
        sa.Column("tolerance_percent", BIG, nullable=True),
    ],
    "listing": [
        sa.Column("kilogram_dong", BIG, nullable=True),
        sa.Column("content", BIG, server_default="0", nullable=False),
    ],
    "cooperative_order": [
        sa.Column("weighed_times", BIG, server_default="0", nullable=False),
        sa.Column("surplus", SURPLUS, server_default="none", nullable=False),
        sa.Column("surplus_dong", BIG, server_default="0", nullable=False),
        sa.Column("surplus_payment_id", BIG, nullable=True),
    ],
    "order_line": [
        sa.Column("kilogram_dong", BIG, nullable=True),
        sa.Column("tolerance_percent", BIG, nullable=True),
        sa.Column("packed_grams", BIG, nullable=True),
        sa.Column("packed_dong", BIG, nullable=True),
    ],
    "order_line_lot": [sa.Column("weights", sa.JSON(), nullable=True)],
}


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column)


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
