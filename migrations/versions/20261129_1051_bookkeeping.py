"""Who delivered for a lot and what households get, where the books differ, provider payouts, bills of carriers

Revision ID: 1045_bookkeeping
Revises: 1044_holds
"""

import sqlalchemy as sa
from alembic import op

revision = "1045_bookkeeping"
down_revision = "1044_holds"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "book_difference",
        sa.Column("id", BIG, nullable=False),
        sa.Column(
            "kind", sa.Enum("card", "bank", "cash", name="differencekind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("said_dong", BIG, nullable=False),
        sa.Column("booked_dong", BIG, nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "explained", "settled", name="differencestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_book_difference_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_difference")),
        sa.UniqueConstraint("kind", "day", name=op.f("uq_book_difference_kind_day")),
    )
    with op.batch_alter_table("book_difference", schema=None) as batch_op:
        batch_op.create_index("ix_book_difference_state", ["state", "day"], unique=False)

    op.create_table(
        "carrier_bill",
        sa.Column("id", BIG, nullable=False),
        sa.Column("carrier", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("billed_on", sa.Date(), nullable=False),
        sa.Column("total_dong", BIG, nullable=False),
        sa.Column("buyers_paid_dong", BIG, nullable=False),
        sa.Column("bank_transaction_id", BIG, nullable=True),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("total_dong > 0", name=op.f("ck_carrier_bill_total")),
        sa.ForeignKeyConstraint(
            ["bank_transaction_id"], ["bank_transaction.id"], name=op.f("fk_carrier_bill_bank_transaction_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_carrier_bill_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_bill")),
        sa.UniqueConstraint("bank_transaction_id", name=op.f("uq_carrier_bill_bank_transaction_id")),
        sa.UniqueConstraint("carrier", "number", name=op.f("uq_carrier_bill_carrier_number")),
    )
    op.create_table(
        "provider_payout",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bank_transaction_id", BIG, nullable=False),
        sa.Column("gross_dong", BIG, nullable=False),
        sa.Column("arrived_dong", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gross_dong > 0 AND arrived_dong > 0", name=op.f("ck_provider_payout_amounts")),
        sa.ForeignKeyConstraint(
            ["bank_transaction_id"], ["bank_transaction.id"], name=op.f("fk_provider_payout_bank_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_payout")),
        sa.UniqueConstraint("bank_transaction_id", name=op.f("uq_provider_payout_bank_transaction_id")),
        sa.UniqueConstraint("number", name=op.f("uq_provider_payout_number")),
    )
    op.create_table(
        "remittance_arrival",
        sa.Column("remittance_id", BIG, autoincrement=False, nullable=False),
        sa.Column("bank_transaction_id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_transaction_id"], ["bank_transaction.id"], name=op.f("fk_remittance_arrival_bank_transaction_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_remittance_arrival_by_id")),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["carrier_remittance.id"], name=op.f("fk_remittance_arrival_remittance_id")
        ),
        sa.PrimaryKeyConstraint("remittance_id", name=op.f("pk_remittance_arrival")),
        sa.UniqueConstraint("bank_transaction_id", name=op.f("uq_remittance_arrival_bank_transaction_id")),
    )
    op.create_table(
        "carrier_bill_line",
        sa.Column("cooperative_order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("bill_id", BIG, nullable=False),
        sa.Column("charged_dong", BIG, nullable=False),
        sa.Column("buyer_paid_dong", BIG, nullable=False),
        sa.CheckConstraint(
            "charged_dong >= 0 AND buyer_paid_dong >= 0", name=op.f("ck_carrier_bill_line_not_negative")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["carrier_bill.id"], name=op.f("fk_carrier_bill_line_bill_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"], ["cooperative_order.id"], name=op.f("fk_carrier_bill_line_cooperative_order_id")
        ),
        sa.PrimaryKeyConstraint("cooperative_order_id", name=op.f("pk_carrier_bill_line")),
    )
    with op.batch_alter_table("carrier_bill_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carrier_bill_line_bill_id"), ["bill_id"], unique=False)

    op.create_table(
        "household_sheet",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("corrects_id", BIG, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("payout_id", BIG, nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "closed", "replaced", name="sheetstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("fund_basis_points", BIG, nullable=False),
        sa.Column("costs_dong", BIG, nullable=False),
        sa.Column("costs_note", sa.String(), nullable=False),
        sa.Column("earned_dong", BIG, nullable=False),
        sa.Column("fund_dong", BIG, nullable=False),
        sa.Column("shared_dong", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by_id", BIG, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'open' OR (earned_dong > 0 AND earned_dong = fund_dong + costs_dong + shared_dong)",
            name=op.f("ck_household_sheet_whole"),
        ),
        sa.CheckConstraint(
            "costs_dong >= 0 AND fund_dong >= 0 AND shared_dong >= 0", name=op.f("ck_household_sheet_not_negative")
        ),
        sa.CheckConstraint(
            "fund_basis_points >= 0 AND fund_basis_points <= 10000", name=op.f("ck_household_sheet_fund")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_household_sheet_closed_by_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_household_sheet_cooperative_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["household_sheet.id"], name=op.f("fk_household_sheet_corrects_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_household_sheet_made_by_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_household_sheet_payout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_sheet")),
        sa.UniqueConstraint("code", name=op.f("uq_household_sheet_code")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_household_sheet_corrects_id")),
        sa.UniqueConstraint("cooperative_id", "token", name=op.f("uq_household_sheet_cooperative_id_token")),
    )
    with op.batch_alter_table("household_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_sheet_cooperative_id"), ["cooperative_id"], unique=False)

    op.create_table(
        "household_delivery",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("grams", BIG, nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("grams > 0", name=op.f("ck_household_delivery_grams")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_household_delivery_by_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_household_delivery_cooperative_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_household_delivery_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_delivery")),
        sa.UniqueConstraint(
            "cooperative_id", "token", "position", name=op.f("uq_household_delivery_cooperative_id_token_position")
        ),
    )
    with op.batch_alter_table("household_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_household_delivery_lot", ["lot_id", "id"], unique=False)

    op.create_table(
        "household_share",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sheet_id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("grams", BIG, nullable=False),
        sa.Column("amount_dong", BIG, nullable=False),
        sa.CheckConstraint("grams > 0 AND amount_dong >= 0", name=op.f("ck_household_share_not_negative")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_household_share_lot_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["household_sheet.id"], name=op.f("fk_household_share_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_share")),
        sa.UniqueConstraint(
            "sheet_id", "lot_id", "household", name=op.f("uq_household_share_sheet_id_lot_id_household")
        ),
    )
    with op.batch_alter_table("household_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_share_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "household_sheet_lot",
        sa.Column("sheet_id", BIG, nullable=False),
        sa.Column("lot_id", BIG, nullable=False),
        sa.Column("lot_code", sa.String(), nullable=False),
        sa.Column("product_name", sa.String(), nullable=False),
        sa.Column("earned_dong", BIG, nullable=False),
        sa.CheckConstraint("earned_dong >= 0", name=op.f("ck_household_sheet_lot_earned")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_household_sheet_lot_lot_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["household_sheet.id"], name=op.f("fk_household_sheet_lot_sheet_id")),
        sa.PrimaryKeyConstraint("sheet_id", "lot_id", name=op.f("pk_household_sheet_lot")),
    )
    with op.batch_alter_table("household_sheet_lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_sheet_lot_lot_id"), ["lot_id"], unique=False)


def downgrade() -> None:
    op.drop_table("household_sheet_lot")
    op.drop_table("household_share")
    op.drop_table("household_delivery")
    op.drop_table("household_sheet")
    op.drop_table("carrier_bill_line")
    op.drop_table("remittance_arrival")
    op.drop_table("provider_payout")
    op.drop_table("carrier_bill")
    op.drop_table("book_difference")
