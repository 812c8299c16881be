"""When a stall rated the fair, when officers were reminded of the report, and when followers were told what became of it

Revision ID: 1220_after_the_fair
Revises: 1115_session_lines
"""

import sqlalchemy as sa
from alembic import op

revision = "1220_after_the_fair"
down_revision = "1211_booth_notes"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS = (("booth", "rated_at"), ("fair", "report_reminded_at"), ("fair_follower", "thanked_at"))


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, MOMENT, nullable=True))


def downgrade() -> None:
    for table, column in COLUMNS:
        op.drop_column(table, column)
