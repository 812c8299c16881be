"""When a stall rated the fair, officers were reminded of the report, and followers told what became of it; the recording

Revision ID: 1220_after_the_fair
Revises: 1115_session_lines
"""

import sqlalchemy as sa
from alembic import op

revision = "1220_after_the_fair"
down_revision = "1211_booth_notes"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
COLUMNS = (("booth", "rated_at"), ("fair", "report_reminded_at"), ("fair_follower", "thanked_at"))


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, MOMENT, nullable=True))
    op.add_column("fair", sa.Column("replay_lead_seconds", BIG, server_default="0", nullable=False))
    # Who followed before was promised one letter, the reminder, and gets no second.
    op.execute("UPDATE fair_follower SET thanked_at = at")


def downgrade() -> None:
    op.drop_column("fair", "replay_lead_seconds")
    for table, column in COLUMNS:
        op.drop_column(table, column)
