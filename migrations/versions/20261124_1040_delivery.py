"""delivery

Revision ID: 0010_delivery
Revises: 0009_payouts
"""

revision = "0010_delivery"
down_revision = "0009_payouts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
