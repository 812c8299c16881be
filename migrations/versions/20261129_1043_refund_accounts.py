"""Buyers tell the account for their refund, and it is kept as it is while somebody sends it

Revision ID: 1043_refund_accounts
Revises: 1042_told_before_ordering
"""

import sqlalchemy as sa
from alembic import op

revision = "1043_refund_accounts"
down_revision = "1042_told_before_ordering"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("refund", sa.Column("told_at", AT, nullable=True))
    op.add_column("refund", sa.Column("begun_at", AT, nullable=True))
    op.add_column("refund", sa.Column("begun_by_id", BIG, nullable=True))
    op.add_column("refund", sa.Column("sent_times", BIG, nullable=False, server_default="0"))
    op.add_column("refund", sa.Column("masked_at", AT, nullable=True))
    # What was sent by a transfer before was booked from the bank account and not from the card provider.
    op.execute(
        "UPDATE refund SET sent_times = 1 WHERE state = 'done' AND payment_id IN"
        " (SELECT id FROM payment WHERE method <> 'card')"
    )


def downgrade() -> None:
    for name in ("masked_at", "sent_times", "begun_by_id", "begun_at", "told_at"):
        op.drop_column("refund", name)
