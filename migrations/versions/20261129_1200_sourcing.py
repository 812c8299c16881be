"""Supply and demand: demands, forecasts, quotes, commitments with their signatures, call-offs

Revision ID: 1200_sourcing
Revises: 1115_session_lines
"""

import sqlalchemy as sa
from alembic import op

revision = "1200_sourcing"
down_revision = "1115_session_lines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demand",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "buyer_kind",
            sa.Enum(
                "bep_an_tap_the",
                "truong_hoc",
                "benh_vien",
                "sieu_thi",
                "nha_hang",
                "che_bien",
                "xuat_khau",
                "thuong_mai",
                "khac",
                name="buyerkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("buyer_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("tax_code", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("subgroup", sa.String(), nullable=False),
        sa.Column(
            "unit",
            sa.Enum("gram", "millilitre", "piece", name="baseunit", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum("once", "daily", "weekly", "monthly", "season", name="frequency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("specification", sa.String(), nullable=False),
        sa.Column("required_schemes", sa.JSON(), nullable=False),
        sa.Column("target_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target_is_public", sa.Boolean(), nullable=False),
        sa.Column("address_line", sa.String(), nullable=False),
        sa.Column("commune_code", sa.String(length=5), nullable=False),
        sa.Column("province_code", sa.String(length=2), nullable=False),
        sa.Column(
            "payment_method",
            sa.Enum("cod", "vietqr", "card", name="method", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("payment_note", sa.String(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("fair_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "matched",
                "negotiating",
                "agreed",
                "closed_lost",
                "expired",
                name="demandstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_demand_quantity")),
        sa.CheckConstraint("starts_on <= ends_on AND deadline_on <= ends_on", name=op.f("ck_demand_dates")),
        sa.CheckConstraint("target_dong IS NULL OR target_dong > 0", name=op.f("ck_demand_target")),
        sa.ForeignKeyConstraint(["commune_code"], ["commune.code"], name=op.f("fk_demand_commune_code")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_demand_fair_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_demand_person_id")),
        sa.ForeignKeyConstraint(["province_code"], ["province.code"], name=op.f("fk_demand_province_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("code", name=op.f("uq_demand_code")),
    )
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.create_index("ix_demand_board", ["state", "deadline_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_fair_id"), ["fair_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_demand_province_code"), ["province_code"], unique=False)
        batch_op.create_index("ix_demand_subgroup", ["subgroup", "state"], unique=False)

    op.create_table(
        "quote",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("demand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sample_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("standing_by", sa.Enum("buyer", "seller", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("turns", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "accepted", "declined", "withdrawn", "lapsed", name="quotestate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_dong > 0", name=op.f("ck_quote_price")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quote_quantity")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_quote_cooperative_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_quote_created_by_id")),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_quote_demand_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_quote_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("demand_id", "cooperative_id", name=op.f("uq_quote_demand_id_cooperative_id")),
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index("ix_quote_of_cooperative", ["cooperative_id", "state"], unique=False)

    op.create_table(
        "forecast",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "basis", sa.Enum("season", "store", "workshop", name="basis", native_enum=False, length=40), nullable=False
        ),
        sa.Column("season_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("committed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(basis = 'season') = (season_id IS NOT NULL)", name=op.f("ck_forecast_basis")),
        sa.CheckConstraint("committed >= 0 AND committed <= quantity", name=op.f("ck_forecast_committed")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_forecast_quantity")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_forecast_dates")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_forecast_cooperative_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_forecast_created_by_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_forecast_product_id")),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_forecast_season_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
    )
    with op.batch_alter_table("forecast", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forecast_cooperative_id"), ["cooperative_id"], unique=False)
        batch_op.create_index("ix_forecast_of_product", ["product_id", "ends_on"], unique=False)
        batch_op.create_index(
            "uq_forecast_of_season",
            ["season_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL AND basis = 'season'"),
            postgresql_where=sa.text("closed_at IS NULL AND basis = 'season'"),
        )
        batch_op.create_index(
            "uq_forecast_of_store",
            ["product_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL AND basis = 'store'"),
            postgresql_where=sa.text("closed_at IS NULL AND basis = 'store'"),
        )

    op.create_table(
        "quote_turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("side", sa.Enum("buyer", "seller", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(quantity IS NULL) = (price_dong IS NULL)", name=op.f("ck_quote_turn_terms")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_quote_turn_person_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_quote_turn_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_turn")),
        sa.UniqueConstraint("quote_id", "number", name=op.f("uq_quote_turn_quote_id_number")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("bien_ban_ghi_nho", "hop_dong", name="paperkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("quote_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("demand_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("forecast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "unit",
            sa.Enum("gram", "millilitre", "piece", name="baseunit", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("quantity_each", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "frequency",
            sa.Enum("once", "daily", "weekly", "monthly", "season", name="frequency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_off", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("required_schemes", sa.JSON(), nullable=False),
        sa.Column(
            "payment_method",
            sa.Enum("cod", "vietqr", "card", name="method", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "signed", "cancelled", "ended", name="commitmentstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("called_off >= 0 AND called_off <= quantity", name=op.f("ck_commitment_called_off")),
        sa.CheckConstraint("price_dong > 0", name=op.f("ck_commitment_price")),
        sa.CheckConstraint("quantity_each > 0 AND quantity > 0", name=op.f("ck_commitment_quantity")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_commitment_dates")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_commitment_cooperative_id")),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_commitment_demand_id")),
        sa.ForeignKeyConstraint(["forecast_id"], ["forecast.id"], name=op.f("fk_commitment_forecast_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_commitment_person_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_commitment_product_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_commitment_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint("code", name=op.f("uq_commitment_code")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_demand_id"), ["demand_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_commitment_forecast_id"), ["forecast_id"], unique=False)
        batch_op.create_index("ix_commitment_of_cooperative", ["cooperative_id", "state"], unique=False)
        batch_op.create_index("ix_commitment_of_person", ["person_id", "state"], unique=False)
        batch_op.create_index("ix_commitment_running", ["state", "ends_on"], unique=False)
        batch_op.create_index(
            "uq_commitment_of_quote",
            ["quote_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "call_off",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("commitment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deliver_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "confirmed",
                "refused",
                "withdrawn",
                "fell_through",
                name="calloffstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("state <> 'confirmed' OR order_id IS NOT NULL", name=op.f("ck_call_off_order")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_call_off_quantity")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_call_off_answered_by_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_call_off_asked_by_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["commitment.id"], name=op.f("fk_call_off_commitment_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_call_off_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_off")),
        sa.UniqueConstraint("order_id", name=op.f("uq_call_off_order_id")),
        sa.UniqueConstraint("token", name=op.f("uq_call_off_token")),
    )
    with op.batch_alter_table("call_off", schema=None) as batch_op:
        batch_op.create_index("ix_call_off_of_commitment", ["commitment_id", "state"], unique=False)

    op.create_table(
        "commitment_signature",
        sa.Column(
            "commitment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("side", sa.Enum("buyer", "seller", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_signature_commitment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_commitment_signature_person_id")),
        sa.PrimaryKeyConstraint("commitment_id", "side", name=op.f("pk_commitment_signature")),
    )


def downgrade() -> None:
    op.drop_table("commitment_signature")
    with op.batch_alter_table("call_off", schema=None) as batch_op:
        batch_op.drop_index("ix_call_off_of_commitment")

    op.drop_table("call_off")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_commitment_of_quote",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index("ix_commitment_running")
        batch_op.drop_index("ix_commitment_of_person")
        batch_op.drop_index("ix_commitment_of_cooperative")
        batch_op.drop_index(batch_op.f("ix_commitment_forecast_id"))
        batch_op.drop_index(batch_op.f("ix_commitment_demand_id"))

    op.drop_table("commitment")
    op.drop_table("quote_turn")
    with op.batch_alter_table("forecast", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_forecast_of_store",
            sqlite_where=sa.text("closed_at IS NULL AND basis = 'store'"),
            postgresql_where=sa.text("closed_at IS NULL AND basis = 'store'"),
        )
        batch_op.drop_index(
            "uq_forecast_of_season",
            sqlite_where=sa.text("closed_at IS NULL AND basis = 'season'"),
            postgresql_where=sa.text("closed_at IS NULL AND basis = 'season'"),
        )
        batch_op.drop_index("ix_forecast_of_product")
        batch_op.drop_index(batch_op.f("ix_forecast_cooperative_id"))

    op.drop_table("forecast")
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_index("ix_quote_of_cooperative")

    op.drop_table("quote")
    with op.batch_alter_table("demand", schema=None) as batch_op:
        batch_op.drop_index("ix_demand_subgroup")
        batch_op.drop_index(batch_op.f("ix_demand_province_code"))
        batch_op.drop_index(batch_op.f("ix_demand_person_id"))
        batch_op.drop_index(batch_op.f("ix_demand_fair_id"))
        batch_op.drop_index("ix_demand_board")

    op.drop_table("demand")
