"""Collecting places where parts of an order meet, what carrying costs beside what buyers pay for it, coaches

Revision ID: 0014_hubs
Revises: 1045_care
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_hubs"
down_revision = "1045_care"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("cooperative_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carriage_dong", BIG, nullable=False, server_default="0"))
    # What was ordered before is earned as it was promised: the market keeps what the buyer pays for its carrier.
    op.execute("UPDATE cooperative_order SET carriage_dong = delivery_dong WHERE delivery_way = 'carrier'")
    with op.batch_alter_table("delivery_terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("coach_dong", BIG, nullable=True))
    op.create_table(
        "hub",
        sa.Column("id", BIG, nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("cut_off_hours", BIG, nullable=False),
        sa.Column("storages", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["province_code"], ["province.code"], name=op.f("fk_hub_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub")),
    )
    op.create_index(op.f("ix_hub_province_code"), "hub", ["province_code"])
    op.create_table(
        "hub_membership",
        sa.Column("hub_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_hub_membership_hub_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_hub_membership_cooperative_id")),
        sa.PrimaryKeyConstraint("hub_id", "cooperative_id", name=op.f("pk_hub_membership")),
    )
    op.create_index(op.f("ix_hub_membership_cooperative_id"), "hub_membership", ["cooperative_id"])
    op.create_table(
        "hub_promise",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("hub_id", BIG, nullable=False),
        sa.Column("bring_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_hub_promise_order_id")),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_hub_promise_hub_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_hub_promise")),
    )
    op.create_index(op.f("ix_hub_promise_hub_id"), "hub_promise", ["hub_id"])
    op.create_table(
        "hub_parcel",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("hub_id", BIG, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_hub_parcel_order_id")),
        sa.ForeignKeyConstraint(["hub_id"], ["hub.id"], name=op.f("fk_hub_parcel_hub_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hub_parcel_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_parcel")),
        sa.UniqueConstraint("code", name=op.f("uq_hub_parcel_code")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_hub_parcel_order_id_number")),
    )
    op.create_index(op.f("ix_hub_parcel_hub_id"), "hub_parcel", ["hub_id"])
    op.create_table(
        "hub_arrival",
        sa.Column("cooperative_order_id", BIG, nullable=False),
        sa.Column("hub_parcel_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"], ["cooperative_order.id"], name=op.f("fk_hub_arrival_cooperative_order_id")
        ),
        sa.ForeignKeyConstraint(["hub_parcel_id"], ["hub_parcel.id"], name=op.f("fk_hub_arrival_hub_parcel_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hub_arrival_by_id")),
        sa.PrimaryKeyConstraint("cooperative_order_id", name=op.f("pk_hub_arrival")),
    )
    op.create_index(op.f("ix_hub_arrival_hub_parcel_id"), "hub_arrival", ["hub_parcel_id"])
    op.create_table(
        "hub_wish",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_hub_wish_order_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_hub_wish")),
    )
    op.create_table(
        "coach_ride",
        sa.Column("cooperative_order_id", BIG, nullable=False),
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("arrival", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"], ["cooperative_order.id"], name=op.f("fk_coach_ride_cooperative_order_id")
        ),
        sa.PrimaryKeyConstraint("cooperative_order_id", name=op.f("pk_coach_ride")),
    )


def downgrade() -> None:
    for table in (
        "coach_ride", "hub_wish", "hub_arrival", "hub_parcel", "hub_promise", "hub_membership", "hub",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("delivery_terms", schema=None) as batch_op:
        batch_op.drop_column("coach_dong")
    with op.batch_alter_table("cooperative_order", schema=None) as batch_op:
        batch_op.drop_column("carriage_dong")
