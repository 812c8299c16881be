"""Keep what moves on our bank account, and pay cooperatives out

Revision ID: 0009_payouts
Revises: 0008_opening_balances
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_payouts"
down_revision = "0008_opening_balances"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payout_batch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "state", sa.Enum("open", "approved", name="batchstate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("opened_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_payout_batch_approved_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_payout_batch_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_batch")),
        sa.UniqueConstraint("code", name=op.f("uq_payout_batch_code")),
    )
    op.create_table(
        "bank_transaction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("amount_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("bank_reference", sa.String(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("matched", "unmatched", "duplicate", "discarded", name="bankstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_dong > 0", name=op.f("ck_bank_transaction_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_transaction_payment_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_bank_transaction_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_transaction")),
        sa.UniqueConstraint("provider", "provider_id", name=op.f("uq_bank_transaction_provider_provider_id")),
    )
    with op.batch_alter_table("bank_transaction", schema=None) as batch_op:
        batch_op.create_index("ix_bank_transaction_reference", ["bank_reference", "amount_dong"], unique=False)
        batch_op.create_index(batch_op.f("ix_bank_transaction_state"), ["state"], unique=False)
    op.create_table(
        "payout",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("amount_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank_bin", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column(
            "state", sa.Enum("open", "paid", "failed", name="payoutstate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_dong > 0", name=op.f("ck_payout_amount")),
        sa.ForeignKeyConstraint(["batch_id"], ["payout_batch.id"], name=op.f("fk_payout_batch_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_payout_cooperative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("code", name=op.f("uq_payout_code")),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payout_cooperative_id"), ["cooperative_id"], unique=False)
    op.create_table(
        "payout_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank_bin", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_payout_account_approved_by_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_payout_account_cooperative_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_payout_account_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_account")),
    )
    with op.batch_alter_table("payout_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_account_cooperative_id"), ["cooperative_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("payout_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payout_account_cooperative_id"))
    op.drop_table("payout_account")
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payout_cooperative_id"))
        batch_op.drop_index(batch_op.f("ix_payout_batch_id"))
    op.drop_table("payout")
    with op.batch_alter_table("bank_transaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_transaction_state"))
        batch_op.drop_index("ix_bank_transaction_reference")
    op.drop_table("bank_transaction")
    op.drop_table("payout_batch")
