"""Much money that is moved by hand waits for a second person

Revision ID: 0011_approvals
Revises: 0010_delivery
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_approvals"
down_revision = "0010_delivery"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "deed",
            sa.Enum(
                "refund_lines",
                "refund_sent",
                "match",
                "lay_aside",
                "confirm",
                name="deed",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", BIG, nullable=False),
        sa.Column("amount_dong", BIG, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("waiting", "granted", "refused", name="approvalstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_reference"), ["reference"], unique=False)
        batch_op.create_index(
            "uq_approval_waiting",
            ["deed", "subject_id"],
            unique=True,
            sqlite_where=IS_WAITING,
            postgresql_where=IS_WAITING,
        )


def downgrade() -> None:
    op.drop_table("approval")
