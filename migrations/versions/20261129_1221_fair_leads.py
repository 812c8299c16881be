"""Visitors of a fair who want to hear from a stall

Revision ID: 1221_fair_leads
Revises: 1220_after_the_fair
"""

import sqlalchemy as sa
from alembic import op

revision = "1221_fair_leads"
down_revision = "1220_after_the_fair"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "fair_lead",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fair_id", BIG, nullable=False),
        sa.Column("booth_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("wants", sa.String(), nullable=False),
        sa.Column("consent_words", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name="fk_fair_lead_booth_id_booth"),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name="fk_fair_lead_fair_id_fair"),
        sa.PrimaryKeyConstraint("id", name="pk_fair_lead"),
        sa.UniqueConstraint("key", name="uq_fair_lead_key"),
    )
    op.create_index("ix_fair_lead_booth", "fair_lead", ["booth_id", "id"])
    op.create_index("ix_fair_lead_fair_id", "fair_lead", ["fair_id"])


def downgrade() -> None:
    op.drop_table("fair_lead")
