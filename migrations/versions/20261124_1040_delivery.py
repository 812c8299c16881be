"""Own delivery fees, places to fetch goods, packing day, carriers and the cash they pay out

Revision ID: 0010_delivery
Revises: 0009_payouts
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_delivery"
down_revision = "0009_payouts"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "packing_tick",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=False),
        sa.Column(
            "tick",
            sa.Enum("fetched", "laid_in", name="tick", native_enum=False, create_constraint=False, length=40),
            nullable=False,
        ),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_packing_tick_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_packing_tick_lot_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_packing_tick_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing_tick")),
        sa.UniqueConstraint("order_line_id", "lot_id", "tick", name=op.f("uq_packing_tick_order_line_id_lot_id_tick")),
    )
    with op.batch_alter_table("delivery_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("island_dong", BIG, nullable=True))
    with op.batch_alter_table("cooperative_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("delivery_place", sa.String(), server_default="", nullable=False))
        batch_op.alter_column("delivery_place", server_default=None)
    op.create_table(
        "delivery_rate",
        sa.Column("cooperative_id", BIG, autoincrement=False, nullable=False),
        sa.Column(
            "zone",
            sa.Enum("same_province", "same_region", "inter_region", name="zone", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("first_kilogram_dong", BIG, nullable=False),
        sa.Column("further_half_dong", BIG, nullable=False),
        sa.CheckConstraint(
            "first_kilogram_dong >= 0 AND further_half_dong >= 0", name=op.f("ck_delivery_rate_not_negative")
        ),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_delivery_rate_cooperative_id")),
        sa.PrimaryKeyConstraint("cooperative_id", "zone", name=op.f("pk_delivery_rate")),
    )
    op.create_table(
        "pickup_point",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("cut_off_hours", BIG, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_pickup_point_cooperative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_point")),
    )
    with op.batch_alter_table("pickup_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pickup_point_cooperative_id"), ["cooperative_id"], unique=False)
    op.create_table(
        "carried_parcel",
        sa.Column("cooperative_order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"], ["cooperative_order.id"], name=op.f("fk_carried_parcel_cooperative_order_id")
        ),
        sa.PrimaryKeyConstraint("cooperative_order_id", name=op.f("pk_carried_parcel")),
    )
    op.create_table(
        "carrier_remittance",
        sa.Column("id", BIG, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("file_digest", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_carrier_remittance_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_remittance")),
        sa.UniqueConstraint("file_digest", "by_id", name=op.f("uq_carrier_remittance_file_digest_by_id")),
    )
    op.create_table(
        "carrier_remittance_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("remittance_id", BIG, nullable=False),
        sa.Column("row_number", BIG, nullable=False),
        sa.Column("part_code", sa.String(), nullable=False),
        sa.Column("cooperative_order_id", BIG, nullable=True),
        sa.Column("collected_dong", BIG, nullable=False),
        sa.Column("shipping_dong", BIG, nullable=False),
        sa.Column("fee_dong", BIG, nullable=False),
        sa.Column("expected_dong", BIG, nullable=True),
        sa.Column("paid_out_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"],
            ["cooperative_order.id"],
            name=op.f("fk_carrier_remittance_line_cooperative_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_carrier_remittance_line_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["carrier_remittance.id"], name=op.f("fk_carrier_remittance_line_remittance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_remittance_line")),
    )
    with op.batch_alter_table("carrier_remittance_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carrier_remittance_line_remittance_id"), ["remittance_id"], unique=False)
        batch_op.create_index(
            "uq_carrier_remittance_line_remitted",
            ["cooperative_order_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('matched', 'accepted')"),
            postgresql_where=sa.text("state IN ('matched', 'accepted')"),
        )


def downgrade() -> None:
    op.drop_table("carrier_remittance_line")
    op.drop_table("carrier_remittance")
    op.drop_table("carried_parcel")
    op.drop_table("pickup_point")
    op.drop_table("delivery_rate")
    with op.batch_alter_table("delivery_terms", schema=None) as batch_op:
        batch_op.drop_column("island_dong")
    with op.batch_alter_table("cooperative_order", schema=None) as batch_op:
        batch_op.drop_column("delivery_place")
    op.drop_table("packing_tick")
