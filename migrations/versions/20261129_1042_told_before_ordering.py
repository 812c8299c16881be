"""Orders keep what was told before ordering: terms, how long the delivery takes, origin and shelf life

Revision ID: 1042_told_before_ordering
Revises: 1041_invoices_of_before
"""

import sqlalchemy as sa
from alembic import op

revision = "1042_told_before_ordering"
down_revision = "1041_invoices_of_before"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = (
    ("order", "terms", sa.JSON()),
    ("cooperative_order", "days_from", BIG),
    ("cooperative_order", "days_to", BIG),
    ("order_line", "facts", sa.JSON()),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
