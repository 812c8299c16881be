"""Invoices that buyers want for their companies

Revision ID: 1040_invoices
Revises: 0013_weighed_goods
"""

import sqlalchemy as sa
from alembic import op

revision = "1040_invoices"
down_revision = "0013_weighed_goods"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("replaced_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "invoice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("cooperative_order_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("tax_code", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"], ["cooperative_order.id"], name=op.f("fk_invoice_cooperative_order_id")
        ),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_invoice_cooperative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("cooperative_order_id", name=op.f("uq_invoice_cooperative_order_id")),
    )
    op.create_index("ix_invoice_desk", "invoice", ["cooperative_id", "issued_at", "id"], unique=False)
    op.create_table(
        "invoice_paper",
        sa.Column("id", BIG, nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_invoice_paper_by_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_paper_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_paper")),
    )
    op.create_index(op.f("ix_invoice_paper_invoice_id"), "invoice_paper", ["invoice_id"], unique=False)
    op.create_index(
        "uq_invoice_paper_stands", "invoice_paper", ["invoice_id"], unique=True, sqlite_where=STANDS,
        postgresql_where=STANDS,
    )  # fmt: skip
    op.create_table(
        "invoice_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["invoice_paper.id"], name=op.f("fk_invoice_file_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_file")),
    )
    op.create_index(op.f("ix_invoice_file_paper_id"), "invoice_file", ["paper_id"], unique=False)
    op.create_table(
        "invoice_reminder",
        sa.Column("id", BIG, nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("days", BIG, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_reminder_invoice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_reminder")),
        sa.UniqueConstraint("invoice_id", "days", name=op.f("uq_invoice_reminder_invoice_id_days")),
    )


def downgrade() -> None:
    for table in ("invoice_reminder", "invoice_file", "invoice_paper", "invoice"):
        op.drop_table(table)
