"""payments

Revision ID: 0007_payments
Revises: 0006_ledger
"""

revision = "0007_payments"
down_revision = "0006_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
