"""Keep what came in and goes back, refunds, notices, the market's fee, and since when a part's money is free

Revision ID: 0007_payments
Revises: 0006_ledger
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_payments"
down_revision = "0006_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("references", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("received", "done", "ignored", "failed", name="noticestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_notice")),
        sa.UniqueConstraint("provider", "event_id", name=op.f("uq_provider_notice_provider_event_id")),
    )
    with op.batch_alter_table("provider_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_notice_state"), ["state"], unique=False)
    op.create_table(
        "fee_rate",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("basis_points", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("basis_points >= 0 AND basis_points < 10000", name=op.f("ck_fee_rate_basis_points")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_fee_rate_by_id")),
        sa.PrimaryKeyConstraint("valid_from", name=op.f("pk_fee_rate")),
    )
    op.create_table(
        "refund",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("amount_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "created", "in_transit", "done", "failed", "external", name="refundstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("transfer_code", sa.String(), nullable=False),
        sa.Column("bank_bin", sa.String(), nullable=False),
        sa.Column("bank_account", sa.String(), nullable=False),
        sa.Column("bank_holder", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_dong > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_refund_provider_id")),
        sa.UniqueConstraint("transfer_code", name=op.f("uq_refund_transfer_code")),
    )
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_refund_state"), ["state"], unique=False)
    op.create_table(
        "line_refund",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("packs", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fee_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("packs > 0", name=op.f("ck_line_refund_packs")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_line_refund_by_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_line_refund_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_refund")),
    )
    with op.batch_alter_table("line_refund", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_refund_order_line_id"), ["order_line_id"], unique=False)
    with op.batch_alter_table("cooperative_order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "fee_basis_points",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default="0",
            )
        )
        batch_op.add_column(
            sa.Column(
                "fee_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"
            )
        )
        batch_op.add_column(sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_cooperative_order_delivered_at"), ["delivered_at"], unique=False)
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lapsed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "fee_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="0"
            )
        )
        batch_op.add_column(
            sa.Column(
                "refunded_packs",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default="0",
            )
        )
        batch_op.add_column(
            sa.Column(
                "held_times", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1"
            )
        )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "received_dong",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default="0",
            )
        )
        batch_op.add_column(
            sa.Column(
                "refunded_dong",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=False,
                server_default="0",
            )
        )
        batch_op.add_column(
            sa.Column(
                "attempt", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default="1"
            )
        )
        batch_op.add_column(sa.Column("provider_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("charge_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("pay_url", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("asked_provider_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_payment_charge_id"), ["charge_id"], unique=False)
        batch_op.create_index(
            "uq_payment_open",
            ["reference"],
            unique=True,
            sqlite_where=sa.text("state IN ('created', 'pending')"),
            postgresql_where=sa.text("state IN ('created', 'pending')"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_payment_provider_id"), ["provider_id"])

    # ### end Alembic commands ###
    op.execute("UPDATE payment SET received_dong = amount_dong WHERE state = 'confirmed'")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_payment_refunded"), "refunded_dong >= 0 AND refunded_dong <= received_dong"
        )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_order_line_refunded"), "refunded_packs >= 0 AND refunded_packs <= quantity"
        )


def downgrade() -> None:
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_order_line_refunded"), type_="check")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_payment_refunded"), type_="check")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_payment_provider_id"), type_="unique")
        batch_op.drop_index(
            "uq_payment_open",
            sqlite_where=sa.text("state IN ('created', 'pending')"),
            postgresql_where=sa.text("state IN ('created', 'pending')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_charge_id"))
        batch_op.drop_column("asked_provider_at")
        batch_op.drop_column("note")
        batch_op.drop_column("pay_url")
        batch_op.drop_column("charge_id")
        batch_op.drop_column("provider_id")
        batch_op.drop_column("attempt")
        batch_op.drop_column("refunded_dong")
        batch_op.drop_column("received_dong")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_column("held_times")
        batch_op.drop_column("refunded_packs")
        batch_op.drop_column("fee_dong")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_column("lapsed_at")
    with op.batch_alter_table("cooperative_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cooperative_order_delivered_at"))
        batch_op.drop_column("released_at")
        batch_op.drop_column("delivered_at")
        batch_op.drop_column("fee_dong")
        batch_op.drop_column("fee_basis_points")
    with op.batch_alter_table("line_refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_refund_order_line_id"))
    op.drop_table("line_refund")
    with op.batch_alter_table("refund", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_state"))
        batch_op.drop_index(batch_op.f("ix_refund_payment_id"))
    op.drop_table("refund")
    op.drop_table("fee_rate")
    with op.batch_alter_table("provider_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_notice_state"))
    op.drop_table("provider_notice")
