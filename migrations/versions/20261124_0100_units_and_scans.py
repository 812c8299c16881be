"""Count scans of codes, keep the GTIN of a print run, packs sold with labels elsewhere, and a product's standard

Revision ID: 0005_units_and_scans
Revises: 0004_log_guards
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_units_and_scans"
down_revision = "0004_log_guards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scan_day",
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("scans", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_scan_day_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", "day", "province_code", name=op.f("pk_scan_day")),
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_scan_lot_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_scan_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scan_at"), ["at"], unique=False)
        batch_op.create_index("ix_scan_device", ["device", "at"], unique=False)
        batch_op.create_index("ix_scan_lot", ["lot_id", "at"], unique=False)
        batch_op.create_index("ix_scan_network", ["network", "at"], unique=False)
        batch_op.create_index("ix_scan_unit", ["unit_id", "at"], unique=False)

    op.create_table(
        "scan_alarm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "never_issued",
                "not_shipped",
                "after_end",
                "many_devices",
                "several_provinces",
                "too_fast",
                "more_than_sold",
                "burst",
                name="scanreason",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("times", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "explained", "confirmed", name="alarmstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_scan_alarm_times")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_scan_alarm_cooperative_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_scan_alarm_decided_by_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_scan_alarm_lot_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_scan_alarm_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_alarm")),
        sa.UniqueConstraint("reason", "subject", name=op.f("uq_scan_alarm_reason_subject")),
    )
    with op.batch_alter_table("scan_alarm", schema=None) as batch_op:
        batch_op.create_index("ix_scan_alarm_desk", ["cooperative_id", "state", "last_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_scan_alarm_lot_id"), ["lot_id"], unique=False)

    # Added in place: rebuilding a table that others point to is what a running market should not go through.
    op.add_column("label_run", sa.Column("gtin", sa.String(), server_default="", nullable=False))
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE lot ADD COLUMN labelled_sold {whole} DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_lot_labelled_sold CHECK (labelled_sold >= 0 AND bulk_sold + labelled_sold <= sold)"
    )
    op.add_column("product", sa.Column("standard", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("product", "standard")
    op.drop_column("lot", "labelled_sold")  # and its own check with it
    op.drop_column("label_run", "gtin")

    with op.batch_alter_table("scan_alarm", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scan_alarm_lot_id"))
        batch_op.drop_index("ix_scan_alarm_desk")

    op.drop_table("scan_alarm")
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index("ix_scan_unit")
        batch_op.drop_index("ix_scan_network")
        batch_op.drop_index("ix_scan_lot")
        batch_op.drop_index("ix_scan_device")
        batch_op.drop_index(batch_op.f("ix_scan_at"))

    op.drop_table("scan")
    op.drop_table("scan_day")
