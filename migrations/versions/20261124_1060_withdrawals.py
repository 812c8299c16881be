"""Money that providers take back: disputes, and refunds made on their own pages

Revision ID: 0012_withdrawals
Revises: 0011_approvals
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_withdrawals"
down_revision = "0011_approvals"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column(
            "kind", sa.Enum("dispute", "refund", name="withdrawalkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("amount_dong", BIG, nullable=False),
        sa.Column("counted_dong", BIG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "won", "lost", "settled", name="withdrawalstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", BIG, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("amount_dong > 0", name=op.f("ck_withdrawal_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_withdrawal_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_withdrawal_provider_id")),
    )
    with op.batch_alter_table("withdrawal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawal_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_withdrawal_state"), ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("withdrawal")
