"""Complaints with what they hold back and pay back, and reviews by those who received the goods

Revision ID: 1045_care
Revises: 1045_bookkeeping
"""

import sqlalchemy as sa
from alembic import op

revision = "1045_care"
down_revision = "1045_bookkeeping"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_OPEN = sa.text("state IN ('new', 'waiting_seller', 'in_review', 'escalated')")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


STATE = _one_of("complaintstate", "new", "waiting_seller", "in_review", "escalated", "resolved", "rejected")


def upgrade() -> None:
    # Added in place: rebuilding a table that others point to is what a running market should not go through.
    op.add_column("cooperative_order", sa.Column("held_because", sa.String(), server_default="", nullable=False))
    op.add_column("line_refund", sa.Column("cause", sa.String(), server_default="", nullable=False))
    op.create_index("ix_line_refund_cause", "line_refund", ["cause"], unique=False)
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE product ADD COLUMN review_count {whole} DEFAULT 0 NOT NULL")
    op.execute(
        f"ALTER TABLE product ADD COLUMN review_stars {whole} DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_product_reviews"
        " CHECK (review_count >= 0 AND review_stars BETWEEN review_count AND 5 * review_count)"
    )
    _complaints()
    _reviews()


def _complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("cooperative_order_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            _one_of("kind", "spoiled", "missing", "wrong_goods", "not_as_described", "damaged", "not_arrived", "other"),
            nullable=False,
        ),
        sa.Column("wish", _one_of("wish", "refund", "goods_again", "only_to_say"), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", STATE, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("acknowledge_by", MOMENT, nullable=False),
        sa.Column("settle_by", MOMENT, nullable=False),
        sa.Column("answer", _one_of("answer", "refund", "return", "send_again", "refuse"), nullable=True),
        sa.Column("answer_words", sa.String(), nullable=False),
        sa.Column("answers", BIG, nullable=False),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column(
            "escalated_because",
            _one_of("because", "buyer", "not_acknowledged", "not_settled", "second_person"),
            nullable=True,
        ),
        sa.Column("decided_by_id", BIG, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decision_words", sa.String(), nullable=False),
        sa.Column("waits_for_second", sa.Boolean(), nullable=False),
        sa.Column(
            "outcome",
            _one_of("outcome", "refunded", "returned", "sent_again", "not_sent", "refused", "withdrawn"),
            nullable=True,
        ),
        sa.Column("refunded_dong", BIG, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_complaint_answered_by_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_complaint_cooperative_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_order_id"], ["cooperative_order.id"], name=op.f("fk_complaint_cooperative_order_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_complaint_decided_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_complaint_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("code", name=op.f("uq_complaint_code")),
    )
    op.create_index("ix_complaint_order_id", "complaint", ["order_id"], unique=False)
    op.create_index("ix_complaint_cooperative_order_id", "complaint", ["cooperative_order_id"], unique=False)
    op.create_index("ix_complaint_desk", "complaint", ["cooperative_id", "state"], unique=False)
    op.create_index("ix_complaint_province", "complaint", ["province_code", "state"], unique=False)
    op.create_index(
        "uq_complaint_open",
        "complaint",
        ["cooperative_order_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "complaint_line",
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("packs", BIG, nullable=False),
        sa.Column("offered_packs", BIG, nullable=False),
        sa.Column("refunded_packs", BIG, nullable=False),
        sa.Column("returned_packs", BIG, nullable=False),
        sa.CheckConstraint("packs > 0", name=op.f("ck_complaint_line_packs")),
        sa.CheckConstraint(
            "offered_packs >= 0 AND refunded_packs >= 0 AND returned_packs >= 0", name=op.f("ck_complaint_line_counts")
        ),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_line_complaint_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_complaint_line_order_line_id")),
        sa.PrimaryKeyConstraint("complaint_id", "order_line_id", name=op.f("pk_complaint_line")),
    )
    op.create_index("ix_complaint_line_order_line_id", "complaint_line", ["order_line_id"], unique=False)
    op.create_table(
        "complaint_photo",
        sa.Column("id", BIG, nullable=False),
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_photo_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_photo")),
    )
    op.create_index("ix_complaint_photo_complaint_id", "complaint_photo", ["complaint_id"], unique=False)
    op.create_table(
        "complaint_step",
        sa.Column("id", BIG, nullable=False),
        sa.Column("complaint_id", BIG, nullable=False),
        sa.Column(
            "deed",
            _one_of(
                "deed",
                "opened",
                "acknowledged",
                "answered",
                "accepted",
                "kept_promise",
                "escalated",
                "decided",
                "waits_for_second",
                "second_refused",
                "settled",
                "withdrawn",
            ),
            nullable=False,
        ),
        sa.Column("state", STATE, nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_complaint_step_by_id")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    op.create_index("ix_complaint_step_complaint_id", "complaint_step", ["complaint_id"], unique=False)


def _reviews() -> None:
    op.create_table(
        "review",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("variant_name", sa.String(), nullable=False),
        sa.Column("lot_code", sa.String(), nullable=False),
        sa.Column("stars", BIG, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("taken_down_at", MOMENT, nullable=True),
        sa.Column("taken_down_by_id", BIG, nullable=True),
        sa.Column("taken_down_reason", sa.String(), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_review_stars")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_review_answered_by_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_review_cooperative_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_review_order_id")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_review_order_line_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_review_product_id")),
        sa.ForeignKeyConstraint(["taken_down_by_id"], ["person.id"], name=op.f("fk_review_taken_down_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("order_line_id", name=op.f("uq_review_order_line_id")),
    )
    op.create_index("ix_review_order_id", "review", ["order_id"], unique=False)
    op.create_index("ix_review_product", "review", ["product_id", "id"], unique=False)
    op.create_index("ix_review_cooperative", "review", ["cooperative_id", "id"], unique=False)


def downgrade() -> None:
    for table in ("review", "complaint_step", "complaint_photo", "complaint_line", "complaint"):
        op.drop_table(table)
    op.drop_column("product", "review_stars")  # and its own check with it
    op.drop_column("product", "review_count")
    op.drop_index("ix_line_refund_cause", "line_refund")
    op.drop_column("line_refund", "cause")
    op.drop_column("cooperative_order", "held_because")
