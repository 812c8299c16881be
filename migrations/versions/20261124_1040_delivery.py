"""Tick off what is packed

Revision ID: 0010_delivery
Revises: 0009_payouts
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_delivery"
down_revision = "0009_payouts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packing_tick",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "tick",
            sa.Enum("fetched", "laid_in", name="tick", native_enum=False, create_constraint=False, length=40),
            nullable=False,
        ),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_packing_tick_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_packing_tick_lot_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_packing_tick_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_tick")),
        sa.UniqueConstraint("order_line_id", "lot_id", "tick", name=op.f("uq_packing_tick_order_line_id_lot_id_tick")),
    )


def downgrade() -> None:
    op.drop_table("packing_tick")
