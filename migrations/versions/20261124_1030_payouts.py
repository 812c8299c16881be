"""payouts

Revision ID: 0009_payouts
Revises: 0008_opening_balances
"""

revision = "0009_payouts"
down_revision = "0008_opening_balances"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
