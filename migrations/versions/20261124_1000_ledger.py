"""ledger

Revision ID: 0006_ledger
Revises: 0005_units_and_scans
"""

revision = "0006_ledger"
down_revision = "0005_units_and_scans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
