"""Open the ledger: accounts, journals and entries that the database itself refuses to change

Revision ID: 0006_ledger
Revises: 0005_units_and_scans
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_ledger"
down_revision = "0005_units_and_scans"
branch_labels = None
depends_on = None

SQLITE = tuple(
    f"""CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
    for table in ("ledger_journal", "ledger_entry")
    for deed in ("update", "delete")
)
POSTGRESQL = (
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE TRIGGER ledger_journal_no_change BEFORE UPDATE OR DELETE ON ledger_journal
FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    """CREATE TRIGGER ledger_entry_no_change BEFORE UPDATE OR DELETE ON ledger_entry
FOR EACH ROW EXECUTE FUNCTION ledger_refuse()""",
    # At the end of the transaction, when all legs are there.
    """CREATE FUNCTION ledger_balance() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF (SELECT coalesce(sum(amount_dong), 0) <> 0 OR count(*) < 2 FROM ledger_entry
        WHERE journal_id = (CASE TG_TABLE_NAME WHEN 'ledger_journal' THEN (to_jsonb(new)->>'id')::bigint
                            ELSE (to_jsonb(new)->>'journal_id')::bigint END))
    THEN RAISE EXCEPTION 'a journal must sum to zero over two legs or more'; END IF;
    RETURN NULL;
END $$""",
    """CREATE CONSTRAINT TRIGGER ledger_journal_balanced AFTER INSERT ON ledger_journal
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balance()""",
    """CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balance()""",
)


def upgrade() -> None:
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("normal_side", sa.Enum("debit", "credit", name="side", native_enum=False, length=40), nullable=False),
        sa.Column("cooperative_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("balance_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "cooperative_id IS NULL OR (normal_side = 'credit' AND balance_dong <= 0) OR (normal_side = 'debit' AND balance_dong >= 0)",
            name=op.f("ck_ledger_account_side"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_account_code")),
    )
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_account_cooperative_id"), ["cooperative_id"], unique=False)
    op.create_table(
        "ledger_journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "payment_confirmed",
                "unknown_money",
                "money_matched",
                "order_cancelled",
                "part_delivered",
                "refund_decided",
                "refund_done",
                "return_window_over",
                "provider_paid_out",
                "carrier_billed",
                "carrier_delivered",
                "carrier_remitted",
                "payout_opened",
                "payout_confirmed",
                "payout_failed",
                "dispute",
                "reversed",
                name="event",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("memo", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_journal.id"], name=op.f("fk_ledger_journal_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_journal")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_journal_key")),
    )
    with op.batch_alter_table("ledger_journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_journal_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_journal_reference"), ["reference"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("journal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_dong", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.CheckConstraint("amount_dong <> 0", name=op.f("ck_ledger_entry_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_entry_account_id")),
        sa.ForeignKeyConstraint(["journal_id"], ["ledger_journal.id"], name=op.f("fk_ledger_entry_journal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_balance", ["account_id", "reference"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entry_journal_id"), ["journal_id"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def downgrade() -> None:
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_journal_id"))
        batch_op.drop_index("ix_ledger_entry_balance")
    op.drop_table("ledger_entry")
    with op.batch_alter_table("ledger_journal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_journal_reference"))
        batch_op.drop_index(batch_op.f("ix_ledger_journal_at"))
    op.drop_table("ledger_journal")
    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_account_cooperative_id"))
    op.drop_table("ledger_account")
    # ### end Alembic commands ###
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_refuse() CASCADE")
        op.execute("DROP FUNCTION ledger_balance() CASCADE")
