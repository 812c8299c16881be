"""bank_transfers

Revision ID: 0008_bank_transfers
Revises: 0007_payments
"""

revision = "0008_bank_transfers"
down_revision = "0007_payments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
