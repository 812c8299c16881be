"""Supply-demand conferences inside fairs, and who meets whom there at which table

Revision ID: 1240_meetings
Revises: 1230_append_only
"""

import sqlalchemy as sa
from alembic import op

revision = "1240_meetings"
down_revision = "1230_append_only"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STANDS = sa.text("state IN ('asked', 'accepted')")


def upgrade() -> None:
    op.create_table(
        "conference",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fair_id", BIG, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("minutes", BIG, nullable=False),
        sa.Column("tables", BIG, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("video_url", sa.String(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_conference_times"),
        sa.CheckConstraint("minutes > 0 AND tables > 0", name="ck_conference_sizes"),
        sa.CheckConstraint("place <> '' OR video_url <> ''", name="ck_conference_place"),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name="fk_conference_created_by_id_person"),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name="fk_conference_fair_id_fair"),
        sa.PrimaryKeyConstraint("id", name="pk_conference"),
        sa.UniqueConstraint("fair_id", name="uq_conference_fair_id"),
    )
    op.create_table(
        "meeting",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conference_id", BIG, nullable=False),
        sa.Column("cooperative_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("demand_id", BIG, nullable=True),
        sa.Column("buyer_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("tax_code", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("table_number", BIG, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("standing_by", sa.String(40), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("arranged_by_id", BIG, nullable=True),
        sa.Column("buyer_outcome", sa.String(40), nullable=True),
        sa.Column("seller_outcome", sa.String(40), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("table_number > 0", name="ck_meeting_table_number"),
        sa.ForeignKeyConstraint(["arranged_by_id"], ["person.id"], name="fk_meeting_arranged_by_id_person"),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name="fk_meeting_conference_id_conference"),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name="fk_meeting_cooperative_id_cooperative"),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name="fk_meeting_demand_id_demand"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_meeting_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
    )
    for name, columns in (
        ("uq_meeting_table", ["conference_id", "starts_at", "table_number"]),
        ("uq_meeting_of_cooperative", ["cooperative_id", "starts_at"]),
        ("uq_meeting_of_person", ["person_id", "starts_at"]),
        ("uq_meeting_of_both", ["conference_id", "cooperative_id", "person_id"]),
    ):
        op.create_index(name, "meeting", columns, unique=True, sqlite_where=STANDS, postgresql_where=STANDS)
    for name, column in (
        ("ix_meeting_conference", "conference_id"),
        ("ix_meeting_cooperative", "cooperative_id"),
        ("ix_meeting_person", "person_id"),
    ):
        op.create_index(name, "meeting", [column, "state"])


def downgrade() -> None:
    op.drop_table("meeting")
    op.drop_table("conference")
